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
    r"\b(\d{1,3}|two|three|four|six)\b\)?\s+(?:calendar\s+)?(days?|months?)\s+"
    r"(?:from|after|of|following)\s+(.*)",
    re.IGNORECASE,
)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "six": 6}
# "by April 13, 2027": a last day, not the day that something is counted from.
_LAST = re.compile(
    r"\b(?:by|before|until|no later than|on or before|through)\s+(?:the\s+)?", re.IGNORECASE
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
    named = _last_day(text) or (None if _SPAN.search(text) else _named_day(text))
    if named is not None:
        return Stated(text, named, f"The notice names {long_date(named)}.")
    return _counted(case, text)


def _last_day(text: str) -> date | None:
    """Return the day that stands right after "by" or its like."""
    for match in _LAST.finditer(text):
        tail = text[match.end() :]
        starts = _ISO.match(tail) or _LONG.match(tail)
        if starts:
            return _named_day(starts.group())
    return None


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
    number, unit = _number(match.group(1)), match.group(2).lower()
    if unit.startswith("month"):
        due = add_months(start, number, overflow_to_next_month=False)
    else:
        due = start + timedelta(days=number)
    return Stated(text, due, f"The notice’s own words, counted from {long_date(start)}.")


def _number(text: str) -> int:
    return _NUMBERS.get(text.lower()) or int(text)


def _start(case: Mapping[str, Any], after: str) -> date | None:
    dated = _named_day(after)
    if dated is not None:
        return dated
    receipt, printed = _RECEIPT.search(after), _DATED.search(after)
    if receipt and not (printed and _names_the_notice(printed, receipt)):
        # The printed date is never later than the arrival, so the day it gives is a safe one.
        return whole_day(case, RECEIVED) or whole_day(case, NOTICE)
    return whole_day(case, NOTICE) if printed else None


def _names_the_notice(printed: re.Match[str], receipt: re.Match[str]) -> bool:
    """Whether "the date of this notice" comes before a later word of receiving something else."""
    return printed.start() < receipt.start() and "you" not in receipt.string[: receipt.start()]
