"""The tables of a superbill: diagnoses with their letters, each service with its charge, the sums.

The items are those of a paper claim (`knowledge/forms/cms_1500_superbill`): 21 the diagnoses, 24 the
lines, 28 and 29 the total and what was paid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from casework.codes import NAMELESS_DRUG_CODES
from casework.english import dollars_and_cents, plain_number, short_date
from casework.facts import Facts
from casework.passages.superbill import claim_lines, claim_total
from casework.said import missing
from casework.tables.clinical import diagnosis_title, service_words

Row = dict[str, str]

_DASH = "–"
_LETTERS = "ABCDEFGHIJKL"
"""Item 21 holds twelve diagnoses, A to L."""


def claim_diagnosis_rows(facts: Facts) -> list[Row]:
    """One row a diagnosis that the lines point to: its letter, code and title."""
    return [
        {"letter": letter, "code": code, "title": _title(facts, code)}
        for letter, code in zip(_LETTERS, _codes(facts), strict=False)
    ]


def claim_line_rows(facts: Facts) -> list[Row]:
    """One row a service given, in the order of the claim; charge and pointers as the case has them."""
    codes = _codes(facts)
    return [_line_row(facts, i, line, codes) for i, line in enumerate(claim_lines(facts))]


def claim_sum_rows(facts: Facts) -> list[Row]:
    """The total of the charges, what the patient paid, and what is left where both are known."""
    total, paid = claim_total(facts), facts.get("/claim/paid")
    rows = [
        _sum("Total charges", total, "/claim/total"),
        _sum("Paid by the patient", paid, "/claim/paid"),
    ]
    if total is not None and paid is not None and paid <= total:
        rows.append(_sum("Not yet paid", total - paid, ""))
    return rows


def _codes(facts: Facts) -> list[str]:
    """The diagnoses billed: those the lines name; where a line names none, the case's own too.

    A line without a diagnosis leaves open which is meant, so that all of them stand to choose from.
    """
    named = [line.get("diagnosis") for line in claim_lines(facts)]
    held = [each["icd10"] for each in facts.case["diagnoses"]]
    held.sort(key=lambda code: code != facts.diagnosis["icd10"])
    shown = [code for code in held if code in named or not all(named)]
    return list(dict.fromkeys([*shown, *(code for code in named if code)]))


def _title(facts: Facts, code: str) -> str:
    listed = (each for each in facts.case["diagnoses"] if each["icd10"] == code)
    return diagnosis_title(facts, next(listed, {"icd10": code}))


def _line_row(facts: Facts, index: int, line: Mapping[str, Any], codes: Sequence[str]) -> Row:
    at = f"/claim/lines/{index}"
    charge = line.get("charge")
    return {
        "date": _day(facts, line, at),
        "code": line["code"],
        "service": _service(facts, line, at),
        "detail": _detail(facts, line, at),
        "modifiers": ", ".join(line.get("modifiers") or []) or _DASH,
        "diagnosis": _pointer(line, at, codes),
        "units": plain_number(line["units"]) if line.get("units") else missing(f"{at}/units"),
        "charge": dollars_and_cents(charge) if charge is not None else missing(f"{at}/charge"),
    }


def _day(facts: Facts, line: Mapping[str, Any], at: str) -> str:
    day = line.get("date") or facts.get("/claim/date")
    return short_date(date.fromisoformat(day)) if day else missing(f"{at}/date")


def _service(facts: Facts, line: Mapping[str, Any], at: str) -> str:
    if line["code"] in NAMELESS_DRUG_CODES and not line.get("drug"):
        return missing(f"{at}/drug")
    row = facts.knowledge.service_codes.get(line["code"])
    if line.get("drug") or (row and row.verified):
        return service_words(facts, line, at)
    return line.get("description") or missing(f"{at}/description")


def _detail(facts: Facts, line: Mapping[str, Any], at: str) -> str:
    """The drug number and the times, which the plan asks for beside the code (item 24, shaded)."""
    parts = (_ndc(line, at), _times(facts, line))
    return "; ".join(part for part in parts if part)


def _ndc(line: Mapping[str, Any], at: str) -> str:
    if line.get("ndc"):
        return f"NDC {line['ndc']}"
    return f"NDC {missing(f'{at}/ndc')}" if line["code"] in NAMELESS_DRUG_CODES else ""


def _times(facts: Facts, line: Mapping[str, Any]) -> str:
    """Start and stop of the line; those of the whole visit only where it is given by time."""
    started, stopped = line.get("started"), line.get("stopped")
    if not (started or stopped) and _timed(facts, line["code"]):
        started, stopped = facts.get("/claim/started"), facts.get("/claim/stopped")
    return f"{started} to {stopped}" if started and stopped else ""


def _timed(facts: Facts, code: str) -> bool:
    row = facts.knowledge.service_codes.get(code)
    return bool(row and row.verified and row.group == "administration")


def _pointer(line: Mapping[str, Any], at: str, codes: Sequence[str]) -> str:
    named = line.get("diagnosis") or (codes[0] if len(codes) == 1 else "")
    if named not in codes[: len(_LETTERS)]:
        return missing(f"{at}/diagnosis")
    return _LETTERS[codes.index(named)]


def _sum(what: str, amount: float | None, pointer: str) -> Row:
    told = dollars_and_cents(amount) if amount is not None else missing(pointer)
    return {"what": what, "amount": told}
