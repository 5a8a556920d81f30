"""What a template may name: every tag of the context, how it is written, and a value to see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_LOOPS = {"table": ("tr", "row"), "say": ("p", "p")}
_NOT_FOR_TEMPLATES = ("missing",)


@dataclass(frozen=True)
class Offered:
    """One name: `tag` as a template writes it, `inside` the loop it stands in, and an example."""

    name: str
    tag: str
    inside: str
    example: str

    @property
    def top(self) -> str:
        """The branch of the tree: "say", "table", "letterhead"."""
        return self.name.partition(".")[0].removesuffix("[]")


def offered(contexts: Sequence[Mapping[str, Any]]) -> tuple[Offered, ...]:
    """Return each name that the contexts of a kind hold, in their order, with the first value seen.

    `contexts` are trees of `casework.context.paper_context`; a name stands once.
    """
    found: dict[str, Offered] = {}
    for context in contexts:
        for each in _walk(context, "", ""):
            known = found.get(each.name)
            if known is None or not known.example:
                found[each.name] = each
    return tuple(found.values())


def _walk(value: Any, name: str, inside: str) -> Iterator[Offered]:
    if isinstance(value, Mapping) and "series" in value:
        yield Offered(name, f"{{{{ {name} }}}}", inside, f"(a chart) {value['alt']}")
        return
    if isinstance(value, Mapping):
        for key, each in value.items():
            if key not in _NOT_FOR_TEMPLATES:
                yield from _walk(each, f"{name}.{key}" if name else key, inside)
        return
    if isinstance(value, list):
        yield from _walk_rows(value, name)
        return
    if isinstance(value, bool):
        yield Offered(name, f"{{%p if {name} %}} … {{%p endif %}}", inside, str(value).lower())
        return
    yield Offered(name, f"{{{{ {name} }}}}", inside, str(value))


def _walk_rows(rows: Sequence[Any], name: str) -> Iterator[Offered]:
    form, item = _LOOPS.get(name.partition(".")[0], ("p", "each"))
    opening, closing = f"{{%{form} for {item} in {name} %}}", f"{{%{form} endfor %}}"
    if name.startswith("say.") or _are_passages(rows):
        yield Offered(name, f"{opening} {{{{ {item}.text }}}} {closing}", "", _first_text(rows))
        return
    loop = f"{opening} … {closing}"
    yield Offered(name, loop, "", "")
    for row in rows:
        for each in _walk(row, item, loop):
            shown = f"{name}[]{each.name.removeprefix(item)}"
            yield Offered(shown, each.tag, loop, each.example)


def _are_passages(rows: Sequence[Any]) -> bool:
    return bool(rows) and isinstance(rows[0], Mapping) and "from" in rows[0]


def _first_text(rows: Sequence[Any]) -> str:
    return str(rows[0]["text"]) if rows else ""
