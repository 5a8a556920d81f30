"""Faster roads: told where they are open, and nowhere else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.deadlines import deadlines
from casework.knowledge_base.model import Knowledge
from casework.regime import Regime, regime
from tests.casework.law.law_cases import a_case, denied, urgent

TODAY = date(2026, 11, 20)
BOTH_AT_ONCE = {
    "MA": "ma_state.right.both_at_once",
    "PA": "pa.right.expedited_at_once",
    "VA": "va_state.right.both_at_once",
}


def rights(found: Regime) -> set[str]:
    return {right.id for right in found.rights}


def insured(level: str, state: str, *, fast: bool, timing: str = "pre_service") -> dict[str, Any]:
    plan = a_case("fully_insured_group", state=state)
    case = denied(plan, "2026-11-02", "2026-11-05", level=level, timing=timing)
    return urgent(case, "She cannot wait.") if fast else case


@pytest.mark.parametrize(("state", "right"), BOTH_AT_ONCE.items())
def test_both_reviews_at_once_are_told_in_an_urgent_appeal_to_the_plan_only(
    state: str, right: str, knowledge: Knowledge
) -> None:
    assert right in rights(regime(insured("initial", state, fast=True), knowledge))
    assert right not in rights(regime(insured("initial", state, fast=False), knowledge))
    assert right not in rights(regime(insured("first_appeal", state, fast=False), knowledge))
    assert right not in rights(regime(insured("first_appeal", state, fast=True), knowledge))


@pytest.mark.parametrize(
    "plan",
    ["erisa_self_funded", "fully_insured_group", "aca_individual", "non_federal_governmental"],
)
def test_every_plan_with_outside_review_tells_of_it_in_an_urgent_appeal(plan, knowledge) -> None:
    case = denied(a_case(plan), "2026-11-02", "2026-11-05")
    assert "aca.right.simultaneous_expedited" in rights(regime(urgent(case), knowledge))
    assert "aca.right.simultaneous_expedited" not in rights(regime(case, knowledge))


def test_a_grandfathered_plan_tells_of_no_outside_review(knowledge) -> None:
    case = urgent(denied(a_case("grandfathered"), "2026-11-02", "2026-11-05"))
    assert "aca.right.simultaneous_expedited" not in rights(regime(case, knowledge))


def test_only_a_physicians_word_binds_the_plan_to_urgency(knowledge) -> None:
    case = urgent(denied(a_case(), "2026-11-02", "2026-11-05"))
    nurse = {**case, "prescriber": {**case["prescriber"], "credentials": "PMHNP-BC"}}
    assert "erisa.right.urgent_by_clinician" in rights(regime(case, knowledge))
    assert "erisa.right.urgent_by_clinician" not in rights(regime(nurse, knowledge))


@pytest.mark.parametrize("state", ["MA", "NY", "VA", "WA"])
def test_what_a_plans_silence_gives_is_no_right_once_it_has_answered(state, knowledge) -> None:
    ids = rights(regime(insured("first_appeal", state, fast=False), knowledge))
    assert not any("deemed" in each or "late_carrier" in each for each in ids)


@pytest.mark.parametrize(
    "plan",
    ["erisa_self_funded", "aca_individual", "grandfathered", "non_federal_governmental",
     "medicare_advantage", "medicare_part_d"],
)  # fmt: skip
@pytest.mark.parametrize("level", ["initial", "first_appeal"])
def test_nothing_is_faster_for_care_already_given(plan, level, knowledge) -> None:
    case = denied(a_case(plan), "2026-11-02", "2026-11-05", level=level, timing="post_service")
    found = deadlines(urgent(case), knowledge, TODAY)
    assert {each.urgency for each in found} == {"standard"}
    assert (
        "provider" not in regime(urgent(case), knowledge).who_may_file or plan == "medicare_part_d"
    )


def test_michigans_ten_days_are_for_care_still_to_come(knowledge) -> None:
    given = insured("first_appeal", "MI", fast=True, timing="post_service")
    assert "mi.external.file_expedited" not in {
        each.id for each in deadlines(given, knowledge, TODAY)
    }
