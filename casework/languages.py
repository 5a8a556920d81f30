"""What a paper in Spanish needs beside its own template: dates, labels, names of treatments and steps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from casework.deadlines.words import length
from casework.english import long_date
from casework.knowledge_base.model import DeadlineRule, Treatment
from casework.partial_dates import PartialDate

LANGUAGE_TAGS: Mapping[str, str] = MappingProxyType({"en": "en-US", "es": "es-US"})
"""The tag by which Word and screen readers know each language of our papers."""

_SPANISH_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip


_SPANISH_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "Patient": "Paciente",
        "Member ID": "N.º de miembro",
        "Plan": "Plan",
        "Group": "Grupo",
        "Reference": "Referencia",
        "Member": "Miembro",
    }
)

_PLAIN_TREATMENTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ketamine_iv": ("ketamine given into a vein", "la ketamina en la vena"),
        "ketamine_im": ("ketamine given as a shot", "la ketamina inyectada en el músculo"),
        "ketamine_sc": ("ketamine given under the skin", "la ketamina inyectada bajo la piel"),
        "ketamine_sublingual": ("ketamine taken by mouth", "la ketamina por la boca"),
        "esketamine_nasal": (
            "esketamine nasal spray (Spravato)",
            "la esketamina en aerosol nasal (Spravato)",
        ),
    }
)


def worded(language: str, english: str, spanish: str) -> str:
    """Return the text of this language, "en" or "es"."""
    return spanish if language == "es" else english


def treatment_words(treatment: Treatment, language: str) -> str:
    """Return a treatment in the plain words that its patient uses; an unlisted one as it is titled."""
    title = treatment.title
    return worded(language, *_PLAIN_TREATMENTS.get(treatment.id, (title, title)))


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


def partial_dated(told: str, language: str) -> str:
    """Return a date of a case in words, as exact as it was told: "marzo de 2026"."""
    day = PartialDate.parse(told)
    if language != "es":
        return day.words
    if day.precision == "day":
        return dated(day.earliest, language)
    if day.precision == "month":
        return f"{_SPANISH_MONTHS[day.earliest.month - 1]} de {day.earliest.year}"
    return str(day.earliest.year)


def span(rule: DeadlineRule, language: str) -> str:
    """Return a rule's own length: "30 days" in English ("en"), "30 días" in Spanish ("es")."""
    if language != "es":
        return length(rule)
    if rule.hours is not None:
        return _counted(rule.hours, "hora", "horas")
    if rule.months is not None:
        return _counted(rule.months, "mes", "meses")
    days = _counted(rule.days or 0, "día", "días")
    if rule.counting != "business":
        return days
    return f"{days} {'hábil' if rule.days == 1 else 'hábiles'}"


def _counted(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"
