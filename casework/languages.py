"""Words that a paper in another language needs: its dates. All else of it stands in its template."""

from __future__ import annotations

from datetime import date

from casework.english import long_date

_SPANISH_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip


def dated(day: date, language: str) -> str:
    """Return "March 3, 2026" in English ("en"), "3 de marzo de 2026" in Spanish ("es")."""
    if language == "es":
        return f"{day.day} de {_SPANISH_MONTHS[day.month - 1]} de {day.year}"
    return long_date(day)
