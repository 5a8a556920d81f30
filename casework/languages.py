"""What a paper in Spanish needs beside its own template: dates, and the labels under the address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from casework.english import long_date

_SPANISH_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip


_SPANISH_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "Patient": "Paciente",
        "Member ID": "N.º de miembro",
        "Plan": "Plan",
        "Reference": "Referencia",
        "Member": "Miembro",
    }
)


def labelled(label: str, language: str) -> str:
    """Return the label of a cell or a role in this language; one that is not listed stays English."""
    return _SPANISH_LABELS.get(label, label) if language == "es" else label


def language_for(preferred: str | None, offered: list[str]) -> str:
    """Return the language of `offered` that a tag such as "es-MX" asks for, else English."""
    wanted = (preferred or "en").split("-")[0].lower()
    return wanted if wanted in offered else "en"


def dated(day: date, language: str) -> str:
    """Return "March 3, 2026" in English ("en"), "3 de marzo de 2026" in Spanish ("es")."""
    if language == "es":
        return f"{day.day} de {_SPANISH_MONTHS[day.month - 1]} de {day.year}"
    return long_date(day)
