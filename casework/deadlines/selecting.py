"""Which step comes now, and which rows of the law count at it.

A state's row goes before the federal row of the same step; where a state's row was not verified,
the federal ceiling stands for a decision, and no date at all for filing, unless the step lists a
federal row. A row is used only for a plan type in its `applies_to`, on a day when it is in force.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from casework.deadlines.holding import holding, plan_type, state, urgency
from casework.deadlines.model import Role
from casework.deadlines.starts import Events, Start, start_of
from casework.knowledge_base.appeal_steps import AppealStep, Level
from casework.knowledge_base.model import DeadlineRule, Knowledge


@dataclass(frozen=True)
class Standing:
    """Where the case stands: its plan, state and speed, the facts that hold, the events so far.

    ``urgency`` is what was asked for; the fact "expedited" tells whether the rules allow it.
    """

    case: Mapping[str, Any]
    knowledge: Knowledge
    plan_type: str
    state: str
    urgency: str
    facts: frozenset[str]
    events: Events
    today: date

    @property
    def ladder(self) -> AppealStep | None:
        """The steps of this plan type, or None where no rule was read."""
        return self.knowledge.appeal_steps.get(self.plan_type)

    def holds(self, wanted: Sequence[str]) -> bool:
        """Whether every fact in `wanted` is so."""
        return self.facts.issuperset(wanted)


@dataclass(frozen=True)
class Row:
    """A row that counts, and the moment it runs from."""

    rule: DeadlineRule
    start: Start


def standing_of(
    case: Mapping[str, Any], knowledge: Knowledge, today: date, events: Events = ()
) -> Standing:
    """Return where the case stands."""
    return Standing(
        case=case,
        knowledge=knowledge,
        plan_type=plan_type(case),
        state=state(case),
        urgency=urgency(case),
        facts=holding(case, knowledge, today, events),
        events=events,
        today=today,
    )


def current_level(where: Standing) -> Level | None:
    """Return the step that comes now: the request itself, or the step after the notice."""
    if where.ladder is None:
        return None
    denial = where.case.get("denial")
    if not denial:
        return where.ladder.request
    return _first_after(where, str(denial.get("level") or "initial"))


def appeal_level(where: Standing) -> Level | None:
    """Return the step an appeal would take: the one after the notice, or the first of all."""
    if where.ladder is None:
        return None
    denial = where.case.get("denial") or {}
    return _first_after(where, str(denial.get("level") or "initial"))


def level_after(where: Standing, level: Level) -> Level | None:
    """Return the step that follows `level`."""
    if where.ladder is None:
        return None
    open_levels = [each for each in where.ladder.level if where.holds(each.only_if)]
    if level not in open_levels:
        return open_levels[0] if open_levels else None
    index = open_levels.index(level) + 1
    return open_levels[index] if index < len(open_levels) else None


def rows_for(where: Standing, level: Level, role: Role) -> list[Row]:
    """Return the rows that count at `level`, the one to print first at the head."""
    own = [row for row in _state_rows(where, level, role) if row.rule.verified]
    federal = list(_listed_rows(where, level, role))
    fast = _with_urgency(own, "expedited") + _with_urgency(federal, "expedited")
    slow = _with_urgency(own, "standard") or _with_urgency(federal, "standard")
    if not where.holds(["expedited"]):
        return slow
    return fast or slow if role == "decide" else fast + slow


def unverified_state_rows(where: Standing, level: Level, role: Role) -> list[DeadlineRule]:
    """Return the rows of the case's state for this step that nobody has verified."""
    return [row.rule for row in _state_rows(where, level, role) if not row.rule.verified]


@cache
def step_and_facts(step: str) -> tuple[str, tuple[str, ...]]:
    """Read the `step` of a row: "internal.decide if investigational, expedited"."""
    name, _, facts = step.partition(" if ")
    return name, tuple(fact.strip() for fact in facts.split(",") if fact.strip())


def _first_after(where: Standing, decided: str) -> Level | None:
    levels = where.ladder.level if where.ladder else []
    for level in levels:
        if decided in level.after and where.holds(level.only_if):
            return level
    return None


def _listed_rows(where: Standing, level: Level, role: Role) -> Iterator[Row]:
    by_id = {rule.id: rule for law in where.knowledge.laws.values() for rule in law.deadline}
    for rule_id in _listed(level, role):
        rule = by_id[rule_id]
        wanted = level.when.get(rule_id, ())
        unmet = bool(rule.condition) and not wanted
        if rule.verified and not unmet and where.holds(wanted):
            yield from _in_force(where, level, rule)


def _listed(level: Level, role: Role) -> Sequence[str]:
    by_role = {"file": level.file_rules, "reply": level.reply_rules, "duty": level.duty_rules}
    return by_role.get(role, level.decide_rules)


def _state_rows(where: Standing, level: Level, role: Role) -> Iterator[Row]:
    for law in where.knowledge.laws.values():
        for rule in law.deadline:
            if not rule.state or rule.state != where.state:
                continue
            name, wanted = step_and_facts(rule.step)
            if name == f"{level.id}.{role}" and where.holds(wanted):
                yield from _in_force(where, level, rule)


def _in_force(where: Standing, level: Level, rule: DeadlineRule) -> Iterator[Row]:
    if where.plan_type not in rule.applies_to:
        return
    start = start_of(rule, where.case, where.events, restarts=level.clock_stops)
    day = start.in_force or where.today
    if rule.effective_from <= day and (rule.effective_to is None or day <= rule.effective_to):
        yield Row(rule, start)


def _with_urgency(rows: Sequence[Row], wanted: str) -> list[Row]:
    return [row for row in rows if row.rule.urgency == wanted]
