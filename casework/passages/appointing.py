"""The patient names who may act: the person, for which decision, what may be shared, until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casework.facts import Facts
from casework.paper.parts import one_line
from casework.partial_dates import PartialDate
from casework.passages.close import doctor_name
from casework.said import Said, missing, paragraph

Sentence = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Appointed:
    """Who is named: the representative of the case, else the treating clinician."""

    name: str
    status: str
    address: str
    phone: str
    pointer: str


def appointed(facts: Facts) -> Appointed:
    """Return who the form names."""
    given: Mapping[str, Any] | None = facts.get("/representative")
    if not given:
        return _clinician(facts)
    own = _clinician(facts) if _is_clinician(given, facts) else None
    address = one_line(given.get("address"), "/representative/address")
    return Appointed(
        name=given["name"],
        status=given.get("relationship") or missing("/representative/relationship"),
        address=own.address if own and not given.get("address") else address,
        phone=given.get("phone") or (own.phone if own else missing("/representative/phone")),
        pointer="/representative",
    )


def _is_clinician(given: Mapping[str, Any], facts: Facts) -> bool:
    return str(given["name"]).split(",")[0] == str(facts.get("/prescriber/name")).split(",")[0]


def _clinician(facts: Facts) -> Appointed:
    practice = facts.get("/prescriber/practice") or {}
    return Appointed(
        name=doctor_name(facts),
        status="treating clinician",
        address=one_line(practice.get("address"), "/prescriber/practice/address"),
        phone=practice.get("phone") or missing("/prescriber/practice/phone"),
        pointer="/prescriber",
    )


def appointment(facts: Facts) -> tuple[Said, ...]:
    """Whom the patient names, and for which decision of which plan."""
    named = appointed(facts)
    text = f"I name {named.name}, {named.status}, to act for me with {facts.payer}{_about(facts)}."
    return paragraph("appointment", [(text, (named.pointer, "/insurance/payer/name"))])


def _about(facts: Facts) -> str:
    day = facts.get("/denial/notice_date")
    if not facts.case.get("denial"):
        return " on the request for treatment described below"
    notice = PartialDate.parse(day).words if day else missing("/denial/notice_date")
    number = facts.get("/denial/reference") or facts.get("/denial/claim_number")
    return f" on the decision of {notice}{f' (reference {number})' if number else ''}"


def appointed_rows(facts: Facts) -> list[dict[str, str]]:
    """One row: name, standing, address and phone of the one who is named."""
    named = appointed(facts)
    return [
        {
            "name": named.name,
            "status": named.status,
            "address": named.address,
            "phone": named.phone,
        }
    ]
