"""Reading numbers and dates out of printed text, and out of what it may rest on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from casework.knowledge_base.model import Knowledge
from casework.pointers import value_at

NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
LONG_DATE = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{1,2}, \d{4}"
)
_ISO = re.compile(r"\b(\d{4})-(\d{2})(?:-(\d{2}))?\b")
_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "half": 50, "quarter": 25,
}  # fmt: skip


def numbers(text: str) -> set[float]:
    """Return the numbers written in digits, without thousands commas."""
    found = set()
    for token in NUMBER.findall(text):
        plain = token.rstrip(",").replace(",", "")
        found.add(float(plain))
    return found


def numbers_behind(value: Any) -> set[float]:
    """Return every number that a JSON value holds, in digits, words or parts of a date."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    found = numbers(text) | {float(part) for part in re.findall(r"\d+(?:\.\d+)?", text)}
    for match in _ISO.finditer(text):
        found |= {float(part) for part in match.groups() if part}
    found |= {
        float(n) for word, n in _WORDS.items() if re.search(rf"\b{word}\b", text, re.IGNORECASE)
    }
    return found


def source(pointer: str, case: Mapping[str, Any], knowledge: Knowledge) -> Any:
    """Return what a paragraph's source holds: a value of the case, or an entry of the knowledge."""
    if pointer.startswith("/"):
        return value_at(case, pointer)
    area, _, entry_id = pointer.partition("/")
    areas = {
        "evidence": knowledge.evidence,
        "scales": knowledge.scales,
        "treatments": knowledge.treatments,
        "policies": knowledge.policies,
        "denial_reasons": knowledge.denial_reasons,
        "medicines": {**knowledge.medicines, "_rules": knowledge.trial_rules},
        "codes": {**knowledge.diagnosis_codes, **knowledge.service_codes},
        "laws": _law_rows(knowledge),
        "appeal_steps": knowledge.appeal_steps,
        "resources": knowledge.resources,
        "forms": knowledge.forms,
        "regulators": knowledge.regulators,
    }
    found = areas[area][entry_id]
    return msgspec.to_builtins(found)


def _law_rows(knowledge: Knowledge) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for law in knowledge.laws.values():
        rows[law.id] = law
        rows.update({row.id: row for row in (*law.right, *law.deadline)})
    return rows


def dates_of(case: Any) -> set[date]:
    """Return every whole ISO date anywhere in a JSON value."""
    text = json.dumps(case, default=str)
    return {date(int(y), int(m), int(d)) for y, m, d in _ISO.findall(text) if d}


def printed_dates(text: str) -> Iterable[str]:
    """Return the dates written with month, day and year."""
    return LONG_DATE.findall(text)
