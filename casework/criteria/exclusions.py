"""Criteria on what must not be: conditions, treatments at the same time, diagnoses asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from casework.criteria.diagnoses import coded, in_group
from casework.criteria.result import Finding, Given, met, not_met, unknown
from casework.criteria_kinds import SCREENED_BY, Exclusion
from casework.english import counted, joined, sentence, spell_dates
from casework.names import PROCEDURE
from casework.partial_dates import PartialDate

_REVIEWED = "/medical/contraindications_reviewed"
# "none", "none: the flashbacks are …", "not pregnant: …", "no use disorder" begin so; "no longer"
# and "not asked" do not say that nothing was found.
_CLEAR = re.compile(
    r"(none|negative|absent|never|not_pregnant|not pregnant|not_applicable|not applicable)\b"
    r"|no$|no (known|history|evidence|current|past|use disorder)\b",
    re.IGNORECASE,
)
_PRESENT = re.compile(r"(yes|present|positive|active|current|untreated|pregnant)\b", re.IGNORECASE)
_NAMES: Mapping[str, str] = {
    "substance_use_disorder": "substance use disorder",
    "cardiovascular_disease": "heart disease",
    "aneurysmal_vascular_disease": "aneurysm",
    "intracerebral_hemorrhage": "bleeding in the brain",
    "intracranial_pressure": "raised intracranial pressure",
    "hypersensitivity": "allergy to ketamine",
}
# Chapters of ICD-10-CM: F10 to F19 substances (F17 is tobacco), F20 to F29 psychosis.
_CODES: Mapping[str, re.Pattern[str]] = {
    "substance_use_disorder": re.compile(r"F1[0-68-9]\."),
    "psychosis": re.compile(r"F2[0-9]"),
    "mania": re.compile(r"F31\.(0|1|2|6)|F30"),
    "pregnancy": re.compile(r"Z33|Z34|O[0-9]"),
    "hypertension": re.compile(r"I1[0-6]"),
}
_OWN_FIELD: Mapping[str, str] = {
    "psychosis": "psychosis",
    "substance_use_disorder": "substance_use",
    "pregnancy": "pregnancy",
}


def judge_exclusion(parameters: Exclusion, given: Given) -> Finding:
    """Nothing of what is named may be present; what nobody asked about is not known."""
    parts = list(_parts(parameters, given))
    if not parts:
        return _reviewed(given)
    order = ("not_met", "unknown", "met")
    worst = min(parts, key=lambda part: order.index(part.status))
    if worst.status != "met":
        return worst
    words = " ".join(dict.fromkeys(part.words for part in parts))
    rests = tuple(dict.fromkeys(source for part in parts for source in part.rests_on))
    return met(words, rests)


def _parts(parameters: Exclusion, given: Given) -> Iterator[Finding]:
    if parameters.conditions:
        yield _conditions(parameters, given)
    for treatment in parameters.concurrent_treatments:
        yield _concurrent(treatment, given)
    if parameters.diagnoses:
        yield _diagnoses(parameters, given)


def _reviewed(given: Given) -> Finding:
    day = (given.case.get("medical") or {}).get("contraindications_reviewed")
    if not day:
        return unknown("Whether contraindications were reviewed is not told.", _REVIEWED)
    return met(f"Contraindications were reviewed {PartialDate.parse(day).when}.", [_REVIEWED])


def _conditions(parameters: Exclusion, given: Given) -> Finding:
    found = [(each, *_condition(each, given)) for each in parameters.conditions]
    for condition, answer, words, source in found:
        if answer == "present":
            return _excluding(condition, words, source, parameters)
    for condition, answer, words, source in found:
        if answer == "told":
            return unknown(f"On record: {words}. {_open_question(condition, parameters)}", source)
    untold = [(condition, source) for condition, answer, _, source in found if answer == "untold"]
    if untold:
        names = joined([_name(condition) for condition, _ in untold])
        return unknown(f"Not told: {names}.", untold[0][1])
    names = joined([_name(condition) for condition, *_ in found], "or")
    return met(f"No {names} on record{_when(given)}.", [source for *_, source in found])


def _excluding(condition: str, words: str, source: str, parameters: Exclusion) -> Finding:
    told = f"{sentence(words)}"
    softer = parameters.untreated or parameters.remission_months or parameters.prescriber_override
    if softer:
        return unknown(f"{told} {_open_question(condition, parameters)}", source)
    return not_met(told, [source])


def _open_question(condition: str, parameters: Exclusion) -> str:
    if parameters.untreated:
        return "Whether it is under treatment is to be confirmed."
    if parameters.remission_months:
        months = counted(parameters.remission_months, "month")
        return f"Whether it has been in remission for {months} is to be confirmed."
    if parameters.prescriber_override:
        return "Whether the benefit outweighs the risk is the prescriber’s to state."
    return f"Whether this is {_name(condition)} in the payer’s sense is to be confirmed."


def _condition(condition: str, given: Given) -> tuple[str, str, str]:
    """Return (answer, words, source); answer is "present", "told", "clear" or "untold".

    "told" is a finding in words that only a person can weigh, such as one in remission.
    """
    by_code = _by_code(condition, given)
    if by_code is not None:
        return by_code
    if condition == "hypersensitivity":
        return _hypersensitivity(given)
    medical = given.case.get("medical") or {}
    field = SCREENED_BY[condition]
    sources = [("screened/" + field, (medical.get("screened") or {}).get(field))]
    own = _OWN_FIELD.get(condition)
    if own:
        sources.append((own, medical.get(own)))
    answers = [_answer(found, f"/medical/{path}") for path, found in sources if found]
    for wanted in ("present", "told", "clear"):
        match = next((answer for answer in answers if answer[0] == wanted), None)
        if match:
            return match
    return "untold", "", f"/medical/screened/{field}"


def _answer(found: Any, source: str) -> tuple[str, str, str]:
    text = str(found).strip()
    words = spell_dates(text.replace("_", " ") if " " not in text else text)
    if _CLEAR.match(text):
        return "clear", words, source
    if _PRESENT.match(text):
        return "present", words, source
    return "told", words, source


def _by_code(condition: str, given: Given) -> tuple[str, str, str] | None:
    pattern = _CODES.get(condition)
    if pattern is None:
        return None
    for row in coded(given):
        if not pattern.match(row.entry["icd10"]):
            continue
        remitted = row.code is not None and "remission" in row.code.title.lower()
        return ("told" if remitted else "present"), row.words, row.pointer
    return None


def _hypersensitivity(given: Given) -> tuple[str, str, str]:
    medical = given.case.get("medical") or {}
    listed = [str(each) for each in medical.get("allergies") or []]
    ketamine = next((each for each in listed if "ketamine" in each.lower()), None)
    if ketamine:
        return "present", f"allergy on record: {ketamine}", "/medical/allergies"
    screened = (medical.get("screened") or {}).get("hypersensitivity")
    if screened:
        return _answer(screened, "/medical/screened/hypersensitivity")
    return ("clear" if listed else "untold"), "", "/medical/allergies"


def _name(condition: str) -> str:
    return _NAMES.get(condition, condition.replace("_", " "))


def _when(given: Given) -> str:
    day = (given.case.get("medical") or {}).get("contraindications_reviewed")
    return f", as reviewed {PartialDate.parse(day).when}" if day else ""


def _concurrent(treatment: str, given: Given) -> Finding:
    entries = [
        (i, entry)
        for i, entry in enumerate(given.case.get("procedures") or [])
        if entry["type"] == treatment
    ]
    name = PROCEDURE.get(treatment, treatment.replace("_", " "))
    for i, entry in entries:
        if _ongoing(entry, given):
            words = sentence(f"{name} is still being given")
            return not_met(words, [f"/procedures/{i}"], [entry.get("exhibit") or ""])
    if not entries:
        return unknown(sentence(f"{name} is not told in the case"), "/procedures")
    words = sentence(f"{name} is not being given now")
    return met(words, [f"/procedures/{i}" for i, _ in entries])


def _ongoing(entry: Mapping[str, Any], given: Given) -> bool:
    if entry.get("status") not in (None, "tried", "completed") or not entry.get("started"):
        return False
    stopped = entry.get("stopped")
    return not stopped or PartialDate.parse(stopped).earliest > given.today


def _diagnoses(parameters: Exclusion, given: Given) -> Finding:
    for row in coded(given):
        if any(in_group(row, group) for group in parameters.diagnoses):
            return not_met(f"The diagnosis is {row.words}, which is named.", [row.pointer])
    primary = coded(given)[0]
    if primary.code is None:
        words = f"The diagnosis is {primary.words}; the code is not in our list."
        return unknown(words, f"{primary.pointer}/icd10")
    return met(f"The diagnosis is {primary.words}, which is not named.", [primary.pointer])
