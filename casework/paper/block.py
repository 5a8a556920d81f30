"""The block under the address: each kind names its rows, so that no paper holds more than it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from casework.english import joined, long_date, plain_number
from casework.facts import Facts
from casework.languages import labelled
from casework.partial_dates import PartialDate
from casework.passages.close import doctor_name
from casework.passages.course import course, dates_asked
from casework.passages.patient import diagnosis_words
from casework.said import missing
from casework.tables.clinical import drug_words

Cell = tuple[str, str]
Row = dict[str, str]


def reference_block(facts: Facts, names: Sequence[str], language: str) -> list[Row]:
    """Return the named cells, two in a row; a cell that the case leaves empty drops out."""
    held = [cell for name in names if (cell := CELLS[name](facts)) is not None]
    cells = [(labelled(label, language), value) for label, value in held]
    padded = [*cells, ("", "")] if len(cells) % 2 else cells
    pairs = zip(padded[::2], padded[1::2], strict=True)
    return [
        {"label1": left[0], "value1": left[1], "label2": right[0], "value2": right[1]}
        for left, right in pairs
    ]


def _patient(facts: Facts) -> Cell:
    return "Patient", facts.who.full


def _birth(facts: Facts) -> Cell:
    return "Date of birth", long_date(date.fromisoformat(facts.case["patient"]["date_of_birth"]))


def _member_id(facts: Facts) -> Cell:
    pointer = "/insurance/member_id"
    return "Member ID", facts.get(pointer) or missing(pointer)


def _group(facts: Facts) -> Cell | None:
    number = facts.get("/insurance/group_number")
    return ("Group", number) if number else None


def _plan(facts: Facts) -> Cell | None:
    name = facts.get("/insurance/plan_name")
    return ("Plan", name) if name else None


def _diagnosis(facts: Facts) -> Cell:
    words = diagnosis_words(facts)
    return "Diagnosis", f"{facts.diagnosis['icd10']} {words[0].upper()}{words[1:]}"


def _service(facts: Facts) -> Cell:
    asked = course(facts.case, facts.treatment)
    lines = facts.case["request"].get("codes") or []
    product = f"{asked.product[0].upper()}{asked.product[1:]}"
    if not lines:
        return "Service", f"{product}; codes {missing('/request/codes')}"
    drug = next((drug_words(line) for line in lines if line.get("drug")), "")
    return "Service", f"{product}{f' ({drug})' if drug else ''}: {_codes(lines)}"


def _codes(lines: Sequence[Mapping[str, object]]) -> str:
    units = [line.get("units") for line in lines]
    codes = [str(line["code"]) for line in lines]
    if len(set(units)) == 1 and units[0] and len(lines) > 1:
        return f"{joined(codes)}, {plain_number(float(str(units[0])))} units each"
    return joined(
        [
            f"{code}, {plain_number(float(str(unit)))} unit{'' if unit == 1 else 's'}"
            if unit
            else code
            for code, unit in zip(codes, units, strict=True)
        ]
    )


def _provider(facts: Facts) -> Cell:
    prescriber = facts.case["prescriber"]
    parts = [doctor_name(facts), prescriber.get("specialty"), f"NPI {prescriber['npi']}"]
    return "Provider", ", ".join(part for part in parts if part)


def _dates(facts: Facts) -> Cell:
    words = dates_asked(course(facts.case, facts.treatment), facts.today)
    return "Dates asked", f"{words[0].upper()}{words[1:]}"


def _notice(facts: Facts) -> Cell:
    day = facts.get("/denial/notice_date")
    return "Notice", PartialDate.parse(day).words if day else missing("/denial/notice_date")


def _reference(facts: Facts) -> Cell:
    pointer = "/denial/reference"
    return "Reference", facts.get(pointer) or missing(pointer)


def _if_denied(cell: Callable[[Facts], Cell]) -> Callable[[Facts], Cell | None]:
    return lambda facts: cell(facts) if facts.case.get("denial") else None


def _claim(facts: Facts) -> Cell | None:
    number = facts.get("/denial/claim_number")
    return ("Claim", number) if number else None


def _authorization(facts: Facts) -> Cell | None:
    number = facts.get("/course_so_far/authorization/number")
    return ("Authorization", number) if number else None


CELLS: Mapping[str, Callable[[Facts], Cell | None]] = MappingProxyType(
    {
        "patient": _patient,
        "date_of_birth": _birth,
        "member_id": _member_id,
        "group": _group,
        "plan": _plan,
        "diagnosis": _diagnosis,
        "service": _service,
        "provider": _provider,
        "dates": _dates,
        "notice": _notice,
        "reference": _reference,
        "notice_if_denied": _if_denied(_notice),
        "reference_if_denied": _if_denied(_reference),
        "claim": _claim,
        "authorization": _authorization,
    }
)
