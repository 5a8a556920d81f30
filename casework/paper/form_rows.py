"""The tables of a prescribed form, six columns at most: medicines tried, services asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from casework.english import long_date
from casework.facts import Facts
from casework.passages.course import course
from casework.passages.patient import diagnosis_words
from casework.said import missing
from casework.tables.clinical import service_rows, trial_rows

Row = dict[str, str]

TRIAL_COLUMNS = {
    "medicine": "Medicine",
    "dose": "Highest daily dose",
    "taken": "Dates, weeks",
    "adequate": "Adequate?",
    "result": "Result",
    "exhibit": "Exhibit",
}


def _trials(facts: Facts) -> list[Row]:
    return [row | {"taken": f"{row['dates']}, {row['weeks']} weeks"} for row in trial_rows(facts)]


def _services(facts: Facts) -> list[Row]:
    start, end = _dates(facts)
    shared = {
        "start": start,
        "end": end,
        "diagnosis_code": facts.diagnosis["icd10"],
        "diagnosis_description": diagnosis_words(facts),
    }
    return [row | shared for row in service_rows(facts)]


def _dates(facts: Facts) -> tuple[str, str]:
    """Return first and last day asked for; days already past are not asked for again."""
    asked = course(facts.case, facts.treatment)
    if asked.first is None:
        return missing("/request/start"), missing("/request/end")
    if asked.first < facts.today:
        return "on approval", ""
    last = long_date(asked.last) if asked.last else missing("/request/end")
    return long_date(asked.first), last


ROWS: Mapping[str, Callable[[Facts], list[Row]]] = MappingProxyType(
    {"trials": _trials, "services": _services}
)
EMPTY: Mapping[str, str] = MappingProxyType({"trials": "/trials", "services": "/request/codes"})
"""Where the case holds what a table is made of."""
