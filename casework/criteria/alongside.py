"""Criteria on what is taken alongside: an antidepressant, a mood stabilizer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from casework.criteria.result import Finding, Given, met, not_met, unknown
from casework.criteria.risks import acute_suicidality
from casework.criteria_kinds import ConcurrentMedicine
from casework.english import counted, sentence, spell_dates
from casework.knowledge_base.model import Medicine
from casework.medicines import resolve
from casework.partial_dates import PartialDate
from casework.populations import coded_populations

_LIST = "/medical/medications"
_REASON = "/medical/current_antidepressant_reason"


@dataclass(frozen=True)
class Taken:
    """A medicine taken on the letter date.

    ``same_dose`` is true when the date is that of the dose, as in the list of current medicines.
    """

    pointer: str
    title: str
    medicine: Medicine
    since: PartialDate | None
    same_dose: bool
    exhibit: str


def judge_concurrent_medicine(parameters: ConcurrentMedicine, given: Given) -> Finding:
    """What the payer asks to be taken alongside, from ongoing trials and current medicines."""
    findings = []
    if parameters.mood_stabilizer:
        findings.append(_mood_stabilizer(given))
    if _antidepressant_asked(parameters):
        findings.append(_antidepressant(parameters, given))
    if not findings:
        return unknown("To be answered by the clinic.", _LIST)
    order = ("not_met", "unknown", "met")
    worst = min(findings, key=lambda finding: order.index(finding.status))
    return worst if worst.status != "met" else _all_met(findings)


def antidepressants_now(given: Given) -> list[Taken]:
    """Return the antidepressants taken on the letter date: current medicines and ongoing trials."""
    return _taken(given, _is_antidepressant)


def mood_stabilizers_now(given: Given) -> list[Taken]:
    """Return the mood stabilizers taken on the letter date."""
    return _taken(given, _is_mood_stabilizer)


def _antidepressant_asked(parameters: ConcurrentMedicine) -> bool:
    further = parameters.stable_weeks or parameters.newly_started or parameters.not_failed
    return parameters.antidepressant is not None or bool(further)


def _all_met(findings: list[Finding]) -> Finding:
    words = " ".join(finding.words for finding in findings)
    rests = [source for finding in findings for source in finding.rests_on]
    return met(words, rests, [each for finding in findings for each in finding.exhibits])


def _antidepressant(parameters: ConcurrentMedicine, given: Given) -> Finding:
    if parameters.antidepressant == "not_required":
        return met("None is required.", [_LIST])
    if parameters.antidepressant == "suicidality_only":
        acute, source = acute_suicidality(given.case, given.today)
        if acute == "no":
            return met("Acute suicidality is not the reason for the request.", [source])
        if acute == "unknown" and not antidepressants_now(given):
            return unknown("Whether suicidality is acute is not settled by the record.", source)
    taken = antidepressants_now(given)
    return _with_limits(taken, parameters, given) if taken else _none_taken(given)


def _none_taken(given: Given) -> Finding:
    medical = given.case.get("medical") or {}
    reason = medical.get("current_antidepressant_reason")
    if reason:
        return not_met(sentence(f"No antidepressant now: {spell_dates(reason)}"), [_REASON])
    if medical.get("medications"):
        return not_met("No antidepressant is among the current medicines.", [_LIST])
    return unknown("Whether an antidepressant is taken now is not told.", _LIST)


def _with_limits(taken: list[Taken], parameters: ConcurrentMedicine, given: Given) -> Finding:
    judged = [_limits(each, parameters, given) for each in taken]
    order = ("met", "unknown", "not_met")
    return min(judged, key=lambda finding: order.index(finding.status))


def _limits(taken: Taken, parameters: ConcurrentMedicine, given: Given) -> Finding:
    words, rests = _taken_words(taken), [taken.pointer]
    if parameters.not_failed and _failed(taken, given):
        return not_met(f"{words} It is among the medicines that did not help.", rests)
    if parameters.stable_weeks is not None:
        return _stable(taken, parameters.stable_weeks, given)
    if parameters.newly_started:
        # No policy read so far says how new is new.
        return unknown(f"{words} Whether that is newly started is to be confirmed.", taken.pointer)
    return met(words, rests, [taken.exhibit])


def _failed(taken: Taken, given: Given) -> bool:
    return any(
        trial.medicine is not None and trial.medicine.id == taken.medicine.id
        for trial in given.counts.lifetime
    )


def _stable(taken: Taken, weeks: int, given: Given) -> Finding:
    words = _taken_words(taken)
    if taken.since is None:
        return unknown(f"{words} Since when is not told.", taken.pointer)
    least, most = taken.since.weeks_until(PartialDate.of(given.today))
    if most < weeks:
        return not_met(f"{words[:-1]}, {counted(most, 'week')}.", [taken.pointer], [taken.exhibit])
    if least >= weeks and taken.same_dose:
        return met(words, [taken.pointer], [taken.exhibit])
    return unknown(f"{words} Since when at the same dose is to be confirmed.", _LIST)


def _mood_stabilizer(given: Given) -> Finding:
    taken = mood_stabilizers_now(given)
    if taken:
        return met(_taken_words(taken[0]), [taken[0].pointer], [taken[0].exhibit])
    if (given.case.get("medical") or {}).get("medications"):
        return not_met("No mood stabilizer is among the current medicines.", [_LIST])
    return unknown("Whether a mood stabilizer is taken now is not told.", _LIST)


def _is_antidepressant(medicine: Medicine) -> bool:
    return medicine.role == "antidepressant"


def _is_mood_stabilizer(medicine: Medicine) -> bool:
    return medicine.role == "mood_stabilizer" or medicine.id == "lithium"


def _taken(given: Given, wanted: Callable[[Medicine], bool]) -> list[Taken]:
    listed = [each for each in _from_list(given) if wanted(each.medicine)]
    named = {each.medicine.id for each in listed}
    trials = [each for each in _from_trials(given) if wanted(each.medicine)]
    return [*listed, *(each for each in trials if each.medicine.id not in named)]


def _from_trials(given: Given) -> Iterator[Taken]:
    for trial in given.trials:
        if trial.medicine and trial.started and trial.stopped is None:
            exhibit = trial.entry.get("exhibit") or ""
            yield Taken(trial.pointer, trial.title, trial.medicine, trial.started, False, exhibit)


def _from_list(given: Given) -> Iterator[Taken]:
    populations = coded_populations(given.case, given.knowledge)
    for i, entry in enumerate((given.case.get("medical") or {}).get("medications") or []):
        if not isinstance(entry, Mapping):
            entry = {"name": str(entry)}  # noqa: PLW2901 - a name alone is an entry
        name = entry.get("name") or entry.get("medication") or ""
        found = resolve(name, given.knowledge, populations).medicine
        if found is not None:
            since = PartialDate.parse(entry["since"]) if entry.get("since") else None
            whole = bool(entry.get("dose"))
            yield Taken(f"{_LIST}/{i}", name, found, since, whole, "")


def _taken_words(taken: Taken) -> str:
    if taken.since is None:
        return sentence(f"{taken.title} is taken now")
    return sentence(f"{taken.title} has been taken since {taken.since.words}")
