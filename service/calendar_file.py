"""Deadlines as a calendar file (RFC 5545), for calendars that others may see: no patient data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event

from service.countdown import ISO_DAY
from storage.records import Packet

_MAKER = "-//Necessity//deadlines//EN"


def calendar_file(packet: Packet, deadlines: Iterable[Mapping[str, Any]]) -> bytes:
    """Return one entry a deadline that has a date.

    An entry names the rule, how the days were counted and the caller's reference; never the
    patient, and never the denial.
    """
    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    for event in _events(packet, deadlines):
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _events(packet: Packet, deadlines: Iterable[Mapping[str, Any]]) -> Iterator[Event]:
    dated = (each for each in deadlines if each["due"])
    for number, deadline in enumerate(dated, start=1):
        event = Event()
        event.add("uid", f"{packet.id}-{number}@necessity")
        event.add("dtstamp", packet.created_at)
        _add_time(event, deadline["due"])
        event.add("summary", _summary(packet, deadline))
        event.add("description", _description(packet, deadline))
        event.add("transp", "TRANSPARENT")
        yield event


def _add_time(event: Event, due: str) -> None:
    if len(due) > ISO_DAY:
        event.add("dtstart", datetime.fromisoformat(due).astimezone(UTC))
        return
    day = date.fromisoformat(due)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))


def _summary(packet: Packet, deadline: Mapping[str, Any]) -> str:
    reference = f" ({packet.reference})" if packet.reference else ""
    return f"{deadline['title']}{reference}"


def _description(packet: Packet, deadline: Mapping[str, Any]) -> str:
    told = (deadline["counted"], deadline.get("citation"), f"Packet {packet.id}")
    return "\n".join(str(each) for each in told if each)
