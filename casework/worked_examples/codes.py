"""Examples of the code lists: how a code is read, what it is called, what fits a treatment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from casework.codes import Area, describe, normalized, service_faults
from casework.knowledge_base.model import Knowledge
from casework.worked_examples.bare import DAY, MISSING, bare_case

_AREAS: Mapping[str, Area] = {
    "icd10cm": "diagnosis",
    "modifiers": "modifier",
    "place_of_service": "place",
}


def code_faults(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Yield (file, what does not come out) for each code list."""
    for stem, notes in knowledge.code_notes.items():
        example = notes.get("example")
        if not example:
            yield stem, MISSING
        elif stem == "hcpcs_cpt":
            yield from ((stem, reason) for reason in _services(example, knowledge))
        elif stem in _AREAS:
            yield from ((stem, reason) for reason in _code(_AREAS[stem], example, knowledge))
        else:
            yield from ((stem, reason) for reason in _patterns(notes))


def _code(area: Area, example: Mapping[str, Any], knowledge: Knowledge) -> Iterator[str]:
    found = describe(area, example["input"], knowledge)
    row = knowledge.diagnosis_codes.get(found.code)
    told = {
        "normalized": found.code,
        "title": found.words,
        "expect_known": found.known,
        "population": row.populations[0] if row and row.populations else None,
    }
    for key, value in told.items():
        if key in example and example[key] != value:
            yield f"{key}: {example['input']} gives {value!r}, the example expects {example[key]!r}"


def _services(example: Mapping[str, Any], knowledge: Knowledge) -> Iterator[str]:
    for code in example["expect"]:
        if _called_wrong(code, example, knowledge):
            yield f"{code} is called wrong, the example expects it to fit"
    for code in example["not_expect"]:
        if not _called_wrong(code, example, knowledge):
            yield f"{code} passes, the example says that it does not fit"


def _called_wrong(code: str, example: Mapping[str, Any], knowledge: Knowledge) -> bool:
    request = {
        "treatment": example["treatment"],
        "infusion_minutes": example["minutes"],
        "codes": [{"code": code}],
    }
    return bool(service_faults(bare_case(request=request), knowledge, DAY))


def _patterns(notes: Mapping[str, Any]) -> Iterator[str]:
    """Each pattern takes its good inputs, as its list writes them, and none of its bad ones."""
    for row in notes.get("pattern", ()):
        area: Area = "diagnosis" if row["id"] == "icd10cm" else "service"
        for text in row.get("good", ()):
            if not re.search(row["regex"], normalized(area, text)):
                yield f"{row['id']}: {text!r} is refused, the row calls it good"
        for text in row.get("bad", ()):
            if re.search(row["regex"], text) and "check" not in row:
                yield f"{row['id']}: {text!r} passes, the row calls it bad"
