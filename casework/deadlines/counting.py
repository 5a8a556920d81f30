"""Counting days, business days, months and hours as `laws/_meta.toml` says.

The day of the event is day 0. Business days skip Saturday, Sunday and federal holidays as
observed. Months go to the same day of a later month, and the rule says what happens when that
month has no such day.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import cache

import holidays

from casework.knowledge_base.model import DeadlineRule

_SATURDAY = 5
_HOURS_A_DAY = 24


def is_business_day(day: date) -> bool:
    """Whether `day` is none of Saturday, Sunday and an observed federal holiday."""
    return day.weekday() < _SATURDAY and day not in _federal_holidays(day.year)


@cache
def _federal_holidays(year: int) -> frozenset[date]:
    # New Year's Day on a Saturday is observed in the year before, so its neighbor is read too.
    return frozenset(holidays.country_holidays("US", years=(year, year + 1)))


def add_business_days(start: date, count: int) -> date:
    """Return the `count`-th business day after `start`, which is day 0."""
    day = start
    for _ in range(count):
        day = next_business_day(day + timedelta(days=1))
    return day


def next_business_day(day: date) -> date:
    """Return `day`, or the first business day after it."""
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


def last_business_day(day: date) -> date:
    """Return `day`, or the last business day before it."""
    while not is_business_day(day):
        day -= timedelta(days=1)
    return day


def add_months(start: date, count: int, *, overflow_to_next_month: bool) -> date:
    """Return the same day `count` months later.

    A day that the month lacks becomes its last day, or the first day of the month after it where
    the rule says so (federal external review: received October 30, due March 1).
    """
    years, month = divmod(start.month - 1 + count, 12)
    year, month = start.year + years, month + 1
    last = monthrange(year, month)[1]
    if start.day <= last:
        return date(year, month, start.day)
    if overflow_to_next_month:
        return date(year, month, last) + timedelta(days=1)
    return date(year, month, last)


def due_from(rule: DeadlineRule, start: date | datetime) -> date | datetime:
    """Return when `rule` ends, counted from `start`.

    A rule in hours needs an instant and gives one; from a day alone it gives the day on which the
    hours end. A rule in days or months gives a day.
    """
    if rule.hours is not None:
        return _after_hours(start, rule.hours)
    due = _after_days(rule, _day(start))
    return next_business_day(due) if rule.rollover == "next_business_day" else due


def _after_hours(start: date | datetime, hours: int) -> date | datetime:
    if isinstance(start, datetime):
        return start + timedelta(hours=hours)
    return start + timedelta(days=-(-hours // _HOURS_A_DAY))


def _after_days(rule: DeadlineRule, start: date) -> date:
    if rule.months is not None:
        overflow = rule.month_end == "first_of_following_month"
        return add_months(start, rule.months, overflow_to_next_month=overflow)
    days = rule.days or 0
    if rule.counting == "business":
        return add_business_days(start, days)
    return start + timedelta(days=days)


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
