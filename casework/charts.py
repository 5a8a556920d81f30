"""The score trend as a picture: the points that the case holds, never a day completed or a value between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from casework.assessments import Score
from casework.english import joined, plain_number
from casework.facts import Facts
from casework.passages.continuing import followed
from casework.passages.so_far import first_day
from casework.scales import short_name

_LEAST_POINTS = 2
_MOST_SERIES = 3
_BETTER = {"higher_is_worse": "lower is better", "higher_is_better": "higher is better"}


def score_chart(facts: Facts) -> dict[str, Any] | str:
    """Return the trend over a course: {title, alt, maximum, series: [{name, points: [[day, score]]}]}.

    Days are ISO dates; `maximum` is the highest value that a scale in it can take. Scores dated by
    month alone stay in the table. An empty text where no course was given, or where too few points,
    or scales that run in opposite directions, would make a picture that tells nothing or misleads.
    """
    rated = [_exact(scores) for scores in followed(facts)]
    drawn = [scores for scores in rated if len(_days(scores)) >= _LEAST_POINTS][:_MOST_SERIES]
    directions = {scores[0].scale.direction for scores in drawn}
    if len(directions) != 1:
        return ""
    better = _BETTER[directions.pop()]
    return {
        "title": f"{joined([short_name(scores[0].scale) for scores in drawn])}: {better}",
        "alt": " ".join(_told(facts, scores) for scores in drawn),
        "maximum": max(scores[0].scale.maximum for scores in drawn),
        "series": [_series(scores) for scores in drawn],
    }


def _exact(scores: Sequence[Score]) -> list[Score]:
    return [score for score in scores if score.day.precision == "day"]


def _days(scores: Sequence[Score]) -> set[date]:
    return {score.day.earliest for score in scores}


def _series(scores: Sequence[Score]) -> dict[str, Any]:
    points = [[score.day.earliest.isoformat(), score.value] for score in scores]
    return {"name": short_name(scores[0].scale), "points": points}


def _told(facts: Facts, scores: Sequence[Score]) -> str:
    return f"{short_name(scores[0].scale)} scores: {joined(list(_points(facts, scores)))}."


def _points(facts: Facts, scores: Sequence[Score]) -> Iterator[str]:
    begun = first_day(facts)
    for score in scores:
        before = " before the course" if begun and score.day.latest <= begun else ""
        yield f"{plain_number(score.value)} on {score.day.words}{before}"
