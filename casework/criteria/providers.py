"""Criteria about who prescribes and where it is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from casework.criteria.result import Finding, Given, met, not_met, unknown
from casework.criteria_kinds import Certification, Parameters, Prescriber, Setting
from casework.partial_dates import PartialDate

Judge = Callable[[Any, Given], Finding]


def judge_prescriber(parameters: Prescriber, given: Given) -> Finding:
    """The prescriber's specialty, and whether the prescription monitoring program was checked."""
    if parameters.pdmp:
        return _monitored(given)
    specialty = given.case["prescriber"].get("specialty")
    if not specialty:
        return unknown("The prescriber’s specialty is not told.", "/prescriber/specialty")
    words = f"{given.case['prescriber']['name']}, {specialty}."
    if parameters.specialty is None or "psychiatr" in specialty.lower():
        return met(words, ["/prescriber/specialty"])
    if parameters.consultation_ok:
        return unknown(f"{words} Whether a psychiatrist was consulted is not told.", "/history")
    return not_met(words, ["/prescriber/specialty"])


def _monitored(given: Given) -> Finding:
    day = (given.case.get("medical") or {}).get("pdmp_checked")
    if not day:
        return unknown("When the program was checked is not told.", "/medical/pdmp_checked")
    return met(f"Checked on {PartialDate.parse(day).words}.", ["/medical/pdmp_checked"])


def judge_certification(parameters: Certification, given: Given) -> Finding:
    """Whether the site takes part in the safety program."""
    del parameters
    certified = (given.case.get("facility") or {}).get("rems_certified")
    pointer = "/facility/rems_certified"
    if certified is None:
        return unknown("Whether the site is certified is not told.", pointer)
    name = given.case["facility"].get("name") or "The site"
    return (
        met(f"{name} is certified.", [pointer])
        if certified
        else not_met(f"{name} is not certified.", [pointer])
    )


def judge_setting(parameters: Setting, given: Given) -> Finding:
    """Where it is given and by whom it is watched; hours of watching are the clinic's to state."""
    place = (given.case.get("facility") or {}).get("place_of_service")
    if parameters.places_of_service:
        if place is None:
            return unknown("The place of service is not told.", "/facility/place_of_service")
        judge = met if place in parameters.places_of_service else not_met
        return judge(f"Place of service {place}.", ["/facility/place_of_service"])
    monitoring = given.case["request"].get("monitoring") or []
    if not monitoring:
        return unknown("Monitoring is not told.", "/request/monitoring")
    words = f"{'; '.join(each.rstrip('.') for each in monitoring)}."
    if parameters.monitor_hours is not None and not _hours_told(
        parameters.monitor_hours, monitoring
    ):
        return unknown(
            f"{words} Whether that is {parameters.monitor_hours:g} hours is to be confirmed.",
            "/request/monitoring",
        )
    return met(words, ["/request/monitoring"])


def _hours_told(hours: float, monitoring: list[str]) -> bool:
    """Whether the chart's own words hold that many hours, in digits or as a word."""
    words = {1: "one hour", 2: "two hours"}.get(int(hours), "")
    text = " ".join(monitoring).lower()
    return f"{hours:g} hour" in text or bool(words and words in text)


PROVIDER_KINDS: dict[type[Parameters], Judge] = {
    Prescriber: judge_prescriber,
    Certification: judge_certification,
    Setting: judge_setting,
}
