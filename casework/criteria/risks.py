"""Whether the risk section speaks of acute suicidality, and what stands on record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from casework.partial_dates import PartialDate
from casework.populations import ACTIVE_IDEATION, ACUTE_IDEATION

Answer = Literal["yes", "no", "unknown"]

# The Columbia scale asks about behavior in the past three months.
_RECENT_DAYS = 92


def acute_suicidality(case: Mapping[str, Any], today: date) -> tuple[Answer, str]:
    """Return whether suicidality is acute, and the field that says so.

    Plan, intent or a recent attempt: yes. Active thoughts without either: unknown, since payers
    draw that line differently. Nothing asked: unknown.
    """
    risk = case.get("risk") or {}
    if risk.get("ideation") in ACUTE_IDEATION:
        return "yes", "/risk/ideation"
    last = PartialDate.parse(risk["last_attempt"]) if risk.get("last_attempt") else None
    if last and (today - last.latest).days <= _RECENT_DAYS:
        surely = (today - last.earliest).days <= _RECENT_DAYS
        return "yes" if surely else "unknown", "/risk/last_attempt"
    if not risk.get("ideation") or risk["ideation"] in ACTIVE_IDEATION:
        return "unknown", "/risk/ideation"
    return "no", "/risk/ideation"
