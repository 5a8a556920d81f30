"""What the knowledge offers to a field: a closed list to choose from, or codes to look up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casework.knowledge_base.model import Code, Knowledge
from casework.names import PROCEDURE, THERAPY

Options = Sequence[tuple[str, str]]

# Fields by their name in the form, rows told by a number sign.
_CLOSED = {
    "/insurance/plan_type": "plan_types",
    "/insurance/secondary/plan_type": "plan_types",
    "/insurance/policy": "policies",
    "/insurance/criteria/items/#/kind": "criteria_kinds",
    "/request/treatment": "treatments",
    "/course_so_far/treatment": "treatments",
    "/assessments/#/scale": "scales",
    "/request/goals/#/scale": "scales",
    "/denial/reasons/#/id": "denial_reasons",
}
_LOOK_UP = {
    "/trials/#/medication": "medicines",
    "/trials/#/augments": "medicines",
    "/medical/medications/#/name": "medicines",
    "/diagnoses/#/icd10": "diagnosis_codes",
    "/claim/lines/#/diagnosis": "diagnosis_codes",
    "/request/codes/#/code": "service_codes",
    "/claim/lines/#/code": "service_codes",
    "/facility/place_of_service": "places_of_service",
    "/psychotherapies/#/type": "therapies",
    "/procedures/#/type": "procedures",
    "/risk/instrument": "scales",
}
_ROW = re.compile(r"/\d+(?=/|$)")


@dataclass(frozen=True)
class Lookups:
    """The lists of one version of the knowledge, by their id."""

    lists: Mapping[str, Options]

    def options(self, name: str) -> Options:
        """Return the closed list of a field; none where anything may be typed."""
        return self.lists[_CLOSED[_plain(name)]] if _plain(name) in _CLOSED else ()

    def look_up(self, name: str) -> str:
        """Return the id of the list that a field suggests from; "" for none."""
        return _LOOK_UP.get(_plain(name), "")

    def suggested(self) -> Mapping[str, Options]:
        """Return the lists that fields suggest from."""
        return {name: self.lists[name] for name in sorted(set(_LOOK_UP.values()))}


def lookups(knowledge: Knowledge, kinds_of_criteria: Sequence[str]) -> Lookups:
    """Return the lists that the knowledge gives."""
    plan_types = [*knowledge.law_meta["plan_types"], "church_plan", "unknown"]
    treatments = _titled(knowledge.treatments)
    return Lookups(
        {
            "plan_types": [(each, _plan(each, knowledge)) for each in plan_types],
            "policies": [
                (name, f"{each.payer}: {each.title}") for name, each in knowledge.policies.items()
            ],
            "criteria_kinds": [(each, each.replace("_", " ")) for each in kinds_of_criteria],
            "treatments": treatments,
            "scales": _titled(knowledge.scales),
            "denial_reasons": _titled(knowledge.denial_reasons),
            "medicines": list(_medicines(knowledge)),
            "diagnosis_codes": _codes(knowledge.diagnosis_codes),
            "service_codes": _codes(knowledge.service_codes),
            "places_of_service": _codes(knowledge.places_of_service),
            "therapies": list(THERAPY.items()),
            "procedures": list({**PROCEDURE, **dict(treatments)}.items()),
        }
    )


def _plain(name: str) -> str:
    return _ROW.sub("/#", name)


def _plan(plan_type: str, knowledge: Knowledge) -> str:
    law = knowledge.laws.get(plan_type)
    return law.title if law else plan_type.replace("_", " ")


def _titled(area: Mapping[str, object]) -> Options:
    return [(name, str(getattr(entry, "title", name))) for name, entry in area.items()]


def _codes(area: Mapping[str, Code]) -> Options:
    return [(code, entry.title or entry.label) for code, entry in area.items()]


def _medicines(knowledge: Knowledge) -> Options:
    return [
        (each.title, ", ".join(each.brands))
        for each in knowledge.medicines.values()
        if each.counts_as_medication_trial or each.role == "augmentation"
    ]
