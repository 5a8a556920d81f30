"""Days at odds, plans unknown: nothing counted from them is printed as a fact."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.deadlines import Deadline, deadlines
from casework.knowledge_base.model import Knowledge
from casework.law_findings import law_findings
from casework.regime import regime
from tests.casework.law.law_cases import a_case, denied

TODAY = date(2026, 11, 20)


def found(case: dict[str, Any], knowledge: Knowledge) -> dict[str, Deadline]:
    return {each.id: each for each in deadlines(case, knowledge, TODAY)}


def findings(case: dict[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    return {each.id: each for each in law_findings(case, knowledge, TODAY)}


@pytest.mark.parametrize(
    ("notice", "arrived", "finding"),
    [
        ("2026-12-01", "", "notice_in_future"),
        ("2026-12-01", "2026-12-04", "notice_in_future"),
        ("2026-11-16", "2026-11-23", "received_in_future"),
        ("2026-11-16", "2026-11-12", "received_before_notice"),
    ],
)
def test_a_day_counted_from_days_at_odds_is_for_planning_only(
    notice, arrived, finding, knowledge
) -> None:
    case = denied(a_case(), notice, arrived)
    assert finding in findings(case, knowledge)
    assert found(case, knowledge)["erisa.appeal.file"].certainty == "working_target"
    assert regime(case, knowledge, today=TODAY).file_by is None


def test_days_in_order_stay_certain(knowledge) -> None:
    case = denied(a_case(), "2026-11-16", "2026-11-20")
    assert found(case, knowledge)["erisa.appeal.file"].certainty == "certain"
    assert regime(case, knowledge).file_by is not None


def test_the_earliest_of_all_is_promised_no_further_than_it_was_read(knowledge) -> None:
    got = found(denied(a_case("unknown"), "2026-11-06"), knowledge)["earliest_of_all_plans"]
    assert (got.due, got.certainty) == (date(2027, 1, 5), "working_target")
    assert "a state’s own Medicaid may give less" in got.counted


@pytest.mark.parametrize(
    ("quote", "outside"),
    [
        ("This service is not a covered benefit.", True),
        ("The claim was not filed in time; timely filing limit exceeded.", True),
        ("Not medically necessary.", False),
    ],
)
def test_a_reason_without_judgment_is_warned_of_however_it_is_told(
    quote, outside, knowledge
) -> None:
    case = denied(a_case(), "2026-11-06", level="first_appeal", reasons=[{"quote": quote}])
    assert ("external_review_scope" in findings(case, knowledge)) is outside
