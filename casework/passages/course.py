"""The treatment asked for, in words: product, dose, number, pace and span."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from casework.english import (
    counted,
    joined,
    long_date,
    month_day,
    number_word,
    plain_number,
    times_a_week,
)
from casework.knowledge_base.model import Treatment
from casework.partial_dates import whole_day
from casework.said import missing

UNIT = {"iv": "infusion", "im": "injection", "sc": "injection", "nasal": "treatment session"}
PRODUCT = {
    "ketamine_iv": "intravenous ketamine",
    "ketamine_im": "intramuscular ketamine",
    "ketamine_sc": "subcutaneous ketamine",
    "ketamine_sublingual": "sublingual ketamine",
    "esketamine_nasal": "esketamine nasal spray",
}


@dataclass(frozen=True)
class Course:
    """The course as asked: every part in words, missing parts as marks."""

    product: str
    unit: str
    number: str
    dose: str
    pace: str
    span: str
    first: date | None
    last: date | None

    @property
    def manner(self) -> str:
        """How it is given: "0.5 mg per kilogram over 40 minutes, twice a week for three weeks"."""
        pace = " ".join(part for part in (self.pace, self.span) if part)
        return ", ".join(part for part in (self.dose, pace) if part)

    @property
    def whole(self) -> str:
        """The course in one phrase: "six infusions of …, 0.5 mg per kilogram over 40 minutes, …"."""
        return f"{self.number} of {self.product}, {self.manner}"


def course(case: Mapping[str, Any], treatment: Treatment) -> Course:
    """Return the course asked for, in words."""
    request = case["request"]
    unit = UNIT.get(treatment.route, "dose")
    return Course(
        product=PRODUCT.get(treatment.id, treatment.title.lower()),
        unit=unit,
        number=_number(request, unit),
        dose=_dose(request, treatment),
        pace=_pace(request),
        span=_span(request),
        first=whole_day(request.get("start")),
        last=whole_day(request.get("end")),
    )


def sessions(request: Mapping[str, Any]) -> int | None:
    """Return the number of administrations: as given, or added up from the phases."""
    if request.get("administrations"):
        return int(request["administrations"])
    phases = request.get("phases") or []
    if phases and all(phase.get("weeks") and phase.get("per_week") for phase in phases):
        return round(sum(float(phase["weeks"] * phase["per_week"]) for phase in phases))
    return None


def _number(request: Mapping[str, Any], unit: str) -> str:
    count = sessions(request)
    return counted(count, unit) if count else f"{missing('/request/administrations')} {unit}s"


def _dose(request: Mapping[str, Any], treatment: Treatment) -> str:
    minutes = request.get("infusion_minutes")
    over = f" over {minutes} minutes" if minutes else ""
    if request.get("dose_mg_per_kg"):
        return f"{plain_number(request['dose_mg_per_kg'])} mg per kilogram{over}"
    if request.get("dose_mg"):
        return f"{plain_number(request['dose_mg'])} mg each{over}"
    doses = _phase_doses(request.get("phases") or [])
    if doses:
        return f"{joined(doses, 'then')} mg each{over}"
    field = "dose_mg_per_kg" if treatment.route == "iv" else "dose_mg"
    return f"{missing(f'/request/{field}')}{over}"


def _phase_doses(phases: Sequence[Mapping[str, Any]]) -> list[str]:
    doses = [plain_number(phase["dose_mg"]) for phase in phases if phase.get("dose_mg")]
    return list(dict.fromkeys(doses))


def _pace(request: Mapping[str, Any]) -> str:
    phases = request.get("phases") or []
    if phases:
        return joined([_phase(phase) for phase in phases], "then")
    per_week = request.get("per_week")
    return _weekly(per_week) if per_week else ""


def _phase(phase: Mapping[str, Any]) -> str:
    per_week, weeks = phase.get("per_week"), phase.get("weeks")
    pace = _weekly(per_week) if per_week else ""
    length = f"for {counted(int(weeks), 'week')}" if weeks else ""
    return " ".join(part for part in (pace, length) if part)


def _weekly(per_week: float) -> str:
    if per_week == int(per_week):
        return times_a_week(int(per_week))
    gap = 1 / per_week
    if per_week < 1 and abs(gap - round(gap)) < 0.05:  # noqa: PLR2004 - 0.33 is every third week
        return f"once every {number_word(round(gap))} weeks"
    return f"{plain_number(per_week)} times a week"


def _span(request: Mapping[str, Any]) -> str:
    per_week, count = request.get("per_week"), request.get("administrations")
    if request.get("phases") or not per_week or not count:
        return ""
    weeks = ceil(count / per_week)
    return f"for {counted(weeks, 'week')}"


def dates_asked(asked: Course, today: date) -> str:
    """Return "October 19 to November 6, 2026"; service dates before today are not repeated."""
    if asked.first is None:
        return missing("/request/start")
    if asked.first < today:
        return "to begin on approval"
    return date_range(asked.first, asked.last)


def date_range(first: date, last: date | None) -> str:
    """Return a range of days with the year said once where it is the same."""
    if last is None:
        return f"from {long_date(first)}"
    start = month_day(first) if first.year == last.year else long_date(first)
    return f"{start} to {long_date(last)}"
