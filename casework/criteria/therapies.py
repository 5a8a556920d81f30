"""Criteria about psychotherapy and procedures tried, or what a payer accepts in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from casework.criteria.result import Finding, Given, Status, met, not_met, unknown
from casework.criteria_kinds import Procedure, Psychotherapy
from casework.english import sentence
from casework.names import PROCEDURE, THERAPY
from casework.partial_dates import PartialDate
from casework.trials import episode_start

_BEST_FIRST = ("met", "unknown", "not_met")


def judge_psychotherapy(parameters: Psychotherapy, given: Given) -> Finding:
    """Psychotherapy tried, of a type, number of sessions and length where the payer names them."""
    entries = list(enumerate(given.case.get("psychotherapies") or []))
    if not entries:
        return unknown("Psychotherapy is not told in the case.", "/psychotherapies")
    fitting = [(i, e) for i, e in entries if not parameters.types or e["type"] in parameters.types]
    if not fitting:
        return not_met("Another kind of psychotherapy was given.", ["/psychotherapies"])
    return _best([_one_therapy(i, entry, parameters, given) for i, entry in fitting])


def _one_therapy(
    index: int, entry: Mapping[str, Any], parameters: Psychotherapy, given: Given
) -> Finding:
    at, exhibit = f"/psychotherapies/{index}", [entry.get("exhibit") or ""]
    number = entry.get("sessions")
    name = THERAPY.get(entry["type"], entry["type"].replace("_", " "))
    words = f"{number} sessions of {name}." if number else sentence(name)
    if parameters.sessions and number is None:
        return unknown("The number of sessions is not known.", f"{at}/sessions")
    status = _in_time(entry, parameters, given)
    if status == "unknown":
        return unknown(f"{words} The exact dates are not known.", f"{at}/started")
    if status == "met" and (number or 0) >= (parameters.sessions or 0):
        return met(words, [at], exhibit)
    if parameters.or_reason and entry.get("why"):
        return met(f"{words} Why there were no more is told above.", [at], exhibit)
    return not_met(words, [at], exhibit)


def _in_time(entry: Mapping[str, Any], parameters: Psychotherapy, given: Given) -> Status:
    started = PartialDate.parse(entry["started"]) if entry.get("started") else None
    stopped = PartialDate.parse(entry["stopped"]) if entry.get("stopped") else None
    ends = stopped or PartialDate.of(given.today)
    episode = episode_start(given.case)
    if parameters.current_episode and episode and ends.surely_before(episode):
        return "not_met"
    if parameters.weeks is None:
        return "met"
    if started is None:
        return "unknown"
    least, most = started.weeks_until(ends)
    if least >= parameters.weeks:
        return "met"
    return "unknown" if most >= parameters.weeks else "not_met"


def judge_procedure(parameters: Procedure, given: Given) -> Finding:
    """A procedure tried, or what the payer accepts in its place; declined is neither."""
    if parameters.all_of:
        each = [_one_procedure(kind, parameters, given) for kind in parameters.all_of]
        order = ("not_met", "unknown", "met")
        return min(each, key=lambda finding: order.index(finding.status))
    found = [_one_procedure(kind, parameters, given) for kind in parameters.any_of]
    if not found:
        return unknown("The procedures tried are not told.", "/procedures")
    return _best(found)


def _one_procedure(kind: str, parameters: Procedure, given: Given) -> Finding:
    entries = [
        (i, entry)
        for i, entry in enumerate(given.case.get("procedures") or [])
        if entry["type"] == kind
    ]
    name = PROCEDURE.get(kind, kind.replace("_", " "))
    head = f"{name[0].upper()}{name[1:]}"
    if not entries:
        return unknown(f"{head} is not told in the case.", "/procedures")
    return _best([_procedure_entry(i, entry, head, parameters) for i, entry in entries])


def _procedure_entry(
    index: int, entry: Mapping[str, Any], head: str, parameters: Procedure
) -> Finding:
    rests, exhibit = [f"/procedures/{index}"], [entry.get("exhibit") or ""]
    status = entry.get("status")
    if status is None:
        return _tried_procedure(parameters, entry, head, index)
    if status == "contraindicated" and (parameters.or_contraindication or parameters.or_reason):
        return met(f"{head} is contraindicated.", rests, exhibit)
    if parameters.or_reason and entry.get("why"):
        return met(f"{head}: {_status_words(entry)}; the reason is given above.", rests, exhibit)
    return not_met(f"{head}: {_status_words(entry)}.", rests, exhibit)


def _tried_procedure(
    parameters: Procedure, entry: Mapping[str, Any], head: str, index: int
) -> Finding:
    number, rests = entry.get("sessions"), [f"/procedures/{index}"]
    words = f"{head}, {number} sessions." if number else f"{head} was given."
    if not parameters.sessions:
        return met(words, rests, [entry.get("exhibit") or ""])
    if number is None:
        return unknown("The number of sessions is not known.", f"/procedures/{index}/sessions")
    if number < parameters.sessions:
        return not_met(words, rests, [entry.get("exhibit") or ""])
    return met(words, rests, [entry.get("exhibit") or ""])


def _status_words(entry: Mapping[str, Any]) -> str:
    words = {
        "declined": "offered and declined",
        "offered": "offered",
        "not_tried": "not tried",
        "contraindicated": "contraindicated",
    }[entry["status"]]
    day = entry.get("date")
    if not day or entry["status"] == "not_tried":
        return words
    return f"{words} {PartialDate.parse(day).when}"


def _best(findings: Sequence[Finding]) -> Finding:
    return min(findings, key=lambda finding: _BEST_FIRST.index(finding.status))
