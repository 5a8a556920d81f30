"""Findings on dates: passed, near, missing, or at odds with the notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from casework.deadlines.model import Deadline
from casework.deadlines.starts import EFFECTIVE, NOTICE, RECEIVED, SERVICE, whole_day
from casework.deadlines.stated import STATED, stated_deadline
from casework.english import counted, long_date
from casework.findings_model import Finding, Severity
from casework.law_findings.seen import Seen

# A week leaves time for one signature and one fax; a month, for one record to be fetched.
_URGENT_DAYS = 7
_SOON_DAYS = 30

_LATE_LOSES = "An appeal that comes late is refused unread, whatever its merit."


def date_findings(seen: Seen) -> Iterator[Finding]:
    """Say what is late or near, which date is missing, and where the notice says otherwise."""
    if seen.denied:
        yield from _missing(seen)
        yield from _impossible(seen)
        yield from _stated(seen)
    for deadline in _first_and_optional(seen):
        yield from _time_left(seen, deadline)
        if _can_come_before(deadline, seen.today):
            yield _ask_before(deadline)
    yield from plan_late(seen)


def _first_and_optional(seen: Seen) -> Iterator[Deadline]:
    """The times to file and to answer that have a day; a missed side road is no missed appeal."""
    now = (*seen.filing, *seen.continuing, *seen.replies, *seen.running)
    dated = [each for each in now if each.due_day is not None]
    yield from (
        each
        for each in dated
        if not (each.passed(seen.today) and _has_longer(each, dated, seen.today))
    )


def _has_longer(deadline: Deadline, others: list[Deadline], today: date) -> bool:
    """Whether a slower road, or the patient's own beside the clinic's, may still be open."""
    if deadline.urgency == "expedited" and any(o.urgency == "standard" for o in others):
        return True
    alone = deadline.owed_by == "provider" and deadline.role == "file"
    return alone and any(o.owed_by == "member" and not o.passed(today) for o in others)


def _time_left(seen: Seen, deadline: Deadline) -> Iterator[Finding]:
    left = deadline.days_left(seen.today)
    day = long_date(deadline.due_day or date.max)
    if left is None:
        return
    if left < 0:
        yield _passed(seen, deadline, day)
    elif left <= _SOON_DAYS:
        severity: Severity = "blocker" if left <= _URGENT_DAYS else "weakness"
        yield Finding(
            f"deadline_soon.{deadline.id}", severity,
            f"{deadline.title}: {counted(left, 'day')} left, until {day}.{_before(deadline)}",
            deadline.event_pointer, _LATE_LOSES, deadline.citation,
        )  # fmt: skip
    elif deadline.target_because == "day_off":
        yield Finding(
            f"deadline_on_day_off.{deadline.id}", "note",
            f"The last day, {day}, is no business day, and the rule does not say that it moves."
            f"{_before(deadline)}",
            deadline.event_pointer, "Nobody may be there to receive it.", deadline.citation,
        )  # fmt: skip


def _can_come_before(deadline: Deadline, today: date) -> bool:
    target = deadline.working_target
    return deadline.target_because == "before_event" and target is not None and target >= today


def _ask_before(deadline: Deadline) -> Finding:
    return Finding(
        f"ask_before.{deadline.id}", "weakness",
        f"Ask before the decision takes effect on {long_date(deadline.event_date or date.max)}: "
        f"after that day the services may be started again, and need not be.{_before(deadline)}",
        deadline.event_pointer, "Care that goes on needs no one’s leave to start again.",
        deadline.citation,
    )  # fmt: skip


def _before(deadline: Deadline) -> str:
    target = deadline.working_target
    return f" Work toward {long_date(target)}." if target else ""


def _passed(seen: Seen, deadline: Deadline, day: str) -> Finding:
    late = seen.regime.late
    cure = (
        f" {late} ({seen.regime.late_citation}) Write down why it is late, and enclose the proof."
        if late and deadline.step == seen.regime.step
        else " Ask in writing whether a late one is accepted, and say why it is late."
    )
    if deadline.id == "notice.stated" and (rule := _open_rule(seen)):
        cure = f" The rule gives until {long_date(rule)}: send it at once, and cite the rule."
    if deadline.certainty == "working_target":
        cure = " This is a planning date only: look up the date in the notice at once."
    return Finding(
        f"deadline_passed.{deadline.id}", "blocker",
        f"{deadline.title}: the time ended on {day}. {deadline.counted}{cure}",
        deadline.event_pointer, _LATE_LOSES, deadline.citation,
    )  # fmt: skip


def _open_rule(seen: Seen) -> date | None:
    """The last day by a rule that is still to come where the notice's own has passed."""
    certain = (each for each in seen.filing if each.certainty == "certain")
    return next(
        (e.due_day for e in certain if e.id != "notice.stated" and not e.passed(seen.today)), None
    )


def _missing(seen: Seen) -> Iterator[Finding]:
    if whole_day(seen.case, NOTICE) is None:
        given = seen.get(NOTICE)
        yield Finding(
            "notice_date_missing", "blocker",
            "The date of the notice is known to the month only; give the day printed on it."
            if given
            else "The date printed on the notice is missing. No deadline can be counted.",
            NOTICE, "Every time limit of the appeal runs from the notice.", "",
        )  # fmt: skip
        return
    if any(each.presumed and each.event_pointer == NOTICE for each in seen.filing):
        yield Finding(
            "received_date_missing", "weakness",
            "The day the notice arrived is missing. The count starts from the date printed on it, "
            "or from the day the rule presumes.",
            RECEIVED, "The time runs from arrival: the true day may give more time, and proof.", "",
        )  # fmt: skip
    if "concurrent" in seen.where.facts and not seen.get(EFFECTIVE):
        yield Finding(
            "effective_date_missing", "weakness",
            "Care under way is being cut, and the day the cut takes effect is missing.",
            EFFECTIVE, "Asking before that day can keep the care going during the appeal.", "",
        )  # fmt: skip


def _impossible(seen: Seen) -> Iterator[Finding]:
    notice, arrived = whole_day(seen.case, NOTICE), whole_day(seen.case, RECEIVED)
    if notice and notice > seen.today:
        yield Finding(
            "notice_in_future", "weakness",
            "The date of the notice lies after the letter date. Check both.",
            NOTICE, "A deadline counted from a wrong date is a wrong deadline.", "",
        )  # fmt: skip
    if arrived and arrived > seen.today and not (notice and notice > seen.today):
        yield Finding(
            "received_in_future", "weakness",
            "The notice is said to have arrived after the letter date. Check both.",
            RECEIVED, "A deadline counted from a wrong date is a wrong deadline.", "",
        )  # fmt: skip
    if notice and arrived and arrived < notice:
        yield Finding(
            "received_before_notice", "weakness",
            "The notice is said to have arrived before its own date. Check both.",
            RECEIVED, "A deadline counted from a wrong date is a wrong deadline.", "",
        )  # fmt: skip
    service = whole_day(seen.case, SERVICE)
    if notice and service and notice < service and "after_service" in seen.where.facts:
        yield Finding(
            "notice_before_service", "weakness",
            "The notice is dated before the service it is said to deny payment for. Check both, and "
            "whether the denial came before the service.",
            "/denial/timing", "Care to come and care given have different clocks.", "",
        )  # fmt: skip


def _stated(seen: Seen) -> Iterator[Finding]:
    stated = stated_deadline(seen.case)
    ours = next((each for each in seen.filing if each.certainty == "certain"), None)
    if stated is None:
        yield Finding(
            "stated_deadline_missing", "note",
            "The case does not hold the deadline that the notice states. Copy its words.",
            STATED, "Where the notice and the rule differ, the earlier day is the safe one.", "",
        )  # fmt: skip
        return
    if ours is None or stated.due is None or ours.id == "notice.stated":
        return
    if stated.due != ours.due_day and ours.due_day is not None:
        earlier = min(stated.due, ours.due_day)
        yield Finding(
            "stated_deadline_differs", "note",
            f"The notice’s words give {long_date(stated.due)}; the rule gives "
            f"{long_date(ours.due_day)}. Work toward {long_date(earlier)}.",
            STATED, "Where the notice and the rule differ, the earlier day is the safe one.",
            ours.citation,
        )  # fmt: skip


def plan_late(seen: Seen) -> Iterator[Finding]:
    """Yield a finding for each decision that the plan owed before `seen.today` and has not made."""
    if any(event.get("type") == "decided" for event in seen.where.events):
        return
    for deadline in seen.deadlines:
        if deadline.role != "decide" or not deadline.passed(seen.today):
            continue
        gives = "".join(f" {right.text} ({right.citation})." for right in seen.regime.silence)
        yield Finding(
            f"plan_late.{deadline.id}", "weakness",
            f"{deadline.title}: owed by {long_date(deadline.due_day or date.max)}, and no decision "
            f"is recorded.{gives}",
            deadline.event_pointer, "A plan’s silence can open the next step.", deadline.citation,
        )  # fmt: skip
