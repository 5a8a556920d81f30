"""The request itself, whole, in the first sentences; and the urgent form of it with its facts."""

from __future__ import annotations

from collections.abc import Iterator

from casework.english import lowered, sentence, spell_dates
from casework.facts import Facts
from casework.passages.course import Course, course, date_range
from casework.passages.patient import diagnosis_words
from casework.said import Said, missing, paragraph

Sentence = tuple[str, tuple[str, ...]]


def ask(facts: Facts) -> tuple[Said, ...]:
    """What is asked: treatment, dose, number and span, where, when, and how fast."""
    return paragraph("ask", [_request(facts), *_where_and_when(facts), *_speed(facts)])


def urgency(facts: Facts) -> tuple[Said, ...]:
    """Why a faster decision is asked: the regime's test and the case's facts; else nothing."""
    return paragraph("urgency", _urgent(facts))


def title(facts: Facts) -> str:
    """The line that names the request: "Request: six infusions of … for …"."""
    asked = course(facts.case, facts.treatment)
    renewal = "Request to continue: " if is_renewal(facts) else "Request: "
    return f"{renewal}{asked.number} of {asked.product} for {condition(facts)}"


def condition(facts: Facts) -> str:
    """The condition in the title; resistance is said only where the trials show it."""
    return {
        "mdd_trd": "treatment-resistant depression",
        "mdd": "major depression",
        "depression_other": "depression",
        "bipolar_depression": "bipolar depression",
        "ptsd": "post-traumatic stress disorder",
        "ocd": "obsessive-compulsive disorder",
    }.get(facts.population) or diagnosis_words(facts)


def is_renewal(facts: Facts) -> bool:
    """Whether the request continues a course already begun."""
    return bool(facts.get("/request/kind") == "renewal")


def _request(facts: Facts) -> Sentence:
    asked = course(facts.case, facts.treatment)
    verb = "continue to authorize" if is_renewal(facts) else "authorize"
    return (
        f"I ask you to {verb} {asked.number} of {asked.product} for {facts.who.called}: "
        f"{asked.manner}.",
        ("/request", f"treatments/{facts.treatment.id}"),
    )


def _where_and_when(facts: Facts) -> Iterator[Sentence]:
    asked = course(facts.case, facts.treatment)
    yield (
        f"{_place(facts, asked)}; {_date_words(facts, asked)}.",
        (
            "/facility",
            "/request/start",
            "/request/end",
        ),
    )


def _place(facts: Facts, asked: Course) -> str:
    name = facts.get("/facility/name")
    if not name:
        return f"The {asked.unit}s are given at {missing('/facility/name')}"
    own = name == facts.get("/prescriber/practice/name")
    certified = facts.get("/facility/rems_certified") and facts.treatment.rems
    rems = ", which is certified in the esketamine safety program (REMS)" if certified else ""
    return f"The {asked.unit}s are given at {'our clinic' if own else name}{rems}"


def _date_words(facts: Facts, asked: Course) -> str:
    if asked.first is None:
        return f"the first date asked for is {missing('/request/start')}"
    if asked.first < facts.today:
        return "they are to begin on approval"
    return f"the dates asked for are {date_range(asked.first, asked.last)}"


def _speed(facts: Facts) -> Iterator[Sentence]:
    given = facts.get("/request/urgency")
    if given == "expedited":
        yield "I ask for an expedited decision, for the reason given below.", ("/request/urgency",)
    elif given == "standard":
        yield "This is a standard request.", ("/request/urgency",)


def _urgent(facts: Facts) -> Iterator[Sentence]:
    if facts.get("/request/urgency") != "expedited":
        return
    test = facts.regime.urgency_test
    if test is not None and test.verified:
        said = f"“{test.words}”" if test.quoted else test.words
        yield (
            f"The test for a faster decision: {said} ({test.citation}).",
            (
                "/request/urgency",
                facts.regime.source,
            ),
        )
    reason = facts.get("/request/urgency_reason")
    words = spell_dates(lowered(reason)) if reason else missing("/request/urgency_reason")
    yield sentence(f"The facts that meet it: {words}"), ("/request/urgency_reason",)
