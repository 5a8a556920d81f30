"""Rating-scale scores of a case: the newest of each scale, the first, and those around an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.knowledge_base.model import Knowledge, Scale
from casework.partial_dates import PartialDate

_NEAR_DAYS = 30


@dataclass(frozen=True)
class Score:
    """One score with its scale and date."""

    pointer: str
    scale: Scale
    value: float
    day: PartialDate
    exhibit: str


def scores(case: Mapping[str, Any], knowledge: Knowledge) -> tuple[Score, ...]:
    """Return all scores, oldest first; the case's order where dates are equal."""
    found = [
        Score(
            f"/assessments/{i}",
            knowledge.scales[entry["scale"]],
            entry["score"],
            PartialDate.parse(entry["date"]),
            entry.get("exhibit") or "",
        )
        for i, entry in enumerate(case.get("assessments") or [])
        if entry.get("date") and entry.get("score") is not None
    ]
    return tuple(sorted(found, key=lambda score: score.day.earliest))


def newest(all_scores: Sequence[Score]) -> tuple[Score, ...]:
    """Return the newest score of each scale: most recent first, clinician-rated before self."""
    latest = {score.scale.id: score for score in all_scores}
    return tuple(
        sorted(
            latest.values(),
            key=lambda score: (-score.day.earliest.toordinal(), score.scale.rater != "clinician"),
        )
    )


def of_scale(all_scores: Sequence[Score], scale_id: str) -> tuple[Score, ...]:
    """Return the scores of one scale, oldest first."""
    return tuple(score for score in all_scores if score.scale.id == scale_id)


def around(all_scores: Sequence[Score], started: date, stopped: date) -> tuple[Score, Score] | None:
    """Return the scores of one scale just before and just after a treatment, within 30 days.

    A category scale is left out: a change of category is no measured change.
    """
    for scale_id in dict.fromkeys(score.scale.id for score in all_scores):
        own = [score for score in of_scale(all_scores, scale_id) if not score.scale.category_scale]
        before = [s for s in own if 0 <= (started - s.day.latest).days <= _NEAR_DAYS]
        after = [s for s in own if 0 <= (s.day.earliest - stopped).days <= _NEAR_DAYS]
        if before and after:
            return before[-1], after[0]
    return None
