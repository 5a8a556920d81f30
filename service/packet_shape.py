"""Packets as callers see them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from service.parts import Parts, caller
from storage.records import Document, Failure, Packet, SignedLink

OPEN_STATUSES = ("queued", "writing")


def packet_json(packet: Packet, told: Mapping[str, Any], parts: Parts) -> dict[str, Any]:
    """Return the whole packet with what is `told` of it and fresh download links.

    `told` is empty for an erased packet, of which only the tombstone is left.
    """
    shape = summary_json(packet, parts)
    links = shape.pop("links")
    return shape | {
        "findings": told.get("findings", []),
        "situation": told.get("situation", []),
        "next_step": told.get("next_step"),
        "recommended_documents": told.get("recommended_documents", []),
        "deadlines": told.get("deadlines", []),
        "documents": [_document(packet, document, parts) for document in packet.documents],
        "links": links,
    }


def summary_json(packet: Packet, parts: Parts) -> dict[str, Any]:
    """Return the packet as a list shows it: nothing that comes from the case."""
    address = parts.address(f"/v1/packets/{packet.id}")
    return {
        "id": packet.id,
        "reference": packet.reference,
        "status": packet.status,
        "created_at": utc(packet.created_at),
        "finished_at": utc(packet.finished_at),
        "expires_at": utc(packet.expires_at),
        "progress": {"done": packet.done, "total": packet.total},
        "letter_date": packet.letter_date.isoformat(),
        "knowledge_version": packet.knowledge_version,
        "based_on": packet.based_on,
        "sample": packet.sample,
        "error": failure_json(packet.error),
        "links": {
            "self": address,
            "archive": f"{address}/archive",
            "events": f"{address}/events",
            "calendar": f"{address}/deadlines.ics",
        },
    }


def entity_tag(packet: Packet, parts: Parts) -> str:
    """Return the packet's version as the text of a weak ETag.

    It also changes with the day, which `days_left` counts from, and twice in the life of a
    download link, so that who is told "not modified" holds links that still work.
    """
    now = parts.now()
    fresh = int(now.timestamp()) * 2 // parts.settings.link_seconds if packet.documents else 0
    return f"{packet.version}-{now:%Y%m%d}-{fresh}"


def failure_json(failure: Failure | None) -> dict[str, str] | None:
    """Return why something failed, or None."""
    return {"code": failure.code, "message": failure.message} if failure else None


def utc(moment: datetime | None) -> str | None:
    """Return a time as ISO 8601 in UTC with Z, whole seconds."""
    if moment is None:
        return None
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _document(packet: Packet, document: Document, parts: Parts) -> dict[str, Any]:
    ready = document.status == "ready"
    link = _link(packet, document, parts) if ready else None
    return {
        "id": document.id,
        "kind": document.kind,
        "variant": document.variant or None,
        "language": document.language,
        "status": document.status,
        "draft": document.draft if ready else None,
        "missing": list(document.missing),
        "findings": list(document.findings),
        "filename": document.filename,
        "media_type": document.media_type,
        "pages": document.pages,
        "size": document.size,
        "sha256": document.sha256,
        "template_version": document.template_version,
        "download_url": parts.address(f"/d/{link.token}") if link else None,
        "expires_at": utc(link.expires_at) if link else None,
        "assembled": document.assembled,
        "error": failure_json(document.error),
    }


def _link(packet: Packet, document: Document, parts: Parts) -> SignedLink:
    return parts.store.links.sign(
        packet.id, document.id, link_round=packet.link_round, key_prefix=caller().prefix
    )
