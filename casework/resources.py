"""Where help is: the verified resources with plain words that fit this plan and treatment."""

from __future__ import annotations

from collections.abc import Iterator

from casework.facts import Facts
from casework.knowledge_base.help import Resource
from casework.languages import worded


def resources(facts: Facts, subject: str) -> Iterator[Resource]:
    """Yield the resources on a subject that this patient's papers may name, in their order."""
    for each in facts.knowledge.resources[subject].resource:
        if _printed(each) and _meant_for(each, facts):
            yield each


def plain_of(resource: Resource, language: str) -> str:
    """Return what a resource is for, in plain words of this language."""
    return worded(language, resource.plain, resource.plain_es)


def name_of(resource: Resource, language: str) -> str:
    """Return what a resource is called in the patient's papers."""
    own = worded(language, resource.plain_title, resource.plain_title_es)
    return own or worded(language, resource.title, resource.title_es or resource.title)


def _printed(resource: Resource) -> bool:
    usable = resource.verified and resource.active and not resource.active_unconfirmed
    return bool(usable and resource.plain and resource.plain_es)


def _meant_for(resource: Resource, facts: Facts) -> bool:
    if resource.treatment and facts.treatment.generic not in resource.treatment:
        return False
    if not resource.plan_types:
        return True
    fitting = [plan in resource.plan_types for plan in _plans(facts)]
    # One plan of the government's, as a second plan too, shuts out from a maker's savings.
    return all(fitting) if resource.kind == "manufacturer_savings" else any(fitting)


def _plans(facts: Facts) -> list[str]:
    """Return the plan type, and that of a second plan: "unknown" where the case does not tell it."""
    insurance = facts.case["insurance"]
    second = insurance.get("secondary")
    other = [second.get("plan_type") or "unknown"] if second else []
    return [insurance["plan_type"], *other]
