"""Cross-checks of laws and appeal steps, for the loading of knowledge: each fault with its key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from casework.deadlines.holding import HOLDING
from casework.deadlines.selecting import step_and_facts
from casework.deadlines.starts import KNOWN_EVENTS
from casework.knowledge_base.appeal_steps import AppealStep, Level
from casework.knowledge_base.model import DeadlineRule, Knowledge, Law, Right

Named = tuple[str, str, str]  # area/file, key, reason


def law_faults(knowledge: Knowledge) -> Iterator[Named]:
    """Yield (file, key, reason) for every fault that the shape alone does not show."""
    yield from _duplicates(knowledge)
    for law in knowledge.laws.values():
        yield from _law(law, knowledge)
    yield from _overlaps(knowledge)
    for steps in knowledge.appeal_steps.values():
        yield from _steps(steps, knowledge)


def _rules(knowledge: Knowledge) -> Iterator[tuple[Law, DeadlineRule]]:
    for law in knowledge.laws.values():
        for rule in law.deadline:
            yield law, rule


def _duplicates(knowledge: Knowledge) -> Iterator[Named]:
    seen: dict[str, str] = {}
    for law, rule in _rules(knowledge):
        if rule.id in seen:
            yield f"laws/{law.id}.toml", rule.id, f"stands in laws/{seen[rule.id]}.toml too"
        seen[rule.id] = law.id


def _law(law: Law, knowledge: Knowledge) -> Iterator[Named]:
    path = f"laws/{law.id}.toml"
    known = {rule.id for _, rule in _rules(knowledge)}
    for rule_id in law.deadlines:
        if rule_id not in known:
            yield path, "deadlines", f"{rule_id} is no deadline of any law"
    for other in law.laws:
        if other not in knowledge.laws:
            yield path, "laws", f"{other} is no law"
    for rule in law.deadline:
        yield from ((path, f"deadline.{rule.id}", reason) for reason in _rule(rule, knowledge))


def _rule(rule: DeadlineRule, knowledge: Knowledge) -> Iterator[str]:
    if sum(each is not None for each in (rule.hours, rule.days, rule.months)) != 1:
        yield "must have exactly one of hours, days, months"
    if rule.months is not None and rule.month_end is None:
        yield "a rule in months must say month_end"
    if rule.effective_to is not None and rule.effective_to < rule.effective_from:
        yield "ends before it begins (effective_to before effective_from)"
    if rule.event_it_runs_from not in KNOWN_EVENTS:
        known = knowledge.law_meta.get("event_values", ())
        if rule.event_it_runs_from not in known:
            yield f"event_it_runs_from {rule.event_it_runs_from!r} is no known event"
    for fact in step_and_facts(rule.step)[1]:
        if fact not in HOLDING:
            yield f"step names {fact!r}, which is no known fact"


def _overlaps(knowledge: Knowledge) -> Iterator[Named]:
    """Two dated texts of one rule may not be in force on one day.

    The earlier text bears the later one's id with an ending ("ma.appeal.file_before_2025").
    """
    by_name: dict[str, list[tuple[Law, DeadlineRule]]] = {}
    for law, rule in _rules(knowledge):
        by_name.setdefault(rule.id.partition("_before_")[0], []).append((law, rule))
    for rows in by_name.values():
        for (law, first), (_, second) in combinations(rows, 2):
            if _both_in_force(first, second):
                yield f"laws/{law.id}.toml", first.id, f"is in force on a day of {second.id} too"


def _both_in_force(first: DeadlineRule, second: DeadlineRule) -> bool:
    if not set(first.applies_to) & set(second.applies_to):
        return False
    ended = first.effective_to is not None and first.effective_to < second.effective_from
    begun = second.effective_to is not None and second.effective_to < first.effective_from
    return not (ended or begun)


def _steps(steps: AppealStep, knowledge: Knowledge) -> Iterator[Named]:
    path = f"appeal_steps/{steps.id}.toml"
    if steps.plan_type not in knowledge.laws:
        yield path, "plan_type", f"{steps.plan_type} is no plan type of the laws"
    for level in [*([steps.request] if steps.request else []), *steps.level]:
        for reason in _level(level, steps.plan_type, knowledge):
            yield path, f"level.{level.id}", reason


def _level(level: Level, plan_type: str, knowledge: Knowledge) -> Iterator[str]:
    rules = {rule.id: rule for _, rule in _rules(knowledge)}
    rights = {right.id: right for law in knowledge.laws.values() for right in law.right}
    yield from _unknown("deadline", rules, _named_rules(level), plan_type)
    yield from _unknown("right", rights, [*level.rights, *level.silence], plan_type)
    for name in level.when:
        if name not in rules and name not in rights:
            yield f"when names {name}, which is no deadline and no right"
    named = [fact for facts in level.when.values() for fact in facts]
    for fact in [*named, *level.only_if, *level.provider_when]:
        if fact not in HOLDING:
            yield f"{fact!r} is no known fact"


def _named_rules(level: Level) -> Iterator[str]:
    yield from (*level.file_rules, *level.reply_rules, *level.duty_rules, *level.decide_rules)
    yield from (*level.ceilings, *level.or_effective_date, *level.before_event, *level.continuing)


def _unknown(
    what: str,
    known: Mapping[str, DeadlineRule] | Mapping[str, Right],
    named: Iterable[str],
    plan_type: str,
) -> Iterator[str]:
    for name in dict.fromkeys(named):
        if name not in known:
            yield f"{name} is no {what} of any law"
        elif plan_type not in known[name].applies_to:
            yield f"{name} does not apply to {plan_type}"
