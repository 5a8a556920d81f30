"""The date to appeal that the notice itself states, read from its own words or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from casework.deadlines.counting import add_months
from casework.deadlines.starts import NOTICE, RECEIVED, whole_day
from casework.english import long_date
from casework.pointers import value_at

STATED = "/denial/stated_deadline"

_SPAN = re.compile(
    r"\b(\d{1,3})\s+(?:calendar\s+)?(days?|months?)\s+(?:from|after|of)\s+(.*)", re.IGNORECASE
)
_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_LONG = re.compile(r"\b([A-Z][a-z]+ \d{1,2}, \d{4})\b")
_RECEIPT = re.compile(r"\b(receipt|receiv\w*|get|got)\b", re.IGNORECASE)
_DATED = re.compile(r"\b(date|dated|this (?:notice|letter))\b", re.IGNORECASE)


@dataclass(frozen=True)
class Stated:
    """The notice's words, and the day they give, None when they cannot be counted."""

    words: str
    due: date | None
    counted: str


def stated_deadline(case: Mapping[str, Any]) -> Stated | None:
    """Return what the notice states, or None when the case holds no such words."""
    words = value_at(case, STATED)
    if not words:
        return None
    text = str(words)
    named = _named_day(text)
    if named is not None:
        return Stated(text, named, f"The notice names {long_date(named)}.")
    return _counted(case, text)


def _named_day(text: str) -> date | None:
    iso, written = _ISO.search(text), _LONG.search(text)
    try:
        if iso:
            return date.fromisoformat(iso.group())
        return datetime.strptime(written.group(), "%B %d, %Y").date() if written else None  # noqa: DTZ007 - a day
    except ValueError:
        return None


def _counted(case: Mapping[str, Any], text: str) -> Stated:
    match = _SPAN.search(text)
    start = _start(case, match.group(3)) if match else None
    if match is None or start is None:
        return Stated(text, None, "The notice’s words give no day that can be counted here.")
    number, unit = int(match.group(1)), match.group(2).lower()
    if unit.startswith("month"):
        due = add_months(start, number, overflow_to_next_month=False)
    else:
        due = start + timedelta(days=number)
    return Stated(text, due, f"The notice’s own words, counted from {long_date(start)}.")


def _start(case: Mapping[str, Any], after: str) -> date | None:
    if _RECEIPT.search(after):
        return whole_day(case, RECEIVED)
    if _DATED.search(after):
        return whole_day(case, NOTICE)
    return None
