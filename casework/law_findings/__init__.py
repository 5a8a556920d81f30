"""Findings on law and time: what will be late, who may sign, what nobody has verified."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from casework.deadlines import deadlines_of
from casework.deadlines.selecting import standing_of
from casework.deadlines.starts import Events
from casework.findings_model import Finding
from casework.knowledge_base.model import Knowledge
from casework.law_findings.dates import date_findings, plan_late
from casework.law_findings.plan import plan_findings
from casework.law_findings.seen import Seen
from casework.law_findings.speed import speed_findings
from casework.law_findings.standing import standing_findings
from casework.regime import regime_of

__all__ = ["Seen", "findings_seen", "late_findings", "law_findings"]


def law_findings(
    case: Mapping[str, Any], knowledge: Knowledge, today: date, events: Events = ()
) -> tuple[Finding, ...]:
    """Return every finding on law and time; the caller orders them by severity.

    `today` is the letter date; `events` are what happened after the packet was written.
    """
    return findings_seen(_seen(case, knowledge, today, events))


def findings_seen(seen: Seen) -> tuple[Finding, ...]:
    """Return the findings of `law_findings` on what was derived already."""
    return (
        *date_findings(seen),
        *standing_findings(seen),
        *speed_findings(seen),
        *plan_findings(seen),
    )


def late_findings(
    case: Mapping[str, Any], knowledge: Knowledge, now: date, events: Events
) -> tuple[Finding, ...]:
    """Return the findings on decisions that the plan owes and has not made by `now`."""
    return tuple(plan_late(_seen(case, knowledge, now, events)))


def _seen(case: Mapping[str, Any], knowledge: Knowledge, today: date, events: Events) -> Seen:
    where = standing_of(case, knowledge, today, events)
    return Seen(where, regime_of(where, today), deadlines_of(where), today)
