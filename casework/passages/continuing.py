"""A course under way: what it changed by each scale's own definition, what its spacing did, what is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from casework.assessments import Score
from casework.english import joined, plain_number, sentence
from casework.facts import Facts
from casework.partial_dates import PartialDate
from casework.passages.so_far import first_day
from casework.said import Said, missing, paragraph
from casework.scales import (
    long_name,
    percent_gain,
    remitted,
    responded,
    response_lost,
    response_rule,
    short_name,
    whole_percent,
)

Sentence = tuple[str, tuple[str, ...]]
Row = dict[str, str]

_DASH = "–"


def gain(facts: Facts) -> tuple[Said, ...]:
    """Response and remission now, by each scale's own definition; a poor response is said."""
    return paragraph("gain", _gains(facts))


def spacing(facts: Facts) -> tuple[Said, ...]:
    """Each spacing tried, with the scores that fall into it, so that a reader sees what held."""
    return tuple(
        Said(f"spacing.{i}", _span(facts, span), (f"/course_so_far/schedule/{i}",))
        for i, span in enumerate(facts.get("/course_so_far/schedule") or [])
    )


def ends(facts: Facts) -> tuple[Said, ...]:
    """When the authorization that runs now ends; a blank where the case tells no taper or review."""
    blank = f"Taper or maintenance, with the next review: {missing('/request/after')}."
    told = [] if facts.get("/request/after") else [(blank, ("/request/after",))]
    return paragraph("ends", [*told, *_running(facts)])


def response_rows(facts: Facts) -> list[Row]:
    """One row a score of each scale rated before and during the course, the baseline first."""
    return [row for scores in followed(facts) for row in _rows(scores)]


def _rows(scores: Sequence[Score]) -> Iterator[Row]:
    base = scores[0]
    for score in scores:
        yield {
            "scale": short_name(score.scale),
            "date": score.day.words,
            "score": f"{plain_number(score.value)} of {score.scale.maximum}",
            "change": "before the course" if score is base else _change(base, score),
            "exhibit": score.exhibit or _DASH,
        }


def _change(base: Score, score: Score) -> str:
    percent = percent_gain(score.scale, base.value, score.value)
    if percent is None:
        return _DASH
    if percent < 0:
        return f"up {plain_number(score.value - base.value)} points"
    return f"down {whole_percent(percent)} percent" if percent else "no change"


def followed(facts: Facts) -> list[list[Score]]:
    """The scores of each scale with a baseline: the last before the course, then all of it."""
    begun = first_day(facts)
    if begun is None:
        return []
    found = []
    for scale_id in dict.fromkeys(score.scale.id for score in facts.scores):
        own = [s for s in facts.scores if s.scale.id == scale_id and not s.scale.category_scale]
        before = [score for score in own if score.day.latest <= begun]
        after = [score for score in own if score.day.earliest > begun]
        if before and after:
            found.append([before[-1], *after])
    return found


def _gains(facts: Facts) -> Iterator[Sentence]:
    rated = followed(facts)
    if not rated:
        yield (
            f"A score before the course and one now, on the same scale: {missing('/assessments')}.",
            ("/assessments",),
        )
    for base, *later in rated:
        newest = later[-1]
        rests = (base.pointer, newest.pointer, f"scales/{base.scale.id}")
        if response_rule(base.scale) is not None:
            yield _by_definition(base, newest), rests
            yield from _had_been(base, later)
        if remitted(base.scale, newest.value):
            yield f"It is remission by the {short_name(base.scale)}’s own line.", rests


def _by_definition(base: Score, newest: Score) -> str:
    name = short_name(base.scale)
    percent = percent_gain(base.scale, base.value, newest.value) or 0
    explained = f" ({long_name(base.scale)})" if long_name(base.scale) else ""
    went = f"The {name}{explained} went from {plain_number(base.value)} to {plain_number(newest.value)}"
    fall = f", a fall of {whole_percent(percent)} percent" if percent > 0 else ""
    met = responded(base.scale, base.value, newest.value)
    return f"{went}{fall}: {'a' if met else 'not a'} response by that scale’s definition."


def _had_been(base: Score, later: Sequence[Score]) -> Iterator[Sentence]:
    """The best score, where it was a response and the newest is none."""
    if not response_lost(base.scale, base.value, [score.value for score in later]):
        return
    best = min(later, key=lambda score: score.value)
    when = f"{'on' if best.day.precision == 'day' else 'in'} {best.day.words}"
    yield f"It had been {plain_number(best.value)} {when}, a response.", (best.pointer,)


def _span(facts: Facts, span: Mapping[str, Any]) -> str:
    scores = [
        f"{short_name(score.scale)} {plain_number(score.value)} ({score.day.words})"
        for own in followed(facts)
        for score in own[1:]
        if _inside(score, span)
    ]
    told = f": {joined(scores)}" if scores else ", no score on record in this time"
    return sentence(f"{span['spacing']}, {_from_to(span)}{told}")


def _from_to(span: Mapping[str, Any]) -> str:
    first = f"from {PartialDate.parse(span['from']).words}" if span.get("from") else ""
    last = f"to {PartialDate.parse(span['to']).words}" if span.get("to") else "until now"
    return f"{first} {last}".strip()


def _inside(score: Score, span: Mapping[str, Any]) -> bool:
    first = PartialDate.parse(span["from"]).earliest if span.get("from") else date.min
    last = PartialDate.parse(span["to"]).latest if span.get("to") else date.max
    return first <= score.day.earliest and score.day.latest <= last


def _running(facts: Facts) -> Iterator[Sentence]:
    through = facts.get("/course_so_far/authorization/through")
    if through and date.fromisoformat(through) >= facts.today:
        yield (
            f"The authorization that runs now ends on {PartialDate.parse(through).words}.",
            ("/course_so_far/authorization/through",),
        )
