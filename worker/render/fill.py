"""Fill a compiled template with one paper's context."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jinja2

from worker.render.archive import packed
from worker.render.charts import with_charts
from worker.render.faults import RenderFailed
from worker.render.finish import Finish, finish_part
from worker.render.finish_text import finish_text
from worker.render.package import LEVEL, write_members
from worker.render.part import CompiledPart, NotWellFormed, TooLong, check_well_formed
from worker.render.properties import (
    CORE_PART,
    DECLARATION,
    core_properties,
    letter_day,
    with_comments,
)
from worker.render.sandbox import UnprintableValue
from worker.render.template import BODY, Template
from worker.render.tokens import (
    CARRIERS_BEGIN,
    CHART,
    MISSING,
    TOKEN,
    CutMark,
    Ledger,
    UnwritableText,
    plain_text,
    whole,
    with_tokens,
)
from worker.render.wordml import parse_xml, serialize

DRAFT = "DRAFT"
_WHOLE = {"from", "series"}  # of a passage and of a chart, which are marked as one


@dataclass(frozen=True)
class FilledText:
    """The parts' XML after the template language, before tokens are resolved."""

    xml: Mapping[str, str]
    ledger: Ledger
    draft: bool


@dataclass(frozen=True)
class Rendered:
    """A filled paper; `missing` are the pointers of its blanks as printed, each once."""

    docx: bytes
    missing: tuple[str, ...]
    draft: bool
    filled: FilledText = field(repr=False)


def render(template: Template, context: Mapping[str, Any]) -> Rendered:
    """Return the paper: the same template and context give the same bytes.

    Raises:
        RenderFailed: where a tag names what the context lacks or cannot print, or a value cannot
            stand in a Word file. The text names the tag, never a value.
    """
    filled = fill(template, context)
    finish = Finish(filled.ledger, template.styles)
    parts = dict(template.parts)
    for name, xml in filled.xml.items():
        parts[name] = _finished(name, xml, template.filled[name], finish)
    day = letter_day(context)
    parts[CORE_PART] = core_properties(
        _plain(context.get("title"), filled.ledger),
        _plain((context.get("letterhead") or {}).get("name"), filled.ledger),
        day,
        str(context.get("language") or "en-US"),
    )
    if finish.comments:
        parts = with_comments(parts, finish.comments, filled.ledger.labels, day, template.styles)
    if finish.charts:
        parts = with_charts(parts, finish.charts)
    missing = tuple(finish.printed)
    return Rendered(_packed(parts, template), missing, bool(missing), filled)


def _packed(parts: Mapping[str, bytes], template: Template) -> bytes:
    """Return the file; a part that is the template's own was packed with it."""
    members = {
        name: template.members[name]
        if part is template.parts.get(name)
        else packed(name, part, LEVEL)
        for name, part in parts.items()
    }
    return write_members(members)


def _finished(name: str, xml: str, part: CompiledPart, finish: Finish) -> bytes:
    """Return a filled part with the last hand put to it, known to be well-formed."""
    body = name == BODY
    if not body and _holds(xml, CHART):
        raise RenderFailed(f"A chart stands in {name}; it may stand in the body only.")
    try:
        if not part.traits.textual:
            return _finished_tree(xml, finish, commented=body)
        may_stand_empty = part.traits.may_stand_empty
        text = finish_text(xml, finish, body=body, may_stand_empty=may_stand_empty)
        written = f"{DECLARATION}{text}".encode()
        check_well_formed(written)
        if CARRIERS_BEGIN in written:
            whole(xml)
    except CutMark as fault:
        raise RenderFailed("A filter cut a marked value in two.") from fault
    except NotWellFormed as fault:
        raise _cut_in_two() from fault
    return written


def _finished_tree(xml: str, finish: Finish, *, commented: bool) -> bytes:
    check_well_formed(xml.encode())
    root = parse_xml(xml.encode())
    finish_part(root, finish, commented=commented)
    return serialize(root)


def _cut_in_two() -> RenderFailed:
    return RenderFailed("The filled text is not well-formed: a loop cuts a row in two.")


def fill(template: Template, context: Mapping[str, Any]) -> FilledText:
    """Run the template language over the context; see `render` for what it raises."""
    ledger = Ledger(dict(context.get("missing") or {}))
    values = _values(template, context, ledger)
    xml = {name: _filled(name, part, values) for name, part in template.filled.items()}
    draft = any(_holds(each, MISSING) for each in xml.values())
    if draft:
        marked = {**values, "draft": DRAFT}
        xml |= {
            name: _filled(name, part, marked)
            for name, part in template.filled.items()
            if "draft" in part.names
        }
    return FilledText(xml, ledger, draft)


def _values(template: Template, context: Mapping[str, Any], ledger: Ledger) -> dict[str, Any]:
    """Return what the template's tags name, with its marks; the context holds much more."""
    told = {name: context[name] for name in template.names if name in context}
    used = {name: _used(value, template.names[name]) for name, value in told.items()}
    try:
        return {"sample": "", **with_tokens(used, ledger), "draft": ""}
    except UnwritableText as fault:
        raise RenderFailed("A value holds a character that no Word file can hold.") from fault
    except TypeError as fault:
        raise RenderFailed(str(fault)) from fault


def _used(value: Any, names: frozenset[str]) -> Any:
    """Return a group with the names used of it alone; any other value as it is."""
    if not names or not isinstance(value, dict) or value.keys() & _WHOLE:
        return value
    return {name: each for name, each in value.items() if name in names}


def _filled(name: str, part: CompiledPart, values: dict[str, Any]) -> str:
    try:
        return part.fill(values)
    except UnprintableValue as fault:
        raise RenderFailed(
            f"A tag in {name} prints a list, a group, a truth or nothing."
        ) from fault
    except TooLong as fault:
        raise RenderFailed(f"{name} would be longer than a part may be, 20 MB.") from fault
    except NotWellFormed as fault:
        raise _cut_in_two() from fault
    except (TypeError, ValueError) as fault:
        raise RenderFailed(f"A tag in {name} repeats or compares what it cannot.") from fault
    except jinja2.TemplateError as fault:
        raise RenderFailed(f"A tag in {name} cannot be filled: {fault.message}.") from fault


def _holds(xml: str, kind: str) -> bool:
    return kind in xml and any(found[1] == kind for found in TOKEN.finditer(xml))


def _plain(value: object, ledger: Ledger) -> str:
    """Return a value of the context on one line, blanks as "[label]"."""
    if not isinstance(value, str):
        return ""
    shown = plain_text(str(with_tokens(value, ledger)), ledger)
    return " ".join(shown.split())
