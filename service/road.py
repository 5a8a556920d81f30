"""What became of a packet, as the views tell it: its events, and what follows from them today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from casework.calendar_file import calendar_file
from casework.road import Followed, day_of, followed, new_findings, next_step, where_it_stands
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
    return _counted(followed(case, parts.knowledge, packet.letter_date, said(events)), parts)


def _counted(found: Sequence[Followed], parts: Parts) -> list[dict[str, Any]]:
    # Again from the hour: an instant may fall on another day where the clinic is.
    return counted_down((each.to_json(parts.today()) for each in found), parts.now())


def road_json(
    packet: Packet, contents: Contents, events: Sequence[Event], parts: Parts
) -> dict[str, Any]:
    """Return where the packet stands: what the events change in its review, and the next step."""
    found = followed(contents.case, parts.knowledge, packet.letter_date, said(events))
    return _road(found, packet, contents, events, parts)


def _road(
    found: Sequence[Followed],
    packet: Packet,
    contents: Contents,
    events: Sequence[Event],
    parts: Parts,
) -> dict[str, Any]:
    told, today = said(events), parts.today()
    case, stands = contents.case, contents.review
    if told:
        stands = where_it_stands(case, parts.knowledge, packet.letter_date, told)
    return {
        "situation": list(stands.get("situation", ())),
        "next_step": next_step(found, told, today).to_json(),
        "findings": [each.to_json() for each in new_findings(case, parts.knowledge, today, told)],
        "recommended_documents": list(stands.get("recommended_documents", ())),
    }


def told_json(packet: Packet, parts: Parts, made_of: Contents | None = None) -> dict[str, Any]:
    """Return all that is told of a packet beside its row; nothing of an erased one.

    `made_of` are the contents of one accepted in this moment, which has no events.
    """
    if packet.status == "erased":
        return {}
    contents = made_of
    events: Sequence[Event] = ()
    if contents is None:
        contents = parts.store.packets.contents(packet.account_id, packet.id)
        events = parts.store.events.list(packet.account_id, packet.id)
    found = followed(contents.case, parts.knowledge, packet.letter_date, said(events))
    road = _road(found, packet, contents, events, parts)
    findings = [*road["findings"], *contents.review.get("findings", ())]
    return {**road, "findings": findings, "deadlines": _counted(found, parts)}


def calendar_of(packet: Packet, parts: Parts) -> bytes:
    """Return what is still due on a packet as a calendar file; raises Erased."""
    case = parts.store.packets.contents(packet.account_id, packet.id).case
    events = said(parts.store.events.list(packet.account_id, packet.id))
    found = followed(case, parts.knowledge, packet.letter_date, events)
    due = [each.deadline for each in found if each.met_on is None]
    return calendar_file(due, packet.reference or packet.id, packet.letter_date)


def said(events: Sequence[Event]) -> tuple[Mapping[str, Any], ...]:
    """Return what events say, in the order in which they happened."""
    return tuple(event.said for event in in_order(events))


def in_order(events: Sequence[Event]) -> list[Event]:
    """Return events by the day on which they happened, those of one day as they were recorded."""
    return sorted(events, key=lambda event: day_of(event.said))
