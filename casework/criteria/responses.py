"""A criterion on what the treatment has brought, for a request to continue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casework.criteria.result import Finding, Given, met, not_met, unknown
from casework.criteria_kinds import Response
from casework.english import plain_number, sentence
from casework.knowledge_base.model import Scale
from casework.partial_dates import PartialDate, whole_day
from casework.scales import percent_gain, remitted, short_name

_GIVEN = "/course_so_far/administrations"


@dataclass(frozen=True)
class _Reading:
    pointer: str
    scale: Scale
    value: float
    day: PartialDate
    exhibit: str


def judge_response(parameters: Response, given: Given) -> Finding:
    """Compare the last score before the first administration with the newest one after it.

    The newest decides: a response that was there and went is told, and does not meet.
    """
    first_day = first_administration(given)
    if first_day is None:
        return unknown("When the treatment began is not told.", _GIVEN)
    judged = [
        _one_scale(own, parameters, first_day, given)
        for own in _by_scale(given)
        if not own[0].scale.category_scale
        and (not parameters.scales or own[0].scale.id in parameters.scales)
    ]
    order = ("met", "not_met", "unknown")
    if not judged:
        return unknown("No score before and after the first administration.", "/assessments")
    return min(judged, key=lambda finding: order.index(finding.status))


def first_administration(given: Given) -> date | None:
    """Return the day the course so far began, when a whole date is given."""
    so_far = given.case.get("course_so_far") or {}
    entries = so_far.get("administrations")
    days = [whole_day(entry.get("date")) for entry in entries] if isinstance(entries, list) else []
    whole = [day for day in days if day is not None]
    return min(whole) if whole else whole_day((so_far.get("authorization") or {}).get("from"))


def _by_scale(given: Given) -> list[list[_Reading]]:
    readings = sorted(_readings(given), key=lambda reading: reading.day.earliest)
    ids = dict.fromkeys(reading.scale.id for reading in readings)
    return [[each for each in readings if each.scale.id == scale_id] for scale_id in ids]


def _readings(given: Given) -> list[_Reading]:
    found = [_Reading(s.pointer, s.scale, s.value, s.day, s.exhibit) for s in given.scores]
    entries = (given.case.get("course_so_far") or {}).get("administrations")
    for i, entry in enumerate(entries if isinstance(entries, list) else []):
        score = entry.get("response") or {}
        scale = given.knowledge.scales.get(score.get("scale") or "")
        if scale is not None and score.get("score") is not None and entry.get("date"):
            day = PartialDate.parse(entry["date"])
            found.append(_Reading(f"{_GIVEN}/{i}/response", scale, score["score"], day, ""))
    return found


def _one_scale(own: list[_Reading], parameters: Response, first_day: date, given: Given) -> Finding:
    before = [reading for reading in own if reading.day.latest <= first_day]
    after = [reading for reading in own if reading.day.earliest > first_day]
    name = short_name(own[0].scale)
    if not before or not after:
        when = "before" if not before else "after"
        return unknown(f"No {name} {when} the first administration.", "/assessments")
    first, last = before[-1], after[-1]
    if parameters.within_weeks and _too_old(last, parameters.within_weeks, given.today):
        words = f"The newest {name} is from {last.day.words}."
        return unknown(words, "/assessments")
    return _judged(first, last, after, parameters)


def _too_old(reading: _Reading, weeks: int, today: date) -> bool:
    return (today - reading.day.earliest).days > weeks * 7


def _judged(
    first: _Reading, last: _Reading, after: list[_Reading], parameters: Response
) -> Finding:
    words, rests = _words(first, last), [first.pointer, last.pointer]
    exhibits = [first.exhibit, last.exhibit]
    if parameters.remission_counts and remitted(last.scale, last.value):
        return met(f"{words[:-1]}, remission by that scale’s line.", rests, exhibits)
    if parameters.percent is None:
        return met(words, rests, exhibits)
    if _enough(first, last, parameters.percent):
        return met(words, rests, exhibits)
    best = max(after, key=lambda each: percent_gain(each.scale, first.value, each.value) or 0.0)
    if best is not last and _enough(first, best, parameters.percent):
        words = f"{words} It had been {plain_number(best.value)} {best.day.when}."
        rests.append(best.pointer)
    return not_met(words, rests, exhibits)


def _enough(first: _Reading, last: _Reading, percent: float) -> bool:
    fall = percent_gain(first.scale, first.value, last.value)
    return fall is not None and fall >= percent


def _words(first: _Reading, last: _Reading) -> str:
    text = (
        f"{short_name(first.scale)} {plain_number(first.value)} {first.day.when} and "
        f"{plain_number(last.value)} {last.day.when}"
    )
    change = percent_gain(first.scale, first.value, last.value)
    if change is None or change == 0:
        return sentence(text)
    # Rounded down, so that 49.9 percent is never told as half.
    which, whole = ("fall", int(change)) if change > 0 else ("rise", int(-change))
    return sentence(f"{text}, a {which} of {whole} percent")
