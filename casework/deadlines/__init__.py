"""Deadlines of a case: whose, of what, by when, and how that was counted.

Rules are rows of `knowledge/laws`; which of them count at which step is told by
`knowledge/appeal_steps`. A date is printed only from a verified row and a day that the case holds;
`docs/law.md` tells the whole of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from casework.deadlines.authorization import authorization_deadlines
from casework.deadlines.compute import current_deadlines, later_deadlines
from casework.deadlines.model import Deadline
from casework.deadlines.selecting import Standing, standing_of
from casework.deadlines.starts import Events
from casework.knowledge_base.model import Knowledge

__all__ = ["Deadline", "deadlines", "deadlines_of"]


def deadlines(
    case: Mapping[str, Any], knowledge: Knowledge, today: date, events: Events = ()
) -> tuple[Deadline, ...]:
    """Return the deadlines of the step that comes now, then of the one after it, without a date.

    Last come those of a running authorization.
    `events` are what happened after the packet was written, each with `type` and `at`; they date
    what the plan owes. `today` chooses the law in force where no event has happened yet.
    """
    return deadlines_of(standing_of(case, knowledge, today, events))


def deadlines_of(where: Standing) -> tuple[Deadline, ...]:
    """Return the deadlines of a case whose standing is known; the order is that of `deadlines`."""
    return (
        *current_deadlines(where),
        *later_deadlines(where),
        *authorization_deadlines(where.case, where.today),
    )
