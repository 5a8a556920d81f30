"""Packets: cases on their way to papers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from service import packet_schemas as shapes
from service.archive import archive
from service.batch_request import accept_batch, is_batch
from service.batch_schemas import BatchBody, BatchResults
from service.downloads import file_answer
from service.errors import Refused, problem_json
from service.json_body import case_or_batch_body
from service.operation import Answer, Operation, described
from service.packet_request import read_packet
from service.packet_shape import OPEN_STATUSES, entity_tag, packet_json, summary_json
from service.paper_versions import last_edited
from service.parts import caller, parts
from service.reading import idempotency_key, preferred_wait, read_query
from service.request_schemas import PacketBody, PacketQuery, instant
from service.road import calendar_of, told_json
from service.waiting import MOST_SECONDS, when_finished
from storage.faults import WrongState
from storage.media import WORD
from storage.records import Accepted, Contents, Packet, PacketFilter

packets = Blueprint("packets", __name__, url_prefix="/v1/packets")

_BODY = ("not_json", "too_large", "unsupported_media_type", "invalid_request")


@packets.post("")
@described(
    Operation(
        tag="packets",
        summary="Post a case, get its papers written",
        description="Everything that is wrong is listed at once. The papers are written after the "
        "answer: read the packet until it is `ready` or `failed`. With `based_on`, `case` is an "
        "RFC 7396 merge patch on that packet's case, and `append` adds rows to its lists. With "
        "`packets` up to 100 are accepted in one transaction: the answer is 200 and tells of each "
        "what it would be alone.",
        scope="write",
        body=(PacketBody, BatchBody),
        headers=("Idempotency-Key",),
        answers={
            202: Answer("Accepted for good.", shapes.Packet, headers=("Location", "Retry-After")),
            200: Answer(
                "The packet that this Idempotency-Key made earlier; of a batch, what became of each.",
                (shapes.Packet, BatchResults),
                headers=("Location", "Idempotent-Replayed"),
            ),
        },
        refuses=(*_BODY, "blocked", "idempotency_key_reused", "base_erased", "storage_full"),
    )
)
def create() -> Response:
    """Accept a packet, or a batch of them."""
    body, given = case_or_batch_body()
    if is_batch(given):
        return jsonify(results=[_result(each) for each in accept_batch(given)])
    accepted = parts().store.packets.accept(read_packet(given, body, idempotency_key()))
    return _accepted(accepted)


def _accepted(accepted: Accepted) -> Response:
    answer = _whole(accepted.packet, accepted.made_of)
    answer.headers["Location"] = parts().address(f"/v1/packets/{accepted.packet.id}")
    if accepted.replayed:
        answer.headers["Idempotent-Replayed"] = "true"
        return answer
    answer.status_code = 202
    answer.headers["Retry-After"] = "1"
    return answer


def _result(became: Accepted | Refused) -> dict[str, Any]:
    if isinstance(became, Refused):
        problem = problem_json(became)
        return {"status": problem["status"], "problem": problem}
    packet = became.packet
    whole = packet_json(packet, told_json(packet, parts(), became.made_of), parts())
    return {"status": 200 if became.replayed else 202, "packet": whole}


@packets.get("")
@described(
    Operation(
        tag="packets",
        summary="List packets, newest first",
        scope="read",
        query=PacketQuery,
        answers={200: Answer("A page of packets.", shapes.PacketList)},
    )
)
def list_all() -> Response:
    """List the account's packets."""
    asked = read_query(PacketQuery)
    page = parts().store.packets.list(
        caller().account_id, _filter(asked), limit=asked["limit"], cursor=asked.get("cursor")
    )
    return jsonify(items=[summary_json(each, parts()) for each in page.items], next=page.next)


@packets.get("/<packet:packet_id>")
@described(
    Operation(
        tag="packets",
        summary="Read a packet",
        description="With fresh download links at each read.",
        scope="read",
        headers=("Prefer", "If-None-Match"),
        answers={
            200: Answer("The packet.", shapes.Packet, headers=("ETag",)),
            304: Answer("Nothing has changed, and the links still work.", headers=("ETag",)),
        },
        refuses=("not_found",),
    )
)
def read(packet_id: str) -> Response:
    """Read a packet, waiting for it when asked to."""
    seconds = preferred_wait(MOST_SECONDS)
    packet = when_finished(parts().store.packets, caller().account_id, packet_id, seconds)
    tag = entity_tag(packet, parts())
    answer = Response(status=304) if request.if_none_match.contains_weak(tag) else _whole(packet)
    answer.set_etag(tag, weak=True)
    if seconds:
        answer.headers["Preference-Applied"] = f"wait={seconds}"
    return answer


@packets.delete("/<packet:packet_id>")
@described(
    Operation(
        tag="packets",
        summary="Erase a packet",
        description="Case and documents are erased beyond recovery; a tombstone stays. Erasing "
        "twice is the same.",
        scope="write",
        answers={200: Answer("The tombstone.", shapes.Packet)},
        refuses=("not_found",),
    )
)
def erase(packet_id: str) -> Response:
    """Erase a packet."""
    return _whole(parts().store.packets.erase(caller().account_id, packet_id, caller().actor))


@packets.delete("/<packet:packet_id>/links")
@described(
    Operation(
        tag="packets",
        summary="Revoke the packet's download links",
        description="Every link given out so far ends at once, whoever holds it; reading the packet "
        "gives fresh ones, as this answer does. Revoking a key ends the links that it was given.",
        scope="write",
        answers={200: Answer("The packet.", shapes.Packet)},
        refuses=("not_found",),
    )
)
def revoke_links(packet_id: str) -> Response:
    """End the links given out so far."""
    store = parts().store
    return _whole(store.packets.revoke_links(caller().account_id, packet_id, caller().actor))


@packets.post("/<packet:packet_id>/retry")
@described(
    Operation(
        tag="packets",
        summary="Write the failed documents again",
        description="Documents that are ready stay as they are.",
        scope="write",
        answers={202: Answer("Queued again.", shapes.Packet, headers=("Location", "Retry-After"))},
        refuses=("not_found", "nothing_to_retry", "erased"),
    )
)
def retry(packet_id: str) -> Response:
    """Queue the failed documents again."""
    answer = _whole(_retried(packet_id))
    answer.status_code = 202
    answer.headers["Location"] = parts().address(f"/v1/packets/{packet_id}")
    answer.headers["Retry-After"] = "1"
    return answer


@packets.get("/<packet:packet_id>/documents/<document:document_id>")
@described(
    Operation(
        tag="packets",
        summary="Download a document with the key",
        scope="read",
        answers={200: Answer("The file.", media_type=WORD, headers=("Content-Disposition",))},
        refuses=("not_found", "not_ready", "erased"),
    )
)
def document(packet_id: str, document_id: str) -> Response:
    """Send one document."""
    found = parts().store.packets.read_document(
        caller().account_id, packet_id, document_id, caller().actor
    )
    return file_answer(found.content, found.document.filename, found.document.media_type)


@packets.get("/<packet:packet_id>/archive")
@described(
    Operation(
        tag="packets",
        summary="Download all finished documents as one ZIP",
        description="With each document as staff edited it last, and `manifest.json`: hashes, versions, "
        "and what each passage rests on.",
        scope="read",
        answers={
            200: Answer(
                "The archive.", media_type="application/zip", headers=("Content-Disposition",)
            )
        },
        refuses=("not_found", "not_ready", "erased"),
    )
)
def all_documents(packet_id: str) -> Response:
    """Send all finished documents."""
    packet = parts().store.packets.find(caller().account_id, packet_id)
    if packet.status in OPEN_STATUSES:
        raise Refused("not_ready")
    files = parts().store.packets.read_all(caller().account_id, packet_id, caller().actor)
    if not files:
        raise Refused("not_ready", "None of the packet's documents could be written.")
    return file_answer(
        archive(packet, files, last_edited(packet, caller().actor)),
        f"{packet.id}.zip",
        "application/zip",
    )


@packets.get("/<packet:packet_id>/deadlines.ics")
@described(
    Operation(
        tag="packets",
        summary="The packet's deadlines as a calendar file",
        description="Entries hold the rule and the packet's reference, no patient data.",
        scope="read",
        answers={
            200: Answer(
                "The calendar.", media_type="text/calendar", headers=("Content-Disposition",)
            )
        },
        refuses=("not_found", "erased"),
    )
)
def calendar(packet_id: str) -> Response:
    """Send the deadlines for a calendar."""
    packet = parts().store.packets.find(caller().account_id, packet_id)
    return file_answer(calendar_of(packet, parts()), f"{packet.id}.ics", "text/calendar")


def _whole(packet: Packet, made_of: Contents | None = None) -> Response:
    return jsonify(packet_json(packet, told_json(packet, parts(), made_of), parts()))


def _retried(packet_id: str) -> Packet:
    try:
        return parts().store.packets.retry_failed(caller().account_id, packet_id, caller().actor)
    except WrongState:
        raise Refused("nothing_to_retry") from None


def _filter(asked: Mapping[str, Any]) -> PacketFilter:
    return PacketFilter(
        status=asked.get("status"),
        reference=asked.get("reference"),
        created_from=instant(asked.get("created_from", "")),
        created_before=instant(asked.get("created_before", "")),
    )
