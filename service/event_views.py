"""What happened after a packet was written."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from casework.problems import InvalidCase, Problem
from service import event_schemas as shapes
from service.countdown import due_day
from service.errors import Refused
from service.json_body import json_body
from service.operation import Answer, Operation, described
from service.parts import caller, parts
from service.reading import idempotency_key, read_body
from service.road import event_json, in_order, road_json
from storage.faults import WrongState
from storage.records import NewEvent, RecordedEvent

events = Blueprint("events", __name__, url_prefix="/v1/packets/<packet:packet_id>/events")

_EVENT_BYTES = 16 * 1024


@events.post("")
@described(
    Operation(
        tag="packets",
        summary="Record what happened to a packet",
        description="Events are added, never changed; deadlines, situation and next step follow "
        "them. A denial recorded here never fills `denial`: a new packet, based on this one, does.",
        scope="write",
        body=shapes.EventBody,
        headers=("Idempotency-Key",),
        answers={
            201: Answer("Recorded.", shapes.Recorded),
            200: Answer(
                "The event that this Idempotency-Key made earlier.",
                shapes.Recorded,
                headers=("Idempotent-Replayed",),
            ),
        },
        refuses=(
            "not_json",
            "too_large",
            "unsupported_media_type",
            "invalid_request",
            "idempotency_key_reused",
            "not_found",
            "too_many_events",
            "erased",
            "storage_full",
        ),
    )
)
def record(packet_id: str) -> Response:
    """Record an event."""
    body, given = json_body(_EVENT_BYTES)
    said = read_body(shapes.EventBody, given)
    refuse_the_future(said)
    new = NewEvent(said, caller().actor, body, idempotency_key())
    recorded = _recorded(packet_id, new)
    answer = jsonify(event=event_json(recorded.event), **_road(packet_id))
    if recorded.replayed:
        answer.headers["Idempotent-Replayed"] = "true"
    else:
        answer.status_code = 201
    return answer


@events.get("")
@described(
    Operation(
        tag="packets",
        summary="List what happened to a packet",
        scope="read",
        answers={200: Answer("All events.", shapes.EventList)},
        refuses=("not_found", "erased"),
    )
)
def list_all(packet_id: str) -> Response:
    """List the packet's events."""
    found = parts().store.events.list(caller().account_id, packet_id)
    return jsonify(items=[event_json(event) for event in in_order(found)], next=None)


def _recorded(packet_id: str, new: NewEvent) -> RecordedEvent:
    try:
        return parts().store.events.record(caller().account_id, packet_id, new)
    except WrongState:
        raise Refused("too_many_events") from None


def refuse_the_future(said: dict[str, Any]) -> None:
    """Refuse an event that has not happened yet."""
    day = due_day(said["at"], parts().now())
    if day is not None and day > parts().today():
        message = "must not be after today: an event is recorded once it has happened"
        raise InvalidCase((Problem("/at", "in_the_future", message),))


def _road(packet_id: str) -> dict[str, Any]:
    account, store = caller().account_id, parts().store
    packet = store.packets.find(account, packet_id)
    contents = store.packets.contents(account, packet_id)
    return road_json(packet, contents, store.events.list(account, packet_id), parts())
