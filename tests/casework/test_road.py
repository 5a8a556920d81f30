"""What follows from what happened after a packet was written."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.deadlines import deadlines
from casework.road import followed, new_findings, next_step, where_it_stands
from tests.end_to_end.written import LETTER_DATES, loaded

NAME = "depression_commercial_denied"
LETTER = LETTER_DATES[NAME]
SENT = {"type": "sent", "at": "2026-10-20", "channel": "fax"}
RECEIVED = {"type": "received", "at": "2026-10-21"}
ASKED = {"type": "information_asked", "at": "2026-10-23"}
REFUSED = {"type": "decided", "at": "2026-11-10", "outcome": "denied"}


def roles(knowledge: Any, *events: dict[str, str]) -> dict[str, Any]:
    """Return the first dated deadline of each role."""
    found = followed(loaded(NAME), knowledge, LETTER, events)
    return {each.deadline.role: each for each in reversed(found) if each.deadline.due}


def step(knowledge: Any, now: date, *events: dict[str, str]) -> Any:
    return next_step(followed(loaded(NAME), knowledge, LETTER, events), events, now)


def test_what_the_plan_owes_runs_from_the_day_it_received(knowledge: Any) -> None:
    assert "decide" not in roles(knowledge)
    owed = roles(knowledge, SENT, RECEIVED)["decide"]
    assert owed.deadline.event_date == date(2026, 10, 21)
    assert owed.deadline.due_day == date(2026, 11, 20)


def test_what_the_plan_owes_is_overdue_from_the_day_after(knowledge: Any) -> None:
    owed = roles(knowledge, SENT, RECEIVED)["decide"]
    assert [owed.to_json(date(2026, 11, day))["overdue"] for day in (20, 21)] == [False, True]


def test_a_decision_in_time_is_never_overdue(knowledge: Any) -> None:
    owed = roles(knowledge, SENT, RECEIVED, REFUSED)["decide"]
    assert owed.met_on == date(2026, 11, 10)
    assert not owed.to_json(date(2027, 6, 1))["overdue"]


def test_an_appeal_that_was_sent_meets_its_deadline(knowledge: Any) -> None:
    assert roles(knowledge)["file"].met_on is None
    assert roles(knowledge, SENT)["file"].met_on == date(2026, 10, 20)


def test_what_is_sent_later_does_not_make_the_appeal_late(knowledge: Any) -> None:
    more = {**SENT, "at": "2027-09-01"}
    assert roles(knowledge, SENT, RECEIVED, ASKED, more)["file"].met_on == date(2026, 10, 20)


def test_an_appeal_sent_too_late_stays_overdue(knowledge: Any) -> None:
    late = roles(knowledge, {**SENT, "at": "2027-09-01"})["file"]
    assert late.met_on == date(2027, 9, 1)
    assert late.to_json(date(2027, 9, 2))["overdue"]


@pytest.mark.parametrize(
    ("events", "now", "words", "by"),
    [
        ((), date(2026, 10, 19), "send them", "file"),
        ((SENT,), date(2026, 10, 20), "which day it received", None),
        ((SENT, RECEIVED), date(2026, 10, 22), "owes its decision by November 20, 2026", "decide"),
        ((SENT, RECEIVED), date(2026, 11, 21), "ended on November 20, 2026", "decide"),
        ((SENT, RECEIVED, ASKED), date(2026, 10, 24), "what the plan asks for", None),
        ((SENT, RECEIVED, REFUSED), date(2026, 11, 11), "notice into `denial`", None),
    ],
)
def test_the_next_step_follows_the_last_event(
    knowledge: Any, events: Any, now: date, words: str, by: str | None
) -> None:
    found = step(knowledge, now, *events)
    assert words in found.text
    deadline = roles(knowledge, *events)[by].deadline if by else None
    assert found.by == (deadline and (deadline.working_target or deadline.due_day))


def test_a_late_plan_is_a_finding_on_the_day_it_is_late(knowledge: Any) -> None:
    def late(day: int) -> list[str]:
        now = date(2026, 11, day)
        return [each.id for each in new_findings(loaded(NAME), knowledge, now, (SENT, RECEIVED))]

    assert late(20) == []
    assert [each.partition(".")[0] for each in late(21)] == ["plan_late"]


def test_a_refusal_calls_for_a_new_packet_and_leaves_the_case_alone(knowledge: Any) -> None:
    case = loaded("depression_commercial")
    now = date(2026, 11, 11)
    (found,) = new_findings(case, knowledge, now, (SENT, REFUSED))
    assert (found.id, found.severity, found.pointer) == (
        "denial_needs_new_packet",
        "blocker",
        "/denial",
    )
    assert "based_on" in found.message
    assert not case.get("denial")
    assert new_findings(case, knowledge, now, ({**REFUSED, "outcome": "approved"},)) == ()


@pytest.mark.parametrize(
    ("events", "situation"),
    [
        ((), "before_request"),
        ((SENT,), "requested"),
        ((SENT, RECEIVED), "requested"),
        ((SENT, RECEIVED, ASKED), "information_asked"),
        ((SENT, REFUSED), "denied"),
        ((SENT, {**REFUSED, "outcome": "approved"}), "approved"),
    ],
)
def test_the_situation_follows_the_last_event(knowledge: Any, events: Any, situation: str) -> None:
    case = loaded("depression_commercial")
    day = LETTER_DATES["depression_commercial"]
    found = where_it_stands(case, knowledge, day, events)
    assert found["situation"][0] == situation


def test_what_the_plan_asks_for_calls_for_the_letter(knowledge: Any) -> None:
    case = loaded("depression_commercial")
    day = LETTER_DATES["depression_commercial"]
    found = where_it_stands(case, knowledge, day, (SENT, ASKED))
    kinds = [each["kind"] for each in found["recommended_documents"]]
    assert "letter_of_medical_necessity" in kinds
    assert "prior_authorization_request" not in kinds


def authorization(case: dict[str, Any], knowledge: Any, day: date) -> dict[str, Any]:
    return {
        each.id: each for each in deadlines(case, knowledge, day) if each.step == "authorization"
    }


def with_course(**course: Any) -> dict[str, Any]:
    case = loaded("renewal_iv")
    running = {"number": "A-1", "from": "2026-06-01", "through": "2026-11-30", "visits": 18}
    return {**case, "course_so_far": {"authorization": running, **course}}


def given(*days: str) -> dict[str, Any]:
    return {"administrations": [{"date": day} for day in days]}


def test_the_renewal_is_asked_for_thirty_days_before_the_authorization_ends(
    knowledge: Any,
) -> None:
    found = authorization(with_course(), knowledge, date(2026, 10, 1))
    assert found["authorization.ends"].due == date(2026, 11, 30)
    renew = found["authorization.renew"]
    assert (renew.due, renew.certainty) == (date(2026, 10, 31), "working_target")
    assert renew.working_target == date(2026, 10, 30)  # the 31st is a Saturday


@pytest.mark.parametrize(("kind", "met"), [("renewal", date(2026, 10, 20)), ("new", None)])
def test_only_a_renewal_that_was_sent_meets_the_day_to_ask_for_it(
    knowledge: Any, kind: str, met: date | None
) -> None:
    case = with_course()
    case = {**case, "request": {**case["request"], "kind": kind}}
    found = followed(case, knowledge, date(2026, 10, 1), (SENT,))
    assert [each.met_on for each in found if each.deadline.role == "renew"] == [met]


def test_the_end_of_an_authorization_is_never_overdue(knowledge: Any) -> None:
    found = authorization(with_course(), knowledge, date(2026, 10, 1))
    later = date(2027, 1, 1)
    assert [
        found[f"authorization.{each}"].to_json(later)["overdue"] for each in ("renew", "ends")
    ] == [
        True,
        False,
    ]


def test_an_authorization_that_has_ended_is_followed_no_more(knowledge: Any) -> None:
    assert authorization(with_course(), knowledge, date(2026, 12, 1)) == {}


@pytest.mark.parametrize(
    ("course", "told"),
    [
        (given("2026-05-20", "2026-06-02", "2026-07-01"), "two visits of 18 used, 16 left"),
        (given("2026-06", "2026-07-01"), "two visits of 18 used, 16 left"),
        (given("2026", "2026-07-01"), ""),
        ({"administrations": 7}, ""),
        ({}, ""),
    ],
)
def test_visits_are_counted_only_where_the_chart_dates_them(
    knowledge: Any, course: dict[str, Any], told: str
) -> None:
    ends = authorization(with_course(**course), knowledge, date(2026, 10, 1))["authorization.ends"]
    assert (told in ends.counted) if told else ("left" not in ends.counted)


def test_the_tracker_shows_the_renewal_and_the_visits_left(knowledge: Any) -> None:
    from casework.facts import derive
    from casework.tables.organizing import deadline_rows

    case = with_course(**given("2026-06-02", "2026-07-01"))
    renew, ends, *_ = deadline_rows(derive(case, knowledge, date(2026, 10, 1)))
    assert (renew["due"], ends["due"]) == ("Oct 31, 2026 (to plan by)", "Nov 30, 2026")
    assert "16 left" in renew["rule"]
