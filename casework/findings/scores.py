"""Findings on rating scales: none, old, no baseline, or scales and code that disagree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casework.assessments import Score, newest, of_scale
from casework.english import joined, plain_number
from casework.facts import Facts
from casework.findings_model import Finding
from casework.knowledge_base.model import Band
from casework.passages.continuing import followed
from casework.scales import band_of, short_name, worsened

# Four weeks is the window that payers' forms often name (PAPERS, "What decides a case").
_WINDOW_DAYS = 28
_SAME_TIME_DAYS = 14
_SEVERE_CODES = ("F32.2", "F32.3", "F33.2", "F33.3", "F31.4", "F31.5")
# What a scale must measure to say something about a code of depression.
_DEPRESSION = frozenset({"mdd", "bipolar_depression"})


def score_findings(facts: Facts) -> Iterator[Finding]:
    """Say what a reviewer will find in the scores, and which rows cannot be used."""
    yield from _unusable(facts)
    latest = [score for score in newest(facts.scores) if not score.scale.category_scale]
    if not latest:
        yield Finding(
            id="no_score",
            severity="weakness",
            message="No score on a standard scale is in the case. Rate the patient and add the score.",
            pointer="/assessments",
            why_it_matters="Severity without a number is an opinion to a reviewer.",
            source="",
        )
        return
    yield from _old(facts, latest)
    yield from _disagree(latest)
    yield from _code(facts, latest)
    yield from _single(facts, latest)
    yield from _worse(facts)


def _worse(facts: Facts) -> Iterator[Finding]:
    """A scale that stands worse now than before the course that is to go on."""
    for base, *later in followed(facts):
        newest_score = later[-1]
        if worsened(base.scale, base.value, newest_score.value):
            name = short_name(base.scale)
            yield Finding(
                id="worse_than_before_course",
                severity="weakness",
                message=f"{name} is {plain_number(newest_score.value)} now and was "
                f"{plain_number(base.value)} before the course. The paper tells it; the note should "
                "say what happened and why to go on.",
                pointer=newest_score.pointer,
                why_it_matters="A reviewer of a renewal compares these two numbers first.",
                source=f"scales/{base.scale.id}",
            )


def _unusable(facts: Facts) -> Iterator[Finding]:
    for i, row in enumerate(facts.case.get("assessments") or []):
        name = short_name(facts.knowledge.scales[row["scale"]])
        for part in ("date", "score"):
            if row.get(part) is None:
                yield Finding(
                    id=f"assessment_without_{part}",
                    severity="weakness",
                    message=f"The {name} has no {part}, so it is not used. Give the {part} as the "
                    "chart has it, or take the row out.",
                    pointer=f"/assessments/{i}/{part}",
                    why_it_matters="A score without its date, or a date without a score, shows nothing.",
                    source="",
                )


def _old(facts: Facts, latest: Sequence[Score]) -> Iterator[Finding]:
    youngest = min((facts.today - score.day.earliest).days for score in latest)
    if youngest > _WINDOW_DAYS:
        yield Finding(
            id="score_old",
            severity="weakness",
            message=f"The newest score is {youngest} days old on the letter date. Rate the patient again.",
            pointer=latest[0].pointer,
            why_it_matters="Payers often ask for a score from the last four weeks.",
            source="",
        )


def _disagree(latest: Sequence[Score]) -> Iterator[Finding]:
    said = next((found for group in _by_illness(latest) if (found := _at_odds(group))), [])
    if said:
        words = joined(
            [f"{short_name(s.scale)} {plain_number(s.value)} is {b.label}" for s, b in said]
        )
        yield Finding(
            id="scales_disagree",
            severity="note",
            message=f"Scales taken together disagree: {words}. The note should carry the clinician’s "
            "own global judgment.",
            pointer=said[0][0].pointer,
            why_it_matters="A reviewer will choose the lower one.",
            source=f"scales/{said[0][0].scale.id}",
        )


def _by_illness(latest: Sequence[Score]) -> Iterator[list[Score]]:
    """Yield the scores that measure one illness: mild anxiety contradicts no severe depression."""
    for illness in dict.fromkeys(each for score in latest for each in score.scale.populations):
        yield [score for score in latest if illness in score.scale.populations]


def _at_odds(scores: Sequence[Score]) -> list[tuple[Score, Band]]:
    """Return the scores of one time with their bands where these differ in grade, else nothing."""
    together = [
        score
        for score in scores
        if abs((score.day.earliest - scores[0].day.earliest).days) <= _SAME_TIME_DAYS
    ]
    said = [(score, band) for score in together if (band := band_of(score.scale, score.value))]
    return said if len({_grade(band.label) for _, band in said}) > 1 else []


def _grade(label: str) -> str:
    if label.startswith(("none", "minimal")):
        return "none"
    return next((word for word in ("severe", "moderate", "mild") if word in label.lower()), label)


def _code(facts: Facts, latest: Sequence[Score]) -> Iterator[Finding]:
    if facts.diagnosis["icd10"] not in _SEVERE_CODES:
        return
    for score in (each for each in latest if _DEPRESSION.intersection(each.scale.populations)):
        band = band_of(score.scale, score.value)
        if band is not None and _grade(band.label) in ("moderate", "mild"):
            yield Finding(
                id="code_and_score_disagree",
                severity="weakness",
                message=f"The code {facts.diagnosis['icd10']} says severe; {short_name(score.scale)} "
                f"{plain_number(score.value)} is in that scale’s {band.label} range. The note "
                "should carry the clinician’s global judgment of severity.",
                pointer=score.pointer,
                why_it_matters="A code that the scores do not bear out invites a refusal.",
                source=f"scales/{score.scale.id}",
            )
            return


def _single(facts: Facts, latest: Sequence[Score]) -> Iterator[Finding]:
    if all(len(of_scale(facts.scores, score.scale.id)) == 1 for score in latest):
        yield Finding(
            id="no_earlier_score",
            severity="note",
            message="There is one score of each scale only. An earlier score of the same scale, "
            "if the chart has one, would show the course.",
            pointer="/assessments",
            why_it_matters="A trend tells a reviewer more than a point.",
            source="",
        )
