"""Deadlines as a calendar file (RFC 5545): all-day entries with reminders, no patient data.

An entry holds the deadline's own title, its rule and the caller's reference, and nothing else of
the case: calendars are shared, synchronized and shown on locked screens.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event

from casework.deadlines.model import Deadline

# A week to gather and sign, two days to send.
REMINDERS = (timedelta(days=7), timedelta(days=2))
_PRODUCT = "-//Necessity//Deadlines//EN"


@dataclass(frozen=True)
class OfPacket:
    """A packet's deadlines, its reference without patient data, and the date on its papers."""

    deadlines: Sequence[Deadline]
    reference: str
    letter_date: date


def calendar_file(deadlines: Sequence[Deadline], reference: str, today: date) -> bytes:
    """Return one calendar with an entry for each deadline that has a day.

    `reference` is the packet's reference, which must not hold patient data; `today`, the letter
    date, is the stamp, so that the same packet gives the same bytes.
    """
    return joint_calendar([OfPacket(deadlines, reference, today)])


def joint_calendar(packets: Iterable[OfPacket]) -> bytes:
    """Return one calendar with the deadlines of several packets, the newest packet first.

    A later version of a packet under the same reference stands for the earlier ones.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    entries: dict[str, Event] = {}
    for packet in packets:
        for each in packet.deadlines:
            if each.due_day is not None:
                entry = _entry(each, each.due_day, packet.reference, packet.letter_date)
                entries.setdefault(_uid(each, packet.reference), entry)
    for entry in entries.values():
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _entry(deadline: Deadline, due: date, reference: str, today: date) -> Event:
    day = deadline.working_target or due
    event = Event()
    event.add("uid", _uid(deadline, reference))
    event.add("dtstamp", datetime.combine(today, time(), tzinfo=UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", f"{_mark(deadline)}{deadline.title} ({reference})")
    event.add("description", _description(deadline, due))
    event.add("transp", "TRANSPARENT")
    if deadline.ours:
        for before in REMINDERS:
            event.add_component(_alarm(before))
    return event


_EARLIER = {
    "day_off": "The last day is no business day; this entry stands on the one before.",
    "arrival": "It must have arrived by then; this entry stands on the business day before.",
    "hour_unknown": "The hour it runs from was not recorded; this entry stands on the day before.",
    "before_event": "It is safest before the decision takes effect; this entry stands before it.",
}


def _mark(deadline: Deadline) -> str:
    if deadline.role == "end":
        return ""
    return "Plan by: " if deadline.certainty == "working_target" else "Due: "


def _description(deadline: Deadline, due: date) -> str:
    """The rule and the day; not the count, which tells dates of the notice."""
    parts = [f"Last day: {due.isoformat()}."]
    if deadline.target_because:
        parts.append(_EARLIER[deadline.target_because])
    if deadline.citation:
        parts.append(f"Rule: {deadline.citation}.")
    return " ".join(parts)


def _alarm(before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "Deadline")
    alarm.add("trigger", -before)
    return alarm


def _uid(deadline: Deadline, reference: str) -> str:
    digest = hashlib.sha256(f"{reference}\0{deadline.id}".encode()).hexdigest()[:24]
    return f"{digest}@necessity"
