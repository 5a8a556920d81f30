"""Asking for in-network terms where the network has no one: the log of calls, distance, the terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from casework.english import counted, joined, plain_number, sentence
from casework.facts import Facts
from casework.partial_dates import PartialDate
from casework.passages.course import course, dates_asked
from casework.passages.speaker import Speaker
from casework.said import Said, missing, paragraph

Sentence = tuple[str, tuple[str, ...]]


def gap_asked(facts: Facts, speaker: Speaker) -> tuple[Said, ...]:
    """The exception asked for, for which service, where, and when."""
    return paragraph("gap.ask", [_asked(facts, speaker), *_dates(facts)])


def gap_shown(facts: Facts) -> tuple[Said, ...]:
    """What the search inside the network came to, before its log."""
    log = facts.case.get("network_search") or []
    if not log:
        blank = f"Who was asked inside the network, when, and what they said: {missing('/network_search')}."
        return (Said("gap.search", blank, ("/network_search",)),)
    return paragraph("gap.search", [_searched(log), *_distances(log)])


def gap_terms(facts: Facts, speaker: Speaker) -> tuple[Said, ...]:
    """The terms asked for: in-network cost share, and an agreement for this case."""
    name = facts.get("/facility/name") or facts.get("/prescriber/practice/name")
    where = name or missing("/facility/name")
    return paragraph(
        "gap.terms",
        [
            (
                f"{speaker.ask} that these services be paid at the in-network level, so that the "
                "patient owes only the in-network share.",
                ("/facility/network",),
            ),
            (
                f"{speaker.ask} that you offer {where} a single-case agreement for them, with the "
                "rate in writing before the first date.",
                ("/facility",),
            ),
            (
                f"If you hold that the network has someone who gives this treatment, {speaker.ask} "
                "for the name, the address and the first open date.",
                ("/network_search",),
            ),
        ],
    )


def call_rows(facts: Facts) -> list[dict[str, str]]:
    """One row a call of the log: date, who was called, distance, who answered, what they said."""
    return [
        {
            "date": PartialDate.parse(call["date"]).words if call.get("date") else "–",
            "provider": call["provider"],
            "distance": _miles(call) or "–",
            "spoke_with": call.get("spoke_with") or "–",
            "answer": call.get("answer") or missing(f"/network_search/{i}/answer"),
        }
        for i, call in enumerate(facts.case.get("network_search") or [])
    ]


def _asked(facts: Facts, speaker: Speaker) -> Sentence:
    asked = course(facts.case, facts.treatment)
    return (
        f"{speaker.ask} for a network exception: that {asked.number} of {asked.product} for "
        f"{facts.who.called} be covered outside the network on in-network terms.",
        ("/request",),
    )


def _dates(facts: Facts) -> Iterator[Sentence]:
    asked = course(facts.case, facts.treatment)
    if asked.first is not None and asked.first >= facts.today:
        yield f"The dates asked for are {dates_asked(asked, facts.today)}.", ("/request/start",)


def _searched(log: Sequence[Mapping[str, Any]]) -> Sentence:
    days = sorted(PartialDate.parse(call["date"]).earliest for call in log if call.get("date"))
    rests = tuple(f"/network_search/{i}" for i in range(len(log)))
    providers = counted(len({call["provider"] for call in log}), "provider")
    was = "was" if providers.startswith("one ") else "were"
    span = f" over {_weeks(days[0], days[-1])}" if days and days[0] != days[-1] else ""
    text = f"{providers} inside the network {was} asked{span}; the log below gives each answer"
    return sentence(text), rests


def _weeks(first: date, last: date) -> str:
    """The span of the search: in days below a week, else in whole weeks."""
    days = (last - first).days
    weeks = round(days / 7)
    return counted(weeks, "week") if weeks and days > 6 else counted(days + 1, "day")  # noqa: PLR2004


def _distances(log: Sequence[Mapping[str, Any]]) -> Iterator[Sentence]:
    miles = sorted(call["distance_miles"] for call in log if call.get("distance_miles"))
    if not miles:
        return
    rests = tuple(
        f"/network_search/{i}" for i, call in enumerate(log) if call.get("distance_miles")
    )
    if len(miles) == 1:
        yield f"That one is {plain_number(miles[0])} miles away.", rests
        return
    ends = joined([plain_number(miles[0]), plain_number(miles[-1])])
    yield f"They are between {ends} miles away.", rests


def _miles(call: Mapping[str, Any]) -> str:
    return f"{plain_number(call['distance_miles'])} miles" if call.get("distance_miles") else ""
