"""Template versions as callers see them, and two of them side by side."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from service.packet_shape import utc
from service.parts import Parts
from storage.records import TemplateVersion

_CHANGES = {"equal": "same", "replace": "changed", "delete": "removed", "insert": "added"}


def version_json(version: TemplateVersion, parts: Parts) -> dict[str, Any]:
    """Return a version whole, with what its check found."""
    address = parts.address(f"/v1/templates/{version.id}")
    report = version.report
    return {
        "id": version.id,
        "kind": version.place.kind,
        "variant": version.place.variant or None,
        "language": version.place.language,
        "number": version.number,
        "status": version.status,
        "sha256": version.sha256,
        "size": version.size,
        "uploaded_at": utc(version.uploaded_at),
        "uploaded_by": version.uploaded_by,
        "checked_at": utc(version.checked_at),
        "activated_at": utc(version.activated_at),
        "replaced": version.replaced,
        "lint": None if report is None else [dict(fault) for fault in report.faults],
        "links": {
            "self": address,
            "file": f"{address}/file",
            "difference": f"{address}/difference",
        },
    }


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
