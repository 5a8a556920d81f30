"""The close: the ask again, the offer of a call, and whom to reach."""

from __future__ import annotations

from collections.abc import Iterator

from casework.facts import Facts
from casework.passages.course import course
from casework.passages.speaker import Speaker
from casework.said import Said, missing, paragraph

Sentence = tuple[str, tuple[str, ...]]


def close(facts: Facts, speaker: Speaker) -> tuple[Said, ...]:
    """Ask once more, in short, and offer a call with the plan's reviewer."""
    asked = course(facts.case, facts.treatment)
    again = (
        f"{speaker.ask} you to authorize the {asked.number} of {asked.product}.",
        ("/request",),
    )
    return paragraph("close", [again, *call(facts, speaker)])


def call(facts: Facts, speaker: Speaker) -> Iterator[Sentence]:
    """Offer a call between the clinician and the plan's reviewer, with phone and hours."""
    where, rests = contact(facts)
    if speaker.first_person:
        yield f"I would welcome a call with your reviewing physician: {where}.", rests
        return
    doctor = doctor_name(facts)
    yield f"{doctor} would welcome a call with your reviewing physician: {where}.", rests


def contact(facts: Facts) -> tuple[str, tuple[str, ...]]:
    """Return "555-010-0100, weekdays from noon to two" and what it rests on."""
    given = facts.get("/prescriber/contact") or {}
    phone = given.get("phone") or facts.get("/prescriber/practice/phone")
    hours = given.get("hours")
    if not phone:
        return missing("/prescriber/contact/phone"), ("/prescriber/contact/phone",)
    return (f"{phone}, {hours}" if hours else str(phone)), ("/prescriber/contact",)


def doctor_name(facts: Facts) -> str:
    """The prescriber's name with credentials: "Robin Sample, MD"."""
    name, credentials = facts.get("/prescriber/name"), facts.get("/prescriber/credentials")
    return f"{name}, {credentials}" if credentials and credentials not in name else str(name)
