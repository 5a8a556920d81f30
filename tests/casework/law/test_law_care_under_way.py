"""Care under way that is cut: asked for in time, it goes on."""

from __future__ import annotations

from datetime import date
from typing import Any

from casework.calendar_file import calendar_file
from casework.deadlines import Deadline, deadlines
from casework.knowledge_base.model import Knowledge
from casework.law_findings import law_findings
from casework.regime import regime
from tests.casework.law.law_cases import a_case, denied

TODAY = date(2026, 11, 10)


def cut(plan: str, effective: str, **insurance: str) -> dict[str, Any]:
    case = a_case(plan, **insurance)
    return denied(case, "2026-11-06", timing="concurrent", effective_date=effective)


def found(case: dict[str, Any], knowledge: Knowledge) -> dict[str, Deadline]:
    return {each.id: each for each in deadlines(case, knowledge, TODAY)}


def test_a_state_s_own_medicaid_is_asked_before_the_day_of_the_cut(knowledge) -> None:
    got = found(cut("medicaid_ffs", "2026-11-30", state="TX"), knowledge)["mffs.continuation.file"]
    assert got.due == date(2026, 12, 10)
    assert (got.working_target, got.target_because) == (date(2026, 11, 27), "before_event")


def test_staff_are_told_to_ask_before_the_cut(knowledge) -> None:
    case = cut("medicaid_ffs", "2027-01-04", state="TX")
    ids = {each.id for each in law_findings(case, knowledge, date(2026, 11, 10))}
    assert "ask_before.mffs.continuation.file" in ids


def test_a_cut_without_notice_in_advance_is_restarted_on_asking(knowledge) -> None:
    got = found(cut("medicaid_ffs", "2026-11-06", state="TX"), knowledge)
    assert got["mffs.continuation.no_advance_notice"].due == date(2026, 11, 21)
    assert "mffs.continuation.file" not in got


def test_the_days_to_keep_care_going_are_never_the_time_to_appeal(knowledge) -> None:
    for effective in ("2026-11-06", "2026-11-30"):
        told = regime(cut("medicaid_ffs", effective, state="TX"), knowledge, today=TODAY).file_by
        assert told is None
    managed = regime(cut("medicaid_managed_care", "2026-11-30"), knowledge, today=TODAY).file_by
    assert managed is not None
    assert managed.deadline_id == "mco.appeal.file"


def test_the_calendar_says_why_its_entry_stands_before_the_last_day(knowledge) -> None:
    case = cut("medicaid_ffs", "2026-11-30", state="TX")
    text = calendar_file(deadlines(case, knowledge, TODAY), "ref", TODAY).decode()
    assert "20261127" in text
    assert "takes effect" in text.replace("\r\n ", "")
    assert "no business day" not in text


def test_what_must_arrive_by_a_day_is_sent_before_it(knowledge) -> None:
    case = denied(a_case("medicare_advantage"), "2026-11-09", "2026-11-14")
    got = found(case, knowledge)["ma.appeal.file"]
    assert (got.due, got.working_target) == (date(2027, 1, 13), date(2027, 1, 12))
    assert got.target_because == "arrival"
    posted = found(denied(a_case(), "2026-11-09", "2026-11-14"), knowledge)["erisa.appeal.file"]
    assert (posted.due, posted.working_target) == (date(2027, 5, 13), None)


def test_the_notices_own_time_for_the_hearing_stands_beside_that_for_the_care(knowledge) -> None:
    got = found(cut("medicaid_ffs", "2026-11-30", state="TX"), knowledge)
    assert (got["mffs.continuation.file"].role, got["notice.stated"].role) == ("continue", "file")
