"""What stands above the lines of a superbill: whose services they are, and who is to be paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from casework.english import dollars_and_cents
from casework.facts import Facts
from casework.said import Said, Sentence, missing, paragraph


def itemized(facts: Facts) -> tuple[Said, ...]:
    """Whose services these are and where they were given; whom the plan pays where they are paid."""
    return paragraph("superbill", [_given(facts), *_paid(facts)])


def claim_total(facts: Facts) -> float | None:
    """Return the sum of the charges; where a charge is missing the total as given, or None."""
    lines = claim_lines(facts)
    charges = [line["charge"] for line in lines if line.get("charge") is not None]
    if lines and len(charges) == len(lines):
        return float(round(sum(charges), 2))
    given = facts.get("/claim/total")
    return float(given) if given is not None else None


def claim_lines(facts: Facts) -> Sequence[Mapping[str, Any]]:
    """Return the services given, in the order of the claim."""
    return facts.get("/claim/lines") or []


def _given(facts: Facts) -> Sentence:
    where = facts.get("/facility/name") or facts.get("/prescriber/practice/name")
    text = (
        f"These are services given to {facts.who.called} at {where or missing('/facility/name')}, "
        "each with its date, code, diagnosis and charge."
    )
    return text, ("/claim/lines", "/facility/name")


def _paid(facts: Facts) -> Iterator[Sentence]:
    """Item 13 of a paper claim is left open where the patient is to be paid, not the clinic."""
    paid, total = facts.get("/claim/paid"), claim_total(facts)
    if not paid:
        return
    rests = ("/claim/paid", "/claim/lines")
    yield f"The patient has paid the clinic {dollars_and_cents(paid)} for them.", rests
    if total is not None and paid >= total:
        yield "Please pay what the plan owes to the member, not to the clinic.", rests
