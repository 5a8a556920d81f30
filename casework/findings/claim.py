"""Findings on the service lines: codes, drug amount and units that do not agree with the course."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from casework.codes import NAMELESS_DRUG_CODES, check_codes
from casework.english import plain_number
from casework.facts import Facts
from casework.findings_model import Finding
from casework.passages.course import sessions
from casework.passages.plan import session_milligrams

_TOLERANCE = 0.5
# What our list does not hold is not wrong for that.
_TO_LOOK_UP = ("modifier_not_in_library", "place_not_in_library")


def claim_findings(facts: Facts) -> Iterator[Finding]:
    """Say where codes, units, doses and visits do not agree with each other."""
    lines = facts.case["request"].get("codes") or []
    if not lines:
        yield Finding(
            "no_codes", "weakness", "No service code is in the request.", "/request/codes",
            "Intake cannot key a request without codes and units.", "",
        )  # fmt: skip
    for i, line in enumerate(lines):
        yield from _line(facts, line, f"/request/codes/{i}")
    yield from _milligrams(facts)
    yield from _given_in_network(facts)
    yield from _at_odds(facts)


def _given_in_network(facts: Facts) -> Iterator[Finding]:
    given = facts.get("/claim/lines") and not facts.case.get("denial")
    if given and "in" in (facts.get("/facility/network"), facts.get("/prescriber/network")):
        yield Finding(
            "claim_is_the_clinic_s", "note",
            "Services have been given inside the network: the clinic sends their claim itself.",
            "/claim/lines",
            "A network clinic usually may not bill the patient, so a superbill is not for them.",
            "denial_reasons/timely_filing",
        )  # fmt: skip


def _line(facts: Facts, line: Mapping[str, Any], at: str) -> Iterator[Finding]:
    if line["code"] in NAMELESS_DRUG_CODES and not line.get("ndc"):
        yield Finding(
            "no_ndc", "weakness",
            f"{line['code']} names no drug by itself, and the line has no NDC.",
            f"{at}/ndc",
            "Claims for an unspecified drug are commonly returned without it.",
            f"codes/{line['code']}",
        )  # fmt: skip
    entry = facts.knowledge.service_codes.get(line["code"])
    if entry is None:
        yield Finding(
            "code_not_in_library", "note", f"The code {line['code']} is not in our list.",
            f"{at}/code", "Check that it is valid on the date of service.", "",
        )  # fmt: skip
    yield from _units(facts, line, at)


def _units(facts: Facts, line: Mapping[str, Any], at: str) -> Iterator[Finding]:
    count, units = sessions(facts.case["request"]), line.get("units")
    if not units:
        yield Finding(
            "no_units", "weakness", f"The line {line['code']} has no units.", f"{at}/units",
            "Intake cannot key a line without units.", "",
        )  # fmt: skip
    elif count and units < count and line["code"] not in NAMELESS_DRUG_CODES:
        yield Finding(
            "units_fewer_than_sessions", "weakness",
            f"The line {line['code']} asks for {plain_number(units)} of the {count} sessions.",
            f"{at}/units",
            "Codes, units and visits must agree with the course asked.", "",
        )  # fmt: skip


def _milligrams(facts: Facts) -> Iterator[Finding]:
    total = session_milligrams(facts)
    for i, line in enumerate(facts.case["request"].get("codes") or []):
        amount, unit = line.get("amount"), line.get("unit")
        if total and amount and unit == "mg" and abs(float(amount) - total) > _TOLERANCE:
            yield Finding(
                "dose_disagrees", "weakness",
                f"The line says {plain_number(amount)} mg; weight and dose give "
                f"{plain_number(total)} mg a session.",
                f"/request/codes/{i}/amount",
                "A reviewer who multiplies finds it.", "",
            )  # fmt: skip


def _at_odds(facts: Facts) -> Iterator[Finding]:
    for fault in check_codes(facts.case, facts.knowledge, facts.today):
        yield Finding(
            fault.id, "note" if fault.id in _TO_LOOK_UP else "weakness",
            fault.message, fault.pointer,
            "Put it right, or have the payer confirm it, before sending: a line at odds with the "
            "rest is returned or refused.",
            fault.source,
        )  # fmt: skip
