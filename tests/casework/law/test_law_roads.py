"""Roads that fork: which step, which notice dates it, and who may go there."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.deadlines import Deadline, deadlines
from casework.knowledge_base.model import Knowledge
from casework.law_findings import late_findings, law_findings
from casework.regime import regime
from tests.casework.law.law_cases import a_case, denied, urgent

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


def tricare(level: str = "first_appeal", **denial: Any) -> dict[str, Any]:
    return denied(a_case("tricare"), "2026-10-23", "2026-10-27", level=level, **denial)


def test_tricare_sends_coverage_to_the_agency_in_sixty_days(knowledge) -> None:
    case = tricare(reasons=[{"quote": "This is not a covered benefit."}])
    got = found(case, knowledge)
    assert got["tricare.formal_review.file"].due == date(2026, 12, 22)
    assert "tricare.second_reconsideration.file" not in got
    assert regime(case, knowledge).name == "request for a formal review"


def test_tricare_sends_necessity_to_the_quality_contractor_in_ninety_days(knowledge) -> None:
    case = tricare(reasons=[{"quote": "Not medically necessary."}])
    assert found(case, knowledge)["tricare.second_reconsideration.file"].due == date(2027, 1, 21)


def test_the_office_that_the_notice_names_decides_over_its_reasons(knowledge) -> None:
    words = "You may ask the TRICARE Quality Monitoring Contractor for a second reconsideration."
    case = tricare(reasons=[{"id": "excluded_benefit"}], letter_text=words)
    assert regime(case, knowledge).step == "second_reconsideration"
    named = tricare(letter_text="You may request a formal review by the Defense Health Agency.")
    assert regime(named, knowledge).step == "formal_review"


def test_an_untold_road_prints_nothing_and_plans_by_the_shorter_time(knowledge) -> None:
    case = tricare(reasons=[{"id": "experimental_investigational"}])
    got = found(case, knowledge)["tricare.formal_review.file"]
    assert (got.due, got.certainty) == (date(2026, 12, 22), "working_target")
    assert regime(case, knowledge).file_by is None
    assert findings(case, knowledge)["next_office_untold"] == "blocker"


def test_a_tricare_hearing_has_a_day_on_the_road_of_coverage_only(knowledge) -> None:
    coverage = tricare("second_appeal", reasons=[{"id": "excluded_benefit"}])
    assert found(coverage, knowledge)["tricare.hearing.file_factual"].due == date(2026, 12, 22)
    necessity = tricare("second_appeal", reasons=[{"id": "not_medically_necessary"}])
    assert list(found(necessity, knowledge)) == ["notice.stated"]


def test_tricare_owes_sixty_days_for_a_question_of_coverage(knowledge) -> None:
    case = tricare("initial", reasons=[{"id": "excluded_benefit"}])
    got = found(case, knowledge, {"type": "received", "at": "2026-11-02"})
    assert got["tricare.reconsideration.decide_factual"].due == date(2027, 1, 1)
    assert "tricare.reconsideration.decide_factual" not in found(tricare("initial"), knowledge)


@pytest.mark.parametrize(
    "plan",
    ["erisa_self_funded", "fully_insured_group", "non_federal_governmental", "grandfathered"],
)
@pytest.mark.parametrize(
    ("timing", "one", "two"), [("pre_service", 30, 15), ("post_service", 60, 30)]
)
def test_a_plan_with_two_levels_owes_each_decision_in_half_the_time(
    plan, timing, one, two, knowledge
) -> None:
    def days(words: str) -> int:
        case = denied(a_case(plan), "2026-10-12", timing=timing, letter_text=words)
        received = {"type": "received", "at": "2026-11-02"}
        owed = [each for each in found(case, knowledge, received).values() if each.role == "decide"]
        return (owed[0].due_day - date(2026, 11, 2)).days if len(owed) == 1 else 0

    assert days("You may appeal.") == one
    assert days("After that there is no second-level appeal.") == one
    for words in (SECOND, "Level 2 appeals go to the plan.", "A second internal appeal is open."):
        assert days(words) == two, words


@pytest.mark.parametrize("plan", ["medicaid_managed_care", "medicaid_ffs"])
def test_asking_faster_never_lengthens_medicaids_24_hours_for_a_drug(plan, knowledge) -> None:
    case = a_case(plan)
    case["request"] = {**case["request"], "benefit": "pharmacy"}
    received = {"type": "received", "at": "2026-11-02T09:00:00-05:00"}
    for asked in (case, urgent(case, "She cannot wait.")):
        owed = [
            each for each in found(asked, knowledge, received).values() if each.role == "decide"
        ]
        assert [each.id for each in owed] == ["mco.authorization.outpatient_drug"]


@pytest.mark.parametrize("plan", ["medicare_advantage", "medicaid_managed_care", "medicaid_ffs"])
def test_a_claim_for_care_given_gets_no_clock_of_an_authorization(plan, knowledge) -> None:
    case = {**a_case(plan), "claim": {"date": "2026-10-01", "lines": [{"code": "96365"}]}}
    assert found(case, knowledge, {"type": "received", "at": "2026-11-02"}) == {}


@pytest.mark.parametrize(
    ("plan", "rule"), [("medicare_advantage", "ma.alj.file"), ("medicare_part_d", "pd.alj.file")]
)
def test_medicares_second_decision_is_the_independent_entitys(plan, rule, knowledge) -> None:
    case = denied(a_case(plan), "2026-01-15", level="second_appeal")
    assert found(case, knowledge)[rule].due == date(2026, 3, 21)
    assert regime(case, knowledge).step == "hearing"


@pytest.mark.parametrize("level", ["initial", "first_appeal"])
@pytest.mark.parametrize("fast", [False, True])
def test_a_self_funded_plan_is_cited_its_own_departments_rule(level, fast, knowledge) -> None:
    case = denied(a_case(state="MA"), "2026-10-12", level=level)
    told = regime(urgent(case) if fast else case, knowledge)
    cited = [right.citation for right in (*told.rights, *told.silence)]
    cited += [each.citation for each in (told.file_by, told.decision_owed) if each]
    for each in cited:
        assert "state process" not in each
        assert "147.136" not in each or each.startswith("29 CFR 2590.715-2719")


def test_california_lets_an_experimental_denial_go_straight_to_review(knowledge) -> None:
    def told(state: str, reason: str) -> set[str]:
        plan = a_case("fully_insured_group", state=state)
        case = denied(plan, "2026-10-12", reasons=[{"id": reason}])
        return {right.id for right in regime(case, knowledge).rights}

    assert "ca.right.imr_at_once" in told("CA", "experimental_investigational")
    assert "ca.right.imr_at_once" not in told("CA", "not_medically_necessary")
    assert "ca.right.imr_at_once" not in told("NY", "experimental_investigational")


def test_a_dismissal_does_not_go_on_by_itself(knowledge) -> None:
    words = "Your request for reconsideration was dismissed."
    case = denied(
        a_case("medicare_advantage"), "2026-01-15", level="first_appeal", letter_text=words
    )
    assert found(case, knowledge)["ma.ire.dismissal_review"].due == date(2026, 3, 21)
    upheld = denied(a_case("medicare_advantage"), "2026-01-15", level="first_appeal")
    assert regime(upheld, knowledge).automatic


def test_a_public_employers_plan_under_the_hhs_process_counts_from_the_decision(knowledge) -> None:
    def due(state: str, words: str = "") -> set[date | None]:
        plan = a_case("non_federal_governmental", state=state)
        case = denied(plan, "2026-10-30", "2026-11-03", level="first_appeal", letter_text=words)
        return {each.due_day for each in found(case, knowledge).values() if each.role == "file"}

    assert due("NC") == {date(2027, 3, 3)}
    assert due("AL") == {date(2027, 2, 28)}
    assert due("NC", "Send the form through externalappeal.cms.gov.") == {date(2027, 2, 28)}
    assert due("NJ", "Send the form to Maximus.") == {date(2027, 3, 3)}


def test_an_extension_is_not_told_of_a_part_b_drug(knowledge) -> None:
    case = urgent(denied(a_case("medicare_advantage"), "2026-10-12"), "She cannot wait.")
    got = found(case, knowledge, {"type": "received", "at": "2026-10-20"})
    assert "but not for a Part B drug" in got["ma.appeal.decide_expedited"].counted


def test_a_part_d_plan_that_is_late_must_send_the_request_on(knowledge) -> None:
    case = a_case("medicare_part_d")
    late = late_findings(case, knowledge, TODAY, [{"type": "received", "at": "2026-11-02"}])
    assert any(
        "must send the case to the independent review entity" in each.message for each in late
    )


@pytest.mark.parametrize("state", ["GA", "NJ"])
def test_how_to_file_is_no_right_to_ask_for(state, knowledge) -> None:
    plan = a_case("fully_insured_group", state=state)
    told = regime(denied(plan, "2026-10-12", level="first_appeal"), knowledge).rights
    assert not any(right.id.startswith(("ga.", "nj.")) for right in told)


def test_a_hearing_needs_its_least_amount(knowledge) -> None:
    def told(amount: int | None) -> str | None:
        denial = {} if amount is None else {"amount": amount}
        case = denied(a_case("medicare_part_d"), "2026-10-12", level="external", **denial)
        return findings(case, knowledge).get("amount_in_dispute")

    assert (told(None), told(150), told(200)) == ("weakness", "blocker", None)


def test_a_federal_carriers_silence_is_told_with_the_road_it_opens(knowledge) -> None:
    case = denied(a_case("fehb"), "2026-09-01")
    late = late_findings(case, knowledge, TODAY, [{"type": "received", "at": "2026-10-02"}])
    assert any("within 120 days after first writing" in each.message for each in late)
