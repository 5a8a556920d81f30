"""The one finding that no paperwork may stand before."""

from __future__ import annotations

from collections.abc import Iterator

from casework.facts import Facts
from casework.findings_model import Finding
from casework.partial_dates import PartialDate
from casework.populations import ACUTE_IDEATION

# The Columbia scale asks about behavior in the past three months.
_RECENT_DAYS = 92


def safety_findings(facts: Facts) -> Iterator[Finding]:
    """Current plan, intent or a recent attempt: act clinically today."""
    if not in_danger(facts):
        return
    yield Finding(
        id="safety_now",
        severity="blocker",
        message="The risk section holds a current plan, intent or a recent attempt. Act clinically "
        "today; the paperwork does not wait for this, and this does not wait for the paperwork. "
        "988 reaches the Suicide and Crisis Lifeline; 911 in immediate danger.",
        pointer="/risk",
        why_it_matters="A person at risk is seen first. Papers change nothing tonight.",
        source="resources/crisis",
    )


def in_danger(facts: Facts) -> bool:
    """Whether the risk section holds a plan, intent, or an attempt in the last three months."""
    risk = facts.case.get("risk") or {}
    if risk.get("ideation") in ACUTE_IDEATION:
        return True
    last = risk.get("last_attempt")
    if not last:
        return False
    return (facts.today - PartialDate.parse(last).latest).days <= _RECENT_DAYS
