"""Criteria about who gives the treatment and where: prescriber, certification, setting."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from casework.codes import describe
from casework.criteria.result import Finding, Given, met, not_met, unknown
from casework.criteria_kinds import Certification, Parameters, Prescriber, Setting
from casework.english import plain_number, quoted, sentence, spell_dates
from casework.partial_dates import PartialDate

Judge = Callable[[Any, Given], Finding]

_WORST_FIRST = ("not_met", "unknown", "met")
_SPECIALTY = "/prescriber/specialty"
_PDMP = "/medical/pdmp_checked"
_PLACE = "/facility/place_of_service"
_MONITORING = "/request/monitoring"
_PHYSICIAN = re.compile(r"\b(MD|M\.D|DO|D\.O|MBBS|MBCHB)\b", re.IGNORECASE)
_NUMBERS = {
    "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "half": 0.5,
}  # fmt: skip
_DURATION = re.compile(
    r"\b(\d+(?:\.\d+)?|half|an|one|two|three|four|five|six)[\s-]+(?:an[\s-]+)?(hours?|minutes?)\b",
    re.IGNORECASE,
)
_MINUTES_AN_HOUR = 60
# Hours without a meal, before driving or until a call are not hours of watching.
_NOT_WATCHING = re.compile(
    r"\b(driv\w*|food|eat\w*|fast\w*|drink\w*|within|call\w*)\b", re.IGNORECASE
)
# Telehealth and home; the code files carry the same note.
_UNSUPERVISED_PLACES = ("02", "10", "12")


def judge_prescriber(parameters: Prescriber, given: Given) -> Finding:
    """Who prescribes, and whether the prescription monitoring program was checked."""
    findings = []
    if parameters.specialty is not None:
        findings.append(_specialty(parameters, given))
    if parameters.pdmp:
        findings.append(_monitoring_program(given))
    return _all(findings, _SPECIALTY)


def _specialty(parameters: Prescriber, given: Given) -> Finding:
    prescriber = given.case["prescriber"]
    specialty = prescriber.get("specialty")
    if not specialty:
        return unknown("The prescriber’s specialty is not told.", _SPECIALTY)
    credentials = prescriber.get("credentials") or ""
    words = sentence(
        ", ".join(part for part in (prescriber["name"], credentials, specialty) if part)
    )
    status = _is_psychiatrist(specialty, credentials, parameters.specialty == "specialist")
    if status == "met":
        return met(words, [_SPECIALTY])
    if status == "unknown":
        return unknown(f"{words} The credentials are not told.", "/prescriber/credentials")
    if parameters.consultation_ok:
        return unknown(f"{words} Whether a psychiatrist was consulted is not told.", _SPECIALTY)
    return not_met(words, [_SPECIALTY])


def _is_psychiatrist(specialty: str, credentials: str, specialist: bool) -> str:
    """Psychiatry by a physician; a nurse or assistant in psychiatry is a specialist, no psychiatrist."""
    if "psychiatr" not in specialty.lower():
        return "not_met"
    if specialist or _PHYSICIAN.search(credentials):
        return "met"
    return "not_met" if credentials else "unknown"


def _monitoring_program(given: Given) -> Finding:
    day = (given.case.get("medical") or {}).get("pdmp_checked")
    if not day:
        return unknown("Whether the monitoring program was checked is not told.", _PDMP)
    words = f"The prescription monitoring program was checked {PartialDate.parse(day).when}."
    return met(words, [_PDMP])


def judge_certification(parameters: Certification, given: Given) -> Finding:
    """Whether the site takes part in the safety program."""
    at = "/facility/rems_certified"
    if parameters.rems is None:
        return unknown("To be answered by the clinic.", at)
    facility = given.case.get("facility") or {}
    certified = facility.get("rems_certified")
    if certified is None:
        return unknown("Whether the site is certified in the safety program is not told.", at)
    name = facility.get("name") or "the site"
    if certified:
        return met(sentence(f"{name} is certified in the Spravato safety program (REMS)"), [at])
    return not_met(sentence(f"{name} is not certified in the Spravato safety program (REMS)"), [at])


def judge_setting(parameters: Setting, given: Given) -> Finding:
    """Where it is given, who watches, and for how long, in the case's own words."""
    findings = []
    if parameters.places_of_service:
        findings.append(_place(parameters.places_of_service, given))
    if parameters.supervised:
        findings.append(_supervised(given))
    if parameters.monitor_hours is not None:
        findings.append(_watched(parameters.monitor_hours, given))
    if not findings:
        findings.append(_described(given))
    return _all(findings, _MONITORING)


def _place(allowed: list[str], given: Given) -> Finding:
    code = _place_code(given.case)
    if not code:
        return unknown("The place of service is not told.", _PLACE)
    result = met if code in allowed else not_met
    return result(_place_words(code, given), [_PLACE])


def _place_code(case: Mapping[str, Any]) -> str:
    return str((case.get("facility") or {}).get("place_of_service") or "")


def _place_words(code: str, given: Given) -> str:
    label = describe("place", code, given.knowledge).words
    return f"Place of service {code} ({label.lower()})." if label else f"Place of service {code}."


def _supervised(given: Given) -> Finding:
    code = _place_code(given.case)
    if code in _UNSUPERVISED_PLACES:
        return not_met(_place_words(code, given), [_PLACE])
    described = _described(given)
    if described.status != "met":
        return described
    if not code:
        return unknown("The place of service is not told.", _PLACE)
    words = f"{_place_words(code, given)} {described.words}"
    return met(words, [_PLACE, _MONITORING])


def _described(given: Given) -> Finding:
    lines = given.case["request"].get("monitoring") or []
    if not lines:
        return unknown("Monitoring and staff are not told.", _MONITORING)
    told = "; ".join(spell_dates(line).rstrip(".") for line in lines)
    return met(sentence(f"Staff and monitoring: {told}"), [_MONITORING])


def _watched(hours: float, given: Given) -> Finding:
    """Compare with the longest time that the monitoring lines name, and show the line."""
    lines = given.case["request"].get("monitoring") or []
    timed = [(_hours(line), -i) for i, line in enumerate(lines) if not _NOT_WATCHING.search(line)]
    longest, minus_index = max(timed, default=(0.0, 0))
    if longest >= hours:
        words = f"In the words of the plan: {quoted(spell_dates(lines[-minus_index]))}."
        return met(words, [f"{_MONITORING}/{-minus_index}"])
    asked = plain_number(hours)
    return unknown(
        f"{asked} hours of monitoring are asked for; the plan does not name as long a time.",
        _MONITORING,
    )


def _hours(line: str) -> float:
    """Return the longest time in a line such as "two hours in the clinic", in hours."""
    found = [
        _NUMBERS.get(number.lower()) or float(number)
        for number, unit in _DURATION.findall(line)
        if unit.lower().startswith("hour")
    ]
    minutes = [
        float(number) / _MINUTES_AN_HOUR
        for number, unit in _DURATION.findall(line)
        if unit.lower().startswith("minute") and number[0].isdigit()
    ]
    return max([*found, *minutes], default=0.0)


def _all(findings: list[Finding], needs: str) -> Finding:
    """Return the worst of the findings, or all of them as one when every one is met."""
    if not findings:
        return unknown("To be answered by the clinic.", needs)
    worst = min(findings, key=lambda finding: _WORST_FIRST.index(finding.status))
    if worst.status != "met":
        return worst
    words = " ".join(finding.words for finding in findings)
    rests = dict.fromkeys(source for finding in findings for source in finding.rests_on)
    return met(words, tuple(rests))


PROVIDER_KINDS: dict[type[Parameters], Judge] = {
    Prescriber: judge_prescriber,
    Certification: judge_certification,
    Setting: judge_setting,
}
