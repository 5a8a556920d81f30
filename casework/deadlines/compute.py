"""From the rows that count to deadlines with their dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from casework.deadlines.counting import due_from, last_business_day
from casework.deadlines.model import Certainty, Deadline, Role, Target
from casework.deadlines.selecting import (
    Row,
    Standing,
    appeal_level,
    current_level,
    level_after,
    rows_for,
)
from casework.deadlines.starts import (
    COURSE_END,
    EFFECTIVE,
    FIRST_DECISION,
    Start,
    answer_awaited,
    whole_day,
)
from casework.deadlines.stated import STATED, stated_deadline
from casework.deadlines.words import how_counted
from casework.english import long_date
from casework.knowledge_base.appeal_steps import Level
from casework.knowledge_base.model import DeadlineRule


def current_deadlines(where: Standing) -> Iterator[Deadline]:
    """Yield the deadlines of the step that comes now."""
    level = current_level(where)
    if level is None:
        yield from _without_rules(where)
        return
    filing = [
        _deadline(where, level, row, _asking(level, row)) for row in rows_for(where, level, "file")
    ]
    yield from filing
    if where.case.get("denial") and not level.automatic and _notice_speaks(where, filing):
        yield from _from_the_notice(where, level)
    if where.holds(["information_asked"]):
        replies = rows_for(where, level, "reply")
        yield from (_deadline(where, level, row, "reply") for row in replies)
    duties = (_deadline(where, level, row, "duty") for row in rows_for(where, level, "duty"))
    yield from (each for each in duties if each.due is not None)
    decisions = [_decision(where, level, row) for row in rows_for(where, level, "decide")]
    yield from _ask_in_time(where, level, decisions)
    yield from decisions


def _asking(level: Level, row: Row) -> Role:
    return "continue" if row.rule.id in level.continuing else "file"


def _decision(where: Standing, level: Level, row: Row) -> Deadline:
    """What is owed to us; without a day while the answer to what was asked is on its way."""
    if not (level.clock_stops and answer_awaited(where.events)):
        return _deadline(where, level, row, "decide")
    awaited = Start(None, row.start.pointer, "the day what was asked for is received", None)
    return _deadline(where, level, Row(row.rule, awaited), "decide")


def _notice_speaks(where: Standing, filing: list[Deadline]) -> bool:
    """Where no rule gives a day the notice's applies; where it names another, both are told."""
    printable = [each for each in filing if each.role == "file" and each.certainty == "certain"]
    stated = stated_deadline(where.case)
    named = stated.due if stated else None
    return not printable or (named is not None and named not in {e.due_day for e in printable})


def _ask_in_time(where: Standing, level: Level, decisions: list[Deadline]) -> Iterator[Deadline]:
    """An urgent extension of a running course must be asked for before the course ends."""
    end = whole_day(where.case, COURSE_END)
    hours = level.ask_hours_before_end
    if (
        end is None
        or hours is None
        or not decisions
        or not where.holds(["expedited", "running_course"])
    ):
        return
    # The course's last hour is not recorded, so the whole last day is left out of the count.
    due = end - timedelta(hours=hours)
    yield replace(
        decisions[0],
        id=f"{decisions[0].id}.ask",
        title=f"Ask for the extension at least {hours} hours before the approved course ends",
        owed_by="provider",
        due=due,
        event="approved_course_ends",
        event_words=f"the approved course ends on {long_date(end)}",
        event_date=end,
        event_pointer=COURSE_END,
        counted=f"{hours} hours before the approved course ends on {long_date(end)}.",
        role="file",
        certainty="certain",
        **_off_day(due),
    )


def later_deadlines(where: Standing) -> Iterator[Deadline]:
    """Yield the filing times of the step after this one: from what they run, without a date."""
    level = current_level(where)
    after = level_after(where, level) if level else None
    if after is None or not where.case.get("denial"):
        return
    for row in rows_for(where, after, "file"):
        yield _undated(where, after, row)


def citation_for(rule: DeadlineRule, plan_type: str) -> str:
    """Return the citation that may be used for this plan type."""
    return rule.citation_for.get(plan_type, rule.citation)


def _deadline(where: Standing, level: Level, row: Row, role: Role) -> Deadline:
    rule, start = row.rule, row.start
    due = due_from(rule, start.moment) if start.moment is not None else None
    due = _or_effective(where, level, rule, due)
    return Deadline(
        id=rule.id,
        title=rule.title,
        owed_by=rule.who_must_act,
        due=due,
        event=rule.event_it_runs_from,
        event_words=start.words,
        event_date=start.day,
        event_pointer=start.pointer,
        urgency=rule.urgency,
        counted=how_counted(rule, start, due),
        citation=citation_for(rule, where.plan_type),
        source=rule.source,
        step=level.id,
        role=role,
        certainty=_certainty(where, level, rule, due),
        limit_kind=rule.limit_kind,
        presumed=start.presumed,
        **_aim(level, rule, start, due),
    )


def _certainty(
    where: Standing, level: Level, rule: DeadlineRule, due: date | datetime | None
) -> Certainty:
    if due is None:
        return "no_date"
    if rule.id in level.ceilings or where.holds(["dates_at_odds"]):
        return "working_target"
    return "certain"


def _or_effective(
    where: Standing, level: Level, rule: DeadlineRule, due: date | datetime | None
) -> date | datetime | None:
    effective = whole_day(where.case, EFFECTIVE)
    if rule.id not in level.or_effective_date or due is None or effective is None:
        return due
    day = due.date() if isinstance(due, datetime) else due
    return max(day, effective)


def _aim(
    level: Level, rule: DeadlineRule, start: Start, due: date | datetime | None
) -> dict[str, Any]:
    """The earlier business day to aim at, and why; only we plan by it, not the plan."""
    if due is None or rule.who_must_act not in ("member", "provider"):
        return {}
    last = due.date() if isinstance(due, datetime) else due
    if rule.id in level.before_event and start.day is not None:
        return _aimed_at(start.day - timedelta(days=1), "before_event")
    if rule.hours is not None and not isinstance(due, datetime) and start.day is not None:
        # From the first minute of its day the hours end on the morning of the last one.
        aimed = _aimed_at(last - timedelta(days=1), "hour_unknown")
        return {**aimed, "working_target": max(aimed["working_target"], start.day)}
    if rule.filed_when.startswith("received"):
        # laws/_meta.toml: what must arrive by the date is sent before it.
        return _aimed_at(last - timedelta(days=1), "arrival")
    return _off_day(last)


def _aimed_at(day: date, because: Target) -> dict[str, Any]:
    return {"working_target": last_business_day(day), "target_because": because}


def _off_day(due: date) -> dict[str, Any]:
    return {} if last_business_day(due) == due else _aimed_at(due, "day_off")


def _undated(where: Standing, level: Level, row: Row) -> Deadline:
    """A later step runs from a decision that has not come: the notice at hand never dates it.

    Save a step whose time runs already, from the first appeal and whatever a second one decides.
    """
    if row.start.pointer.startswith("events/") or row.rule.event_it_runs_from == FIRST_DECISION:
        return _deadline(where, level, row, "file")
    words = {
        "received": "the day the next decision arrives",
        "sent": "the day the request is sent",
    }.get(row.rule.event_it_runs_from.rsplit("_", 1)[-1], "the date of the next decision")
    unknown = Start(None, "", words, None)
    dated = _deadline(where, level, Row(row.rule, unknown), "file")
    return replace(dated, event_date=None, presumed=False)


def _from_the_notice(where: Standing, level: Level) -> Iterator[Deadline]:
    """The date in the notice applies where no verified row gives one."""
    stated = stated_deadline(where.case)
    due = stated.due if stated else None
    yield Deadline(
        id="notice.stated",
        title="File by the date that the notice states",
        owed_by="member",
        due=due,
        event="denial_notice_date",
        event_words="the notice",
        event_date=None,
        event_pointer=STATED,
        urgency="standard",
        counted=stated.counted if stated else "The date in the notice applies.",
        citation="the notice" if stated else "",
        source=STATED,
        step=level.id,
        role="file",
        certainty="certain" if due else "no_date",
        **(_off_day(due) if due else {}),
    )


def _without_rules(where: Standing) -> Iterator[Deadline]:
    if not where.case.get("denial"):
        return
    level = Level("appeal", "appeal", "Appeal", "", [], [])
    yield from _from_the_notice(where, level)
    earliest = None if where.ladder else earliest_of_all(where)
    if earliest is not None:
        yield earliest


def earliest_of_all(where: Standing) -> Deadline | None:
    """Return the earliest filing day of every regime, for planning only, never for a letter."""
    found = [
        each
        for plan_type in where.knowledge.appeal_steps
        for each in _filing_under(where, plan_type)
        if each.due_day is not None
    ]
    if not found:
        return None
    first = min(found, key=lambda each: (each.due_day or date.max, each.id))
    return replace(
        first,
        id="earliest_of_all_plans",
        title="Working target: the earliest day to appeal under any kind of plan",
        certainty="working_target",
        counted=f"{first.counted} No kind of plan whose time was read here ends earlier than "
        f"{long_date(first.due_day or date.max)}; a state’s own Medicaid may give less.",
    )


def _filing_under(where: Standing, plan_type: str) -> Iterator[Deadline]:
    there = replace(where, plan_type=plan_type)
    level = appeal_level(there)
    if level is None:
        return
    for row in rows_for(there, level, "file"):
        yield _deadline(there, level, row, "file")
