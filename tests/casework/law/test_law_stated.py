"""The day that the notice itself names: read from its words, and told beside the rule's."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.deadlines import Deadline, deadlines
from casework.deadlines.stated import stated_deadline
from casework.knowledge_base.model import Knowledge
from casework.law_findings import law_findings
from casework.regime import regime
from tests.casework.law.law_cases import a_case, denied

TODAY = date(2026, 11, 20)


def stating(words: str, arrived: str = "2026-10-15") -> dict[str, Any]:
    return denied(a_case(), "2026-10-12", arrived, stated_deadline=words)


def found(case: dict[str, Any], knowledge: Knowledge) -> dict[str, Deadline]:
    return {each.id: each for each in deadlines(case, knowledge, TODAY)}


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("within 60 days of the date of this letter", date(2026, 12, 11)),
        ("sixty (60) calendar days from receipt", date(2026, 12, 14)),
        ("four months after you receive this notice", date(2027, 2, 15)),
        ("four (4) months following receipt of this notice", date(2027, 2, 15)),
        ("180 days from the date you receive this letter", date(2027, 4, 13)),
        ("60 days from the date of this notice. We must receive it by fax.", date(2026, 12, 11)),
        ("180 days from October 12, 2026", date(2027, 4, 10)),
        ("no later than December 1, 2026, 60 days after this notice", date(2026, 12, 1)),
        ("by 2026-12-01", date(2026, 12, 1)),
        ("December 1, 2026", date(2026, 12, 1)),
    ],
)
def test_the_notices_words_give_their_day(words: str, day: date) -> None:
    stated = stated_deadline(stating(words))
    assert stated is not None
    assert stated.due == day


@pytest.mark.parametrize("words", ["30 business days of receipt", "promptly", "60 days"])
def test_words_that_give_no_day_give_none(words: str) -> None:
    stated = stated_deadline(stating(words))
    assert stated is not None
    assert stated.due is None


def test_without_the_day_of_arrival_the_printed_date_is_the_safe_start() -> None:
    stated = stated_deadline(stating("180 days after receipt", ""))
    assert stated is not None
    assert stated.due == date(2027, 4, 10)


def test_another_day_in_the_notice_stands_beside_the_rules(knowledge) -> None:
    got = found(stating("by December 1, 2026"), knowledge)
    assert got["erisa.appeal.file"].due == date(2027, 4, 13)
    assert got["notice.stated"].due == date(2026, 12, 1)
    assert "notice.stated" not in found(stating("by April 13, 2027"), knowledge)


def test_the_letter_still_tells_the_rules_own_time(knowledge) -> None:
    told = regime(stating("by December 1, 2026"), knowledge, today=TODAY).file_by
    assert told is not None
    assert told.due == date(2027, 4, 13)


def test_a_notices_day_that_has_passed_is_answered_with_the_rule(knowledge) -> None:
    case = stating("by November 12, 2026")
    got = {each.id: each for each in law_findings(case, knowledge, TODAY)}
    assert "until April 13, 2027" in got["deadline_passed.notice.stated"].message
