"""What happens when more is asked for: our time to answer, and the plan's clock meanwhile."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.deadlines import Deadline, deadlines
from casework.knowledge_base.model import Knowledge
from casework.law_findings import late_findings
from casework.road import followed
from tests.casework.law.law_cases import a_case, denied, urgent

TODAY = date(2026, 11, 20)
SENT = {"type": "sent", "at": "2026-10-01"}
RECEIVED = {"type": "received", "at": "2026-10-02"}
ASKED = {"type": "information_asked", "at": "2026-10-12"}
ANSWERED = ({"type": "sent", "at": "2026-10-20"}, {"type": "received", "at": "2026-10-21"})


def found(case: dict[str, Any], knowledge: Knowledge, *events: Any) -> dict[str, Deadline]:
    return {each.id: each for each in deadlines(case, knowledge, TODAY, events)}


def test_nothing_is_to_answer_before_anything_is_asked(knowledge) -> None:
    got = found(a_case(), knowledge, SENT, RECEIVED)
    assert not [each for each in got.values() if each.role == "reply"]


def test_papers_sent_before_the_question_do_not_answer_it(knowledge) -> None:
    def met(*events: Any) -> dict[str, date | None]:
        return {e.deadline.id: e.met_on for e in followed(a_case(), knowledge, TODAY, events)}

    assert met(SENT, RECEIVED, ASKED)["erisa.initial.information_reply"] is None
    answered = met(SENT, RECEIVED, ASKED, *ANSWERED)
    assert answered["erisa.initial.information_reply"] == date(2026, 10, 20)


@pytest.mark.parametrize("plan", ["erisa_self_funded", "grandfathered", "aca_individual"])
def test_the_plans_clock_stands_still_until_the_answer_arrives(plan, knowledge) -> None:
    asked = (SENT, RECEIVED, ASKED)
    waiting = found(a_case(plan), knowledge, *asked)["erisa.initial.pre_service"]
    assert waiting.due is None
    assert "asked for is received" in waiting.event_words
    assert not late_findings(a_case(plan), knowledge, TODAY, asked)
    again = found(a_case(plan), knowledge, *asked, *ANSWERED)["erisa.initial.pre_service"]
    assert again.due == date(2026, 11, 5)


def test_medicares_clock_runs_on_while_the_plan_asks(knowledge) -> None:
    got = found(a_case("medicare_part_d"), knowledge, SENT, RECEIVED, ASKED)
    assert got["pd.determination.standard"].due == date(2026, 10, 5)


def test_an_urgent_answer_gives_the_plan_48_hours(knowledge) -> None:
    asked = found(urgent(a_case()), knowledge, SENT, RECEIVED, ASKED, *ANSWERED)
    assert asked["erisa.initial.urgent_after_information"].due == date(2026, 10, 23)
    assert "erisa.initial.urgent" not in asked
    assert "erisa.initial.urgent" in found(urgent(a_case()), knowledge, SENT, RECEIVED)


def test_an_incomplete_request_for_outside_review_has_48_hours_at_least(knowledge) -> None:
    case = denied(a_case(), "2026-09-01", "2026-09-04", level="first_appeal")
    got = found(case, knowledge, SENT, RECEIVED, ASKED)["aca.external.cure_incomplete"]
    assert (got.due, got.role, got.limit_kind) == (date(2026, 10, 14), "reply", "at_least")


def test_a_federal_employees_plan_counts_the_answer_from_its_own_request(knowledge) -> None:
    case = denied(a_case("fehb"), "2026-09-01")
    got = found(case, knowledge, SENT, RECEIVED, ASKED)
    assert got["fehb.information_reply"].due == date(2026, 12, 11)
    assert got["fehb.reconsideration.decide"].due is None


def test_the_carriers_silence_opens_opm_and_its_answer_ends_that(knowledge) -> None:
    silent = found(denied(a_case("fehb"), "2026-09-01"), knowledge, SENT, RECEIVED)
    assert silent["fehb.opm.file_no_answer"].due == date(2027, 1, 29)
    upheld = denied(a_case("fehb"), "2026-09-30", level="first_appeal")
    answered = found(upheld, knowledge, SENT)
    assert answered["fehb.opm.file"].due == date(2026, 12, 29)
    assert "fehb.opm.file_no_answer" not in answered


def test_what_is_sent_or_received_later_moves_no_clock_that_runs_on(knowledge) -> None:
    every = (SENT, RECEIVED, ASKED, *ANSWERED)
    part_d = found(a_case("medicare_part_d"), knowledge, *every)
    assert part_d["pd.determination.standard"].due == date(2026, 10, 5)
    fehb = found(denied(a_case("fehb"), "2026-09-01"), knowledge, *every)
    assert fehb["fehb.opm.file_no_answer"].due == date(2027, 1, 29)


@pytest.mark.parametrize(
    ("plan", "state", "rule", "due"),
    [
        ("erisa_self_funded", "", "aca.external.preliminary_review", date(2026, 10, 9)),
        ("fully_insured_group", "OH", "oh.external.insurer_file", date(2026, 10, 7)),
        ("fully_insured_group", "NC", "nc.external.accept", date(2026, 10, 19)),
        ("fully_insured_group", "NJ", "nj.external.accept", date(2026, 10, 9)),
    ],
)
def test_what_is_owed_on_the_way_to_the_reviewer_has_its_day(
    plan, state, rule, due, knowledge
) -> None:
    case = denied(a_case(plan, state=state), "2026-09-01", "2026-09-04", level="first_appeal")
    got = found(case, knowledge, SENT, RECEIVED)[rule]
    assert (got.due, got.role) == (due, "duty")
    assert rule not in found(case, knowledge)


def test_a_day_that_only_the_reviewer_knows_is_told_in_words(knowledge) -> None:
    plan = a_case("fully_insured_group", state="MA")
    case = denied(plan, "2026-09-01", "2026-09-04", level="first_appeal")
    got = found(case, knowledge, SENT, RECEIVED)["ma_state.external.decide"]
    assert got.event_words == "the day the reviewer is given the case"


@pytest.mark.parametrize(
    ("asked", "due", "target"),
    [
        ("2026-10-14", "2026-10-16", "2026-10-15"),
        ("2026-10-16", "2026-10-18", "2026-10-16"),
        ("2026-10-17", "2026-10-19", "2026-10-17"),
        ("2026-10-14T16:30:00-04:00", "2026-10-16T16:30:00-04:00", None),
    ],
)
def test_hours_from_a_day_without_its_hour_are_aimed_at_a_day_earlier(
    asked, due, target, knowledge
) -> None:
    question = {"type": "information_asked", "at": asked}
    got = found(urgent(a_case()), knowledge, SENT, RECEIVED, question)
    shape = got["erisa.initial.urgent_incomplete_reply"].to_json(TODAY)
    assert (shape["due"], shape["working_target"]) == (due, target)
