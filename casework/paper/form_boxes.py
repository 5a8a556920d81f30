"""What several facts together say in one box of a prescribed form; empty where the case is silent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from casework.english import counted, plain_number
from casework.evidence import reference
from casework.facts import Facts
from casework.paper.parts import address_lines
from casework.partial_dates import PartialDate
from casework.passages.close import doctor_name
from casework.passages.course import course, sessions
from casework.passages.patient import diagnosis_words
from casework.passages.standing import clinician_represents
from casework.passages.tried import procedure_name
from casework.passages.why import argued_claims, on_label
from casework.tables.clinical import diagnosis_rows, trial_rows

SIGNING_LINE = "_" * 30
_ROUTES = {
    "iv": "intravenous",
    "im": "intramuscular",
    "sc": "subcutaneous",
    "nasal": "nasal",
    "sublingual": "sublingual",
}
_NAME_AND_SURNAME = 2


def _text(facts: Facts, pointer: str) -> str:
    return str(facts.get(pointer) or "")


def _initial(facts: Facts) -> str:
    return _text(facts, "/patient/middle_name")[:1]


def _street(facts: Facts) -> str:
    return ", ".join(facts.get("/patient/address/lines") or [])


def _height(facts: Facts) -> str:
    height = facts.get("/medical/height_cm")
    return f"{plain_number(height)} cm" if height else ""


def _weight(facts: Facts) -> str:
    weight = facts.get("/medical/weight_kg")
    return f"{plain_number(weight)} kg" if weight else ""


def _address(pointer: str) -> Callable[[Facts], str]:
    return lambda facts: ", ".join(address_lines(facts.get(pointer)))


def _representative(part: str) -> Callable[[Facts], str]:
    """Return a fact about the representative; a clinician who represents stands as prescriber."""
    return lambda facts: (
        "" if clinician_represents(facts) else _text(facts, f"/representative/{part}")
    )


def _representative_address(facts: Facts) -> str:
    return "" if clinician_represents(facts) else _address("/representative/address")(facts)


def _subscriber(facts: Facts) -> str:
    if facts.get("/insurance/subscriber/relationship") == "self":
        return facts.who.full
    return _text(facts, "/insurance/subscriber/name")


def _secondary_payer(facts: Facts) -> str:
    return _text(facts, "/insurance/secondary/payer/name") or _text(
        facts, "/insurance/secondary/plan_name"
    )


def _prescriber(part: int) -> Callable[[Facts], str]:
    """Return a first or last name; a name of more than two words is not guessed apart."""

    def written(facts: Facts) -> str:
        names = str(facts.get("/prescriber/name")).partition(",")[0].split()
        return names[part] if len(names) == _NAME_AND_SURNAME else ""

    return written


def _to_sign(name: Callable[[Facts], str]) -> Callable[[Facts], str]:
    return lambda facts: f"{SIGNING_LINE}\n{name(facts)}"


def _kind(facts: Facts) -> str:
    return str(facts.get("/request/kind") or "new")


def _continuation(facts: Facts) -> str:
    return "yes" if _kind(facts) == "renewal" else "no, a new request"


def _drug(facts: Facts) -> str:
    return facts.treatment.title


def _strength(facts: Facts) -> str:
    device = facts.treatment.device_mg
    return f"{device} mg a device" if device else ""


def _dose(facts: Facts) -> str:
    return course(facts.case, facts.treatment).dose


def _frequency(facts: Facts) -> str:
    return course(facts.case, facts.treatment).pace


def _sessions(facts: Facts) -> str:
    asked = course(facts.case, facts.treatment)
    return f"{asked.number}, {asked.manner}" if asked.manner else asked.number


def _length(facts: Facts) -> str:
    phases = facts.get("/request/phases") or []
    if phases and all(phase.get("weeks") for phase in phases):
        weeks = sum(phase["weeks"] for phase in phases)
        return (
            f"{plain_number(weeks)} weeks" if weeks != int(weeks) else counted(int(weeks), "week")
        )
    return course(facts.case, facts.treatment).span.removeprefix("for ")


def _quantity(facts: Facts) -> str:
    """Return the number of devices, where sessions and doses give it in whole devices."""
    device, given = facts.treatment.device_mg, _doses_given(facts.case["request"])
    if not device or not given or any(dose % device for _, dose in given):
        return ""
    devices = sum(times * dose / device for times, dose in given)
    return f"{int(devices)} devices of {device} mg" if devices == int(devices) else ""


def _doses_given(request: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Return (how often, how many milligrams) for each part of the course; none if one is open."""
    phases, dose = request.get("phases") or [], request.get("dose_mg") or 0
    if not phases:
        phases = [{"weeks": 1, "per_week": sessions(request), "dose_mg": dose}]
    parts = [
        ((each.get("weeks") or 0) * (each.get("per_week") or 0), each.get("dose_mg") or dose)
        for each in phases
    ]
    return parts if all(times and milligrams for times, milligrams in parts) else []


def _started(facts: Facts) -> str:
    given = facts.get("/course_so_far/administrations/0/date")
    day = given or facts.get("/course_so_far/schedule/0/from")
    return PartialDate.parse(day).words if day else ""


def _currently_taking(facts: Facts) -> str:
    running = facts.get("/course_so_far") and not facts.get("/course_so_far/stopped_why")
    return "yes" if running else ""


def _diagnoses(facts: Facts) -> str:
    return "; ".join(f"{row['code']} {row['title']}" for row in diagnosis_rows(facts))


def _comorbidities(facts: Facts) -> str:
    others = [f"{row['code']} {row['title']}" for row in diagnosis_rows(facts)[1:]]
    return "; ".join([*others, *(facts.get("/medical/conditions") or [])])


def _current_medicines(facts: Facts) -> str:
    return "; ".join(_medicine(each) for each in facts.get("/medical/medications") or [])


def _medicine(entry: object) -> str:
    if not isinstance(entry, Mapping):
        return str(entry)
    return " ".join(str(part) for part in (entry.get("name"), entry.get("dose")) if part)


def _not_tolerated(facts: Facts) -> str:
    return "; ".join((*_side_effects(facts), *_contraindicated(facts)))


def _side_effects(facts: Facts) -> Iterator[str]:
    for row in trial_rows(facts):
        if row["result"].startswith("Not tolerated"):
            yield f"{row['medicine']}, {row['dates']}: {_small(row['result'])}"


def _contraindicated(facts: Facts) -> Iterator[str]:
    for entry in facts.get("/procedures") or []:
        if entry.get("status") == "contraindicated":
            why = f": {entry['why'].rstrip('.')}" if entry.get("why") else ""
            yield f"{procedure_name(entry)} contraindicated{why}"


def _small(text: str) -> str:
    return text[0].lower() + text[1:]


def _citations(facts: Facts) -> str:
    """Return the studies that the argument rests on, and those that speak against it, named so."""
    if on_label(facts):
        return ""
    argued = argued_claims(facts)
    against = [each.against_it for each in argued if each.against_it]
    return "\n".join(
        (
            *(reference(study) for each in argued for study in each.for_it),
            *(f"Against: {reference(study)}" for study in against),
        )
    )


def _patient(facts: Facts) -> str:
    return facts.who.full


BOXES: Mapping[str, Callable[[Facts], str]] = MappingProxyType(
    {
        "citations": _citations,
        "comorbidities": _comorbidities,
        "continuation": _continuation,
        "current_medicines": _current_medicines,
        "currently_taking": _currently_taking,
        "diagnoses": _diagnoses,
        "diagnosis_code": lambda facts: facts.diagnosis["icd10"],
        "diagnosis_description": diagnosis_words,
        "dose": _dose,
        "drug": _drug,
        "facility_address": _address("/facility/address"),
        "frequency": _frequency,
        "height": _height,
        "length_of_therapy": _length,
        "middle_initial": _initial,
        "not_tolerated": _not_tolerated,
        "off_label": lambda facts: "no" if on_label(facts) else "yes",
        "patient_signs": _to_sign(_patient),
        "prescriber_first": _prescriber(0),
        "prescriber_last": _prescriber(1),
        "prescriber_signs": _to_sign(doctor_name),
        # A paper of this kind is a request for prior authorization.
        "prior_authorization": lambda _facts: "prior_authorization",
        "quantity": _quantity,
        "representative": _representative("name"),
        "representative_address": _representative_address,
        "representative_phone": _representative("phone"),
        "representative_relationship": _representative("relationship"),
        "request_kind": _kind,
        "route": lambda facts: facts.treatment.route,
        "route_words": lambda facts: _ROUTES.get(facts.treatment.route, facts.treatment.route),
        "secondary_member_id": lambda facts: _text(facts, "/insurance/secondary/member_id"),
        "secondary_payer": _secondary_payer,
        "sessions": _sessions,
        "signing_line": lambda _facts: SIGNING_LINE,
        "strength": _strength,
        "street": _street,
        "subscriber_name": _subscriber,
        "therapy_started": _started,
        "weight": _weight,
    }
)
"""Boxes beside those of `casework.paper.fields`, which a form may name too."""
