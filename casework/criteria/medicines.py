"""Criteria about medicines tried: adequate trials of antidepressants, and additions to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from casework.criteria.result import Finding, Given, met, not_met, unknown
from casework.criteria.therapies import judge_procedure, judge_psychotherapy
from casework.criteria_kinds import Augmentation, Parameters, Procedure, Psychotherapy, Trials
from casework.english import counted, joined, number_word, sentence
from casework.trials import Trial, adequate_for, primary_diagnosis

Judge = Callable[[Any, Given], Finding]

_YEAR_DAYS = 365.25
_FIELD_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "max_dose_mg_per_day": "the dose",
        "max_dose": "the dose",
        "blood_level": "the blood level",
        "started": "the exact dates",
        "stopped": "the exact dates",
        "medication": "which medicine is meant by the name",
    }
)


@dataclass(frozen=True)
class _Open:
    """A trial that one missing field keeps from counting or from being left out."""

    trial: Trial
    pointer: str
    words: str


def judge_trials_criterion(parameters: Trials, given: Given) -> Finding:
    """Count adequate trials as the payer counts them; what cannot be told stays unknown."""
    if not given.trials:
        return unknown("No medicine trial is given.", "/trials")
    counting, open_ones = _sorted_trials(parameters, given)
    words = _trial_words(counting, given)
    rests = [trial.pointer for trial in counting] or ["/trials"]
    if _enough(counting, parameters, given):
        if parameters.max_tolerated_dose:
            return unknown(
                f"{words} Whether each reached the highest tolerated dose is not recorded.",
                f"{counting[0].pointer}/reason_stopped",
            )
        return met(words, rests, _exhibits(counting))
    if open_ones and _enough([*counting, *(o.trial for o in open_ones)], parameters, given):
        return unknown(f"{words} {_open_words(open_ones)}", open_ones[0].pointer)
    return not_met(words, rests, _exhibits(counting))


def _enough(trials: Sequence[Trial], parameters: Trials, given: Given) -> bool:
    agents = _agents(trials, given) >= (parameters.agents or 1)
    return agents and len(_classes(trials)) >= (parameters.classes or 1)


def _classes(trials: Sequence[Trial]) -> set[str]:
    return {trial.class_ for trial in trials}


def _sorted_trials(parameters: Trials, given: Given) -> tuple[list[Trial], list[_Open]]:
    """Split the antidepressant trials into those that count and those one field keeps open."""
    counting: list[Trial] = []
    open_ones: list[_Open] = []
    for trial in given.trials:
        if not _may_be_antidepressant(trial) or _too_long_ago(trial, parameters, given.today):
            continue
        if parameters.current_episode and trial.in_episode is False:
            continue
        found = _open(trial, parameters, given)
        if found is not None:
            open_ones.append(found)
        elif _counts(trial, parameters):
            counting.append(trial)
    return counting, open_ones


def _may_be_antidepressant(trial: Trial) -> bool:
    nearly_known = trial.medicine is None and "is meant" in trial.note
    return trial.role == "antidepressant" or (nearly_known and not trial.entry.get("augments"))


def _too_long_ago(trial: Trial, parameters: Trials | Augmentation, today: date) -> bool:
    if parameters.within_years is None:
        return False
    ends = trial.stopped.latest if trial.stopped else today
    return (today - ends).days > parameters.within_years * _YEAR_DAYS


def _counts(trial: Trial, parameters: Trials) -> bool:
    if adequate_for(trial, parameters.weeks) != "yes":
        return False
    least = parameters.adherence_percent
    if least is not None and (trial.adherence is None or trial.adherence < least):
        return False
    if parameters.nonresponse_percent_max is not None:
        return trial.outcome == "no_response"
    return trial.without_lasting_response


def _open(trial: Trial, parameters: Trials, given: Given) -> _Open | None:
    """Return the one field that keeps the trial open, None when the case settles it."""
    if trial.outcome in ("intolerance", "nonadherence", "responded", "ongoing"):
        return None
    adequate = adequate_for(trial, parameters.weeks)
    if adequate == "unknown":
        field = trial.open_field or "started"
        return _Open(trial, f"{trial.pointer}/{field}", _FIELD_WORDS.get(field, "a part"))
    if adequate == "no":
        return None
    if parameters.current_episode and trial.in_episode is None:
        pointer, _ = primary_diagnosis(given.case)
        words = "whether it falls into this episode, the start"
        return _Open(trial, f"{pointer}/episode_start", words)
    return _open_result(trial, parameters)


def _open_result(trial: Trial, parameters: Trials) -> _Open | None:
    if trial.outcome == "unknown":
        return _Open(trial, f"{trial.pointer}/outcome", "the result")
    if parameters.adherence_percent is not None and trial.adherence is None:
        return _Open(trial, f"{trial.pointer}/adherence", "whether it was taken as prescribed")
    # A response that was lost is no nonresponse, whatever was measured (medicines/_rules).
    partial = trial.outcome == "partial_response"
    if parameters.nonresponse_percent_max is not None and partial:
        return _Open(trial, f"{trial.pointer}/best_response", "the measured change")
    return None


def _agents(trials: Sequence[Trial], given: Given) -> int:
    groups = given.knowledge.trial_rules.ambiguous_same_molecule
    found = set()
    for trial in trials:
        own = trial.medicine.id if trial.medicine else trial.named
        found.add(next((group[0] for group in groups if own in group), own))
    return len(found)


def _trial_words(trials: Sequence[Trial], given: Given) -> str:
    if not trials:
        return "No trial counts by dose, length and result."
    listed = joined([trial.title for trial in trials])
    many = counted(_agents(trials, given), "agent")
    kinds = counted(len(_classes(trials)), "class", "classes")
    return sentence(f"{many}, {kinds}: {listed}")


def _open_words(open_ones: Sequence[_Open]) -> str:
    each = [f"{found.words} of {found.trial.title}" for found in open_ones]
    return f"Not known: {joined(each)}."


def _exhibits(trials: Sequence[Trial]) -> list[str]:
    return [trial.entry.get("exhibit") or "" for trial in trials]


def judge_augmentation(parameters: Augmentation, given: Given) -> Finding:
    """Count adequate additions; weeks are the payer's where it names them."""
    if not given.trials:
        return unknown("No medicine trial is given.", "/trials")
    tried = [trial for trial in given.trials if _is_asked(trial, parameters, given)]
    if not tried:
        return not_met("No augmentation trial is on record.", ["/trials"])
    enough = [trial for trial in tried if adequate_for(trial, parameters.weeks) == "yes"]
    if len(enough) >= parameters.trials:
        words = joined([_weeks_words(trial) for trial in enough])
        return met(sentence(words), [trial.pointer for trial in enough], _exhibits(enough))
    open_ones = [trial for trial in tried if adequate_for(trial, parameters.weeks) == "unknown"]
    if len(enough) + len(open_ones) >= parameters.trials:
        field = open_ones[0].open_field or "started"
        words = f"Not known: {_FIELD_WORDS.get(field, 'a part')} of {open_ones[0].title}."
        return unknown(words, f"{open_ones[0].pointer}/{field}")
    words = joined([_short_words(trial, parameters.weeks) for trial in tried])
    return not_met(sentence(words), [trial.pointer for trial in tried], _exhibits(tried))


def _is_asked(trial: Trial, parameters: Augmentation, given: Given) -> bool:
    """Whether an addition is of the agents and the time that the payer names.

    Where a payer names agents, an antidepressant added to another is none of them.
    """
    if trial.role != "augmentation" or _too_long_ago(trial, parameters, given.today):
        return False
    if parameters.current_episode and trial.in_episode is False:
        return False
    own = [trial.medicine.id, trial.medicine.title, trial.class_] if trial.medicine else []
    return not parameters.agents or bool(
        _spelled(parameters.agents) & _spelled([trial.named, *own])
    )


def _spelled(names: Sequence[str]) -> set[str]:
    return {name.lower().replace("_", " ").strip() for name in names}


def _short_words(trial: Trial, weeks: int | None) -> str:
    reasons = list(trial.reasons)
    if not reasons and weeks is not None and trial.weeks is not None:
        reasons = [f"{trial.weeks[1]} of {weeks} weeks"]
    return f"{trial.title}: {joined(reasons)}" if reasons else trial.title


def _weeks_words(trial: Trial) -> str:
    if trial.weeks_about is None:
        return trial.title
    about = "" if trial.exact else "about "
    return f"{trial.title}, {about}{number_word(trial.weeks_about)} weeks"


TRIAL_KINDS: dict[type[Parameters], Judge] = {Trials: judge_trials_criterion}
AUGMENTATION_KINDS: dict[type[Parameters], Judge] = {
    Augmentation: judge_augmentation,
    Psychotherapy: judge_psychotherapy,
    Procedure: judge_procedure,
}
