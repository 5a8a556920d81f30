"""Whether a case can carry a kind of paper, and if not, why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.knowledge_base.kinds import Kind, NotFor
from casework.pointers import holds


def can_be_written(kind: Kind, case: Mapping[str, Any]) -> bool:
    """Whether the case holds what the kind cannot be written without, and nothing forbids it."""
    return not lacking(kind, case) and not forbidden(kind, case)


def lacking(kind: Kind, case: Mapping[str, Any]) -> list[str]:
    """Return the pointers of `kind.requires` at which the case holds nothing."""
    return [pointer for pointer in kind.requires if not holds(case, pointer)]


def forbidden(kind: Kind, case: Mapping[str, Any]) -> str:
    """Return why the kind is not written for this plan or treatment, or an empty text."""
    for each in kind.not_for:
        if _meant(each, case) and not any(holds(case, pointer) for pointer in each.unless):
            return each.why
    return ""


def _meant(each: NotFor, case: Mapping[str, Any]) -> bool:
    if each.treatments and case["request"]["treatment"] not in each.treatments:
        return False
    return not each.plan_types or any(
        plan in each.plan_types for plan in _plans(case["insurance"], each.other_insurance)
    )


def _plans(insurance: Mapping[str, Any], other: bool) -> tuple[str, ...]:
    second = (insurance.get("secondary") or {}).get("plan_type") if other else None
    return (insurance["plan_type"], second) if second else (insurance["plan_type"],)
