"""Criteria about the patient: age, diagnosis, severity, response, and what a person must answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from casework.assessments import Score, newest, of_scale
from casework.criteria.alongside import judge_concurrent_medicine
from casework.criteria.diagnoses import judge_diagnosis
from casework.criteria.exclusions import judge_exclusion
from casework.criteria.responses import judge_response
from casework.criteria.result import Finding, Given, met, not_met, unknown
from casework.criteria_kinds import (
    Age,
    ConcurrentMedicine,
    Diagnosis,
    Exclusion,
    FreeText,
    Parameters,
    Response,
    ScoreLimb,
    Severity,
)
from casework.english import age_on, joined, plain_number
from casework.scales import band_of, short_name

Judge = Callable[[Any, Given], Finding]

_BIRTH = "/patient/date_of_birth"
_GRADES: Mapping[str, int] = {
    "moderate": 1,
    "moderately severe": 2,
    "severe": 3,
    "very severe": 4,
    "extreme": 4,
}


def judge_age(parameters: Age, given: Given) -> Finding:
    """Age in completed years on the letter date."""
    birth = date.fromisoformat(given.case["patient"]["date_of_birth"])
    if birth > given.today:
        return unknown("The date of birth given is after the date of this letter.", _BIRTH)
    years = age_on(birth, given.today)
    words = f"{years} years old."
    if parameters.minimum_years is not None and years < parameters.minimum_years:
        return not_met(words, [_BIRTH])
    if parameters.below_years is not None and years >= parameters.below_years:
        return not_met(words, [_BIRTH])
    return met(words, [_BIRTH])


def judge_severity(parameters: Severity, given: Given) -> Finding:
    """The newest score of one of the scales against the payer's number, band and window."""
    scores = _newest_allowed(parameters, given)
    if not scores:
        return unknown(f"No score on {_scales_asked(parameters, given)} is given.", "/assessments")
    judged = [_one_score(score, limb, parameters, given) for score, limb in scores]
    order = ("met", "not_met", "unknown")
    return min(judged, key=lambda finding: order.index(finding.status))


def _newest_allowed(parameters: Severity, given: Given) -> list[tuple[Score, ScoreLimb | None]]:
    """Return the newest score of each scale that the payer names, else of every standard scale."""
    named: list[tuple[Score, ScoreLimb | None]] = []
    for limb in parameters.any_of:
        own = of_scale(given.scores, limb.scale)
        named.extend([(own[-1], limb)] if own else [])
    if parameters.any_of and not parameters.any_scale:
        return named
    seen = {score.scale.id for score, _ in named}
    others = [
        score
        for score in newest(given.scores)
        if not score.scale.category_scale and score.scale.id not in seen
    ]
    return [*named, *((score, None) for score in others)]


def _scales_asked(parameters: Severity, given: Given) -> str:
    scales = [given.knowledge.scales.get(limb.scale) for limb in parameters.any_of]
    names = [short_name(scale) for scale in scales if scale]
    if not names or parameters.any_scale:
        return "a standard scale"
    return f"the {joined(names, 'or')}"


def _one_score(score: Score, limb: ScoreLimb | None, parameters: Severity, given: Given) -> Finding:
    words = _score_words(score)
    if _too_old(score, parameters.within_weeks, given.today):
        asked = f"a score of the last {parameters.within_weeks} weeks is asked for"
        return unknown(f"{words[:-1]}; {asked}.", "/assessments")
    if limb is not None and (limb.minimum is not None or limb.above is not None):
        return _against_number(score, limb, words)
    if parameters.band is not None:
        return _against_band(score, parameters.band.replace("_", " "), words)
    return met(words, [score.pointer], [score.exhibit])


def _too_old(score: Score, within_weeks: int | None, today: date) -> bool:
    if within_weeks is None:
        return False
    return (today - score.day.earliest).days > within_weeks * 7


def _score_words(score: Score) -> str:
    value = f"{plain_number(score.value)} of {score.scale.maximum}"
    return f"{short_name(score.scale)} {value} {score.day.when}."


def _against_number(score: Score, limb: ScoreLimb, words: str) -> Finding:
    enough = limb.minimum is None or score.value >= limb.minimum
    if limb.above is not None:
        enough = enough and score.value > limb.above
    result = met if enough else not_met
    return result(words, [score.pointer], [score.exhibit])


def _against_band(score: Score, asked: str, words: str) -> Finding:
    band = band_of(score.scale, score.value)
    if band is None:
        return unknown(
            f"{words[:-1]}; that scale has no range that we could verify.", "/assessments"
        )
    reached = _GRADES.get(band.label, 0) >= _GRADES[asked]
    told = f"{words[:-1]}, in that scale’s {band.label} range."
    result = met if reached else not_met
    return result(told, [score.pointer], [score.exhibit])


def judge_free_text(parameters: FreeText, given: Given) -> Finding:
    """A criterion in words only: the clinic answers it."""
    del parameters, given
    return unknown("To be answered by the clinic.", "/insurance/criteria")


PATIENT_KINDS: dict[type[Parameters], Judge] = {
    Age: judge_age,
    Diagnosis: judge_diagnosis,
    Severity: judge_severity,
    Exclusion: judge_exclusion,
    ConcurrentMedicine: judge_concurrent_medicine,
    Response: judge_response,
    FreeText: judge_free_text,
}
