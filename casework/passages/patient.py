"""Who the patient is, how ill, and what it does to the days: facts of one life, no adjectives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from casework.assessments import Score, newest, of_scale
from casework.english import (
    age_on,
    joined,
    month_day,
    number_word,
    plain_number,
    sentence,
    spell_dates,
)
from casework.facts import Facts
from casework.partial_dates import PartialDate
from casework.passages.speaker import Speaker
from casework.person import told
from casework.said import Said, missing, paragraph
from casework.scales import band_of, long_name, short_name
from casework.trials import episode_start

Sentence = tuple[str, tuple[str, ...]]

_MOST_LISTED = 4


def patient(facts: Facts) -> tuple[Said, ...]:
    """Who: age, diagnosis with code, length of illness and of this episode."""
    return paragraph(
        "patient", [*_age(facts), *_diagnosis(facts), *_course(facts), *_others(facts)]
    )


def function(facts: Facts) -> tuple[Said, ...]:
    """What a day is like, in the chart's words."""
    return paragraph("function", _function(facts))


def severity(facts: Facts, speaker: Speaker) -> tuple[Said, ...]:
    """The newest scores and what they mean, the earlier ones, and risk as assessed."""
    latest = newest(facts.scores)
    if not latest:
        blank = f"The newest score on a standard scale: {missing('/assessments')}."
        return (
            *paragraph("severity", [(blank, ("/assessments",))]),
            *paragraph("risk", _risk(facts)),
            *paragraph("admissions", _admissions(facts)),
        )
    return (
        *paragraph("severity", [*_latest(facts, latest, speaker.your), *_earlier(facts, latest)]),
        *paragraph("risk", _risk(facts)),
        *paragraph("admissions", _admissions(facts)),
    )


def _age(facts: Facts) -> Iterator[Sentence]:
    birth = date.fromisoformat(facts.case["patient"]["date_of_birth"])
    if birth > facts.today:
        return
    years = age_on(birth, facts.today)
    yield f"{facts.who.called} is {years} years old.", ("/patient/date_of_birth",)


def _diagnosis(facts: Facts) -> Iterator[Sentence]:
    who, code = facts.who, facts.diagnosis["icd10"]
    possessive = who.possessive[0].upper() + who.possessive[1:]
    yield (
        f"{possessive} diagnosis is {diagnosis_words(facts)} ({code}).",
        (facts.diagnosis_pointer, f"codes/{code}"),
    )


def diagnosis_words(facts: Facts) -> str:
    """The diagnosis in words: the code's official title, else the case's own description."""
    entry = facts.knowledge.diagnosis_codes.get(facts.diagnosis["icd10"])
    own = facts.diagnosis.get("description")
    title = entry.title if entry else own
    return _small(title) if title else missing(f"{facts.diagnosis_pointer}/description")


def _small(title: str) -> str:
    return title if title[:2].isupper() else title[0].lower() + title[1:]


def _course(facts: Facts) -> Iterator[Sentence]:
    onset = facts.diagnosis.get("onset")
    start = episode_start(facts.case)
    began = f"The illness began {_when(onset)}" if onset else ""
    rests = (f"{facts.diagnosis_pointer}/onset",) if onset else ()
    if start is None:
        if began:
            yield f"{began}.", rests
        return
    episode = f"this episode began {_when(str(start))}{_length(start, facts.today)}"
    text = f"{began}; {episode}." if began else sentence(episode)
    yield text, (*rests, f"{facts.diagnosis_pointer}/episode_start")


def _when(partial: str) -> str:
    day = PartialDate.parse(partial)
    return f"{'on' if day.precision == 'day' else 'in'} {day.words}"


def _length(start: PartialDate, today: date) -> str:
    """Return how long the episode has lasted; from a year alone nothing can be counted."""
    if start.precision == "year":
        return ""
    months = (today.year - start.earliest.year) * 12 + today.month - start.earliest.month
    if start.precision == "day" and today.day < start.earliest.day:
        months -= 1
    about = "about " if start.precision != "day" or months else ""
    return (
        f" and has lasted {about}{months} months"
        if months != 1
        else " and has lasted about one month"
    )


def _others(facts: Facts) -> Iterator[Sentence]:
    others = [
        (f"/diagnoses/{i}", each)
        for i, each in enumerate(facts.case["diagnoses"])
        if each is not facts.diagnosis
    ]
    if not others:
        return
    words = [_coded(facts, each) for _, each in others]
    noun = "Another diagnosis is" if len(words) == 1 else "Other diagnoses are"
    yield f"{noun} {joined(words)}.", tuple(pointer for pointer, _ in others)


def _coded(facts: Facts, diagnosis: object) -> str:
    code = diagnosis["icd10"]  # type: ignore[index]
    entry = facts.knowledge.diagnosis_codes.get(code)
    title = entry.title if entry else diagnosis.get("description")  # type: ignore[attr-defined]
    return f"{_small(title)} ({code})" if title else code


def _function(facts: Facts) -> Iterator[Sentence]:
    given = facts.get("/function") or {}
    for key, label in (("work", "At work"), ("school", "At school"), ("home", "At home"),
                       ("self_care", "Self-care"), ("social", "With others")):  # fmt: skip
        if given.get(key):
            yield told(facts.who, given[key], label), (f"/function/{key}",)
    for i, other in enumerate(given.get("other") or []):
        yield told(facts.who, other, "Also"), (f"/function/other/{i}",)


def _latest(facts: Facts, latest: Sequence[Score], your: str) -> Iterator[Sentence]:
    measured = [score for score in latest if score.scale.id != "c_ssrs"]
    day: PartialDate | None = None
    for score in measured:
        opening = _opening(facts, score, day)
        yield f"{opening}{_meaning(facts, score, your)}.", _rests(score)
        day = score.day


def _opening(facts: Facts, score: Score, day: PartialDate | None) -> str:
    name = score_name(score)
    said = f"{facts.who.possessive} {name} score was {plain_number(score.value)}"
    said = f"{said} of {score.scale.maximum}"
    if day is not None and day == score.day:
        return said[0].upper() + said[1:]
    when = score.day.words
    return f"{'On' if score.day.precision == 'day' else 'In'} {when} {said}"


def score_name(score: Score) -> str:
    """The scale's short name with what it is, for its first mention."""
    short = short_name(score.scale)
    long = long_name(score.scale)
    rated = {"self": "filled in by the patient", "clinician": "rated by the clinician"}
    who = rated.get(score.scale.rater)
    inside = ", ".join(part for part in (long, who) if part)
    return f"{short} ({inside})" if inside else short


def _meaning(facts: Facts, score: Score, your: str) -> str:
    parts = [*_against_policy(facts, score, your), *_band(score)]
    shown = f" (Exhibit {score.exhibit})" if score.exhibit else ""
    return (f", {' and '.join(parts)}" if parts else "") + shown


def _against_policy(facts: Facts, score: Score, your: str) -> Iterator[str]:
    line = facts.criteria.score_line(score.scale.id)
    if line is None:
        return
    side = "at or above" if score.value == line else "above" if score.value > line else "below"
    yield f"{side} the {plain_number(line)} that {your} policy asks for"


def _band(score: Score) -> Iterator[str]:
    band = band_of(score.scale, score.value)
    if band is None:
        return
    edge = "at the top of" if score.value == band.high < score.scale.maximum else "in"
    yield f"{edge} that scale’s {band.label} range"


def _rests(score: Score) -> tuple[str, ...]:
    return (score.pointer, f"scales/{score.scale.id}")


def _earlier(facts: Facts, latest: Sequence[Score]) -> Iterator[Sentence]:
    for last in latest:
        before = of_scale(facts.scores, last.scale.id)[:-1]
        if not before or last.scale.category_scale:
            continue
        yield _earlier_scores(last, before), tuple(score.pointer for score in before)


def _earlier_scores(last: Score, before: Sequence[Score]) -> str:
    name = short_name(last.scale)
    if len(before) == 1:
        return f"The earlier {name} score was {_dated(before[0])}."
    if len(before) <= _MOST_LISTED:
        return f"Earlier {name} scores were {joined([_dated(score) for score in before])}."
    lowest = min(before, key=lambda score: score.value)
    return (
        f"Of {number_word(len(before))} earlier {name} scores the first was {_dated(before[0])}, "
        f"the lowest {_dated(lowest)} and the last {_dated(before[-1])}."
    )


def _dated(score: Score) -> str:
    return f"{plain_number(score.value)} ({score.day.words})"


def _risk(facts: Facts) -> Iterator[Sentence]:
    from casework.passages.risk import risk_sentences  # noqa: PLC0415 - keeps this module short

    yield from risk_sentences(facts)


def _admissions(facts: Facts) -> Iterator[Sentence]:
    for i, stay in enumerate(facts.case.get("admissions") or []):
        words = admission_words(stay)
        if words:
            yield words, (f"/admissions/{i}",)


_STAYS = {
    "inpatient": "hospital stay",
    "partial_hospital": "partial hospital program",
    "intensive_outpatient": "intensive outpatient program",
    "emergency": "emergency department visit",
    "observation": "observation stay",
    "residential": "residential treatment",
}


def admission_words(stay: Mapping[str, Any]) -> str:
    """One admission: what kind, where, when and why, as the case gives it."""
    began, ended = stay.get("admitted"), stay.get("discharged")
    if not began:
        return ""
    kind = _STAYS.get(
        stay.get("kind") or "", str(stay.get("kind") or "admission").replace("_", " ")
    )
    at = f" at {stay['facility']}" if stay.get("facility") else ""
    why = f": {spell_dates(str(stay['reason']))}" if stay.get("reason") else ""
    shown = f" (Exhibit {stay['exhibit']})" if stay.get("exhibit") else ""
    return sentence(f"{kind}{at}, {_span(began, ended)}{why}{shown}")


def _span(began: str, ended: str | None) -> str:
    first = PartialDate.parse(began)
    if ended is None or ended == began:
        return first.words
    last = PartialDate.parse(ended)
    same = first.precision == last.precision == "day" and first.earliest.year == last.earliest.year
    return f"{month_day(first.earliest) if same else first.words} to {last.words}"
