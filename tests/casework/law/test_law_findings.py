from __future__ import annotations

from datetime import date
from typing import Any

from casework.findings_model import Finding
from casework.knowledge_base.model import Knowledge
from casework.law_findings import law_findings
from tests.casework.law.law_cases import a_case, denied, signed_by_representative, urgent

TODAY = date(2026, 11, 20)


def found(case: dict[str, Any], knowledge: Knowledge, *events: Any) -> dict[str, Finding]:
    return {each.id: each for each in law_findings(case, knowledge, TODAY, events)}


def test_the_reference_case_has_nothing_late_and_standing(cases, knowledge) -> None:
    got = law_findings(cases["depression_commercial_denied"], knowledge, date(2026, 10, 19))
    assert [each for each in got if each.severity == "blocker"] == []


def test_a_passed_deadline_blocks_and_names_good_cause_where_the_rule_has_it(knowledge) -> None:
    got = found(denied(a_case("medicare_advantage"), "2026-06-01"), knowledge)
    late = got["deadline_passed.ma.appeal.file"]
    assert late.severity == "blocker"
    assert "good cause (42 CFR 422.582(c))" in late.message.replace("cause. (", "cause (")
    assert "August 5, 2026" in late.message


def test_a_passed_faster_road_is_no_lost_appeal(knowledge) -> None:
    case = urgent(denied(a_case("tricare"), "2026-11-01", "2026-11-05"), "in danger")
    assert not [each for each in found(case, knowledge) if each.startswith("deadline_passed")]


def test_a_week_left_blocks_and_a_month_left_warns(knowledge) -> None:
    medicaid = a_case("medicaid_managed_care")
    week = found(denied(medicaid, "2026-09-25"), knowledge)
    month = found(denied(medicaid, "2026-10-10"), knowledge)
    far = found(denied(medicaid, "2026-11-06"), knowledge)
    assert week["deadline_soon.mco.appeal.file"].severity == "blocker"
    assert month["deadline_soon.mco.appeal.file"].severity == "weakness"
    assert "deadline_soon.mco.appeal.file" not in far


def test_a_missing_notice_date_blocks_and_a_missing_arrival_warns(knowledge) -> None:
    bare = {**a_case(), "denial": {"level": "initial"}}
    assert found(bare, knowledge)["notice_date_missing"].pointer == "/denial/notice_date"
    dated = found(denied(a_case(), "2026-11-06"), knowledge)
    assert dated["received_date_missing"].pointer == "/denial/received_date"


def test_an_arrival_that_does_not_move_the_day_is_not_asked_for(knowledge) -> None:
    got = found(denied(a_case("medicaid_managed_care"), "2026-11-06"), knowledge)
    assert "received_date_missing" not in got


def test_a_notice_from_the_future_or_out_of_order_is_told(knowledge) -> None:
    assert "notice_in_future" in found(denied(a_case(), "2027-01-05"), knowledge)
    assert "received_before_notice" in found(
        denied(a_case(), "2026-11-06", "2026-11-02"), knowledge
    )


def test_a_payment_notice_older_than_the_service_is_told(knowledge) -> None:
    case = denied(a_case(), "2026-10-12", timing="post_service")
    case["claim"] = {"date": "2026-11-02", "lines": [{"code": "96365"}]}
    assert "notice_before_service" in found(case, knowledge)


def test_the_earlier_of_notice_and_rule_is_worked_toward(cases, knowledge) -> None:
    got = found(cases["medicare_advantage_denial"], knowledge)["stated_deadline_differs"]
    assert "January 13, 2027; the rule gives January 12, 2027" in got.message


def test_nobody_with_standing_blocks_and_a_signed_form_cures_it(knowledge) -> None:
    case = denied(a_case("fehb"), "2026-11-06")
    assert "specific written consent" in found(case, knowledge)["no_standing"].message
    assert "no_standing" not in found(signed_by_representative(case, "2026-11-10"), knowledge)


def test_the_physician_of_medicare_advantage_needs_no_form(knowledge) -> None:
    assert "no_standing" not in found(denied(a_case("medicare_advantage"), "2026-11-09"), knowledge)


def test_a_medicare_form_over_a_year_old_is_told(knowledge) -> None:
    case = denied(a_case("medicare_advantage"), "2026-11-09")
    assert "form_over_a_year_old" in found(signed_by_representative(case, "2025-11-01"), knowledge)


def test_urgency_without_its_facts_blocks_with_the_rules_own_test(knowledge) -> None:
    case = urgent(a_case())
    told = found(case, knowledge)["urgency_without_facts"]
    assert told.severity == "blocker"
    assert "could seriously jeopardize" in told.message
    assert "urgency_without_facts" not in found(urgent(a_case(), "in hospital"), knowledge)


def test_urgency_is_proposed_from_risk_and_never_set(knowledge) -> None:
    case = {**a_case(), "risk": {"ideation": "plan"}}
    assert "urgency_proposed" in found(case, knowledge)
    assert "urgency" not in case["request"]


def test_the_kind_of_plan_must_be_known_before_an_appeal(knowledge) -> None:
    got = found(denied(a_case("unknown"), "2026-11-06"), knowledge)
    assert got["plan_type_unknown"].severity == "blocker"
    assert "who_may_file_unknown" in got
    assert "funding_unknown" in got


def test_a_funding_that_disagrees_with_the_plan_is_told(knowledge) -> None:
    case = a_case("fully_insured_group", state="MA", funding="self_funded")
    assert "funding_disagrees" in found(case, knowledge)
    agrees = a_case("erisa_self_funded", funding="self_funded")
    assert "funding_disagrees" not in found(agrees, knowledge)


def test_an_insured_plan_without_its_state_is_told(knowledge) -> None:
    assert "state_missing" in found(a_case("aca_individual"), knowledge)
    assert "state_missing" not in found(a_case("erisa_self_funded"), knowledge)


def test_an_unverified_state_rule_is_named_and_not_counted(knowledge) -> None:
    case = denied(a_case("fully_insured_group", state="PA"), "2026-11-06", level="first_appeal")
    assert "law_not_verified.pa.external.decide" in found(case, knowledge)


def test_a_state_without_a_filing_rule_sends_staff_to_the_notice(knowledge) -> None:
    case = denied(a_case("fully_insured_group", state="CO"), "2026-11-06", level="first_appeal")
    assert "state_rule_missing" in found(case, knowledge)


def test_a_silent_plan_opens_the_next_step(knowledge) -> None:
    case = denied(a_case(), "2026-08-03", "2026-08-06")
    received = {"type": "received", "at": "2026-09-01"}
    late = found(case, knowledge, received)["plan_late.erisa.appeal.decide_pre_service_one_level"]
    assert "October 1, 2026" in late.message
    assert "external review or court" in late.message
    decided = {"type": "decided", "at": "2026-10-15"}
    assert not [each for each in found(case, knowledge, received, decided) if "plan_late" in each]


def test_part_d_cannot_pay_for_an_unsupported_use(knowledge) -> None:
    assert found(a_case("medicare_part_d"), knowledge)["part_d_off_label"].severity == "blocker"


def test_no_finding_holds_a_name_or_a_diagnosis(cases, knowledge) -> None:
    for case in cases.values():
        for finding in law_findings(case, knowledge, TODAY):
            text = f"{finding.message} {finding.why_it_matters}"
            assert case["patient"]["last_name"] not in text
            assert case["diagnoses"][0]["icd10"] not in text


def test_after_the_last_step_staff_are_told_that_none_is_left(knowledge) -> None:
    case = denied(a_case(), "2026-11-06", level="external")
    assert found(case, knowledge)["no_step_left"].severity == "blocker"
