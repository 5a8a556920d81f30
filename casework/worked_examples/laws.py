"""Examples of laws: each deadline counted from its own day, and the presumed day of receipt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from casework.deadlines.counting import due_from, last_business_day
from casework.knowledge_base.model import DeadlineRule, Knowledge, Law
from casework.worked_examples.bare import MISSING


def law_faults(law: Law, knowledge: Knowledge) -> Iterator[str]:
    """Yield which deadlines of the law do not come out as their examples say."""
    del knowledge  # A rule is counted from its own words alone.
    for rule in law.deadline:
        yield from (f"{rule.id}: {reason}" for reason in _rule(rule))


def _rule(rule: DeadlineRule) -> Iterator[str]:
    if not rule.example:
        yield MISSING
        return
    due = due_from(rule, _start(rule))
    if _text(due) != str(rule.example["due"]):
        yield f"gives {_text(due)}, the example expects {rule.example['due']}"
    target = rule.example.get("working_target")
    if target is None or not isinstance(due, date):
        return
    if last_business_day(due).isoformat() != str(target):
        yield f"the last business day is not {target}"


def _start(rule: DeadlineRule) -> date | datetime:
    given = str(rule.example["from"])
    if "T" in given:
        return datetime.fromisoformat(given)
    presumed = rule.presumed_receipt_days or 0 if rule.example.get("from_is") else 0
    return date.fromisoformat(given) + timedelta(days=presumed)


def _text(due: date | datetime) -> str:
    return due.isoformat(timespec="minutes") if isinstance(due, datetime) else due.isoformat()
