"""The course already given: how many, what it changed by the same scale, what it cost the patient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from casework.assessments import Score
from casework.english import counted, joined, number_word, plain_number, sentence, spell_dates
from casework.facts import Facts
from casework.partial_dates import PartialDate, whole_day
from casework.passages.course import UNIT, date_range
from casework.said import Said, paragraph
from casework.scales import (
    percent_gain,
    responded,
    response_rule,
    short_name,
    whole_percent,
)

Sentence = tuple[str, tuple[str, ...]]


def so_far(facts: Facts) -> tuple[Said, ...]:
    """What was authorized and given, the scores before and after, and what went wrong."""
    if not facts.case.get("course_so_far"):
        return ()
    return (
        *paragraph("so_far.given", [*_authorized(facts), *_given(facts), *_missed(facts)]),
        *paragraph("so_far.response", [*response(facts), *_adverse(facts), *_stopped(facts)]),
    )


def course_given(facts: Facts) -> tuple[Said, ...]:
    """What was authorized and given, what was missed, and adverse events; not the scores."""
    return (
        *paragraph("so_far.given", [*_authorized(facts), *_given(facts), *_missed(facts)]),
        *paragraph("so_far.tolerated", [*_adverse(facts), *_stopped(facts)]),
    )


def _authorized(facts: Facts) -> Iterator[Sentence]:
    given = facts.get("/course_so_far/authorization") or {}
    if not given.get("number"):
        return
    first, last = whole_day(given.get("from")), whole_day(given.get("through"))
    span = f" ran {_from_to(first, last)}" if first else " was given"
    visits = f" for {counted(given['visits'], 'visit')}" if given.get("visits") else ""
    yield f"Authorization {given['number']}{span}{visits}.", ("/course_so_far/authorization",)


def _from_to(first: date, last: date | None) -> str:
    words = date_range(first, last)
    return words if last is None else f"from {words}"


def _given(facts: Facts) -> Iterator[Sentence]:
    entries = facts.get("/course_so_far/administrations")
    unit = UNIT.get(facts.treatment.route, "dose")
    rests = ("/course_so_far/administrations",)
    who = facts.who.called
    if isinstance(entries, int):
        yield f"{who} has had {counted(entries, unit)} so far.", rests
        return
    if not entries:
        return
    days = sorted(day for entry in entries if (day := whole_day(entry.get("date"))))
    span = f" from {date_range(days[0], days[-1])}" if len(days) > 1 else ""
    yield f"{who} had {counted(len(entries), unit)}{span}{_doses(entries)}.", rests


def _doses(entries: Sequence[Mapping[str, Any]]) -> str:
    doses = list(dict.fromkeys(entry["dose_mg"] for entry in entries if entry.get("dose_mg")))
    if not doses:
        return ""
    if len(doses) == 1:
        return f", {plain_number(doses[0])} mg each"
    return f", {plain_number(min(doses))} to {plain_number(max(doses))} mg"


def _missed(facts: Facts) -> Iterator[Sentence]:
    missed = facts.get("/course_so_far/missed")
    if missed is None:
        return
    rests = ("/course_so_far/missed",)
    if missed == 0:
        yield "No visit was missed.", rests
        return
    why = facts.get("/course_so_far/missed_why")
    reason = f": {spell_dates(why)}" if why else ""
    was = "was" if missed == 1 else "were"
    yield sentence(f"{counted(missed, 'visit')} {was} missed{reason}"), rests


def response(facts: Facts) -> Iterator[Sentence]:
    """Each scale before the first administration, at its best after it, and now."""
    begun = first_day(facts)
    if begun is None:
        return
    for scale_id in dict.fromkeys(score.scale.id for score in facts.scores):
        own = [s for s in facts.scores if s.scale.id == scale_id and not s.scale.category_scale]
        before = [score for score in own if score.day.latest <= begun]
        after = [score for score in own if score.day.earliest > begun]
        if before and after:
            yield (
                _change(facts, before[-1], after),
                tuple(score.pointer for score in (before[-1], *after)),
            )


def first_day(facts: Facts) -> date | None:
    """Return the day of the first administration, else the first day authorized; None if untold."""
    entries = facts.get("/course_so_far/administrations")
    if isinstance(entries, list):
        days = [day for entry in entries if (day := whole_day(entry.get("date")))]
        if days:
            return min(days)
    return whole_day(facts.get("/course_so_far/authorization/from"))


def _change(facts: Facts, before: Score, after: Sequence[Score]) -> str:
    best = min(after, key=lambda score: score.value)
    name, who = short_name(before.scale), facts.who.possessive
    text = (
        f"{who} {name} was {plain_number(before.value)} {_on(before)}, before the first one, and "
        f"{plain_number(best.value)} {_on(best)}{_fall(before, best)}"
    )
    newest = after[-1]
    if newest is best:
        return sentence(text)
    return f"{sentence(text)} {sentence(f'{_on(newest)} it was {plain_number(newest.value)}')}"


def _fall(before: Score, best: Score) -> str:
    if best.value >= before.value or not before.value:
        return ""
    percent = whole_percent(percent_gain(before.scale, before.value, best.value) or 0)
    if response_rule(before.scale) is None:
        return f", a fall of {percent} percent"
    met = responded(before.scale, before.value, best.value)
    word = "meets" if met else "does not meet"
    return f", a fall of {percent} percent, which {word} that scale’s definition of response"


def _on(score: Score) -> str:
    return f"{'on' if score.day.precision == 'day' else 'in'} {score.day.words}"


def _adverse(facts: Facts) -> Iterator[Sentence]:
    entries = facts.get("/course_so_far/administrations")
    if not isinstance(entries, list):
        return
    listed = [
        f"{joined(entry['adverse_events'])} ({PartialDate.parse(entry['date']).words})"
        for entry in entries
        if entry.get("adverse_events") and entry.get("date")
    ]
    if listed:
        yield (
            sentence(f"Adverse events on record: {'; '.join(listed)}"),
            ("/course_so_far/administrations",),
        )
        rest = len(entries) - len(listed)
        if rest:
            yield (
                f"The record of the other {number_word(rest)} holds none.",
                ("/course_so_far/administrations",),
            )


def _stopped(facts: Facts) -> Iterator[Sentence]:
    why = facts.get("/course_so_far/stopped_why")
    if why:
        yield sentence(f"Why it stopped: {spell_dates(why)}"), ("/course_so_far/stopped_why",)
