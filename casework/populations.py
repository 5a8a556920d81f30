"""Which populations of the evidence a case belongs to: by its codes, its trials and its risk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.knowledge_base.model import Knowledge
from casework.trials import TrialCounts, primary_diagnosis

_TRD_FAILURES = 2
SUICIDAL = "suicidal_ideation"
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
    response. Suicidal ideation is argued when the risk section says so, and never from a code alone.
    """
    resistant = counts.agents >= _TRD_FAILURES
    coded = [
        "mdd_trd" if population in ("mdd", "mdd_trd") and resistant else population
        for population in coded_populations(case, knowledge)
        if population != SUICIDAL and (population != "mdd_trd" or resistant)
    ]
    assessed = [SUICIDAL] if ideation_is_active(case) else []
    return tuple(dict.fromkeys([*coded, *assessed]))


def ideation_is_active(case: Mapping[str, Any]) -> bool:
    """Whether the risk section tells of active suicidal thoughts, with or without plan or intent."""
    return (case.get("risk") or {}).get("ideation") in (
        *ACUTE_IDEATION,
        *ACTIVE_IDEATION,
    )


def _of_code(code: str, knowledge: Knowledge) -> list[str]:
    entry = knowledge.diagnosis_codes.get(code)
    return entry.populations if entry else []
