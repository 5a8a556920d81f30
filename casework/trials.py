"""Medication trials: which were adequate, in which episode, with what result, and how many count.

Rules: `knowledge/medicines/_rules.toml`. A trial is adequate by dose and duration alone; what came
of it is told apart. The payer's own weeks go before ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from casework.english import joined, plain_number
from casework.knowledge_base.model import Knowledge, Medicine
from casework.medicines import resolve
from casework.partial_dates import PartialDate

Verdict = Literal["yes", "no", "unknown"]
Role = Literal["antidepressant", "augmentation", "other"]

NO_LASTING_RESPONSE = ("no_response", "partial_response", "response_lost")
# Antidepressant trials in bipolar depression; in major depression they are additions (the note of
# lumateperone says so of its approval).
BIPOLAR_ONLY = "bipolar antipsychotic"
# "Weeks are our common rule (6; augmentation 4)": the clinical lab notes.
_AUGMENTATION_WEEKS = 4
_UNITS = {
    "mEq_per_L_level": "mEq/L",
    "mcg_per_mL_level": "mcg/mL",
    "mcg_per_day": "mcg",
    "mg_per_24h_patch": "mg",
}
_MICROGRAMS_A_MILLIGRAM = 1000
# No one takes a milligram of liothyronine: such a number was typed in micrograms.
_MOST_MILLIGRAMS_OF_T3 = 1


@dataclass(frozen=True)
class Trial:
    """One trial as judged.

    ``weeks`` is (least, most) whole weeks, None when a date is missing; ``in_episode`` is None
    when the start of the episode is not known. ``enough_dose`` is the verdict on the dose alone.
    """

    pointer: str
    named: str
    medicine: Medicine | None
    note: str
    role: Role
    augments: str
    dose: float | None
    started: PartialDate | None
    stopped: PartialDate | None
    weeks: tuple[int, int] | None
    weeks_about: int | None
    outcome: str
    adequate: Verdict
    enough_dose: Verdict
    reasons: tuple[str, ...]
    warning: str
    in_episode: bool | None
    adherence: Any
    entry: Mapping[str, Any]

    @property
    def title(self) -> str:
        """The name to print: as typed, unless the case used a brand or a misspelling."""
        if self.medicine is None or not self.note:
            return self.named
        return self.medicine.title

    @property
    def class_(self) -> str:
        """The class of the medicine, or an empty text when it is not in the library."""
        return self.medicine.class_ if self.medicine else ""

    @property
    def exact(self) -> bool:
        """Whether the weeks are exact, both dates being whole."""
        return self.weeks is not None and self.weeks[0] == self.weeks[1]

    @property
    def open_field(self) -> str:
        """The one field that would settle an unknown verdict; empty when the verdict is known."""
        if self.adequate != "unknown":
            return ""
        if self.medicine is None or not self.medicine.verified:
            return "medication"
        if self.enough_dose == "unknown":
            return dose_field(self.medicine)
        if self.started is None:
            return "started"
        return "stopped" if self.started.precision == "day" else "started"

    @property
    def without_lasting_response(self) -> bool:
        """Whether the outcome counts as no lasting response."""
        return self.outcome in NO_LASTING_RESPONSE


@dataclass(frozen=True)
class TrialCounts:
    """What counts: adequate antidepressants of the episode that brought no lasting response."""

    failures: tuple[Trial, ...]
    agents: int
    classes: tuple[str, ...]
    lifetime: tuple[Trial, ...]
    weeks_line: int


def judge_trials(
    case: Mapping[str, Any],
    knowledge: Knowledge,
    today: date,
    populations: Sequence[str],
    payer_weeks: int | None = None,
) -> tuple[Trial, ...]:
    """Judge every trial of the case, in the case's order."""
    episode = episode_start(case)
    entries = case.get("trials") or []
    judged = tuple(
        _judge(f"/trials/{i}", entry, knowledge, today, populations, payer_weeks, episode)
        for i, entry in enumerate(entries)
    )
    return tuple(_with_partner_name(trial, judged) for trial in judged)


def episode_start(case: Mapping[str, Any]) -> PartialDate | None:
    """Return the start of the current episode of the primary diagnosis, when given."""
    start = primary_diagnosis(case)[1].get("episode_start")
    return PartialDate.parse(start) if start else None


def primary_diagnosis(case: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Return (pointer, diagnosis): the one marked primary, else the first."""
    diagnoses = case["diagnoses"]
    index = next((i for i, each in enumerate(diagnoses) if each.get("primary")), 0)
    return f"/diagnoses/{index}", diagnoses[index]


def count_trials(trials: Sequence[Trial], knowledge: Knowledge) -> TrialCounts:
    """Count adequate antidepressants without lasting response, by molecule and by class."""
    lifetime = tuple(
        trial
        for trial in trials
        if trial.role == "antidepressant"
        and trial.adequate == "yes"
        and trial.without_lasting_response
    )
    failures = tuple(trial for trial in lifetime if trial.in_episode is not False)
    groups = knowledge.trial_rules.ambiguous_same_molecule
    molecules = {_molecule(trial, groups) for trial in failures}
    classes = tuple(dict.fromkeys(trial.class_ for trial in failures))
    line = min((_required_weeks(trial.medicine, None, knowledge) for trial in failures), default=0)
    return TrialCounts(failures, len(molecules), classes, lifetime, line)


def _molecule(trial: Trial, groups: Sequence[Sequence[str]]) -> str:
    own = trial.medicine.id if trial.medicine else trial.named
    return next((group[0] for group in groups if own in group), own)


def _judge(
    pointer: str,
    entry: Mapping[str, Any],
    knowledge: Knowledge,
    today: date,
    populations: Sequence[str],
    payer_weeks: int | None,
    episode: PartialDate | None,
) -> Trial:
    found = resolve(entry["medication"], knowledge, populations)
    started, stopped = _date(entry.get("started")), _date(entry.get("stopped"))
    ends = stopped or PartialDate.parse(today.isoformat())
    weeks = started.weeks_until(ends) if started else None
    trial = Trial(
        pointer=pointer,
        named=entry["medication"],
        medicine=found.medicine,
        note=found.note,
        role=_role(entry, found.medicine, populations),
        augments="",
        dose=entry.get("max_dose_mg_per_day"),
        started=started,
        stopped=stopped,
        weeks=weeks,
        weeks_about=_about(started, ends) if started else None,
        outcome=_outcome(entry, stopped),
        adequate="unknown",
        enough_dose="unknown",
        reasons=(),
        warning="",
        in_episode=_in_episode(started, ends, episode),
        adherence=entry.get("adherence"),
        entry=entry,
    )
    return _with_verdict(trial, _weeks_asked(trial, payer_weeks, knowledge), entry)


def _date(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def _about(started: PartialDate, ends: PartialDate) -> int:
    least = (ends.earliest - started.latest).days
    most = (ends.latest - started.earliest).days
    return max(0, (least + most) // 2) // 7


def _outcome(entry: Mapping[str, Any], stopped: PartialDate | None) -> str:
    given = entry.get("outcome")
    if given:
        return str(given)
    return "unknown" if stopped else "ongoing"


def _role(entry: Mapping[str, Any], medicine: Medicine | None, populations: Sequence[str]) -> Role:
    if entry.get("augments"):
        return "augmentation"
    if medicine is None:
        return "other"
    if medicine.class_ == BIPOLAR_ONLY and "bipolar_depression" not in populations:
        return "augmentation"
    if medicine.role in ("antidepressant", "augmentation"):
        return medicine.role
    return "other"


def _in_episode(
    started: PartialDate | None, ends: PartialDate, episode: PartialDate | None
) -> bool | None:
    if episode is None or started is None:
        return None
    if episode.precision == "day":
        return started.latest >= episode.earliest
    return ends.latest >= episode.earliest


def _weeks_asked(trial: Trial, payer_weeks: int | None, rules: Knowledge) -> int:
    """Return the weeks asked of this trial; a payer's weeks for antidepressants are theirs alone."""
    if trial.role != "augmentation":
        return _required_weeks(trial.medicine, payer_weeks, rules)
    own = trial.medicine if trial.medicine and trial.medicine.role == "augmentation" else None
    return (own.minimum_weeks if own else None) or _AUGMENTATION_WEEKS


def _required_weeks(medicine: Medicine | None, payer_weeks: int | None, rules: Knowledge) -> int:
    if payer_weeks is not None:
        return payer_weeks
    own = medicine.minimum_weeks if medicine else None
    return own or rules.trial_rules.minimum_weeks_default


def _with_verdict(trial: Trial, weeks_needed: int, entry: Mapping[str, Any]) -> Trial:
    medicine = trial.medicine
    if medicine is None:
        return replace(trial, reasons=("this medicine is not in the library",))
    if not medicine.verified:
        return replace(trial, reasons=("no verified dose line for this medicine",))
    dose, dose_reason, warning = _judge_dose(trial, medicine, entry)
    time, time_reason = _judge_weeks(trial, weeks_needed)
    adequate = _both(dose, time)
    return replace(
        trial,
        adequate=adequate,
        enough_dose=dose,
        reasons=tuple(reason for reason in (dose_reason, time_reason) if reason),
        warning=warning if adequate == "yes" else "",
    )


def adequate_for(trial: Trial, weeks: int | None) -> Verdict:
    """Return the verdict under a payer's own `weeks`; None leaves the verdict as it is."""
    if weeks is None or trial.medicine is None or not trial.medicine.verified:
        return trial.adequate
    return _both(trial.enough_dose, _judge_weeks(trial, weeks)[0])


def _both(dose: Verdict, time: Verdict) -> Verdict:
    if "no" in (dose, time):
        return "no"
    return "unknown" if "unknown" in (dose, time) else "yes"


def _judge_dose(
    trial: Trial, medicine: Medicine, entry: Mapping[str, Any]
) -> tuple[Verdict, str, str]:
    line, value, unit = _dose_line(medicine, entry, trial.dose)
    if line is None:
        return "unknown", "no verified dose line for this medicine", ""
    if value is None:
        level = "blood level" if medicine.dose_unit.endswith("level") else "dose"
        return "unknown", f"{level} not recorded", ""
    if (
        medicine.dose_unit == "mcg_per_day"
        and value > _MOST_MILLIGRAMS_OF_T3 * _MICROGRAMS_A_MILLIGRAM
    ):
        return "unknown", "the dose looks like micrograms, not milligrams", ""
    if value < line:
        use = f", a {medicine.low_dose_use} dose" if medicine.low_dose_use else ""
        what = "blood level" if medicine.dose_unit.endswith("level") else "dose"
        return "no", f"{what} under {plain_number(line)} {unit}{use}", ""
    stricter = medicine.stricter_minimum_mg_per_day
    if stricter and value < stricter:
        return "yes", "", f"a strict reader asks for {plain_number(stricter)} mg"
    return "yes", "", ""


def _dose_line(
    medicine: Medicine, entry: Mapping[str, Any], dose: float | None
) -> tuple[float | None, float | None, str]:
    """Return (line, value, unit) in the unit in which the medicine is judged."""
    if medicine.dose_unit == "mg_per_day":
        return medicine.minimum_adequate_dose_mg_per_day, dose, "mg"
    value, unit = entry.get(dose_field(medicine)), _UNITS.get(medicine.dose_unit, "")
    if value is None and dose is not None and medicine.dose_unit == "mcg_per_day":
        value = dose * _MICROGRAMS_A_MILLIGRAM
    if value is None and medicine.dose_unit == "mg_per_24h_patch":
        value = dose
    return medicine.minimum_dose, value, unit


def dose_field(medicine: Medicine) -> str:
    """Return the field of a trial that holds the dose in the medicine's own unit."""
    if medicine.dose_unit == "mg_per_day":
        return "max_dose_mg_per_day"
    return "blood_level" if medicine.dose_unit.endswith("level") else "max_dose"


def _judge_weeks(trial: Trial, needed: int) -> tuple[Verdict, str]:
    if trial.weeks is None:
        return "unknown", "dates not recorded"
    least, most = trial.weeks
    if least >= needed:
        return "yes", ""
    if most < needed:
        return "no", f"{most} of {needed} weeks"
    return "unknown", f"between {least} and {most} weeks, {needed} needed"


def _with_partner_name(trial: Trial, trials: Sequence[Trial]) -> Trial:
    partner = trial.entry.get("augments")
    if not partner:
        return trial
    match = next((t for t in trials if partner in (t.entry.get("id"), t.named)), None)
    return replace(trial, augments=match.title if match else str(partner))


def names(trials: Sequence[Trial]) -> str:
    """Return the medicines as "sertraline, bupropion XL and mirtazapine"."""
    return joined([trial.title for trial in trials])
