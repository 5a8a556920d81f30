"""What other guides get wrong: the numbers that circulate, and the road that is not there."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.deadlines import deadlines
from casework.knowledge_base.load import BUILT_IN
from casework.knowledge_base.model import Knowledge
from tests.casework.law.law_cases import a_case, denied

TODAY = date(2026, 11, 20)


def filing_days(case: dict[str, Any], knowledge: Knowledge) -> set[date | None]:
    return {each.due_day for each in deadlines(case, knowledge, TODAY) if each.role == "file"}


@pytest.mark.parametrize(
    ("state", "last_day", "not_the_guides"),
    [
        ("WA", date(2027, 5, 1), "180 days, not 60 or 120"),
        ("MI", date(2027, 3, 9), "127 days, not 60"),
        ("OH", date(2027, 5, 1), "180 days"),
        ("NC", date(2027, 3, 5), "120 days after receipt"),
        ("VA", date(2027, 3, 5), "120 days after receipt"),
        ("MA", date(2027, 3, 5), "four months after receipt, not 60 days"),
        ("FL", date(2027, 3, 2), "the federal four months from sending, not 60 days"),
        ("AL", date(2027, 3, 2), "the federal four months from sending, not 60 days"),
        ("CA", date(2027, 5, 2), "six months"),
        ("TX", date(2027, 3, 2), "the federal process since 2018"),
    ],
)
def test_the_time_for_external_review_is_the_rule_s_and_not_the_guides(
    state, last_day, not_the_guides, knowledge
) -> None:
    plan = a_case("fully_insured_group", state=state)
    case = denied(plan, "2026-11-02", "2026-11-05", level="first_appeal")
    assert filing_days(case, knowledge) == {last_day}, not_the_guides


@pytest.mark.parametrize("state", ["GA", "WY"])
def test_where_no_rule_was_read_the_notice_decides_and_no_day_is_made_up(state, knowledge) -> None:
    plan = a_case("fully_insured_group", state=state)
    case = denied(plan, "2026-11-02", "2026-11-05", level="first_appeal")
    assert filing_days(case, knowledge) == {None}


@pytest.mark.parametrize("plan", ["medicare_advantage", "medicare_part_d"])
def test_sixty_five_days_are_sixty_after_the_fifth_and_never_run_from_a_recorded_arrival(
    plan, knowledge
) -> None:
    arrived = denied(a_case(plan), "2026-11-02", "2026-11-03")
    posted = denied(a_case(plan), "2026-11-02")
    assert filing_days(arrived, knowledge) - {None} == {date(2027, 1, 2)}
    assert filing_days(posted, knowledge) - {None} == {date(2027, 1, 6)}


def test_a_medicaid_plan_gives_sixty_days_and_not_the_old_forty_five(knowledge) -> None:
    case = denied(a_case("medicaid_managed_care", state="TX"), "2026-11-02", "2026-11-09")
    assert date(2027, 1, 1) in filing_days(case, knowledge)
    assert date(2026, 12, 17) not in filing_days(case, knowledge)


def test_no_right_leans_on_the_parity_duties_that_are_not_enforced(knowledge) -> None:
    told = " ".join(right.text for law in knowledge.laws.values() for right in law.right).lower()
    assert "meaningful benefit" not in told
    assert "outcome data" not in told


def test_the_independent_entity_of_medicare_advantage_is_the_one_since_may() -> None:
    rows = (BUILT_IN / "regulators" / "federal.toml").read_text(encoding="utf-8")
    assert "Part C independent review entity: C2C" in rows
    assert "Part C independent review entity: Maximus" not in rows


def test_medicaids_seven_days_tell_of_the_rating_period(knowledge) -> None:
    received = [{"type": "received", "at": "2026-02-02"}]
    case = a_case("medicaid_managed_care", state="TX")
    rows = {each.id: each for each in deadlines(case, knowledge, TODAY, received)}
    got = rows["mco.authorization.standard"]
    assert got.due == date(2026, 2, 9)
    assert "rating period" in got.counted
