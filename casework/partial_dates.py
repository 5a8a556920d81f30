"""Dates as charts hold them: a day, a month or a year.

A partial date is an interval. It is never completed to a day: what follows from it is told as the
least and the most that it allows.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal

from casework.english import long_date, month_day

Precision = Literal["day", "month", "year"]

_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_PRECISIONS: tuple[Precision, ...] = ("year", "month", "day")
_DAYS_A_WEEK = 7


@dataclass(frozen=True)
class PartialDate:
    """A date known to the day, the month or the year.

    ``earliest`` and ``latest`` are the first and last day that it can mean; both are the day itself
    when the precision is "day".
    """

    earliest: date
    latest: date
    precision: Precision

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read "2025-03-10", "2025-03" or "2004".

        Raises:
            ValueError: it is none of the three, or no day of the calendar. The text is not repeated.
        """
        match = _SHAPE.fullmatch(text)
        if match is None:
            raise ValueError("not a date written as YYYY-MM-DD, YYYY-MM or YYYY")
        parts = [int(part) for part in match.groups() if part]
        return _between(parts, _PRECISIONS[len(parts) - 1])

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """Return `day` as a date known to the day."""
        return cls(day, day, "day")

    def __str__(self) -> str:
        return self.earliest.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.precision]]

    @property
    def words(self) -> str:
        """As a paper prints it: "March 3, 2026", "March 2025" or "2004"."""
        if self.precision == "day":
            return long_date(self.earliest)
        if self.precision == "month":
            # The earliest day of a month is its first: "March 1" less the day is the month's name.
            return f"{month_day(self.earliest).removesuffix(' 1')} {self.earliest.year}"
        return str(self.earliest.year)

    @property
    def when(self) -> str:
        """With its preposition: "on March 3, 2026", "in March 2026" or "in 2004"."""
        return f"{'on' if self.precision == 'day' else 'in'} {self.words}"

    def surely_before(self, other: PartialDate) -> bool:
        """Whether every day this can mean comes before every day the other can mean."""
        return self.latest < other.earliest

    def surely_after(self, other: PartialDate) -> bool:
        """Whether every day this can mean comes after every day the other can mean."""
        return other.surely_before(self)

    def weeks_until(self, stop: PartialDate) -> tuple[int, int]:
        """Return `weeks_between` this date and `stop`."""
        return weeks_between(self, stop)


def weeks_between(start: PartialDate, stop: PartialDate) -> tuple[int, int]:
    """Return (least, most) whole weeks from `start` to `stop`, never below zero.

    The day of the start is day 0: from February 10 to February 24 are two weeks.
    """
    least = (stop.earliest - start.latest).days // _DAYS_A_WEEK
    most = (stop.latest - start.earliest).days // _DAYS_A_WEEK
    return max(0, least), max(0, most)


def may_overlap(
    first: tuple[PartialDate | None, PartialDate | None],
    second: tuple[PartialDate | None, PartialDate | None],
) -> bool:
    """Whether two spans (start, stop) can share a day; None is open, or not known."""
    return not (_ended_before(first, second) or _ended_before(second, first))


def _ended_before(
    one: tuple[PartialDate | None, PartialDate | None],
    other: tuple[PartialDate | None, PartialDate | None],
) -> bool:
    stop, start = one[1], other[0]
    return stop is not None and start is not None and stop.surely_before(start)


def _between(parts: list[int], precision: Precision) -> PartialDate:
    year = parts[0]
    if precision == "year":
        return PartialDate(date(year, 1, 1), date(year, 12, 31), precision)
    month = parts[1]
    if precision == "month":
        first = date(year, month, 1)
        return PartialDate(first, first.replace(day=monthrange(year, month)[1]), precision)
    return PartialDate.of(date(year, month, parts[2]))


def whole_day(text: object) -> date | None:
    """Return the day of a whole ISO date, None for a partial or absent one."""
    whole = isinstance(text, str) and len(text) == len("2026-01-01")
    return date.fromisoformat(str(text)) if whole else None
