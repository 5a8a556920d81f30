"""Whether a case can carry a kind of paper, and if not, why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.knowledge_base.kinds import Kind, NotFor
from casework.pointers import holds


def can_be_written(kind: Kind, case: Mapping[str, Any]) -> bool:
    """Whether the case holds what the kind cannot be written without, and the plan allows it."""
    return not lacking(kind, case) and not forbidden(kind, case)


def lacking(kind: Kind, case: Mapping[str, Any]) -> list[str]:
    """Return the pointers of `kind.requires` at which the case holds nothing."""
    return [pointer for pointer in kind.requires if not holds(case, pointer)]


def forbidden(kind: Kind, case: Mapping[str, Any]) -> str:
    """Return why the kind is not written for this plan or treatment, or an empty text."""
    for each in kind.not_for:
        if _concerns(each, case) and not any(holds(case, pointer) for pointer in each.unless):
            return each.why
    return ""


def _concerns(each: NotFor, case: Mapping[str, Any]) -> bool:
    plan, treatment = case["insurance"]["plan_type"], case["request"]["treatment"]
    return (not each.plan_types or plan in each.plan_types) and (
        not each.treatments or treatment in each.treatments
    )
