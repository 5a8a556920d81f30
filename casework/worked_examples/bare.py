"""The smallest case on which an example can be computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

from casework.facts import Facts, derive
from casework.knowledge_base.model import Knowledge, Medicine
from casework.trials import dose_field

DAY = date(2026, 11, 2)
"""The letter date of every example; it is a Monday, and nothing depends on it."""
MISSING = "has no worked example"
_CODE_OF = {
    "bipolar_depression": "F31.4",
    "ptsd": "F43.12",
    "anxiety": "F41.1",
    "ocd": "F42.2",
}
_DEPRESSION = "F33.2"


def bare_case(
    treatment: str = "ketamine_iv", population: str = "mdd", **more: Any
) -> dict[str, Any]:
    """Return a case that holds nothing but what every case must hold, and `more`."""
    case: dict[str, Any] = {
        "patient": {"first_name": "Pat", "last_name": "Example", "date_of_birth": "1980-01-01"},
        "insurance": {"payer": {"name": "Example Plan"}, "plan_type": "unknown"},
        "prescriber": {"name": "Robin Sample", "npi": "1234567893"},
        "diagnoses": [{"icd10": _CODE_OF.get(population, _DEPRESSION), "primary": True}],
        "request": {"treatment": treatment, "kind": "new"},
    }
    return {**case, **more}


def facts_of(case: dict[str, Any], knowledge: Knowledge) -> Facts:
    """Derive the facts of an example's case."""
    return derive(case, knowledge, DAY)


def trial_of(medicine: Medicine, weeks: int, dose: float | None, **more: Any) -> dict[str, Any]:
    """Return a trial of exactly `weeks`, at `dose` in the medicine's own unit."""
    stopped = DAY - timedelta(days=30)
    entry: dict[str, Any] = {
        "medication": medicine.title,
        "started": (stopped - timedelta(weeks=weeks)).isoformat(),
        "stopped": stopped.isoformat(),
        "outcome": "no_response",
        **more,
    }
    if dose is not None:
        entry[dose_field(medicine)] = dose
    return entry


def failed_trials(
    agents: int, classes: int, weeks: int, knowledge: Knowledge
) -> list[dict[str, Any]]:
    """Return adequate failures of `agents` antidepressants from `classes` classes."""
    chosen = _agents(classes, knowledge)
    return [
        trial_of(medicine, weeks, _high_dose(medicine), adherence=95)
        for medicine, _ in zip(chosen, range(agents), strict=False)
    ]


def _agents(classes: int, knowledge: Knowledge) -> Iterator[Medicine]:
    """Yield one agent of each of the first `classes` classes, then the second of each, and so on."""
    groups = knowledge.trial_rules.ambiguous_same_molecule
    doubles = {each for group in groups for each in group[1:]}
    by_class: dict[str, list[Medicine]] = {}
    for medicine in knowledge.medicines.values():
        if medicine.role != "antidepressant" or not medicine.verified or medicine.id in doubles:
            continue
        if medicine.class_ in knowledge.trial_rules.classes_counted_as_different:
            by_class.setdefault(medicine.class_, []).append(medicine)
    fullest = sorted(by_class.values(), key=len, reverse=True)
    for row in zip_longest(*_narrowed(fullest, classes)):
        yield from (medicine for medicine in row if medicine is not None)


def _narrowed(groups: Sequence[list[Medicine]], classes: int) -> Sequence[list[Medicine]]:
    return groups[: max(1, classes)]


def _high_dose(medicine: Medicine) -> float | None:
    line = medicine.minimum_adequate_dose_mg_per_day or medicine.minimum_dose
    return max(line or 0, medicine.stricter_minimum_mg_per_day or 0) or None
