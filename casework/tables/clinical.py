"""The tables of a clinical paper: trials, criteria, services, scores and diagnoses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.assessments import Score
from casework.criteria import Judged
from casework.english import joined, lowered, plain_number, quoted, short_date
from casework.facts import Facts
from casework.partial_dates import PartialDate
from casework.passages.course import course, dates_asked
from casework.said import missing
from casework.scales import band_of, short_name
from casework.trials import Trial

Row = dict[str, str]

STATUS = {"met": "Met", "not_met": "Not met", "unknown": "Not known"}
_DASH = "–"


def trial_rows(facts: Facts) -> list[Row]:
    """One row a trial, those of this episode in the case's order and earlier ones after them."""
    ordered = sorted(facts.trials, key=lambda trial: trial.in_episode is False)
    return [_trial_row(trial) for trial in ordered]


def _trial_row(trial: Trial) -> Row:
    return {
        "medicine": _medicine(trial),
        "class": _class(trial),
        "dose": _dose(trial),
        "dates": _dates(trial),
        "weeks": _weeks(trial),
        "adequate": _adequate(trial),
        "result": _result(trial),
        "exhibit": trial.entry.get("exhibit") or "",
        "episode": "earlier" if trial.in_episode is False else "this episode",
    }


def _medicine(trial: Trial) -> str:
    return f"+ {trial.title}" if trial.role == "augmentation" else trial.title


def _class(trial: Trial) -> str:
    if trial.role == "augmentation":
        return f"added to {trial.augments}" if trial.augments else "added medicine"
    return trial.class_ or _DASH


def _dose(trial: Trial) -> str:
    if trial.dose is not None:
        return f"{plain_number(trial.dose)} mg"
    level = trial.entry.get("blood_level")
    if isinstance(level, Mapping) and level.get("value") is not None:
        return f"level {plain_number(level['value'])} {level.get('unit', '')}".strip()
    return missing(f"{trial.pointer}/max_dose_mg_per_day")


def _dates(trial: Trial) -> str:
    first = trial.started
    start = _cell(first) if first else missing(f"{trial.pointer}/started")
    if trial.stopped is None:
        ongoing = trial.outcome in ("ongoing", "responded", "partial_response")
        return f"{start} {_DASH} {'ongoing' if ongoing else missing(f'{trial.pointer}/stopped')}"
    if first and first.precision == "day" and trial.stopped.precision == "day" and (
        first.earliest.year == trial.stopped.earliest.year
    ):  # fmt: skip
        start = short_date(first.earliest).partition(",")[0]
    return f"{start} {_DASH} {_cell(trial.stopped)}"


def _cell(day: PartialDate) -> str:
    if day.precision == "day":
        return short_date(day.earliest)
    if day.precision == "month":
        month, _, rest = short_date(day.earliest).partition(" ")
        return f"{month} {rest.rpartition(' ')[2]}"
    return str(day.words)


def _weeks(trial: Trial) -> str:
    if trial.weeks_about is None:
        return _DASH
    return str(trial.weeks_about) if trial.exact else f"about {trial.weeks_about}"


def _adequate(trial: Trial) -> str:
    if trial.role == "augmentation":
        return "Added medicine"
    if trial.role == "other":
        return "Not counted"
    if trial.adequate == "yes":
        return "Yes"
    head = "No" if trial.adequate == "no" else "Not known"
    stopped_early = trial.outcome == "intolerance" and trial.adequate == "no"
    reason = "stopped early" if stopped_early else joined(trial.reasons)
    return f"{head}: {reason}" if reason else head


_RESULTS = {
    "no_response": "No response",
    "partial_response": "Partial response",
    "response_lost": "Response, then lost",
    "intolerance": "Not tolerated",
    "nonadherence": "Not taken as prescribed",
    "responded": "Helped",
    "ongoing": "Still taken",
}


def _result(trial: Trial) -> str:
    if trial.outcome not in _RESULTS:
        return missing(f"{trial.pointer}/outcome")
    if trial.outcome == "response_lost" and trial.entry.get("best_response") == "partial":
        return "Partial response, then lost"
    effects = joined(trial.entry.get("side_effects") or [])
    words = _RESULTS[trial.outcome]
    return f"{words}: {effects}" if effects and trial.outcome == "intolerance" else words


def criteria_rows(facts: Facts) -> list[Row]:
    """One row a criterion: the payer's words or our understanding, the status, where it is shown."""
    return [_criterion_row(item) for item in facts.criteria.items]


def _criterion_row(item: Judged) -> Row:
    return {
        "criterion": quoted(item.text) if item.quoted else item.text,
        "status": STATUS[item.status],
        "where": _where(item),
    }


def _where(item: Judged) -> str:
    finding = item.finding
    words = finding.words.rstrip(". ")
    if item.status == "unknown" and finding.needs:
        return f"{words}: {missing(finding.needs[0])}"
    shown = joined([f"Exhibit {exhibit}" for exhibit in finding.exhibits])
    parts = [words, shown] if shown else [words]
    text = "; ".join(part for part in parts if part)
    if item.status == "not_met":
        # Why a procedure was not had stands in the text above the table.
        text = f"{text}; see above" if item.kind == "procedure" else text
        return f"{text}. Individual consideration is asked for on this point."
    return text


def service_rows(facts: Facts) -> list[Row]:
    """One row a service line: code, what it is, drug amount, units, modifiers and dates."""
    request = facts.case["request"]
    lines = request.get("codes") or []
    dates = dates_asked(course(facts.case, facts.treatment), facts.today)
    return [_service_row(facts, i, line, dates) for i, line in enumerate(lines)]


def _service_row(facts: Facts, index: int, line: Mapping[str, Any], dates: str) -> Row:
    at = f"/request/codes/{index}"
    return {
        "code": line["code"],
        "description": service_words(facts, line, at),
        "units": plain_number(line["units"]) if line.get("units") else missing(f"{at}/units"),
        "modifiers": ", ".join(line.get("modifiers") or []) or "none",
        "ndc": line.get("ndc") or _DASH,
        "dates": dates,
    }


def service_words(facts: Facts, line: Mapping[str, Any], at: str) -> str:
    """Return what a service line at the pointer `at` is, its drug with its amount first."""
    entry = facts.knowledge.service_codes.get(line["code"])
    label = (entry.label or entry.title) if entry and entry.verified else ""
    drug = drug_words(line)
    if drug:
        return f"{drug} ({lowered(label)})" if label else drug
    return label or line.get("description") or missing(f"{at}/drug")


def drug_words(line: Mapping[str, Any]) -> str:
    """Return "ketamine hydrochloride, 35 mg" for a drug line, or an empty text."""
    if not line.get("drug"):
        return ""
    amount = line.get("amount")
    return f"{line['drug']}, {plain_number(amount)} {line.get('unit', '')}".strip() if amount else (
        str(line["drug"])
    )  # fmt: skip


def score_rows(facts: Facts) -> list[Row]:
    """One row a score, oldest first, with what the scale calls it."""
    return [
        {
            "scale": short_name(score.scale),
            "date": score.day.words,
            "score": f"{plain_number(score.value)} of {score.scale.maximum}",
            "meaning": _band_label(score),
            "exhibit": score.exhibit or _DASH,
        }
        for score in facts.scores
        if not score.scale.category_scale
    ]


def _band_label(score: Score) -> str:
    band = band_of(score.scale, score.value)
    return band.label if band else _DASH


def diagnosis_rows(facts: Facts) -> list[Row]:
    """One row a diagnosis, the primary one first."""
    ordered = sorted(facts.case["diagnoses"], key=lambda each: each is not facts.diagnosis)
    return [
        {
            "code": each["icd10"],
            "title": diagnosis_title(facts, each),
            "rank": "primary" if each is facts.diagnosis else "other",
        }
        for each in ordered
    ]


def diagnosis_title(facts: Facts, diagnosis: Mapping[str, Any]) -> str:
    """Return a diagnosis by its official title, else as the chart words it."""
    entry = facts.knowledge.diagnosis_codes.get(diagnosis["icd10"])
    return entry.title if entry and entry.title else diagnosis.get("description") or ""
