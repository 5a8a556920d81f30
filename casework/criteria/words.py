"""Small phrases that several criteria say alike."""

from __future__ import annotations

from casework.partial_dates import PartialDate


def dated(day: PartialDate | str) -> str:
    """Return "on May 4, 2026", or "in May 2026" for a month or a year."""
    found = PartialDate.parse(day) if isinstance(day, str) else day
    return f"{'on' if found.precision == 'day' else 'in'} {found.words}"
