"""The steps after this one, in the plain words of the patient's own papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.facts import Facts
from casework.knowledge_base.appeal_steps import Level
from casework.languages import worded


@dataclass(frozen=True)
class PlainStep:
    """A step of the plan's ladder as the patient meets it.

    ``name`` is the legal name, in Spanish with the English one behind it, since the plan knows no
    other. ``automatic``: the plan must send the case on itself. ``source`` is its knowledge id.
    """

    id: str
    name: str
    plain: str
    automatic: bool
    source: str


def plain_step(facts: Facts, step: str, language: str) -> PlainStep | None:
    """Return a step of this plan's ladder by its id; None where no such step was read."""
    level = next((each for each in _ladder(facts) if each.id == step), None)
    if level is None:
        return None
    return PlainStep(
        level.id,
        _name(level, language),
        worded(language, level.plain, level.plain_es),
        level.automatic,
        facts.regime.source,
    )


def this_step(facts: Facts, language: str) -> PlainStep | None:
    """Return the step that comes now, or after a denial that has not come."""
    return plain_step(facts, facts.regime.step, language)


def next_step(facts: Facts, language: str) -> PlainStep | None:
    """Return the step that comes after this one."""
    after = (each.id for each in _ladder(facts) if each.name == facts.regime.next_name)
    return plain_step(facts, next(after, ""), language)


def _ladder(facts: Facts) -> Sequence[Level]:
    ladder = facts.knowledge.appeal_steps.get(facts.regime.plan_type)
    return ladder.level if ladder else ()


def _name(level: Level, language: str) -> str:
    return worded(language, level.name, f"{level.name_es} (en inglés: “{level.name}”)")
