"""`docs/coverage.md`: what the knowledge holds, and what of it nobody has verified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from casework.deadlines.words import length
from casework.evidence import reference
from casework.knowledge_base.appeal_steps import Level
from casework.knowledge_base.model import DeadlineRule, DenialReason, Knowledge, Policy, Study

NOT_VERIFIED = "**not verified**"
_OPENING = """\
# What the knowledge covers

For each plan type and step the deadlines with their source; for each diagnosis the studies; for each
denial reason what answers it; then payers' policies, medicines and scales. What nobody has read in a
source is marked **not verified**: it is never printed and nothing is computed on it.

This page is written by `make docs`.
"""
_POPULATIONS = {
    "mdd_trd": "Treatment-resistant depression",
    "mdd": "Major depression",
    "mdd_psychotic": "Major depression with psychosis",
    "bipolar_depression": "Bipolar depression",
    "ptsd": "Post-traumatic stress disorder",
    "anxiety": "Anxiety disorders",
    "gad": "Generalized anxiety disorder",
    "social_anxiety": "Social anxiety disorder",
    "ocd": "Obsessive-compulsive disorder",
    "suicidal_ideation": "Suicidal thoughts",
}
Row = Sequence[str]
# What the files write where no beginning was read.
_SINCE_EVER = date(1900, 1, 1)


def coverage_markdown(knowledge: Knowledge) -> str:
    """Return the page."""
    parts = (
        _OPENING,
        *_deadlines(knowledge),
        *_studies(knowledge),
        *_reasons(knowledge),
        *_policies(knowledge),
        *_medicines(knowledge),
        *_scales(knowledge),
    )
    return "\n".join(parts).rstrip() + "\n"


def _table(head: Row, rows: Iterable[Row]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |\n|{'---|' * len(head)}"
    for row in rows:
        cells = [cell.replace("|", "\\|") for cell in row]
        yield f"| {' | '.join(cells)} |"
    yield ""


def _flag(verified: bool) -> str:
    return "yes" if verified else NOT_VERIFIED


def _deadlines(knowledge: Knowledge) -> Iterator[str]:
    rules = {rule.id: rule for law in knowledge.laws.values() for rule in law.deadline}
    yield "## Deadlines by plan type and step\n"
    for steps in knowledge.appeal_steps.values():
        title = knowledge.laws[steps.plan_type].title
        yield f"### {title} (`{steps.plan_type}`)\n"
        yield f"Steps from: {steps.source} ({_flag(steps.verified)})\n"
        levels = [*([steps.request] if steps.request else []), *steps.level]
        rows = [row for level in levels for row in _level(level, steps.plan_type, rules)]
        yield from _table(
            ("step", "who", "what", "how long", "speed", "in force", "source", "verified"), rows
        )
    yield from _states(knowledge)


def _level(level: Level, plan_type: str, rules: dict[str, DeadlineRule]) -> Iterator[Row]:
    named = [*level.file_rules, *level.reply_rules, *level.duty_rules, *level.decide_rules]
    if not named:
        yield (level.name, "", "no deadline rule; the date in the notice applies", *[""] * 5)
    for rule_id in named:
        yield (level.name, *_rule(rules[rule_id], plan_type))


def _rule(rule: DeadlineRule, plan_type: str = "") -> Row:
    return (
        rule.who_must_act,
        f"{rule.title} (`{rule.id}`)",
        f"{length(rule)} from `{rule.event_it_runs_from}`",
        rule.urgency,
        _in_force(rule),
        rule.citation_for.get(plan_type, rule.citation),
        _flag(rule.verified),
    )


def _in_force(rule: DeadlineRule) -> str:
    until = f"to {rule.effective_to}" if rule.effective_to else ""
    since = "" if rule.effective_from == _SINCE_EVER else f"from {rule.effective_from}"
    return f"{since} {until}".strip() or "not dated"


def _states(knowledge: Knowledge) -> Iterator[str]:
    yield "### Rules of the states\n"
    rows = [
        (law.title, *_rule(rule))
        for law in knowledge.laws.values()
        if law.kind == "state"
        for rule in law.deadline
    ]
    head = ("state", "who", "what", "how long", "speed", "in force", "source", "verified")
    yield from _table(head, rows)


def _studies(knowledge: Knowledge) -> Iterator[str]:
    yield "## Studies by diagnosis\n"
    ordered = sorted(knowledge.evidence.values(), key=lambda s: (s.rank, -s.year, s.id))
    for population, title in _POPULATIONS.items():
        found = [study for study in ordered if population in study.population]
        if found:
            yield f"### {title} (`{population}`)\n"
            head = ("study", "design", "route", "for", "against", "cited in papers")
            yield from _table(head, map(_study, found))


def _study(study: Study) -> Row:
    name = reference(study) if study.cite_ready else f"{study.title}, {study.year}"
    return (
        f"{name} (`{study.id}`)",
        study.design,
        study.route,
        ", ".join(study.supports),
        ", ".join(study.against),
        _cited(study),
    )


def _cited(study: Study) -> str:
    if not study.verified:
        return NOT_VERIFIED
    return "yes" if study.cite_ready and study.say else "no, told to staff only"


def _reasons(knowledge: Knowledge) -> Iterator[str]:
    yield "## Denial reasons and what answers them\n"
    for reason in knowledge.denial_reasons.values():
        yield f"### {reason.title} (`{reason.id}`)\n"
        yield f"{reason.meaning} Road: {reason.appealable}, {reason.first_route.replace('_', ' ')}.\n"
        yield from (f"- {point}" for point in reason.argument_points)
        yield f"\nAnswered by: {', '.join(reason.answer)}. Codes: {_codes(reason)}.\n"


def _codes(reason: DenialReason) -> str:
    listed = [
        f"{name} {row.code}{'' if row.verified else f' ({NOT_VERIFIED})'}"
        for name, rows in (("CARC", reason.carc), ("RARC", reason.rarc))
        for row in rows
    ]
    return ", ".join(listed) or "none"


def _policies(knowledge: Knowledge) -> Iterator[str]:
    yield "## Payers' policies\n"
    head = ("payer", "policy", "treatment", "position", "criteria read", "dated", "verified")
    yield from _table(head, map(_policy, knowledge.policies.values()))


def _policy(policy: Policy) -> Row:
    read = sum(criterion.verified for criterion in policy.criteria)
    return (
        policy.payer,
        f"{policy.title} (`{policy.id}`)",
        policy.drug,
        policy.position.replace("_", " "),
        f"{read} of {len(policy.criteria)}",
        policy.effective_from or policy.reviewed_on or "no date: ask for the text in force",
        _flag(policy.verified),
    )


def _medicines(knowledge: Knowledge) -> Iterator[str]:
    yield "## Medicines, therapies and procedures\n"
    rows = [
        (
            f"{each.title} (`{each.id}`)",
            each.role.replace("_", " "),
            each.class_,
            _line(each.minimum_adequate_dose_mg_per_day or each.minimum_dose, each.dose_unit)
            if each.minimum_sessions is None
            else f"{each.minimum_sessions} sessions",
            _flag(each.verified),
        )
        for each in knowledge.medicines.values()
    ]
    yield from _table(("name", "role", "class", "least that counts", "verified"), rows)


def _line(least: float | None, unit: str) -> str:
    return "" if least is None else f"{least:g} {unit.replace('_', ' ')}"


def _scales(knowledge: Knowledge) -> Iterator[str]:
    yield "## Rating scales\n"
    rows = [
        (
            f"{each.title} (`{each.id}`)",
            f"{each.minimum} to {each.maximum}",
            each.rater,
            ", ".join(each.from_memory) or "none",
            _flag(each.verified),
        )
        for each in knowledge.scales.values()
    ]
    yield from _table(("scale", "range", "rater", "lines from memory, not used", "verified"), rows)
