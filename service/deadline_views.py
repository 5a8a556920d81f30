"""All deadlines of an account, packet by packet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, jsonify

from service import packet_schemas as shapes
from service.countdown import due_day
from service.operation import Answer, Operation, described
from service.parts import caller, parts
from service.reading import read_query
from service.request_schemas import DeadlineQuery
from service.road import deadlines_json
from storage.faults import Erased
from storage.records import Packet

deadlines = Blueprint("deadlines", __name__, url_prefix="/v1/deadlines")


@deadlines.get("")
@described(
    Operation(
        tag="packets",
        summary="List the deadlines of all packets",
        description="Packets newest first, each packet's deadlines together. `limit` counts the "
        "packets looked through, so a page may be empty and still have a `next`.",
        scope="read",
        query=DeadlineQuery,
        answers={200: Answer("A page of deadlines.", shapes.DeadlineList)},
    )
)
def list_all() -> Response:
    """List what is due."""
    asked, now = read_query(DeadlineQuery), parts().now()
    before = date.fromisoformat(asked["before"]) if "before" in asked else None
    page = parts().store.packets.list(
        caller().account_id, limit=asked["limit"], cursor=asked.get("cursor")
    )
    items = [line for packet in page.items for line in _lines(packet, before, now)]
    return jsonify(items=items, next=page.next)


def _lines(packet: Packet, before: date | None, now: datetime) -> Iterator[dict[str, Any]]:
    for deadline in _deadlines(packet):
        day = due_day(deadline["due"], now)
        if before is None or (day is not None and day < before):
            yield {"packet_id": packet.id, "reference": packet.reference, **deadline}


def _deadlines(packet: Packet) -> list[dict[str, Any]]:
    store = parts().store
    try:
        case = store.packets.contents(packet.account_id, packet.id).case
        events = store.events.list(packet.account_id, packet.id)
    except Erased:
        return []
    return deadlines_json(packet, case, events, parts())
