"""Cases for tests of the clinical parts: whole ones changed at a pointer, small ones for one subject."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from casework.assessments import scores
from casework.criteria.judge import judge_criteria
from casework.criteria.result import Judged
from casework.facts import Facts, derive
from casework.knowledge_base.model import Knowledge
from casework.populations import coded_populations
from casework.schema import load_case
from casework.trials import Trial, TrialCounts, count_trials, judge_trials

TODAY = date(2026, 10, 5)
GONE: Any = object()
"""As a value of `changed`: what stands at the pointer is taken out."""

_CASES = Path(__file__).parents[1] / "cases"


def whole_case(name: str = "depression_commercial") -> dict[str, Any]:
    """Return a case of tests/cases as a caller would send it."""
    case: dict[str, Any] = json.loads((_CASES / f"{name}.json").read_text(encoding="utf-8"))
    return case


def case_in_order() -> dict[str, Any]:
    """Return the reference case with its few gaps closed: nothing is left to tell staff."""
    return changed(
        whole_case(),
        {
            "/assessments/4/score": 38,
            "/request/codes/0/ndc": "00000-0000-01",
            "/procedures/1": {"type": "ect", "status": "contraindicated", "exhibit": "E"},
            "/procedures/2/why": "her blood pressure rose to 170 after the first spray",
        },
    )


def denied_case_in_order() -> dict[str, Any]:
    """Return the case in order, denied, with everything that an answer to the notice needs."""
    denied = whole_case("depression_commercial_denied")
    return changed(
        case_in_order(),
        {
            "/denial": denied["denial"],
            "/denial/notice_date": "2026-09-21",
            "/denial/received_date": "2026-09-24",
            "/representative": denied["representative"],
            "/representative/signed_on": "2026-09-30",
        },
    )


def changed(case: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy with each pointer set to its value, or taken out where the value is GONE."""
    copy = deepcopy(dict(case))
    for pointer, value in changes.items():
        _set(copy, pointer.split("/")[1:], deepcopy(value) if value is not GONE else GONE)
    return copy


def _set(here: Any, steps: list[str], value: Any) -> None:
    *way, last = steps
    for step in way:
        if isinstance(here, list):
            here = here[int(step)]
        else:
            if here.get(step) is None:
                here[step] = {}
            here = here[step]
    if isinstance(here, list):
        _set_row(here, last, value)
    elif value is GONE:
        here.pop(last, None)
    else:
        here[last] = value


def _set_row(rows: list[Any], last: str, value: Any) -> None:
    if value is GONE:
        del rows[int(last)]
    elif last == "-":
        rows.append(value)
    else:
        rows[int(last)] = value


def a_case(**sections: Any) -> dict[str, Any]:
    """Return the least case there is, with these sections."""
    return {
        "patient": {"first_name": "Pat", "last_name": "Example", "date_of_birth": "1980-01-01"},
        "insurance": {"payer": {"name": "Example Plan"}, "plan_type": "erisa_self_funded"},
        "prescriber": {"name": "Robin Sample", "npi": "1234567893"},
        "diagnoses": [{"icd10": "F33.2", "episode_start": "2025-01-01"}],
        "request": {"treatment": "ketamine_iv"},
        **sections,
    }


def a_trial(
    medication: str, dose: float | None = None, weeks: int = 12, **more: Any
) -> dict[str, Any]:
    """Return a trial of so many weeks begun on March 3, 2025, without response unless told."""
    begun = date(2025, 3, 3)
    entry = {
        "medication": medication,
        "started": begun.isoformat(),
        "stopped": (begun + timedelta(weeks=weeks)).isoformat(),
        "outcome": "no_response",
        **more,
    }
    if dose is not None:
        entry["max_dose_mg_per_day"] = dose
    return {name: value for name, value in entry.items() if value is not GONE}


def judged(case: Mapping[str, Any], knowledge: Knowledge, weeks: int | None = None) -> list[Trial]:
    """Return the trials of the case as judged, under a payer's own `weeks` where given."""
    populations = coded_populations(case, knowledge)
    return list(judge_trials(case, knowledge, TODAY, populations, weeks))


def judged_trial(
    entry: Mapping[str, Any], knowledge: Knowledge, icd10: str = "F33.2", **diagnosis: Any
) -> Trial:
    """Return one trial as judged for a diagnosis."""
    given = {"icd10": icd10, "episode_start": "2025-01-01", **diagnosis}
    given = {name: value for name, value in given.items() if value is not GONE}
    return judged(a_case(diagnoses=[given], trials=[entry]), knowledge)[0]


def counted(entries: Sequence[Mapping[str, Any]], knowledge: Knowledge) -> TrialCounts:
    """Return what counts of these trials."""
    return count_trials(judged(a_case(trials=list(entries)), knowledge), knowledge)


def facts_of(case: Mapping[str, Any], knowledge: Knowledge, today: date = TODAY) -> Facts:
    """Return the facts of a case sent by a caller."""
    return derive(load_case(case, knowledge), knowledge, today)


def criterion(
    case: Mapping[str, Any],
    knowledge: Knowledge,
    kind: str,
    parameters: Mapping[str, Any] | None = None,
    today: date = TODAY,
) -> Judged:
    """Return one criterion of this kind as judged against the case."""
    item = {"text": "The criterion.", "kind": kind, "parameters": dict(parameters or {})}
    asked = changed(case, {"/insurance/criteria": {"items": [item]}})
    given = load_case(asked, knowledge)
    trials = judge_trials(given, knowledge, today, coded_populations(given, knowledge))
    counts = count_trials(trials, knowledge)
    found = judge_criteria(given, knowledge, today, trials, counts, scores(given, knowledge))
    return found.items[0]
