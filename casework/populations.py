"""Which populations of the evidence a case belongs to: by its codes, its trials and its risk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.knowledge_base.model import Knowledge
from casework.trials import TrialCounts, primary_diagnosis

_TRD_FAILURES = 2
ACUTE_IDEATION = ("intent", "plan", "plan_and_intent")
# Payers draw the line differently for active thoughts without intent or plan.
ACTIVE_IDEATION = ("active", "active_without_plan")


def coded_populations(case: Mapping[str, Any], knowledge: Knowledge) -> tuple[str, ...]:
    """Return the populations of all diagnosis codes, those of the primary diagnosis first."""
    _, primary = primary_diagnosis(case)
    ordered = [primary, *(each for each in case["diagnoses"] if each is not primary)]
    found = [
        population
        for diagnosis in ordered
        for population in _of_code(diagnosis["icd10"], knowledge)
    ]
    return tuple(dict.fromkeys(found))


def populations(
    case: Mapping[str, Any], knowledge: Knowledge, counts: TrialCounts
) -> tuple[str, ...]:
    """Return the populations to argue from, the primary diagnosis's first.

    `mdd` becomes `mdd_trd` when at least two adequate trials of this episode brought no lasting
    response; suicidal ideation is added where the risk section tells an intent or a plan, since not
    every chart codes it.
    """
    resistant = counts.agents >= _TRD_FAILURES
    coded = [
        "mdd_trd" if population in ("mdd", "mdd_trd") and resistant else population
        for population in coded_populations(case, knowledge)
        if population != "mdd_trd" or resistant
    ]
    acute = (case.get("risk") or {}).get("ideation") in ACUTE_IDEATION
    return tuple(dict.fromkeys([*coded, "suicidal_ideation"] if acute else coded))


def _of_code(code: str, knowledge: Knowledge) -> list[str]:
    entry = knowledge.diagnosis_codes.get(code)
    return entry.populations if entry else []
