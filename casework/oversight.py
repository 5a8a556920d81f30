"""Which office oversees this plan: by plan type, and for insured plans by the state that issued it.

Rules: `knowledge/regulators/`. A self-funded employer plan is never sent to a state's office.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casework.knowledge_base.help import OversightRule
from casework.knowledge_base.model import Knowledge

_OF_STATE = ("state_insurance", "state_medicaid")


@dataclass(frozen=True)
class Overseer:
    """An office with how it is reached; `source` is the knowledge entry, `why` why it is this one."""

    name: str
    phone: str
    url: str
    source: str
    why: str


def overseer(case: Mapping[str, Any], knowledge: Knowledge) -> Overseer | None:
    """Return the one office that oversees the plan.

    None where the plan type has no verified rule, where the state or its office is not known, and
    where a rule names several that the case cannot tell apart.
    """
    insurance = case["insurance"]
    rule = _rule(insurance["plan_type"], knowledge)
    if rule is None:
        return None
    state = str(insurance.get("state") or "")
    offices = _complaint_to(rule, state, insurance)
    if len(offices) != 1:
        return None
    if offices[0] in _OF_STATE:
        return _state_office(offices[0], state, rule, knowledge)
    return _federal(offices[0], rule, knowledge)


def _rule(plan_type: str, knowledge: Knowledge) -> OversightRule | None:
    rules = knowledge.regulators["federal"].rule
    return next((rule for rule in rules if rule.plan_type == plan_type and rule.verified), None)


def _complaint_to(rule: OversightRule, state: str, insurance: Mapping[str, Any]) -> list[str]:
    if state in rule.in_states:
        return [rule.in_states[state]]
    if rule.if_insured and insurance.get("funding") == "fully_insured":
        return rule.if_insured
    return rule.complaint_to


def _federal(office_id: str, rule: OversightRule, knowledge: Knowledge) -> Overseer | None:
    found = (each for each in knowledge.regulators["federal"].office if each.id == office_id)
    office = next(found, None)
    if office is None or not office.verified:
        return None
    url = office.complaint_url or office.url
    return Overseer(office.name, office.phone, url, "regulators/federal", rule.why)


def _state_office(
    kind: str, state: str, rule: OversightRule, knowledge: Knowledge
) -> Overseer | None:
    found = (each for each in knowledge.regulators["states"].state if each.id == state)
    row = next(found, None)
    if row is None:
        return None
    if kind == "state_medicaid":
        if row.medicaid is None or not row.medicaid.verified:
            return None
        phone = row.medicaid.phone if row.medicaid.phone_verified else ""
        return Overseer(row.medicaid.agency, phone, row.medicaid.url, "regulators/states", rule.why)
    if not row.insurance.verified:
        return None
    return Overseer(
        row.insurance.name, row.insurance.phone, row.insurance.url, "regulators/states", rule.why
    )
