"""When an entry of the knowledge was last checked against its source, and when it is to be again.

The intervals are ours: payers revise policies about once a year and announce it late; codes change
each January and October; a published study stays as it is, but newer ones come beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

REVIEW_DAYS: Mapping[str, int] = {"policies": 180, "laws": 180, "regulators": 180, "evidence": 365}
OTHERWISE = 365


def checked_on(entry: Any) -> date | None:  # a struct or a table, as its area has it
    """Return the day somebody last checked an entry; None where its file does not say."""
    for name in ("checked", "compiled_on"):
        told = entry.get(name) if isinstance(entry, Mapping) else getattr(entry, name, None)
        if isinstance(told, date):
            return told
        if isinstance(told, str) and told:
            return date.fromisoformat(told)
    return None


def review_due(area: str, entry: Any) -> date | None:  # as above
    """Return the day from which an entry of `area` is past its review; None without a check."""
    checked = checked_on(entry)
    return checked + timedelta(days=REVIEW_DAYS.get(area, OTHERWISE)) if checked else None
