"""What follows from what happened after a packet was written: deadlines, situation, the next step.

Events never change the papers or the case: what was sent stays as it was sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from casework.deadlines import Deadline, deadlines
from casework.deadlines.starts import Events, moment
from casework.english import long_date
from casework.findings_model import Finding
from casework.knowledge_base.model import Knowledge
from casework.law_findings import late_findings
from casework.pointers import value_at
from casework.review import review

_MET_BY = {
    "file": "sent", "continue": "sent", "reply": "sent", "renew": "sent",
    "duty": "decided", "decide": "decided",
}  # fmt: skip
_ASKED = "events/information_asked"
# Two weeks to write an appeal, one to sign it, three days to send it, one to call.
NEAR_DAYS = (1, 3, 7, 14)


@dataclass(frozen=True)
class NextStep:
    """What staff do next, and by when where a day is known."""

    text: str
    by: date | None = None

    def to_json(self) -> dict[str, str | None]:
        """Return the HTTP shape."""
        return {"text": self.text, "by": self.by.isoformat() if self.by else None}


@dataclass(frozen=True)
class Followed:
    """A deadline, and the day on which what it asks for was done; None while it was not."""

    deadline: Deadline
    met_on: date | None

    def to_json(self, now: date) -> dict[str, object]:
        """Return the shape of a review's deadline on the day `now`."""
        return self.deadline.to_json(now, self.met_on)


@dataclass(frozen=True)
class Near:
    """A deadline by its id, the day to act by, and within how many days that is."""

    id: str
    day: date
    days: int


def followed(
    case: Mapping[str, Any], knowledge: Knowledge, letter_date: date, events: Events
) -> tuple[Followed, ...]:
    """Return the packet's deadlines as the events, in order, date and meet them."""
    return tuple(
        Followed(each, _met_on(each, case, events) if each.due else None)
        for each in deadlines(case, knowledge, letter_date, events)
    )


def _met_on(deadline: Deadline, case: Mapping[str, Any], events: Events) -> date | None:
    """Return the day of the first event that meets a deadline: a reply, only after the question."""
    asked = [n for n, event in enumerate(events) if event["type"] == "information_asked"]
    later = events[asked[-1] :] if deadline.role == "reply" and asked else events
    wanted = _met_by(deadline, case)
    return next((day_of(event) for event in later if event["type"] == wanted), None)


def _met_by(deadline: Deadline, case: Mapping[str, Any]) -> str:
    """Return the type of event that meets a deadline, "" where none does."""
    if deadline.role == "renew" and value_at(case, "/request/kind") != "renewal":
        return ""
    return _MET_BY.get(deadline.role, "")


def new_findings(
    case: Mapping[str, Any], knowledge: Knowledge, now: date, events: Events
) -> tuple[Finding, ...]:
    """Return what the events, in order, add to the findings of the papers on the day `now`."""
    if not events:
        return ()
    return (*_denied(case, events[-1]), *late_findings(case, knowledge, now, events))


def _denied(case: Mapping[str, Any], last: Mapping[str, Any]) -> Iterator[Finding]:
    if last["type"] != "decided" or last.get("outcome") == "approved":
        return
    again = " again" if case.get("denial") else ""
    yield Finding(
        "denial_needs_new_packet",
        "blocker",
        f"The plan has said no{again}. This packet stays as it was sent: start a new one with "
        "`based_on` and put the plan’s notice into `denial`.",
        "/denial",
        "The time to appeal runs from the notice, and an appeal answers the notice’s own words; an "
        "event holds neither.",
        "",
    )


def where_it_stands(
    case: Mapping[str, Any], knowledge: Knowledge, letter_date: date, events: Events
) -> dict[str, Any]:
    """Return `situation` and `recommended_documents` of a review that knows the events."""
    found = review(case, knowledge, letter_date, events).to_json()
    return {name: found[name] for name in ("situation", "recommended_documents")}


def next_step(found: Iterable[Followed], events: Events, now: date) -> NextStep:
    """Return what to do next, as the last of the events has it."""
    known = tuple(found)
    match str(events[-1]["type"]) if events else "":
        case "":
            text = "Check and sign the papers, send them, and record the day they were sent."
            return NextStep(
                text,
                _first_day(each for each in known if each.deadline.role in ("file", "continue")),
            )
        case "sent":
            return NextStep(
                "Ask the plan which day it received the papers and record that day: the plan’s time "
                "to decide runs from it."
            )
        case "received":
            return _await_decision(known, now)
        case "information_asked":
            text = "Send what the plan asks for, and record the day it was sent."
            asked = (each for each in known if each.deadline.event_pointer == _ASKED)
            return NextStep(text, _first_day(each for each in asked if each.deadline.ours))
    return NextStep(_AFTER_DECISION[str(events[-1]["outcome"])])


_NEW = "Start a new packet from this one with `based_on`: "
_AFTER_DECISION = {
    "approved": f"{_NEW}put the approval into `course_so_far.authorization`; its end, the visits "
    "left and the day to ask for the renewal are then followed there.",
    "approved_in_part": f"{_NEW}put what was approved into `course_so_far.authorization` and the "
    "notice of what was refused into `denial`.",
    "denied": f"{_NEW}put the plan’s notice into `denial`. What was sent stays as it is.",
}


def _await_decision(known: Iterable[Followed], now: date) -> NextStep:
    owed = _first_day(each for each in known if each.deadline.role == "decide")
    if owed is None:
        return NextStep(
            "Ask the plan by when it decides, and record the decision when it comes: no rule that "
            "we have read gives the day."
        )
    if owed < now:
        return NextStep(
            f"The plan’s time to decide ended on {long_date(owed)} and no decision is recorded: ask "
            "for it in writing, and read in the findings what the plan’s silence gives.",
            owed,
        )
    return NextStep(f"The plan owes its decision by {long_date(owed)}; record it then.", owed)


def near(found: Iterable[Followed], today: date) -> Iterator[Near]:
    """Yield what the patient or the clinic owes and has not done, when its day is near or today."""
    for each in found:
        day = each.deadline.working_target or each.deadline.due_day
        if day is None or each.met_on is not None or not each.deadline.ours:
            continue
        days = next((step for step in NEAR_DAYS if 0 <= (day - today).days <= step), None)
        if days is not None:
            yield Near(each.deadline.id, day, days)


def _first_day(found: Iterable[Followed]) -> date | None:
    """Return the earliest day among deadlines that are certain and not met."""
    days = (
        each.deadline.working_target or each.deadline.due_day
        for each in found
        if each.met_on is None and each.deadline.certainty == "certain"
    )
    return min((day for day in days if day is not None), default=None)


def day_of(event: Mapping[str, Any]) -> date:
    """Return the day on which an event happened, in the offset it was given with."""
    at = moment(str(event["at"]))
    return at.date() if isinstance(at, datetime) else at
