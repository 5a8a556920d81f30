"""The page that the clinician speaks from in the call with the plan's reviewer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from casework.assessments import newest
from casework.criteria import Judged
from casework.english import joined, lowered, plain_number, quoted, sentence
from casework.facts import Facts
from casework.passages import tried, why
from casework.passages.course import course
from casework.passages.criteria import tally
from casework.passages.news import new_facts
from casework.passages.patient import admission_words, function
from casework.passages.so_far import response
from casework.said import Said
from casework.scales import band_of, short_name

Sentence = tuple[str, tuple[str, ...]]

_FACTS = 3


def brief_ask(facts: Facts) -> tuple[Said, ...]:
    """The ask in a sentence, as it is spoken."""
    asked = course(facts.case, facts.treatment)
    verb = "reverse the denial and authorize" if facts.case.get("denial") else "authorize"
    return (
        Said(
            "brief.ask",
            f"I ask you to {verb} {asked.number} of {asked.product} for {facts.who.called}: "
            f"{asked.manner}.",
            ("/request",),
        ),
    )


def brief_facts(facts: Facts) -> tuple[Said, ...]:
    """The three strongest facts that the case holds, the strongest first."""
    found = islice(_strongest(facts), _FACTS)
    return tuple(Said("brief.fact", text, rests) for text, rests in found)


def _strongest(facts: Facts) -> Iterator[Sentence]:
    if facts.counts.failures:
        rests = tuple(trial.pointer for trial in facts.counts.failures)
        yield tried.count_sentence(facts), (*rests, "medicines/_rules")
    yield from response(facts)
    yield from _score(facts)
    yield from _new(facts)
    words = tally(facts)
    if words:
        yield f"The criteria of the policy: {lowered(words)}", ("/insurance/criteria",)
    yield from _stays(facts)
    yield from _procedures_tried(facts)
    yield from _days(facts)


def _score(facts: Facts) -> Iterator[Sentence]:
    measured = [score for score in newest(facts.scores) if not score.scale.category_scale]
    for score in measured[:1]:
        line = facts.criteria.score_line(score.scale.id)
        policy = f"; the policy asks for {plain_number(line)}" if line is not None else ""
        band = band_of(score.scale, score.value)
        range_ = f", in that scale’s {band.label} range" if band else ""
        yield (
            f"{short_name(score.scale)} {plain_number(score.value)} of {score.scale.maximum} on "
            f"{score.day.words}{range_}{policy}.",
            (score.pointer, f"scales/{score.scale.id}"),
        )


def _new(facts: Facts) -> Iterator[Sentence]:
    if facts.case.get("denial"):
        yield from (
            (f"New since the notice: {each.text}", each.rests_on) for each in new_facts(facts)
        )


def _stays(facts: Facts) -> Iterator[Sentence]:
    for i, stay in enumerate(facts.case.get("admissions") or []):
        words = admission_words(stay)
        if words:
            yield words, (f"/admissions/{i}",)


def _procedures_tried(facts: Facts) -> Iterator[Sentence]:
    for i, entry in enumerate(facts.case.get("procedures") or []):
        if entry.get("status") in (None, "tried", "completed"):
            yield (
                tried.procedure_sentence(facts, entry, who=facts.who.called),
                (f"/procedures/{i}",),
            )


def _days(facts: Facts) -> Iterator[Sentence]:
    for said in function(facts):
        yield said.text, said.rests_on


def brief_not_met(facts: Facts) -> tuple[Said, ...]:
    """Each criterion that is not met or not known, and what to say about it."""
    items = [*facts.criteria.with_status("not_met"), *facts.criteria.with_status("unknown")]
    return tuple(
        Said("brief.criterion", _concede(item), item.finding.rests_on or item.finding.needs)
        for item in items
    )


def _concede(item: Judged) -> str:
    text = quoted(item.text) if item.quoted else item.text.rstrip(".")
    shown = joined([f"Exhibit {exhibit}" for exhibit in item.finding.exhibits])
    words = item.finding.words.rstrip(". ")
    where = f" ({shown})" if shown else ""
    if item.status == "unknown":
        return f"{text}: not shown yet. {words}{where}. Say that it will be sent."
    return f"{text}: grant that it is not met. {words}{where}. Ask for individual consideration."


def brief_not_claimed(facts: Facts) -> tuple[Said, ...]:
    """What not to claim, because the chart or the label does not hold it."""
    return tuple(Said("brief.not", text, rests) for text, rests in _not_claimed(facts))


def _not_claimed(facts: Facts) -> Iterator[Sentence]:
    if not why.on_label(facts):
        yield (
            f"That it is approved for {why.plain_condition(facts)}: the use is off label.",
            (f"treatments/{facts.treatment.id}",),
        )
    yield from _other_medicines(facts)
    yield from _other_procedures(facts)
    if facts.get("/risk/ideation") == "none":
        yield "Suicidal thoughts: none were reported.", ("/risk/ideation",)
    elif not facts.get("/risk/ideation"):
        yield "Anything about suicidal thoughts: the case holds no assessment.", ("/risk",)
    if facts.get("/request/urgency") != "expedited":
        yield "That the request is urgent: it is a standard one.", ("/request/urgency",)
    yield "That it will work, or that the effect lasts without further treatment.", ("/request",)


def _other_medicines(facts: Facts) -> Iterator[Sentence]:
    kept = [trial for trial in facts.trials if trial.outcome == "intolerance"]
    counted_ones = [trial for trial in kept if trial.role == "antidepressant"]
    if counted_ones:
        names = joined([trial.title for trial in counted_ones])
        yield (
            sentence(
                f"That {names} did not work: {'it was' if len(counted_ones) == 1 else 'they were'}"
                " not tolerated"
            ),
            tuple(trial.pointer for trial in counted_ones),
        )
    short = [
        trial
        for trial in facts.trials
        if trial.role == "antidepressant"
        and trial.adequate != "yes"
        and trial.outcome != "intolerance"
    ]
    if short:
        yield (
            sentence(f"An adequate trial of {joined([trial.title for trial in short])}"),
            tuple(trial.pointer for trial in short),
        )


def _other_procedures(facts: Facts) -> Iterator[Sentence]:
    words = {"declined": "was declined", "offered": "was offered", "not_tried": "was not tried"}
    told = {
        f"/procedures/{i}": f"{tried.procedure_name(entry)} ({words[entry['status']]})"
        for i, entry in enumerate(facts.case.get("procedures") or [])
        if entry.get("status") in words
    }
    if told:
        yield sentence(f"As tried or ruled out: {joined(list(told.values()))}"), tuple(told)


def brief_file(facts: Facts) -> tuple[Said, ...]:
    """Where to look in the file, exhibit by exhibit."""
    listed: Sequence[str] = [
        f"{each['id']} {each['title']}" for each in facts.case.get("exhibits") or []
    ]
    if not listed:
        return (Said("brief.file", "No exhibit is listed.", ("/exhibits",)),)
    return (Said("brief.file", f"{' · '.join(listed)}.", ("/exhibits",)),)
