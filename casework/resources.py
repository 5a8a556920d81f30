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
    plan_type = facts.case["insurance"]["plan_type"]
    if resource.plan_types and plan_type not in resource.plan_types:
        return False
    return not resource.treatment or facts.treatment.generic in resource.treatment
