"""Criteria about what was tried: medicine trials, augmentation, psychotherapy, procedures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from casework.criteria.result import Finding, Given, met, not_met, unknown
from casework.criteria_kinds import Augmentation, Parameters, Procedure, Psychotherapy, Trials
from casework.english import counted, joined, number_word
from casework.names import PROCEDURE, THERAPY
from casework.partial_dates import PartialDate
from casework.trials import Trial

Judge = Callable[[Any, Given], Finding]

_YEAR_DAYS = 365.25


def judge_trials_criterion(parameters: Trials, given: Given) -> Finding:
    """Count adequate trials as the payer counts them; what cannot be told stays unknown."""
    counting, open_ones = _sorted_trials(parameters, given)
    agents = _agents(counting, given)
    classes = {trial.class_ for trial in counting}
    enough = agents >= (parameters.agents or 1) and len(classes) >= (parameters.classes or 1)
    rests = [trial.pointer for trial in counting] or ["/trials"]
    words = _trial_words(counting, agents, len(classes))
    if not given.trials:
        return unknown("No medicine trial is given.", "/trials")
    if enough and parameters.max_tolerated_dose:
        return unknown(
            f"{words} Whether each reached the highest tolerated dose is not recorded.",
            f"{counting[0].pointer}/reason_stopped",
        )
    if enough:
        return met(words, rests, _exhibits(counting))
    may = _agents((*counting, *(trial for trial, _ in open_ones)), given)
    if open_ones and may >= (parameters.agents or 1):
        trial, field = open_ones[0]
        return unknown(f"{words} {_open_words(open_ones)}", f"{trial.pointer}/{field}")
    return not_met(words, rests, _exhibits(counting))


def _sorted_trials(parameters: Trials, given: Given) -> tuple[list[Trial], list[tuple[Trial, str]]]:
    """Split the antidepressant trials into those that count and those one field keeps open."""
    counting: list[Trial] = []
    open_ones: list[tuple[Trial, str]] = []
    for trial in given.trials:
        if trial.role != "antidepressant" or not _in_time(trial, parameters, given):
            continue
        field = _open_field(trial, parameters)
        if field:
            open_ones.append((trial, field))
        elif _counts(trial, parameters):
            counting.append(trial)
    return counting, open_ones


def _in_time(trial: Trial, parameters: Trials, given: Given) -> bool:
    if parameters.current_episode and trial.in_episode is False:
        return False
    if parameters.within_years is None:
        return trial.in_episode is not False or not parameters.current_episode
    ends = trial.stopped.latest if trial.stopped else given.today
    return (given.today - ends).days <= parameters.within_years * _YEAR_DAYS


def _counts(trial: Trial, parameters: Trials) -> bool:
    if trial.adequate != "yes":
        return False
    if parameters.nonresponse_percent_max is not None:
        return trial.outcome == "no_response"
    return trial.without_lasting_response


def _open_field(trial: Trial, parameters: Trials) -> str:
    if trial.outcome in ("intolerance", "nonadherence", "responded", "ongoing"):
        return ""
    if trial.adequate == "unknown":
        return "max_dose_mg_per_day" if trial.dose is None else "started"
    if trial.adequate == "no":
        return ""
    if trial.outcome == "unknown":
        return "outcome"
    if parameters.adherence_percent is not None and trial.adherence is None:
        return "adherence"
    softer = parameters.nonresponse_percent_max is not None and trial.outcome != "no_response"
    return "best_response" if softer else ""


def _agents(trials: Sequence[Trial], given: Given) -> int:
    groups = given.knowledge.trial_rules.ambiguous_same_molecule
    found = set()
    for trial in trials:
        own = trial.medicine.id if trial.medicine else trial.named
        found.add(next((group[0] for group in groups if own in group), own))
    return len(found)


def _trial_words(trials: Sequence[Trial], agents: int, classes: int) -> str:
    if not trials:
        return "No trial counts by dose, length and result."
    listed = joined([trial.title for trial in trials])
    many = counted(agents, "agent")
    kinds = counted(classes, "class", "classes")
    return f"{many[0].upper()}{many[1:]}, {kinds}: {listed}."


def _open_words(open_ones: Sequence[tuple[Trial, str]]) -> str:
    fields = {
        "max_dose_mg_per_day": "the dose",
        "started": "the dates",
        "outcome": "the result",
        "adherence": "whether it was taken as prescribed",
        "best_response": "the measured change",
    }
    each = [f"{fields[field]} of {trial.title}" for trial, field in open_ones]
    return f"Not known: {joined(each)}."


def _exhibits(trials: Sequence[Trial]) -> list[str]:
    return [trial.entry.get("exhibit") or "" for trial in trials]


def judge_augmentation(parameters: Augmentation, given: Given) -> Finding:
    """Count adequate additions; weeks are the payer's where it names them."""
    tried = [trial for trial in given.trials if trial.role == "augmentation"]
    if not tried:
        return not_met("No augmentation trial is on record.", ["/trials"])
    enough = [trial for trial in tried if _long_enough(trial, parameters.weeks)]
    if len(enough) >= parameters.trials:
        words = joined([_weeks_words(trial) for trial in enough])
        return met(
            f"{words[0].upper()}{words[1:]}.", [t.pointer for t in enough], _exhibits(enough)
        )
    open_one = next((trial for trial in tried if trial.adequate == "unknown"), None)
    if open_one is not None:
        field = "max_dose_mg_per_day" if open_one.dose is None else "started"
        return unknown(
            f"Dose or dates of {open_one.title} are not known.", f"{open_one.pointer}/{field}"
        )
    words = joined([f"{trial.title}: {joined(trial.reasons)}" for trial in tried])
    return not_met(
        f"{words[0].upper()}{words[1:]}.", [trial.pointer for trial in tried], _exhibits(tried)
    )


def _long_enough(trial: Trial, weeks: int | None) -> bool:
    if trial.adequate == "yes":
        return weeks is None or (trial.weeks is not None and trial.weeks[0] >= weeks)
    return False


def _weeks_words(trial: Trial) -> str:
    if trial.weeks_about is None:
        return trial.title
    about = "" if trial.exact else "about "
    return f"{trial.title}, {about}{number_word(trial.weeks_about)} weeks"


def judge_psychotherapy(parameters: Psychotherapy, given: Given) -> Finding:
    """Psychotherapy tried, of a type and number of sessions where the payer names them."""
    entries = list(enumerate(given.case.get("psychotherapies") or []))
    if not entries:
        return unknown("Psychotherapy is not told in the case.", "/psychotherapies")
    fitting = [(i, e) for i, e in entries if not parameters.types or e["type"] in parameters.types]
    if not fitting:
        return not_met("Another kind of psychotherapy was given.", ["/psychotherapies"])
    index, entry = max(fitting, key=lambda pair: pair[1].get("sessions") or 0)
    number = entry.get("sessions")
    if parameters.sessions and number is None:
        return unknown("The number of sessions is not known.", f"/psychotherapies/{index}/sessions")
    name = THERAPY.get(entry["type"], entry["type"].replace("_", " "))
    words = f"{number} sessions of {name}." if number else f"{name[0].upper()}{name[1:]}."
    rests = [f"/psychotherapies/{index}"]
    if parameters.sessions and number < parameters.sessions:
        return not_met(words, rests, [entry.get("exhibit") or ""])
    return met(words, rests, [entry.get("exhibit") or ""])


def judge_procedure(parameters: Procedure, given: Given) -> Finding:
    """A procedure tried, or what the payer accepts in its place; declined is neither."""
    if parameters.all_of:
        each = [_one_procedure(kind, parameters, given) for kind in parameters.all_of]
        order = ("not_met", "unknown", "met")
        return min(each, key=lambda finding: order.index(finding.status))
    found = [_one_procedure(kind, parameters, given) for kind in parameters.any_of]
    order = ("met", "not_met", "unknown")
    if not found:
        return unknown("The procedures tried are not told.", "/procedures")
    return min(found, key=lambda finding: order.index(finding.status))


def _one_procedure(kind: str, parameters: Procedure, given: Given) -> Finding:
    entries = given.case.get("procedures") or []
    match = next(((i, e) for i, e in enumerate(entries) if e["type"] == kind), None)
    name = PROCEDURE.get(kind, kind.replace("_", " "))
    head = f"{name[0].upper()}{name[1:]}"
    if match is None:
        return unknown(f"{head} is not told in the case.", "/procedures")
    index, entry = match
    rests, exhibit = [f"/procedures/{index}"], [entry.get("exhibit") or ""]
    status = entry.get("status")
    if status in (None, "tried", "completed"):
        return _tried_procedure(parameters, entry, head, index)
    if status == "contraindicated" and (parameters.or_contraindication or parameters.or_reason):
        return met(f"{head} is contraindicated.", rests, exhibit)
    if parameters.or_reason and entry.get("why"):
        return met(f"{head}: {_status_words(entry)}; the reason is given above.", rests, exhibit)
    return not_met(f"{head}: {_status_words(entry)}; see above.", rests, exhibit)


def _tried_procedure(
    parameters: Procedure, entry: Mapping[str, Any], head: str, index: int
) -> Finding:
    number, rests = entry.get("sessions"), [f"/procedures/{index}"]
    words = f"{head}, {number} sessions." if number else f"{head} was given."
    if parameters.sessions and number is None:
        return unknown("The number of sessions is not known.", f"/procedures/{index}/sessions")
    if parameters.sessions and number < parameters.sessions:
        return not_met(words, rests, [entry.get("exhibit") or ""])
    return met(words, rests, [entry.get("exhibit") or ""])


def _status_words(entry: Mapping[str, Any]) -> str:
    words = {
        "declined": "offered and declined",
        "offered": "offered",
        "not_tried": "not tried",
        "contraindicated": "contraindicated",
    }.get(entry.get("status") or "", "")
    day = entry.get("date")
    return (
        f"{words} on {PartialDate.parse(day).words}"
        if day and entry.get("status") != "not_tried"
        else words
    )


TRIAL_KINDS: dict[type[Parameters], Judge] = {Trials: judge_trials_criterion}
AUGMENTATION_KINDS: dict[type[Parameters], Judge] = {
    Augmentation: judge_augmentation,
    Psychotherapy: judge_psychotherapy,
    Procedure: judge_procedure,
}
