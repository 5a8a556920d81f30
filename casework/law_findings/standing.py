"""Findings on standing: whether the one who signs may file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType

from casework.deadlines.starts import whole_day
from casework.findings_model import Finding
from casework.law_findings.seen import Seen

_WHY = "An appeal by someone without standing is dismissed, and the days run on."
_SIGNED = "/representative/signed_on"
# Form CMS-1696 is good for a year from its later signature (facts/forms/cms_1696).
_MEDICARE = ("medicare_advantage", "medicare_part_d", "original_medicare")
_MEDICARE_FORM_DAYS = 365

_OWN_RULE: Mapping[str, str] = MappingProxyType(
    {
        "medicaid_managed_care": " Here a clinician needs the patient’s written consent, and cannot "
        "ask for benefits to continue.",
        "fehb": " Here a clinic needs the patient’s specific written consent.",
        "tricare": " Here a network clinic is never a proper appealing party.",
        "original_medicare": " A clinic that took assignment may file in its own name.",
    }
)


def standing_findings(seen: Seen) -> Iterator[Finding]:
    """Say when nothing in the case lets the clinician file, and why."""
    if not seen.denied:
        return
    if not seen.regime.who_may_file:
        yield Finding(
            "who_may_file_unknown", "weakness",
            "No rule on who may file was read for this kind of plan. The letter is drafted for the "
            "patient’s signature.",
            "/insurance/plan_type", _WHY, "",
        )  # fmt: skip
    signed = whole_day(seen.case, _SIGNED)
    if signed is None and "provider" not in seen.regime.who_may_file:
        yield _nobody(seen)
    if signed is not None:
        yield from _form(seen)


def _nobody(seen: Seen) -> Finding:
    citation = seen.regime.who_may_file_citation
    rule = f" ({citation})" if citation else ""
    return Finding(
        "no_standing", "blocker",
        f"Nothing in the case lets the clinician file this appeal{rule}. Have the patient sign it, "
        f"or sign a form that names a representative.{_why_not(seen)}",
        "/representative", _WHY, seen.regime.who_may_file_source,
    )  # fmt: skip


def _why_not(seen: Seen) -> str:
    plan = seen.regime.plan_type
    if plan == "medicare_advantage" and "physician" not in seen.where.facts:
        return (
            " A physician who treats the patient may file before the service; the prescriber’s "
            "credentials show none."
        )
    if plan == "medicare_advantage":
        return " After the service the physician needs to be appointed."
    if "provider" in _any_provider(seen) and seen.where.urgency != "expedited":
        return " Only in an urgent case may a clinician act without a form."
    return _OWN_RULE.get(plan, "")


def _any_provider(seen: Seen) -> tuple[str, ...]:
    ladder = seen.where.ladder
    levels = ladder.level if ladder else []
    found = next((level for level in levels if level.id == seen.regime.step), None)
    urgent = found is not None and "expedited" in found.provider_when
    return tuple(found.who_may_file) if found and urgent else ()


def _form(seen: Seen) -> Iterator[Finding]:
    signed = whole_day(seen.case, _SIGNED)
    if signed is None:
        return
    if signed > seen.today:
        yield Finding(
            "form_in_future", "weakness",
            "The representative’s form is dated after the letter date. Check it.",
            _SIGNED, _WHY, "",
        )  # fmt: skip
    old = seen.today - signed > timedelta(days=_MEDICARE_FORM_DAYS)
    if seen.regime.plan_type in _MEDICARE and old:
        yield Finding(
            "form_over_a_year_old", "weakness",
            "The appointment of a representative is over a year old; Medicare takes it for a year, "
            "and for an appeal begun in that time. Have a new one signed.",
            _SIGNED, _WHY, "forms/cms_1696",
        )  # fmt: skip
