"""Examples of policies: one criterion, judged on a case that does not meet it and one that does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from casework.criteria_kinds import Trials, check_parameters
from casework.knowledge_base.model import Criterion, Knowledge, Policy
from casework.worked_examples.bare import MISSING, bare_case, facts_of, failed_trials

ASK_THE_PAYER = "no criteria known: ask the payer"
_ENOUGH_WEEKS = 12
_SHORT_WEEKS = 1
_EPISODE_START = "2022-01-10"


def policy_faults(policy: Policy, knowledge: Knowledge) -> Iterator[str]:
    """Yield what of the policy's example does not come out."""
    example = policy.example
    if not example:
        yield MISSING
        return
    if example["expect"] == ASK_THE_PAYER:
        if any(criterion.verified for criterion in policy.criteria):
            yield "has criteria, and the example says that none are known"
        return
    criterion = next((each for each in policy.criteria if each.id == example["criterion"]), None)
    if criterion is None:
        yield f"names the criterion {example['criterion']!r}, which the policy does not have"
        return
    yield from _judged(policy, criterion, example, knowledge)


def _judged(
    policy: Policy, criterion: Criterion, example: Mapping[str, Any], knowledge: Knowledge
) -> Iterator[str]:
    for suffix, wanted in (("", "expect"), ("_enough", "expect_when_enough")):
        if wanted not in example:
            continue
        case = bare_case(policy.drug)
        told = _fill(case, criterion, example, suffix, knowledge)
        found = _status(case, policy, criterion, knowledge)
        if found != example[wanted]:
            yield f"{criterion.id} with {told} is {found!r}, the example expects {example[wanted]!r}"


def _fill(
    case: dict[str, Any],
    criterion: Criterion,
    example: Mapping[str, Any],
    suffix: str,
    knowledge: Knowledge,
) -> str:
    """Put the example's facts into the case and return them in words."""
    born, icd10 = example.get(f"born{suffix}"), example.get(f"icd10{suffix}")
    failures = example.get(f"adequate_failures{suffix}")
    if born is not None:
        case["patient"]["date_of_birth"] = str(born)
        return f"a birth on {born}"
    if icd10 is not None:
        case["diagnoses"] = [{"icd10": icd10, "primary": True}]
        return f"the diagnosis {icd10}"
    if failures is not None:
        # One trial too short to count stands in every case, so that none counts by chance.
        case["diagnoses"][0]["episode_start"] = _EPISODE_START
        case["trials"] = [
            *failed_trials(failures, example.get("classes", 1), _weeks(criterion), knowledge),
            *failed_trials(1, 1, _SHORT_WEEKS, knowledge),
        ]
        return f"{failures} adequate failures"
    return "no facts"


def _status(
    case: dict[str, Any], policy: Policy, criterion: Criterion, knowledge: Knowledge
) -> str:
    """Judge the criterion alone, as if it were typed into the case: its road is not in question."""
    item = {
        "id": criterion.id,
        "text": criterion.text,
        "kind": criterion.kind,
        "parameters": dict(criterion.parameters),
    }
    case["insurance"] = {
        **case["insurance"],
        "criteria": {"title": policy.title, "items": [item]},
    }
    return facts_of(case, knowledge).criteria.items[0].status


def _weeks(criterion: Criterion) -> int:
    checked = check_parameters(criterion.kind, criterion.parameters)
    asked = checked.weeks if isinstance(checked, Trials) else None
    return max(asked or 0, _ENOUGH_WEEKS)
