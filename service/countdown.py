"""Days left until a deadline, counted anew at each read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

ISO_DAY = 10


def counted_down(deadlines: Iterable[Mapping[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Return `deadlines` with `days_left` from the day of `now`; None where nothing is due."""
    return [{**each, "days_left": days_left(each["due"], now)} for each in deadlines]


def days_left(due: str | None, now: datetime) -> int | None:
    """Return whole calendar days from `now`'s day to that of `due`, a date or an instant."""
    day = due_day(due, now)
    return (day - now.date()).days if day else None


def due_day(due: str | None, now: datetime) -> date | None:
    """Return the day on which something is due, where `now` is."""
    if not due:
        return None
    if len(due) == ISO_DAY:
        return date.fromisoformat(due)
    return datetime.fromisoformat(due).astimezone(now.tzinfo).date()
