"""Asking for the call between the treating clinician and the plan's reviewer."""

from __future__ import annotations

from collections.abc import Iterator

from casework.english import counted, quoted, sentence
from casework.facts import Facts
from casework.partial_dates import PartialDate
from casework.passages.close import contact
from casework.passages.course import course
from casework.passages.criteria import tally
from casework.said import Said, paragraph

Sentence = tuple[str, tuple[str, ...]]


def call_asked(facts: Facts) -> tuple[Said, ...]:
    """The call asked for, about what, with whom, and when the clinician can take it."""
    return (
        *paragraph("peer.ask", [_call(facts), *_specialty(facts)]),
        *paragraph("peer.when", _when(facts)),
    )


def call_points(facts: Facts) -> tuple[Said, ...]:
    """What the call is to be about: each stated reason, else the criteria as they stand."""
    if facts.reasons:
        return tuple(
            Said("peer.point", _reason(each.words, each.codes), (each.pointer,))
            for each in facts.reasons
        )
    words = tally(facts)
    if not words:
        return ()
    return (Said("peer.point", f"The criteria of your policy. {words}", ("/insurance/criteria",)),)


def call_terms(facts: Facts) -> tuple[Said, ...]:
    """What is asked of the plan about the call itself; the written decision stays owed."""
    denied = bool(facts.case.get("denial"))
    limit = (
        "Please tell us the last day on which such a call can change the decision."
        if denied
        else "Please hold the decision until the call has taken place, within the time you have."
    )
    rests = ("/denial",) if denied else ("/request",)
    return paragraph(
        "peer.terms",
        [
            (limit, rests),
            (
                "Please send the name and specialty of the physician who will call, and the "
                "criteria that will be applied.",
                rests,
            ),
            *_not_instead(denied),
        ],
    )


def _call(facts: Facts) -> Sentence:
    asked = course(facts.case, facts.treatment)
    what = f"{asked.number} of {asked.product} for {facts.who.called}"
    day = facts.get("/denial/notice_date")
    if facts.case.get("denial") is None or not day:
        return (
            f"I ask for a call with the physician who will decide on my request for {what}.",
            ("/request",),
        )
    notice = PartialDate.parse(day).words
    return (
        f"I ask for a call with a physician of your plan about {what}, denied in your notice of "
        f"{notice}.",
        ("/request", "/denial/notice_date"),
    )


def _specialty(facts: Facts) -> Iterator[Sentence]:
    specialty = facts.get("/denial/reviewer/specialty")
    if specialty and "psychiatr" not in specialty.lower():
        yield (
            f"The notice names a reviewer in {specialty}. I ask to speak with a psychiatrist.",
            ("/denial/reviewer/specialty",),
        )
    elif not specialty:
        yield "I ask to speak with a psychiatrist.", ("/prescriber/specialty",)


def _when(facts: Facts) -> Iterator[Sentence]:
    where, rests = contact(facts)
    yield f"I can be reached at {where}.", rests
    name = facts.get("/prescriber/contact/name")
    if name:
        yield (
            f"To arrange another time, please ask for: {name}.",
            ("/prescriber/contact/name",),
        )


def _reason(words: str, codes: tuple[str, ...]) -> str:
    if words:
        return quoted(words)
    return sentence(f"{counted(len(codes), 'code')} without words: {', '.join(codes)}")


def _not_instead(denied: bool) -> Iterator[Sentence]:
    if denied:
        yield (
            "This call does not take the place of the appeal; the time to appeal runs on.",
            ("/denial",),
        )
