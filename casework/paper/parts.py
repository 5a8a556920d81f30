"""Letterhead, addressee, signature and enclosures, from the case alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.english import counted
from casework.facts import Facts
from casework.partial_dates import PartialDate
from casework.passages.close import doctor_name
from casework.passages.standing import clinician_represents
from casework.said import missing


def letterhead(facts: Facts, *, clinician: bool) -> dict[str, str]:
    """Return the sender's name, address and phone line: the practice, or the patient."""
    if not clinician:
        return {
            "name": facts.who.full,
            "address": one_line(facts.get("/patient/address"), "/patient/address"),
            "phone_fax": _phones(facts.get("/patient/phone"), None),
        }
    practice = facts.get("/prescriber/practice") or {}
    return {
        "name": practice.get("name") or doctor_name(facts),
        "address": one_line(practice.get("address"), "/prescriber/practice/address"),
        "phone_fax": _phones(practice.get("phone"), practice.get("fax"))
        or missing("/prescriber/practice/phone"),
    }


def one_line(address: Mapping[str, Any] | None, pointer: str) -> str:
    """Return an address on one line, or the mark of a missing one."""
    lines = address_lines(address)
    return ", ".join(lines) if lines else missing(pointer)


def address_lines(address: Mapping[str, Any] | None) -> list[str]:
    """Return the lines of a US address: street lines, then "City, ST 00000"."""
    if not address:
        return []
    town = ", ".join(part for part in (address.get("city"), address.get("state")) if part)
    last = " ".join(part for part in (town, address.get("postal_code")) if part)
    return [*(address.get("lines") or []), *([last] if last else [])]


def _phones(phone: str | None, fax: str | None) -> str:
    parts = [f"Phone {phone}" if phone else "", f"Fax {fax}" if fax else ""]
    return " · ".join(part for part in parts if part)


def payer_recipient(facts: Facts) -> list[str]:
    """Return the payer's desk for requests, as the case gives it."""
    payer = facts.case["insurance"]["payer"]
    lines = [payer["name"], payer.get("department"), *address_lines(payer.get("address"))]
    return [
        *(line for line in lines if line),
        *_fax(payer.get("fax"), "/insurance/payer/fax", payer),
    ]


def appeal_recipient(facts: Facts) -> list[str]:
    """Return the desk that the notice names; it is never filled from the payer's other address."""
    return _desk_of_notice(facts, facts.payer)


def reviewer_recipient(facts: Facts) -> list[str]:
    """Return where the final notice says to send the request for review; never the payer's desk."""
    return _desk_of_notice(facts, "")


def _desk_of_notice(facts: Facts, unnamed: str) -> list[str]:
    """Return the desk that the notice gives; a blank where it tells no way to reach it."""
    given = facts.get("/denial/appeal_to") or {}
    name = given.get("name") or unnamed
    lines = [name, given.get("department"), *address_lines(given.get("address"))]
    reachable = (
        given.get("fax") or given.get("address") or given.get("email") or given.get("portal")
    )
    known = [line for line in lines if line]
    if not reachable:
        return [*known, missing("/denial/appeal_to")]
    return [*known, *([f"Fax {given['fax']}"] if given.get("fax") else [])]


def administrator_recipient(facts: Facts) -> list[str]:
    """Return the plan administrator, often the employer, as the plan document names it."""
    given = facts.get("/insurance/plan_administrator") or {}
    pointer = "/insurance/plan_administrator"
    name = given.get("name") or missing(f"{pointer}/name")
    lines = [name] if "plan administrator" in name.lower() else [name, "Plan Administrator"]
    reached = [*address_lines(given.get("address"))]
    if given.get("fax"):
        reached.append(f"Fax {given['fax']}")
    return [*lines, *(reached or [missing(f"{pointer}/address")])]


def _fax(fax: str | None, pointer: str, payer: Mapping[str, Any]) -> list[str]:
    if fax:
        return [f"Fax {fax}"]
    return [] if payer.get("address") else [missing(pointer)]


def clinician_signature(facts: Facts) -> dict[str, str]:
    """Return who signs for the practice: name with credentials, board and license."""
    return {
        "name": doctor_name(facts),
        "role": " · ".join(_roles(facts)),
        "npi": f"NPI {facts.case['prescriber']['npi']}",
    }


def patient_signature(facts: Facts) -> dict[str, str]:
    """Return the patient as the one who signs."""
    return {"name": facts.who.full, "role": "Member", "npi": ""}


def _roles(facts: Facts) -> list[str]:
    prescriber = facts.case["prescriber"]
    specialty = prescriber.get("specialty")
    certified = (
        f"Board-certified in {specialty}" if prescriber.get("board_certified") else specialty
    )
    license_ = prescriber.get("license") or {}
    licensed = f"{license_.get('state', '')} license {license_['number']}".strip() if (
        license_.get("number")
    ) else ""  # fmt: skip
    return [_capital(part) for part in (certified, licensed) if part]


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def enclosures(facts: Facts, *, appeal: bool) -> list[dict[str, str]]:
    """Return the exhibits in their order; with an appeal by a representative also the form."""
    listed = [
        {"id": str(each["id"]), "title": each["title"], "pages": _pages(each), "text": _line(each)}
        for each in facts.case.get("exhibits") or []
    ]
    if appeal and clinician_represents(facts):
        day = PartialDate.parse(facts.case["representative"]["signed_on"]).words
        text = f"Authorization of representative, signed {day}"
        listed.append({"id": "", "title": text, "pages": "", "text": text})
    return listed


def _pages(exhibit: Mapping[str, Any]) -> str:
    return counted(exhibit["pages"], "page") if exhibit.get("pages") else ""


def _line(exhibit: Mapping[str, Any]) -> str:
    pages = exhibit.get("pages")
    number = f"{pages} page{'s' if pages != 1 else ''}" if pages else ""
    return ", ".join(part for part in (exhibit["title"], number) if part)
