"""Template versions as callers see them, and the names of their files."""

from __future__ import annotations

from typing import Any

from service.packet_shape import utc
from service.parts import Parts
from storage.records import TemplatePlace, TemplateVersion


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


def template_name(place: TemplatePlace, number: int | None = None) -> str:
    """Return the name under which a version is saved; without a number the built-in one."""
    version = "built-in" if number is None else f"v{number}"
    words = (place.kind, place.variant, place.language if place.language != "en" else "", version)
    return f"{'-'.join(word.replace('_', '-') for word in words if word)}.docx"
