"""Two templates as text, side by side, and what a version is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest

from casework.problems import InvalidCase, Problem
from service.built_in import built_in_file, text_of
from service.parts import parts
from storage.faults import NotFound
from storage.records import TemplateVersion

_CHANGES = {"equal": "same", "replace": "changed", "delete": "removed", "insert": "added"}


def compared_with(version: TemplateVersion, to: str) -> tuple[str, str]:
    """Return the name and the text of what a version is compared with.

    `to` is `active`, `built_in` or the id of another version of the account.

    Raises:
        InvalidCase: the other version is unknown, or its text is not kept.
    """
    store = parts().store.templates
    active = (
        store.active(version.account_id, version.place.kind).get(version.place)
        if to == "active"
        else None
    )
    if to.startswith("tpl_"):
        active = _other(version.account_id, to)
    if active is not None and active.report is not None:
        return active.id, active.report.text
    kind = parts().knowledge.kinds.get(version.place.kind)
    path = None if kind is None else built_in_file(kind, version.place, "template.txt")
    return "built_in", "" if path is None else text_of(path)


def side_by_side(before: str, after: str) -> list[dict[str, str | None]]:
    """Return the lines of two texts, what became of each told; blank lines are left out."""
    return list(_rows(_lines(before), _lines(after)))


def _rows(old: list[str], new: list[str]) -> Iterator[dict[str, str | None]]:
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for before, after in zip_longest(old[i:j], new[k:m]):
            yield {"change": _change(what, before, after), "before": before, "after": after}


def _change(what: str, before: str | None, after: str | None) -> str:
    if before is None:
        return "added"
    return "removed" if after is None else _CHANGES[what]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _other(account_id: str, template_id: str) -> TemplateVersion:
    try:
        found = parts().store.templates.find(account_id, template_id)
    except NotFound:
        found = None
    if found is None or found.report is None or not found.report.usable:
        message = "must be a version of this account whose file is kept"
        raise InvalidCase((Problem("/to", "no_text", message),))
    return found
