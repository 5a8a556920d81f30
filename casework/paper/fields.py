"""The boxes of a form: one ready text a field, a mark where a required fact is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from casework.assessments import newest
from casework.english import long_date, plain_number, sentence
from casework.facts import Facts
from casework.paper.parts import address_lines
from casework.partial_dates import PartialDate
from casework.passages.close import contact, doctor_name
from casework.passages.course import course, dates_asked
from casework.passages.patient import diagnosis_words
from casework.passages.plan import checks, session_milligrams
from casework.said import missing
from casework.scales import short_name

CHECKED, UNCHECKED = "☒", "☐"

# Boxes filled straight from the case: (field, pointer, required).
_PLAIN = (
    ("payer_name", "/insurance/payer/name", True),
    ("payer_department", "/insurance/payer/department", False),
    ("payer_phone", "/insurance/payer/phone", False),
    ("payer_fax", "/insurance/payer/fax", True),
    ("plan_name", "/insurance/plan_name", False),
    ("member_id", "/insurance/member_id", True),
    ("group_number", "/insurance/group_number", False),
    ("patient_phone", "/patient/phone", True),
    ("prescriber_npi", "/prescriber/npi", True),
    ("prescriber_specialty", "/prescriber/specialty", True),
    ("practice_name", "/prescriber/practice/name", True),
    ("practice_phone", "/prescriber/practice/phone", True),
    ("practice_fax", "/prescriber/practice/fax", True),
    ("practice_tax_id", "/prescriber/practice/tax_id", False),
    ("contact_name", "/prescriber/contact/name", False),
    ("facility_name", "/facility/name", True),
    ("facility_npi", "/facility/npi", True),
    ("authorization_number", "/course_so_far/authorization/number", False),
)


def fields(facts: Facts) -> dict[str, str]:
    """Return every box of the request form by name; an optional empty one is an empty text."""
    return {
        **{name: _plain(facts, pointer, required) for name, pointer, required in _PLAIN},
        **_member(facts),
        **_provider(facts),
        **_request(facts),
        **_clinical(facts),
        **_checks(facts),
    }


def _plain(facts: Facts, pointer: str, required: bool) -> str:
    value = facts.get(pointer)
    if value not in (None, ""):
        return str(value)
    return missing(pointer) if required else ""


def _member(facts: Facts) -> dict[str, str]:
    patient = facts.case["patient"]
    subscriber = facts.get("/insurance/subscriber") or {}
    return {
        "patient_name": facts.who.full,
        "patient_birth": long_date(date.fromisoformat(patient["date_of_birth"])),
        "patient_sex": str(patient.get("sex") or ""),
        "patient_address": ", ".join(address_lines(patient.get("address")))
        or missing("/patient/address"),
        "subscriber": _subscriber(subscriber),
        "secondary": _secondary(facts.get("/insurance/secondary")),
    }


def _subscriber(subscriber: Mapping[str, Any]) -> str:
    if subscriber.get("relationship") == "self":
        return "the patient"
    if subscriber.get("name"):
        relationship = subscriber.get("relationship")
        return f"{subscriber['name']} ({relationship})" if relationship else str(subscriber["name"])
    return missing("/insurance/subscriber")


def _secondary(secondary: object) -> str:
    if isinstance(secondary, Mapping):
        payer = secondary.get("payer")
        name = payer.get("name") if isinstance(payer, Mapping) else secondary.get("payer_name")
        return str(name or secondary.get("plan_name") or "")
    return str(secondary or "")


def _provider(facts: Facts) -> dict[str, str]:
    practice = facts.get("/prescriber/practice") or {}
    place = facts.get("/facility/place_of_service")
    known = facts.knowledge.places_of_service.get(place or "")
    return {
        **_billing(facts),
        "prescriber_name": doctor_name(facts),
        "practice_address": ", ".join(address_lines(practice.get("address")))
        or missing("/prescriber/practice/address"),
        "contact": contact(facts)[0],
        "place_of_service": _place(place, known.title or known.label if known else ""),
        "facility_certified": _yes_no(facts.get("/facility/rems_certified")),
    }


def _billing(facts: Facts) -> dict[str, str]:
    """Return what a claim asks for: the biller's numbers, and the patient's sex as the plan has it.

    The practice bills; its numbers come from the place of treatment where that is the practice.
    """
    practice, place = facts.get("/prescriber/practice") or {}, facts.get("/facility") or {}
    own = place if place.get("name") == practice.get("name") else {}
    numbers = {
        name: str(practice.get(name) or own.get(name) or missing(f"/prescriber/practice/{name}"))
        for name in ("npi", "tax_id")
    }
    return {
        "billing_npi": numbers["npi"],
        "billing_tax_id": numbers["tax_id"],
        "billed_sex": _plain(facts, "/patient/sex", required=True),
    }


def _place(code: str | None, title: str) -> str:
    if not code:
        return missing("/facility/place_of_service")
    return f"{code} {title}" if title else code


def _yes_no(value: object) -> str:
    return {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else ""


def _request(facts: Facts) -> dict[str, str]:
    asked = course(facts.case, facts.treatment)
    total = session_milligrams(facts)
    return {
        "date": long_date(facts.today),
        "reference": str(facts.get("/denial/reference") or facts.get("/denial/claim_number") or ""),
        "treatment_line": sentence(asked.whole),
        "session_dose": f"{plain_number(total)} mg" if total else missing("/medical/weight_kg"),
        "dates": dates_asked(asked, facts.today),
        "sessions": asked.number,
        "urgency_reason": str(facts.get("/request/urgency_reason") or ""),
        "benefit": str(facts.get("/request/benefit") or missing("/request/benefit")),
        "diagnosis": f"{facts.diagnosis['icd10']} {diagnosis_words(facts)}",
    }


def _clinical(facts: Facts) -> dict[str, str]:
    return {
        "scores": "; ".join(
            f"{short_name(score.scale)} {plain_number(score.value)} of {score.scale.maximum}, "
            f"{score.day.words}"
            for score in newest(facts.scores)
            if not score.scale.category_scale
        )
        or missing("/assessments"),
        "safety": " ".join(text for text, _ in checks(facts)),
        "monitoring": "; ".join(facts.get("/request/monitoring") or [])
        or missing("/request/monitoring"),
        "allergies": "; ".join(facts.get("/medical/allergies") or []),
        "weight": _weight(facts),
        "consent": _consent(facts),
    }


def _consent(facts: Facts) -> str:
    day = facts.get("/request/consent_date")
    if not day:
        return missing("/request/consent_date")
    off_label = " (off-label use included)" if facts.get("/request/consent_off_label") else ""
    return f"{PartialDate.parse(day).words}{off_label}"


def _weight(facts: Facts) -> str:
    weight = facts.get("/medical/weight_kg")
    return f"{plain_number(weight)} kg" if weight else missing("/medical/weight_kg")


def _checks(facts: Facts) -> dict[str, str]:
    urgency, kind = facts.get("/request/urgency"), facts.get("/request/kind") or "new"
    network = facts.get("/facility/network")
    return {
        "box_standard": _box(urgency == "standard"),
        "box_expedited": _box(urgency == "expedited"),
        "box_new": _box(kind == "new"),
        "box_renewal": _box(kind == "renewal"),
        "box_in_network": _box(network == "in"),
        "box_out_of_network": _box(network == "out"),
    }


def _box(checked: bool) -> str:
    return CHECKED if checked else UNCHECKED
