"""The tables that keep a packet in order: exhibits with dates and pages, deadlines with their rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from casework.deadlines import Deadline
from casework.english import short_date
from casework.facts import Facts
from casework.partial_dates import PartialDate

Row = dict[str, str]

_DASH = "–"
_OWED_BY: Mapping[str, str] = MappingProxyType(
    {
        "member": "Patient or representative",
        "provider": "Clinic",
        "plan": "Plan",
        "reviewer": "Reviewer",
        "agency": "Agency",
    }
)


def exhibit_rows(facts: Facts) -> list[Row]:
    """One row an exhibit, in the case's order: its letter, what it is, its date and its pages."""
    return [
        {
            "id": str(each["id"]),
            "title": each["title"],
            "date": PartialDate.parse(each["date"]).words if each.get("date") else _DASH,
            "pages": str(each["pages"]) if each.get("pages") else _DASH,
        }
        for each in facts.case.get("exhibits") or []
    ]


def deadline_rows(facts: Facts) -> list[Row]:
    """One row a deadline: those with a day first, in order of it, then those that wait for one."""
    dated = [each for each in facts.deadlines if each.due_day is not None]
    waiting = [each for each in facts.deadlines if each.due_day is None]
    ordered = [*sorted(dated, key=lambda each: str(each.due_day)), *waiting]
    return [_deadline_row(each) for each in ordered]


def _deadline_row(deadline: Deadline) -> Row:
    rule = f" {deadline.citation}." if deadline.citation else ""
    return {
        "due": _due(deadline),
        "what": deadline.title,
        "who": _OWED_BY.get(deadline.owed_by, deadline.owed_by),
        "rule": f"{deadline.counted}{rule}",
    }


def _due(deadline: Deadline) -> str:
    if deadline.due_day is None:
        return f"waits for: {deadline.event_words}"
    day = short_date(deadline.due_day)
    if isinstance(deadline.due, datetime):
        day = f"{day}, {deadline.due:%H:%M} ({deadline.due:%Z})"
    if deadline.role == "renew":
        return f"{day} (to plan by)"
    if deadline.certainty == "working_target":
        return f"{day} (to plan by; the notice decides)"
    if deadline.working_target:
        return f"{day}; send by {short_date(deadline.working_target)}"
    return day
