"""Diagnosis, service, modifier and place codes: what they say, when they hold, what they exclude.

Rules: `knowledge/codes/`. Descriptions are ICD-10-CM's official titles and our own short labels for
the rest, whose official wording belongs to others. A code that is not in the files is called not
known, never wrong; a row that is not verified is not described.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from casework.english import joined, long_date, plain_number
from casework.knowledge_base.model import Code, Knowledge, Treatment
from casework.partial_dates import whole_day

Area = Literal["diagnosis", "service", "modifier", "place"]

# 96365 begins with the 16th minute, 96366 needs more than 30 minutes beyond the hour, and 15
# minutes or less are a push (time rules of hcpcs_cpt).
_PUSH_MINUTES = 15
_SECOND_HOUR_MINUTES = 90
_LOW_DOSE_MG = 56
_ADMINISTRATION_ROUTES: Mapping[str, tuple[str, ...]] = {
    "96365": ("iv",),
    "96366": ("iv",),
    "96374": ("iv",),
    "96375": ("iv",),
    "96372": ("im", "sc"),
}
_ESKETAMINE = ("J0013", "S0013", "G2082", "G2083")
NAMELESS_DRUG_CODES = ("J3490", "J3590", "C9399")
"""Codes of drugs that have none of their own: the claim names drug, amount and NDC beside them."""
_TALK_ONLY = ("02", "10")
_HOME = "12"
_MEDICARE_ONLY_MODIFIERS = ("GA", "GY", "GZ")
_MEDICARE = ("original_medicare", "medicare_advantage", "medicare_part_d")


@dataclass(frozen=True)
class Described:
    """A code looked up. ``words`` is empty unless the row is known and verified."""

    code: str
    known: bool
    verified: bool
    words: str
    note: str


@dataclass(frozen=True)
class CodeFault:
    """Two things in a case that do not go together, with what the code files say.

    ``id`` is stable and short; ``pointer`` is the line of the case; ``source`` is a knowledge id.
    """

    id: str
    pointer: str
    message: str
    source: str


def find(area: Area, code: str, knowledge: Knowledge) -> Code | None:
    """Return the row of `code`, or None when the files do not hold it."""
    tables = {
        "diagnosis": knowledge.diagnosis_codes,
        "service": knowledge.service_codes,
        "modifier": knowledge.modifiers,
        "place": knowledge.places_of_service,
    }
    return tables[area].get(normalized(area, code))


def describe(area: Area, code: str, knowledge: Knowledge) -> Described:
    """Return what the files say about `code`."""
    row = find(area, code, knowledge)
    if row is None:
        return Described(normalized(area, code), False, False, "", "")
    words = (row.title or row.label) if row.verified else ""
    return Described(row.code, True, row.verified, words, row.note)


def normalized(area: Area, code: str) -> str:
    """Return `code` as its list writes it: "f332" is F33.2, "jz " is JZ.

    Rule: `codes/patterns`.
    """
    text = re.sub(r"\s", "", code).upper()
    if area != "diagnosis":
        return text
    bare = text.replace(".", "")
    return f"{bare[:3]}.{bare[3:]}" if len(bare) > 3 else bare  # noqa: PLR2004 - the category


def valid_on(row: Code, day: date) -> bool:
    """Whether the row's dates include `day`; a row without dates always holds."""
    begun = row.from_date is None or row.from_date <= day
    return begun and (row.until_date is None or day <= row.until_date)


def check_codes(
    case: Mapping[str, Any], knowledge: Knowledge, today: date
) -> tuple[CodeFault, ...]:
    """Return every disagreement among the codes of the request, the place and the diagnoses.

    Lines are judged on the first day asked for, or on `today` where none is given.
    """
    return (
        *service_faults(case, knowledge, today),
        *place_faults(case, knowledge),
        *diagnosis_faults(case, knowledge),
    )


def service_faults(
    case: Mapping[str, Any], knowledge: Knowledge, today: date
) -> tuple[CodeFault, ...]:
    """Return what is wrong with the service lines: dates, route, minutes, dose, pairs, modifiers."""
    request = case["request"]
    treatment = knowledge.treatments[request["treatment"]]
    lines = request.get("codes") or []
    asked = {line["code"] for line in lines}
    day = _service_day(request, today)
    found: list[CodeFault] = []
    for i, line in enumerate(lines):
        at = f"/request/codes/{i}"
        row = find("service", line["code"], knowledge)
        found.extend(_by_date(at, row, day))
        found.extend(_by_treatment(at, line["code"], treatment))
        found.extend(_by_minutes(at, line["code"], request.get("infusion_minutes")))
        found.extend(_by_dose(at, line, request))
        found.extend(_by_pair(at, row, asked))
        found.extend(_by_modifier(at, line, case, knowledge))
    return tuple(found)


def _service_day(request: Mapping[str, Any], today: date) -> date:
    return whole_day(request.get("start")) or today


def _by_date(at: str, row: Code | None, day: date) -> Iterator[CodeFault]:
    if row is None or not row.verified or valid_on(row, day):
        return
    if row.until_date is not None and day > row.until_date:
        said = f"{row.code} ended on {long_date(row.until_date)}. {row.note}"
    else:
        said = f"{row.code} begins on {long_date(row.from_date)}." if row.from_date else ""
    yield CodeFault("code_not_in_force", f"{at}/code", said.strip(), f"codes/{row.code}")


def _by_treatment(at: str, code: str, treatment: Treatment) -> Iterator[CodeFault]:
    source = f"codes/{code}"
    if code == "J2001":
        yield CodeFault(
            "code_of_another_drug", f"{at}/code", "J2001 is lidocaine, not ketamine.", source
        )
    routes = _ADMINISTRATION_ROUTES.get(code)
    if routes and treatment.route not in routes:
        way = {"iv": "an infusion or injection into a vein"}.get(routes[0], "an injection")
        yield CodeFault(
            "code_of_another_route",
            f"{at}/code",
            f"{code} is for {way}; the request is for {treatment.title}.",
            source,
        )
    # Massachusetts Blue Cross takes requests for IV ketamine under G2082: told, never refused.
    if code in _ESKETAMINE and treatment.id != "esketamine_nasal":
        yield CodeFault(
            "code_of_another_drug",
            f"{at}/code",
            f"{code} is for esketamine; the request is for {treatment.title}. A payer may want it "
            "so: check its instructions.",
            source,
        )


def _by_minutes(at: str, code: str, minutes: int | None) -> Iterator[CodeFault]:
    if minutes is None:
        return
    wrong = {
        "96365": (minutes <= _PUSH_MINUTES, "is for 16 to 90 minutes"),
        "96366": (minutes <= _SECOND_HOUR_MINUTES, "needs more than 30 minutes beyond the hour"),
        "96374": (minutes > _PUSH_MINUTES, "is a push of 15 minutes or less"),
    }.get(code)
    if wrong and wrong[0]:
        yield CodeFault(
            "code_and_minutes_disagree",
            f"{at}/code",
            f"{code} {wrong[1]}; the infusion takes {minutes} minutes.",
            f"codes/{code}",
        )


def _by_dose(at: str, line: Mapping[str, Any], request: Mapping[str, Any]) -> Iterator[CodeFault]:
    code, doses = line["code"], _doses(request)
    if not doses:
        return
    if code == "G2082" and min(doses) > _LOW_DOSE_MG:
        yield _dose_fault(at, code, f"is for up to {_LOW_DOSE_MG} mg", doses)
    if code == "G2083" and max(doses) <= _LOW_DOSE_MG:
        yield _dose_fault(at, code, f"is for more than {_LOW_DOSE_MG} mg", doses)
    total = _milligrams(request)
    if code in ("J0013", "S0013") and total and line.get("units") not in (None, total):
        yield CodeFault(
            "units_and_dose_disagree",
            f"{at}/units",
            f"{code} counts 1 mg a unit: the doses asked for add up to {plain_number(total)} units.",
            f"codes/{code}",
        )


def _dose_fault(at: str, code: str, rule: str, doses: Sequence[float]) -> CodeFault:
    told = joined([plain_number(dose) for dose in doses])
    return CodeFault(
        "code_and_dose_disagree",
        f"{at}/code",
        f"{code} {rule}; the doses asked for are {told} mg.",
        f"codes/{code}",
    )


def _doses(request: Mapping[str, Any]) -> list[float]:
    phases = request.get("phases") or []
    given = [phase["dose_mg"] for phase in phases if phase.get("dose_mg")]
    if not given and request.get("dose_mg"):
        given = [request["dose_mg"]]
    return sorted(set(given))


def _milligrams(request: Mapping[str, Any]) -> float | None:
    """Return the milligrams of the whole course, None unless every part is given."""
    phases = request.get("phases") or []
    if phases:
        parts = [(each.get("weeks"), each.get("per_week"), each.get("dose_mg")) for each in phases]
        if all(all(part) for part in parts):
            return float(sum(weeks * per_week * dose for weeks, per_week, dose in parts))
        return None
    number, dose = request.get("administrations"), request.get("dose_mg")
    return float(number * dose) if number and dose else None


def _by_pair(at: str, row: Code | None, asked: set[str]) -> Iterator[CodeFault]:
    if row is None:
        return
    both = [code for code in row.never_with if code in asked]
    if both:
        yield CodeFault(
            "codes_exclude_each_other",
            f"{at}/code",
            f"{row.code} is not billed on one day with {joined(both)}.",
            f"codes/{row.code}",
        )
    if row.goes_with and not asked.intersection(row.goes_with):
        yield CodeFault(
            "code_needs_another",
            f"{at}/code",
            f"{row.code} is billed only beside {joined(row.goes_with, 'or')}.",
            f"codes/{row.code}",
        )


def _by_modifier(
    at: str, line: Mapping[str, Any], case: Mapping[str, Any], knowledge: Knowledge
) -> Iterator[CodeFault]:
    given = [normalized("modifier", each) for each in line.get("modifiers") or []]
    where = f"{at}/modifiers"
    unknown = [each for each in given if each not in knowledge.modifiers]
    if unknown:
        said = f"Not in our list: modifier {joined(unknown)}."
        yield CodeFault("modifier_not_in_library", where, said, "")
    if {"JW", "JZ"} <= set(given):
        said = "JZ says that nothing was thrown away, JW that a part was."
        yield CodeFault("modifiers_contradict", where, said, "codes/JZ")
    foreign = [each for each in given if each in _MEDICARE_ONLY_MODIFIERS]
    if foreign and case["insurance"].get("plan_type") not in (*_MEDICARE, "unknown"):
        said = f"{joined(foreign)} is Medicare’s; other payers do not use it."
        yield CodeFault("modifier_of_medicare", where, said, f"codes/{foreign[0]}")


def place_faults(case: Mapping[str, Any], knowledge: Knowledge) -> tuple[CodeFault, ...]:
    """Return what is wrong with the place of service for the treatment asked for."""
    given = (case.get("facility") or {}).get("place_of_service")
    if not given:
        return ()
    at = "/facility/place_of_service"
    code = normalized("place", given)
    if find("place", code, knowledge) is None:
        said = f"The place of service {code} is not in our list."
        return (CodeFault("place_not_in_library", at, said, ""),)
    if code in (_HOME, *_TALK_ONLY):
        where = "the patient’s home" if code == _HOME else "telehealth"
        said = f"Place of service {code} is {where}; this treatment is not given there."
        return (CodeFault("place_does_not_fit", at, said, f"codes/{code}"),)
    return ()


def diagnosis_faults(case: Mapping[str, Any], knowledge: Knowledge) -> tuple[CodeFault, ...]:
    """Return code pairs that the classification excludes, and remission beside a new request."""
    codes = [normalized("diagnosis", each["icd10"]) for each in case["diagnoses"]]
    return (*_excluded_pairs(codes, knowledge), *_in_remission(case, codes, knowledge))


def _excluded_pairs(codes: Sequence[str], knowledge: Knowledge) -> Iterator[CodeFault]:
    told: set[frozenset[str]] = set()
    for head, excluded in _excludes1(knowledge):
        for i, code in enumerate(codes):
            for other in codes:
                pair = frozenset((code, other))
                if not _under(code, head) or not _under(other, *excluded) or pair in told:
                    continue
                told.add(pair)
                yield CodeFault(
                    "codes_exclude_each_other",
                    f"/diagnoses/{i}/icd10",
                    f"{code} and {other} do not go together on one patient (Excludes1 note of "
                    f"{head}).",
                    "codes/icd10cm",
                )


def _excludes1(knowledge: Knowledge) -> Iterator[tuple[str, tuple[str, ...]]]:
    for row in knowledge.code_notes.get("icd10cm", {}).get("excludes1", []):
        head, _, rest = row.partition(":")
        yield head.strip(), tuple(re.findall(r"\(([A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]+)?)", rest))


def _under(code: str, *heads: str) -> bool:
    return any(code.replace(".", "").startswith(head.replace(".", "")) for head in heads)


def _in_remission(
    case: Mapping[str, Any], codes: Sequence[str], knowledge: Knowledge
) -> Iterator[CodeFault]:
    if case["request"].get("kind") == "renewal":
        return
    for i, code in enumerate(codes):
        row = knowledge.diagnosis_codes.get(code)
        # F10.21 and its like are remission from something else than what is treated.
        if row and row.populations and "remission" in row.title.lower():
            yield CodeFault(
                "code_says_remission",
                f"/diagnoses/{i}/icd10",
                f"{code} says remission, and a new course is asked for.",
                f"codes/{code}",
            )
