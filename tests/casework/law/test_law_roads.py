"""Roads that fork: which step, which notice dates it, and who may go there."""

from __future__ import annotations

from datetime import date
from typing import Any

from casework.deadlines import Deadline, deadlines
from casework.knowledge_base.model import Knowledge
from casework.law_findings import law_findings
from casework.regime import regime
from tests.casework.law.law_cases import a_case, denied

TODAY = date(2026, 11, 20)


def found(case: dict[str, Any], knowledge: Knowledge, *events: Any) -> dict[str, Deadline]:
    return {each.id: each for each in deadlines(case, knowledge, TODAY, events)}


def findings(case: dict[str, Any], knowledge: Knowledge, today: date = TODAY) -> dict[str, str]:
    return {each.id: each.severity for each in law_findings(case, knowledge, today)}


def new_york(level: str, **denial: Any) -> dict[str, Any]:
    plan = a_case("fully_insured_group", state="NY")
    return denied(plan, "2026-11-02", "2026-11-05", level=level, **denial)


SECOND = "You may ask for a second-level appeal."


def test_new_yorks_four_months_run_beside_a_second_internal_level(knowledge) -> None:
    case = new_york("first_appeal", letter_text=SECOND)
    got = found(case, knowledge)["ny.external.file"]
    assert (got.step, got.due, got.certainty) == ("external", date(2027, 3, 2), "certain")
    assert "first appeal is dated November 2, 2026" in got.counted


def test_new_yorks_second_decision_starts_no_new_four_months(knowledge) -> None:
    got = found(new_york("second_appeal"), knowledge)
    assert got["ny.external.file"].due is None
    assert got["notice.stated"].certainty == "no_date"
    assert found(new_york("initial"), knowledge)["ny.external.file"].due is None


def test_a_time_that_runs_beside_the_step_at_hand_is_warned_of(knowledge) -> None:
    case = new_york("first_appeal", letter_text=SECOND)
    assert (
        findings(case, knowledge, date(2027, 2, 27))["deadline_soon.ny.external.file"] == "blocker"
    )


def test_a_clinic_files_in_new_york_in_its_own_name_once_care_has_begun(knowledge) -> None:
    for timing, own in (("pre_service", False), ("concurrent", True), ("post_service", True)):
        case = new_york("first_appeal", timing=timing)
        assert ("ny.external.file_provider" in found(case, knowledge)) is own, timing
        assert ("provider" in regime(case, knowledge).who_may_file) is own, timing


def test_the_clinics_missed_sixty_days_leave_the_patients_four_months(knowledge) -> None:
    case = new_york("first_appeal", timing="post_service")
    ids = findings(case, knowledge, date(2027, 1, 15))
    assert not any(each.startswith("deadline_passed") for each in ids)
    late = findings(case, knowledge, date(2027, 4, 1))
    assert late["deadline_passed.ny.external.file"] == "blocker"
