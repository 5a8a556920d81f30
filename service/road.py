"""What became of a packet, as the views tell it: its events, and what follows from them today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from casework.road import day_of, followed, new_findings, next_step, where_it_stands
from service.countdown import counted_down
from service.packet_shape import utc
from service.parts import Parts
from storage.records import Contents, Event, Packet

_SAID = ("type", "at", "channel", "reference", "outcome", "note")


def event_json(event: Event) -> dict[str, Any]:
    """Return an event as callers see it."""
    told = {name: event.said.get(name) for name in _SAID}
    return {"id": event.id, **told, "recorded_at": utc(event.recorded_at)}


def deadlines_json(
    packet: Packet, case: Mapping[str, Any], events: Sequence[Event], parts: Parts
) -> list[dict[str, Any]]:
    """Return the packet's deadlines as its events date and meet them."""
    found = followed(case, parts.knowledge, packet.letter_date, said(events))
    # Again from the hour: an instant may fall on another day where the clinic is.
    return counted_down((each.to_json(parts.today()) for each in found), parts.now())


def road_json(
    packet: Packet, contents: Contents, events: Sequence[Event], parts: Parts
) -> dict[str, Any]:
    """Return where the packet stands: what the events change in its review, and the next step."""
    told, today = said(events), parts.today()
    case, review = contents.case, contents.review
    found = followed(case, parts.knowledge, packet.letter_date, told)
    stands: Mapping[str, Any] = review
    if told:
        stands = where_it_stands(case, parts.knowledge, packet.letter_date, told)
    return {
        "situation": list(stands.get("situation", ())),
        "next_step": next_step(found, told, today).to_json(),
        "findings": [each.to_json() for each in new_findings(case, parts.knowledge, today, told)],
        "recommended_documents": list(stands.get("recommended_documents", ())),
    }


def said(events: Sequence[Event]) -> tuple[Mapping[str, Any], ...]:
    """Return what events say, in the order in which they happened."""
    return tuple(event.said for event in in_order(events))


def in_order(events: Sequence[Event]) -> list[Event]:
    """Return events by the day on which they happened, those of one day as they were recorded."""
    return sorted(events, key=lambda event: day_of(event.said))
