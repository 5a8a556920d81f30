from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.deadlines.counting import (
    add_business_days,
    add_months,
    due_from,
    is_business_day,
    last_business_day,
)
from casework.knowledge_base.load import load_knowledge

RULES = [rule for law in load_knowledge().laws.values() for rule in law.deadline]
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))


def test_the_day_of_the_event_is_day_zero() -> None:
    assert add_business_days(date(2026, 1, 15), 1) == date(2026, 1, 16)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 7, 3),  # July 4 is a Saturday
        date(2027, 12, 31),  # January 1, 2028 is a Saturday: observed in the year before
        date(2026, 1, 19),  # Martin Luther King Jr. Day
        date(2027, 6, 18),  # Juneteenth on a Saturday
        date(2026, 10, 12),  # Columbus Day
    ],
)
def test_an_observed_federal_holiday_is_no_business_day(day: date) -> None:
    assert not is_business_day(day)


def test_the_day_after_thanksgiving_is_a_business_day() -> None:
    assert is_business_day(date(2026, 11, 27))


def test_a_month_without_the_day_ends_on_its_last_day() -> None:
    assert add_months(date(2026, 8, 31), 6, overflow_to_next_month=False) == date(2027, 2, 28)
    assert add_months(date(2027, 8, 31), 6, overflow_to_next_month=False) == date(2028, 2, 29)


def test_federal_external_review_goes_to_the_first_of_the_next_month_instead() -> None:
    assert add_months(date(2025, 10, 30), 4, overflow_to_next_month=True) == date(2026, 3, 1)


def test_hours_are_wall_clock_hours_over_a_weekend() -> None:
    rule = next(each for each in RULES if each.id == "erisa.appeal.decide_urgent")
    friday = datetime.fromisoformat("2026-01-16T16:30-05:00")
    assert due_from(rule, friday) == datetime.fromisoformat("2026-01-19T16:30-05:00")


def test_hours_from_a_day_alone_end_on_a_day() -> None:
    rule = next(each for each in RULES if each.id == "erisa.appeal.decide_urgent")
    assert due_from(rule, date(2026, 1, 16)) == date(2026, 1, 19)


@given(start=DAYS, rule=st.sampled_from(RULES))
def test_no_deadline_falls_before_or_on_its_event(start: date, rule) -> None:
    assert due_from(rule, start) > start


@given(start=DAYS, later=st.integers(0, 400), rule=st.sampled_from(RULES))
def test_a_later_event_never_gives_an_earlier_deadline(start: date, later: int, rule) -> None:
    assert due_from(rule, start) <= due_from(rule, start + timedelta(days=later))


@given(start=DAYS, count=st.integers(1, 30))
def test_business_days_end_on_a_business_day_and_count_each_one(start: date, count: int) -> None:
    end = add_business_days(start, count)
    between = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    assert is_business_day(end)
    assert sum(map(is_business_day, between)) == count


@given(day=DAYS)
def test_the_working_day_before_is_never_after_and_never_a_day_off(day: date) -> None:
    found = last_business_day(day)
    assert found <= day
    assert is_business_day(found)
