"""Deadlines of whole cases, each day worked out by hand from the law's text."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from casework.deadlines import Deadline, deadlines
from casework.knowledge_base.model import Knowledge
from tests.casework.law.law_cases import a_case, denied, urgent

TODAY = date(2026, 11, 20)
PLANS = ["erisa_self_funded", "aca_individual", "medicare_advantage", "medicare_part_d",
         "original_medicare", "medicaid_managed_care", "medicaid_ffs", "tricare", "fehb",
         "unknown"]  # fmt: skip


def found(case: dict[str, Any], knowledge: Knowledge, *events: Any) -> dict[str, Deadline]:
    return {each.id: each for each in deadlines(case, knowledge, TODAY, events)}


def test_the_reference_case_may_be_filed_until_april_13(cases, knowledge) -> None:
    got = found(cases["depression_commercial_denied"], knowledge)["erisa.appeal.file"]
    assert got.due == date(2027, 4, 13)
    assert got.certainty == "certain"
    assert got.counted == (
        "At least 180 days: the notice arrived on October 15, 2026; that day is day 0, and the "
        "time ends on April 13, 2027."
    )


def test_without_the_day_of_arrival_the_printed_date_counts_and_says_so(knowledge) -> None:
    case = denied(a_case(), "2026-10-12")
    got = found(case, knowledge)["erisa.appeal.file"]
    assert got.due == date(2027, 4, 10)
    assert got.presumed
    assert "not recorded" in got.counted
    assert got.working_target == date(2027, 4, 9)


def test_medicare_presumes_arrival_on_day_five_only_when_it_is_not_recorded(knowledge) -> None:
    plan = a_case("medicare_advantage")
    assert found(denied(plan, "2026-11-09"), knowledge)["ma.appeal.file"].due == date(2027, 1, 13)
    late = denied(plan, "2026-11-09", "2026-11-20")
    assert found(late, knowledge)["ma.appeal.file"].due == date(2027, 1, 19)


def test_the_law_in_force_on_the_notice_date_counts(knowledge) -> None:
    got = found(denied(a_case("medicare_advantage"), "2024-12-31", "2025-01-04"), knowledge)
    assert got["ma.appeal.file_before_2025"].due == date(2025, 3, 1)
    assert "ma.appeal.file" not in got


def test_medicaid_runs_from_the_date_on_the_notice_whenever_it_came(cases, knowledge) -> None:
    got = found(cases["medicaid_managed_care"], knowledge)
    assert got["mco.appeal.file"].due == date(2027, 1, 5)


def test_a_cut_of_medicaid_care_keeps_ten_days_or_until_it_takes_effect(knowledge) -> None:
    case = denied(
        a_case("medicaid_managed_care"), "2026-11-06", timing="concurrent",
        effective_date="2026-11-30",
    )  # fmt: skip
    assert found(case, knowledge)["mco.continuation.file"].due == date(2026, 11, 30)
    case["denial"]["effective_date"] = "2026-11-10"
    assert found(case, knowledge)["mco.continuation.file"].due == date(2026, 11, 16)


def test_the_ninety_days_of_fee_for_service_are_for_planning_only(knowledge) -> None:
    got = found(denied(a_case("medicaid_ffs", state="TX"), "2026-11-06"), knowledge)
    assert got["mffs.hearing.file"].certainty == "working_target"
    assert got["notice.stated"].certainty == "no_date"


def test_californias_own_hearing_row_goes_before_the_federal_one(knowledge) -> None:
    got = found(denied(a_case("medicaid_ffs", state="CA"), "2026-11-06"), knowledge)
    assert got["mffs.hearing.file_ca"].certainty == "certain"
    assert "mffs.hearing.file" not in got


def test_an_expedited_tricare_request_has_three_days_and_keeps_the_ninety(knowledge) -> None:
    case = urgent(denied(a_case("tricare"), "2026-11-16", "2026-11-19"))
    got = found(case, knowledge)
    assert got["tricare.expedited.file"].due == date(2026, 11, 22)
    assert got["tricare.reconsideration.file"].due == date(2027, 2, 14)


def test_federal_employees_count_six_months_and_clamp(knowledge) -> None:
    got = found(denied(a_case("fehb"), "2026-08-31", "2026-09-03"), knowledge)
    assert got["fehb.reconsideration.file"].due == date(2027, 2, 28)


def test_a_self_funded_plan_rolls_its_external_review_to_a_business_day(knowledge) -> None:
    case = denied(a_case(), "2026-03-01", "2026-03-04", level="first_appeal")
    got = found(case, knowledge)["aca.external.request"]
    assert got.due == date(2026, 7, 6)
    assert got.working_target is None


def test_an_insured_plan_follows_its_states_external_review(knowledge) -> None:
    case = denied(
        a_case("fully_insured_group", state="NC"), "2026-10-12", "2026-10-15",
        level="first_appeal",
    )  # fmt: skip
    got = found(case, knowledge)
    assert got["nc.external.file"].due == date(2027, 2, 12)
    assert "aca.external.request" not in got


def test_a_state_without_a_read_rule_gets_no_date(knowledge) -> None:
    case = denied(
        a_case("fully_insured_group", state="CO"), "2026-10-12", "2026-10-15",
        level="first_appeal",
    )  # fmt: skip
    got = found(case, knowledge)
    assert got["notice.stated"].due is None
    assert got["notice.stated"].counted == "The date in the notice applies."


def test_the_notices_own_words_date_what_no_rule_does(knowledge) -> None:
    case = denied(
        a_case("fully_insured_group", state="CO"), "2026-10-12", "2026-10-15",
        level="first_appeal", stated_deadline="4 months from receipt of this notice",
    )  # fmt: skip
    got = found(case, knowledge)["notice.stated"]
    assert (got.due, got.citation) == (date(2027, 2, 15), "the notice")


def test_a_second_internal_level_is_followed_where_the_notice_names_it(knowledge) -> None:
    case = denied(
        a_case(), "2026-10-12", "2026-10-15", level="first_appeal",
        letter_text="You may ask for a second-level appeal within 60 days of this notice.",
    )  # fmt: skip
    got = found(case, knowledge)
    assert got["erisa.appeal.decide_pre_service_two_levels"].step == "internal_second"
    assert "erisa.appeal.decide_pre_service_one_level" not in got


def test_what_the_plan_owes_is_dated_by_the_day_it_received_the_appeal(knowledge) -> None:
    case = denied(a_case(), "2026-10-12", "2026-10-15")
    owed = found(case, knowledge)["erisa.appeal.decide_pre_service_one_level"]
    assert (owed.due, owed.event_pointer) == (None, "events/received")
    received = {"type": "received", "at": "2026-11-02"}
    dated = found(case, knowledge, received)["erisa.appeal.decide_pre_service_one_level"]
    assert dated.due == date(2026, 12, 2)


def test_an_urgent_answer_is_owed_at_an_hour(knowledge) -> None:
    case = urgent(denied(a_case(), "2026-10-12", "2026-10-15"))
    received = {"type": "received", "at": "2026-11-13T16:30:00-05:00"}
    owed = found(case, knowledge, received)["erisa.appeal.decide_urgent"]
    assert owed.due == datetime.fromisoformat("2026-11-16T16:30:00-05:00")


def test_payment_for_care_already_given_is_decided_in_sixty_days(knowledge) -> None:
    case = denied(a_case(), "2026-10-12", "2026-10-15", timing="post_service")
    got = found(case, knowledge)
    assert "erisa.appeal.decide_post_service_one_level" in got
    assert "erisa.appeal.decide_pre_service_one_level" not in got


def test_washington_takes_twenty_days_only_for_experimental_denials(knowledge) -> None:
    plan = a_case("fully_insured_group", state="WA")
    plain = denied(plan, "2026-10-12", reasons=[{"id": "step_therapy_not_met"}])
    called = denied(plan, "2026-10-12", reasons=[{"id": "experimental_investigational"}])
    assert "wa.appeal.decide" in found(plain, knowledge)
    assert "wa.appeal.decide_experimental" in found(called, knowledge)
    assert "wa.appeal.decide" not in found(called, knowledge)


def test_a_request_before_any_denial_shows_only_what_the_plan_owes(knowledge) -> None:
    got = deadlines(a_case(), knowledge, TODAY)
    assert [each.id for each in got] == ["erisa.initial.pre_service"]
    assert {each.owed_by for each in got} == {"plan"}


def test_an_urgent_extension_is_asked_for_a_day_before_the_course_ends(knowledge) -> None:
    case = urgent(a_case())
    case["course_so_far"] = {"authorization": {"through": "2026-11-30"}}
    got = found(case, knowledge)
    assert got["erisa.initial.concurrent_extension.ask"].due == date(2026, 11, 29)
    assert got["erisa.initial.concurrent_extension.ask"].ours
    assert "erisa.initial.urgent" not in got


def test_an_unknown_plan_gets_the_earliest_day_of_all_to_work_toward(knowledge) -> None:
    got = found(denied(a_case("unknown"), "2026-11-06", "2026-11-09"), knowledge)
    earliest = got["earliest_of_all_plans"]
    assert earliest.due == date(2027, 1, 5)  # Medicaid: 60 days from the date on the notice
    assert earliest.certainty == "working_target"


def test_a_month_only_notice_date_gives_no_day(knowledge) -> None:
    got = found(denied(a_case("medicaid_managed_care"), "2026-11"), knowledge)
    assert got["mco.appeal.file"].due is None


def test_the_independent_entity_of_medicare_advantage_needs_no_filing(knowledge) -> None:
    case = denied(a_case("medicare_advantage"), "2026-11-09", level="first_appeal")
    assert [each.id for each in deadlines(case, knowledge, TODAY)] == ["ma.alj.file"]


def test_the_json_of_a_deadline_is_the_shape_of_a_review(knowledge) -> None:
    case = denied(a_case(), "2026-10-12", "2026-10-15")
    shape = found(case, knowledge)["erisa.appeal.file"].to_json(date(2027, 4, 1))
    assert shape["due"] == "2027-04-13"
    assert shape["days_left"] == 12
    assert {"id", "title", "owed_by", "event", "event_date", "urgency", "counted", "citation",
            "source"} <= shape.keys()  # fmt: skip


def test_a_question_from_the_plan_starts_the_time_to_answer(knowledge) -> None:
    asked = {"type": "information_asked", "at": "2026-11-10"}
    erisa = found(a_case(), knowledge, asked)["erisa.initial.information_reply"]
    fehb = found(denied(a_case("fehb"), "2026-10-12"), knowledge, asked)["fehb.information_reply"]
    assert (erisa.due, fehb.due) == (date(2026, 12, 25), date(2027, 1, 9))
    assert erisa.working_target == date(2026, 12, 24)
    assert "erisa.initial.information_reply" not in found(a_case(), knowledge)


def test_a_silent_federal_carrier_opens_the_road_to_the_agency(knowledge) -> None:
    case = denied(a_case("fehb"), "2026-08-03")
    sent = {"type": "sent", "at": "2026-08-20"}
    assert found(case, knowledge, sent)["fehb.opm.file_no_answer"].due == date(2026, 12, 18)


def test_a_medicare_claim_is_filed_within_a_year_of_the_service(knowledge) -> None:
    case = a_case("original_medicare")
    case["claim"] = {"date": "2026-02-03", "lines": [{"code": "96365"}]}
    assert found(case, knowledge)["om.claim.file"].due == date(2027, 2, 3)


def test_after_the_last_step_only_the_notice_speaks(knowledge) -> None:
    case = denied(a_case(), "2026-10-12", "2026-10-15", level="external")
    assert [each.id for each in deadlines(case, knowledge, TODAY)] == ["notice.stated"]


def test_a_notice_that_arrived_at_an_hour_counts_from_that_day(knowledge) -> None:
    case = denied(a_case(), "2026-10-12", "2026-10-15T23:30:00-05:00")
    assert found(case, knowledge)["erisa.appeal.file"].due == date(2027, 4, 13)


@given(
    plan=st.sampled_from(PLANS),
    notice=st.dates(date(2025, 1, 1), date(2030, 12, 31)),
    days_to_arrive=st.integers(0, 30),
    level=st.sampled_from(["initial", "first_appeal", "second_appeal", "external"]),
    later=st.integers(0, 60),
)
def test_a_later_notice_never_has_less_time_and_none_ends_before_it(
    knowledge, plan: str, notice: date, days_to_arrive: int, level: str, later: int
) -> None:
    def due_days(printed: date) -> dict[str, date]:
        arrived = printed + timedelta(days=days_to_arrive)
        case = denied(a_case(plan), printed.isoformat(), arrived.isoformat(), level=level)
        found_now = deadlines(case, knowledge, TODAY)
        return {each.id: each.due_day for each in found_now if each.due_day is not None}

    first, second = due_days(notice), due_days(notice + timedelta(days=later))
    assert all(day > notice for day in first.values())
    assert all(second[rule] >= day for rule, day in first.items())


def test_no_unverified_row_ever_gives_a_day(knowledge) -> None:
    unverified = {
        rule.id for law in knowledge.laws.values() for rule in law.deadline if not rule.verified
    }
    for state in ("AZ", "GA", "IL", "MI", "NC", "NJ", "OH", "PA", "TX", "VA", "WA"):
        for plan in ("fully_insured_group", "medicaid_managed_care", "tricare"):
            for level in ("initial", "first_appeal", "second_appeal"):
                case = denied(a_case(plan, state=state), "2026-10-12", "2026-10-15", level=level)
                assert not unverified & {each.id for each in deadlines(case, knowledge, TODAY)}
