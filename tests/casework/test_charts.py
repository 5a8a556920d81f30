"""The trend that is drawn is the trend that the case holds."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import structs

from casework.charts import score_chart
from casework.knowledge_base import Knowledge, load_knowledge
from casework.review import review
from casework.schema import load_case

CASE = Path(__file__).parents[1] / "cases" / "renewal_iv.json"


def chart(
    assessments: list[dict[str, Any]] | None = None,
    knowledge: Knowledge = load_knowledge(),  # noqa: B008 - loaded once, never changed
    **changes: Any,
) -> Any:
    case = json.loads(CASE.read_text(encoding="utf-8")) | changes
    if assessments is not None:
        case["assessments"] = assessments
    loaded = load_case(case, knowledge)
    return score_chart(review(loaded, knowledge, date(2026, 11, 16)).facts)


def phq9(day: str, score: int) -> dict[str, Any]:
    return {"scale": "phq9", "date": day, "score": score}


def test_the_last_score_before_the_course_begins_the_line() -> None:
    drawn = chart([phq9("2026-03-01", 25), phq9("2026-05-18", 23), phq9("2026-06-08", 19)])
    assert drawn["series"] == [
        {"name": "PHQ-9", "points": [["2026-05-18", 23], ["2026-06-08", 19]]}
    ]


def test_the_words_for_who_cannot_see_it_tell_each_point() -> None:
    drawn = chart([phq9("2026-05-18", 23), phq9("2026-06-08", 19)])
    assert (
        drawn["alt"] == "PHQ-9 scores: 23 on May 18, 2026 before the course and 19 on June 8, 2026."
    )


def test_a_score_dated_by_month_is_not_given_a_day() -> None:
    drawn = chart([phq9("2026-05-18", 23), phq9("2026-07", 15), phq9("2026-08-06", 11)])
    assert [day for day, _ in drawn["series"][0]["points"]] == ["2026-05-18", "2026-08-06"]


def test_one_point_is_no_trend() -> None:
    assert chart([phq9("2026-05-18", 23), phq9("2026-07", 15)]) == ""


def test_scales_that_run_in_opposite_directions_are_not_drawn_together() -> None:
    known = load_knowledge()
    wellbeing = structs.replace(known.scales["gad7"], direction="higher_is_better")
    knowledge = structs.replace(known, scales={**known.scales, "gad7": wellbeing})
    mixed = [phq9("2026-05-18", 23), phq9("2026-06-08", 19)]
    mixed += [{**each, "scale": "gad7", "score": 9} for each in mixed]
    assert chart(mixed) != ""
    assert chart(mixed, knowledge=knowledge) == ""


def test_without_a_course_nothing_is_drawn() -> None:
    assert chart(course_so_far=None) == ""
