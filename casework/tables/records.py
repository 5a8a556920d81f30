"""The records that a reviewer asks for: what, who holds it, why it matters, and what is in the file.

Only progress notes and treatment summaries are asked for, never psychotherapy notes, which have a
protection of their own (45 CFR 164.508(a)(2)).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework.english import joined
from casework.facts import Facts
from casework.names import PROCEDURE, THERAPY
from casework.partial_dates import PartialDate
from casework.passages.why import on_label
from casework.trials import Trial

Row = dict[str, str]

_CHECKED, _UNCHECKED = "☒", "☐"
_PARTS = (
    ("max_dose_mg_per_day", "highest daily dose"),
    ("started", "start date"),
    ("stopped", "stop date"),
    ("outcome", "result"),
)


@dataclass(frozen=True)
class _Record:
    """A record; `exhibit` is its letter where the case lists it, else empty."""

    what: str
    holder: str
    why: str
    exhibit: str = ""


def record_rows(facts: Facts) -> list[Row]:
    """One row a record, those not yet in the file first."""
    found = list(_records(facts))
    ordered = [*(r for r in found if not r.exhibit), *(r for r in found if r.exhibit)]
    return [
        {
            "record": each.what,
            "holder": each.holder,
            "why": each.why,
            "received": f"{_CHECKED} Exhibit {each.exhibit}" if each.exhibit else _UNCHECKED,
        }
        for each in ordered
    ]


def _records(facts: Facts) -> Iterator[_Record]:
    yield from _of_denial(facts)
    yield from _of_policy(facts)
    yield from _of_trials(facts)
    yield from _of_therapies(facts)
    yield from _of_procedures(facts)
    yield from _of_stays(facts)
    yield from _of_scores(facts)
    yield from _of_treatment(facts)


def _of_denial(facts: Facts) -> Iterator[_Record]:
    if facts.case.get("denial"):
        yield _Record(
            "The plan’s notice, every page, with its envelope",
            "Patient, or the plan’s portal",
            "Its words, dates and address decide what is answered, by when and where.",
            _titled(facts, ("notice", "denial")),
        )
        if not facts.get("/representative/signed_on"):
            yield _Record(
                "Signed form that names who acts for the patient",
                "Patient",
                "Without it the plan may return an appeal that the patient did not sign.",
            )


def _of_policy(facts: Facts) -> Iterator[_Record]:
    yield _Record(
        f"The text in force of the payer’s policy{_policy_name(facts)}",
        facts.payer,
        "Each criterion is answered in the payer’s own words.",
        _titled(facts, ("policy", "guideline", "criteria")),
    )
    if not facts.case["insurance"].get("plan_definitions"):
        yield _Record(
            "The plan document’s pages on medical necessity, exclusions and appeals",
            str(facts.get("/insurance/plan_administrator/name") or facts.payer),
            "A denial rests on the plan’s own words; the answer quotes them with the page.",
        )


def _policy_name(facts: Facts) -> str:
    return f" ({facts.criteria.title})" if facts.criteria.title else ""


def _of_trials(facts: Facts) -> Iterator[_Record]:
    for trial in facts.trials:
        lacking = [] if trial.role == "other" else _lacking(trial)
        if lacking:
            yield _Record(
                f"Fill history or visit notes for {trial.title}: {joined(lacking)}",
                "Pharmacy, or who prescribed it",
                "Dose and length decide whether the trial counts; what is missing is not counted.",
            )
    for exhibit, trials in _by_exhibit(facts.trials).items():
        names = joined([trial.title for trial in trials])
        yield _Record(
            f"Fill history and visit notes for {names}",
            "Pharmacy, or who prescribed them"
            if len(trials) > 1
            else "Pharmacy, or who prescribed it",
            "They prove dose, dates and result of each trial.",
            exhibit,
        )


def _lacking(trial: Trial) -> list[str]:
    return [words for field, words in _PARTS if _lacks(trial, field)]


def _lacks(trial: Trial, field: str) -> bool:
    entry = trial.entry
    if field == "stopped":
        return entry.get("stopped") is None and entry.get("outcome") not in ("ongoing", "responded")
    if field == "max_dose_mg_per_day":
        return all(entry.get(each) is None for each in (field, "max_dose", "blood_level"))
    return entry.get(field) in (None, "unknown")


def _by_exhibit(trials: Sequence[Trial]) -> dict[str, list[Trial]]:
    """The trials of each exhibit, those without one last."""
    found: dict[str, list[Trial]] = {}
    for trial in trials:
        found.setdefault(str(trial.entry.get("exhibit") or ""), []).append(trial)
    return found


def _of_therapies(facts: Facts) -> Iterator[_Record]:
    for entry in facts.case.get("psychotherapies") or []:
        name = THERAPY.get(entry["type"], entry["type"].replace("_", " "))
        yield _Record(
            f"Treatment summary of {name}: dates, number of sessions, result",
            str(entry.get("provider") or "Therapist"),
            "A summary is enough; psychotherapy notes are not sent.",
            str(entry.get("exhibit") or ""),
        )


def _of_procedures(facts: Facts) -> Iterator[_Record]:
    for entry in facts.case.get("procedures") or []:
        name = PROCEDURE.get(entry["type"], entry["type"].replace("_", " "))
        if entry.get("status") in (None, "tried", "completed"):
            what, why = f"Treatment record of {name}", "It proves sessions, dates and result."
            holder = "Where it was given"
        else:
            what = f"Visit note that tells why {name} was not given"
            why, holder = "A road not taken needs its reason in the chart.", "Clinic"
        yield _Record(what, holder, why, str(entry.get("exhibit") or ""))


def _of_stays(facts: Facts) -> Iterator[_Record]:
    for stay in facts.case.get("admissions") or []:
        day = stay.get("admitted")
        when = f", {PartialDate.parse(day).words}" if day else ""
        yield _Record(
            f"Discharge summary{when}",
            str(stay.get("facility") or "Where the stay was"),
            "It tells how ill the patient was and what was tried there.",
            str(stay.get("exhibit") or ""),
        )


def _of_scores(facts: Facts) -> Iterator[_Record]:
    exhibits = [score.exhibit for score in facts.scores if score.exhibit]
    yield _Record(
        "Rating sheets with date and rater, the newest within the payer’s window",
        "Clinic",
        "A score without its sheet is returned; many payers ask for one of the last four weeks.",
        exhibits[0] if exhibits else "",
    )


def _of_treatment(facts: Facts) -> Iterator[_Record]:
    if facts.treatment.id == "esketamine_nasal":
        yield _Record(
            "Confirmation that the site and the patient are enrolled in the REMS program",
            "Clinic",
            "Esketamine is given only at a certified site to an enrolled patient.",
            _titled(facts, ("rems",)),
        )
    if not facts.get("/medical/pdmp_checked"):
        yield _Record(
            "Report of the state prescription monitoring program",
            "Clinic",
            "It answers a reviewer’s question about misuse.",
        )
    yield _Record(
        _consent(facts),
        "Clinic",
        "It shows what the patient was told.",
        _titled(facts, ("consent to treatment", "treatment consent", "informed consent")),
    )


def _consent(facts: Facts) -> str:
    off_label = "" if on_label(facts) else ", off-label use included"
    return f"Signed consent to the treatment{off_label}"


def _titled(facts: Facts, words: Sequence[str]) -> str:
    """The letter of the first exhibit whose title holds one of `words`."""
    exhibits: Sequence[Mapping[str, Any]] = facts.case.get("exhibits") or []
    named = (e for e in exhibits if any(word in e["title"].lower() for word in words))
    return str(next(named, {}).get("id", ""))
