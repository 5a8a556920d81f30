"""The law of a plan at the step that comes now: its name, its clocks, its rights, who may file.

Nothing is offered that was not verified, and nothing cited that does not reach this plan type: a
letter under a self-funded plan cites no state law, a Medicare letter no ERISA.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.deadlines.compute import citation_for, current_deadlines
from casework.deadlines.holding import plan_type as plan_type_of
from casework.deadlines.model import Deadline
from casework.deadlines.selecting import (
    Standing,
    appeal_level,
    current_level,
    level_after,
    rows_for,
    standing_of,
)
from casework.deadlines.starts import NOTICE, RECEIVED, Events, whole_day
from casework.deadlines.words import after_words, length
from casework.english import counted, joined, long_date, sentence
from casework.knowledge_base.appeal_steps import Level, UrgencyTest
from casework.knowledge_base.model import DeadlineRule, Knowledge, Law, Right

# How well a source must have been read before a paper cites it.
CITABLE = ("text", "agency", "quoted")


@dataclass(frozen=True)
class Owed:
    """A time in a whole sentence that may be printed, and where it comes from."""

    words: str
    due: date | None
    citation: str
    source: str
    deadline_id: str


@dataclass(frozen=True)
class PrintedRight:
    """A right that may be printed: verified, citable and of this plan's regime.

    ``text`` has no final full stop; ``citation`` is the one for this plan type. ``plain`` is the
    right told to the patient, with its full stop, and empty where no plain words were written.
    """

    id: str
    title: str
    text: str
    citation: str
    source: str
    plain: str = ""
    plain_es: str = ""


@dataclass(frozen=True)
class Regime:
    """What governs this plan at the step that comes now.

    ``known`` is False for a plan type without rules here; then the step is called an appeal, no
    time, right or filer is offered, and the notice's own words stand. ``name`` fits "This is a
    standard …."; ``internal`` tells that the plan itself decides this step; ``automatic`` that the plan must
    send the case on itself; ``records`` are the rights
    that a request for the claim file rests on.
    """

    plan_type: str
    known: bool
    law_title: str
    source: str
    state: str
    erisa: bool
    state_law: bool
    laws: tuple[str, ...]
    must_name: tuple[str, ...]
    step: str
    name: str
    title: str
    addressed_to: str
    internal: bool
    automatic: bool
    file_by: Owed | None
    decision_owed: Owed | None
    rights: tuple[PrintedRight, ...]
    records: tuple[PrintedRight, ...]
    silence: tuple[PrintedRight, ...]
    who_may_file: tuple[str, ...]
    who_may_file_citation: str
    who_may_file_source: str
    late: str
    late_citation: str
    urgency_test: UrgencyTest | None
    next_name: str
    next_step: str


# What an appeal is called where no rule was read, and where the ladder has no further step.
_NO_RULES = Level("appeal", "appeal", "Appeal", "", [], [], internal=True)
_NO_STEP = Level("none", "request for further review", "Request for further review", "", [], [])


def regime(
    case: Mapping[str, Any],
    knowledge: Knowledge,
    events: Events = (),
    today: date | None = None,
) -> Regime:
    """Return the regime of a case.

    The law in force is that of the notice's date; `today`, the letter date, counts where there is
    no notice, and tells whether the day to file has passed.
    """
    day = today or whole_day(case, RECEIVED) or whole_day(case, NOTICE) or date.max
    return regime_of(standing_of(case, knowledge, day, events), today)


def regime_of(where: Standing, today: date | None) -> Regime:
    """Return the regime of a case whose standing is known; `today` as for `regime`."""
    level = appeal_level(where) or (_NO_STEP if where.ladder else _NO_RULES)
    law = where.knowledge.laws.get(where.plan_type)
    after = level_after(where, level) if level is not _NO_STEP else None
    return Regime(
        plan_type=where.plan_type,
        known=where.ladder is not None,
        law_title=law.title if law else "",
        source=f"appeal_steps/{where.plan_type}" if where.ladder else "",
        state=where.state,
        erisa=bool(law and law.erisa),
        state_law=bool(law and law.state_insurance_law),
        laws=tuple(each.id for each in _laws(where)),
        must_name=tuple(law.letter_must_name) if law else (),
        step=level.id,
        name=level.name,
        title=level.title,
        addressed_to=level.addressed_to,
        internal=level.internal,
        automatic=level.automatic,
        file_by=_file_by(where, today),
        decision_owed=_decision_owed(where),
        rights=tuple(_rights(where, level)),
        records=tuple(_records(where)),
        silence=tuple(_printed(where, (current_level(where) or level).silence)),
        late=level.late,
        late_citation=level.late_citation,
        urgency_test=where.ladder.urgency_test if where.ladder else None,
        next_name=after.name if after else "",
        next_step=_next_step(where, level),
        **_filers(where, level),
    )


def may_cite(regime_of_plan: Regime, law_id: str) -> bool:
    """Whether a paper for this plan may cite the law: its file lists the plan type and the state."""
    return law_id in regime_of_plan.laws


def _laws(where: Standing) -> Iterator[Law]:
    for law in where.knowledge.laws.values():
        if law.kind == "plan_type":
            if law.id == where.plan_type:
                yield law
        elif where.plan_type in law.applies_to and state_of(law) in ("", where.state):
            yield law


def state_of(law: Law) -> str:
    """Return the state whose rules a file holds ("MA" for `state_ma`), or an empty text."""
    return law.id.removeprefix("state_").upper() if law.kind == "state" else ""


def _file_by(where: Standing, today: date | None) -> Owed | None:
    if not where.case.get("denial"):
        return None
    for each in current_deadlines(where):
        if each.role != "file" or each.certainty != "certain" or each.due_day is None:
            continue
        if each.id == "notice.stated" or (today and each.passed(today)):
            return None
        return Owed(_filing_words(where, each), each.due_day, each.citation, each.source, each.id)
    return None


def _filing_words(where: Standing, deadline: Deadline) -> str:
    rule = _rule(where.knowledge, deadline.id)
    cited = f" ({deadline.citation})" if rule.verification in CITABLE else ""
    least = "at least " if rule.limit_kind == "at_least" else ""
    day = long_date(deadline.due_day or date.max)
    start = _counted_from(deadline, rule.presumed_receipt_days)
    return f"The rule gives {least}{length(rule)}{start}, until {day}{cited}."


def _counted_from(deadline: Deadline, presumed_days: int | None) -> str:
    if deadline.presumed and presumed_days:
        return f", counted from an arrival presumed {counted(presumed_days, 'day')} after its date"
    if deadline.presumed and deadline.event_date:
        return (
            f" from the day the notice arrived, counted here from {long_date(deadline.event_date)}"
        )
    if deadline.event_pointer == RECEIVED:
        return " from the day the notice arrived"
    return " from the date of the notice"


def _decision_owed(where: Standing) -> Owed | None:
    level = current_level(where)
    if level is None:
        return None
    rows = [row.rule for row in rows_for(where, level, "decide")]
    rules = [rule for rule in rows if rule.verification in CITABLE]
    if not rules:
        return None
    return Owed(
        sentence(f"A decision is owed {joined(list(_times(where, level, rules)), 'or')}"),
        None,
        "; ".join(dict.fromkeys(citation_for(rule, where.plan_type) for rule in rules)),
        rules[0].source,
        rules[0].id,
    )


def _times(where: Standing, level: Level, rules: Sequence[DeadlineRule]) -> Iterator[str]:
    """Each time with its citation; what it runs from is said again only when it differs."""
    told = ""
    for rule in rules:
        after, label = after_words(rule), level.labels.get(rule.id, "")
        cited = f"({citation_for(rule, where.plan_type)})"
        words = [f"within {length(rule)}", "" if after == told else after, label, cited]
        yield " ".join(word for word in words if word)
        told = after


def _rights(where: Standing, level: Level) -> Iterator[PrintedRight]:
    uses = set(_uses(where, level))
    told = {*level.rights, *_after_silence(where, level)}
    yield from _printed(where, [each for each in level.rights if _holds(where, level, each)])
    for law in _laws(where):
        if law.kind == "state":
            ids = [right.id for right in law.right if uses.intersection(right.use_in)]
            yield from _printed(where, [each for each in ids if each not in told])


def _uses(where: Standing, level: Level) -> Iterator[str]:
    """Which of a state's rights serve here.

    Those of an expedited request are for the plan's own step: they let the outside review start
    beside it, and that is past once the plan has decided.
    """
    yield "appeal" if level.internal else "external_review"
    if level.internal and where.holds(["expedited"]):
        yield "expedited_request"


def _after_silence(where: Standing, level: Level) -> Iterator[str]:
    """What the plan's silence would have given: beside the point once the plan has answered."""
    levels = where.ladder.level if where.ladder and not level.internal else []
    for each in levels:
        yield from each.silence


def _records(where: Standing) -> Iterator[PrintedRight]:
    """The rights to files, criteria and names that a request for records rests on."""
    for law in _laws(where):
        ids = [right.id for right in law.right if "records_request" in right.use_in]
        yield from _printed(where, ids)


def _holds(where: Standing, level: Level, right_id: str) -> bool:
    return where.holds(level.when.get(right_id, ()))


def _printed(where: Standing, ids: Sequence[str]) -> Iterator[PrintedRight]:
    by_id = {right.id: right for law in _laws(where) for right in law.right}
    for right_id in ids:
        right = by_id.get(right_id)
        if right is not None and _printable(right, where.plan_type):
            yield PrintedRight(
                right.id,
                right.title,
                right.text.rstrip("."),
                right.citation_for.get(where.plan_type, right.citation),
                right.source,
                right.plain,
                right.plain_es,
            )


def _printable(right: Right, plan_type: str) -> bool:
    return (
        right.verified
        and right.verification in CITABLE
        and plan_type in right.applies_to
        and not right.condition
    )


def _filers(where: Standing, level: Level) -> dict[str, Any]:
    """Who may file, without the clinician where this case does not meet the rule's conditions.

    A row that gives the clinician a time of their own lets them file (N.Y. Ins. Law 4914).
    """
    who = tuple(
        each
        for each in level.who_may_file
        if each != "provider" or where.holds(level.provider_when)
    )
    own = [
        row.rule for row in rows_for(where, level, "file") if row.rule.who_must_act == "provider"
    ]
    if own and "provider" not in who:
        who = (*who, "provider")
    return {
        "who_may_file": who,
        "who_may_file_citation": level.who_may_file_citation or "; ".join(r.citation for r in own),
        "who_may_file_source": level.who_may_file_source or "; ".join(r.id for r in own),
    }


def _next_step(where: Standing, level: Level) -> str:
    if level.next_step or where.ladder is None or level is _NO_STEP:
        return level.next_step
    return where.ladder.next_step


def _rule(knowledge: Knowledge, rule_id: str) -> DeadlineRule:
    return next(
        rule for law in knowledge.laws.values() for rule in law.deadline if rule.id == rule_id
    )


def plan_is_known(case: Mapping[str, Any], knowledge: Knowledge) -> bool:
    """Whether rules of this plan type were read here."""
    return plan_type_of(case) in knowledge.appeal_steps
