"""Whether a case can carry a kind of paper, and if not, why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.knowledge_base.kinds import Kind
from casework.pointers import holds


def can_be_written(kind: Kind, case: Mapping[str, Any]) -> bool:
    """Whether the case holds what the kind cannot be written without, and the plan allows it."""
    return not lacking(kind, case) and not forbidden(kind, case)


def lacking(kind: Kind, case: Mapping[str, Any]) -> list[str]:
    """Return the pointers of `kind.requires` at which the case holds nothing."""
    return [pointer for pointer in kind.requires if not holds(case, pointer)]


def forbidden(kind: Kind, case: Mapping[str, Any]) -> str:
    """Return why the kind is not written for this plan, or an empty text."""
    for each in kind.not_for:
        if case["insurance"]["plan_type"] in each.plan_types and not any(
            holds(case, pointer) for pointer in each.unless
        ):
            return each.why
    return ""
