"""From the event a rule runs from to the day on which it happened, as the case and its events say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from casework.english import long_date
from casework.knowledge_base.model import DeadlineRule
from casework.partial_dates import PartialDate
from casework.pointers import value_at

Events = Sequence[Mapping[str, Any]]

RECEIVED = "/denial/received_date"
NOTICE = "/denial/notice_date"
SENT = "/denial/sent_date"
EFFECTIVE = "/denial/effective_date"
SERVICE = "/claim/date"
COURSE_END = "/course_so_far/authorization/through"

# The last part of an event's name tells which date of the notice it runs from; what the notice
# decided follows from the step, so `final_denial_received` and `denial_notice_received` are the
# same day of two different notices.
_ARRIVAL = (
    "denial_notice_received", "appeal_denial_received", "final_denial_received",
    "initial_determination_received", "redetermination_notice_received",
    "reconsideration_notice_received", "ire_decision_received", "alj_decision_received",
    "council_decision_received",
)  # fmt: skip
_PRINTED = (
    "denial_notice_date", "final_denial_date", "appeal_resolution_notice_date",
    "reconsideration_decision_date", "second_reconsideration_decision_date",
    "formal_review_decision_date", "grievance_decision_date", "dismissal_notice_date",
)  # fmt: skip
_MAILED = ("denial_notice_sent", "denial_notice_mailed")
_THEIR_RECEIPT = (
    "appeal_received_by_plan", "appeal_received_by_contractor", "appeal_received_by_reviewer",
    "appeal_information_received", "request_received_by_plan", "request_received_by_state",
    "claim_received_by_plan", "complete_request_received", "prescriber_statement_received",
    "extension_request_received_by_plan", "external_review_request_received",
    "external_review_request_received_by_reviewer", "external_appeal_application_complete",
    "imr_application_complete", "iro_request_received", "hearing_request_received",
    "opm_request_received", "missing_information_received_or_period_ended",
)  # fmt: skip
_EVENT_TYPES: Mapping[str, str] = {
    **dict.fromkeys(_THEIR_RECEIPT, "received"),
    "reconsideration_request_sent": "sent",
    "information_request_date": "information_asked",
    "information_request_received": "information_asked",
    "extension_notice_received": "information_asked",
    "incomplete_claim_notice_received": "information_asked",
    "incomplete_external_review_notice_received": "information_asked",
}
# Events whose day is a field of the case: where it stands, and how it is told.
_FIELDS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(_PRINTED, (NOTICE, "the notice is dated")),
    "date_of_action": (EFFECTIVE, "the notice takes effect on"),
    "date_of_service": (SERVICE, "the service was given on"),
}
# New York counts from the first-level decision, and "a second internal level does not extend it"
# (note of `ny.external.file`): only the notice of that decision dates it.
FIRST_DECISION = "first_appeal_decision_date"
# What neither the case nor an event of the packet tells.
_UNSEEN = {
    "iro_referral_received": "the day the reviewer is given the case",
    "iro_assignment_date": "the day the reviewer is given the case",
    "iro_assignment_notice_received": "the day the reviewer’s notice arrives",
}
KNOWN_EVENTS = frozenset((*_ARRIVAL, *_MAILED, *_FIELDS, *_EVENT_TYPES, FIRST_DECISION))
# How each event is told once it has happened, and before.
_TYPE_WORDS = {
    "received": ("it was received", "it is received"),
    "sent": ("it was sent", "it is sent"),
    "information_asked": ("more information was asked for", "more information is asked for"),
}


@dataclass(frozen=True)
class Start:
    """The moment a rule runs from.

    ``moment`` is None when the case does not hold it; ``pointer`` names the field, or the packet
    event ("events/received"), that does or would; ``words`` tell it in a sentence's end ("the
    notice arrived on October 15, 2026"); ``in_force`` is the day whose law counts; ``presumed``
    tells that the arrival was not recorded.
    """

    moment: date | datetime | None
    pointer: str
    words: str
    in_force: date | None
    presumed: bool = False

    @property
    def day(self) -> date | None:
        """The day of `moment`."""
        return self.moment.date() if isinstance(self.moment, datetime) else self.moment


def start_of(
    rule: DeadlineRule, case: Mapping[str, Any], events: Events, *, restarts: bool = False
) -> Start:
    """Return the moment `rule` runs from; never an invented one.

    `restarts`: what arrives in answer to a question starts the time anew; else the first of its
    kind counts, so that what is sent later moves nothing.
    """
    event = rule.event_it_runs_from
    if event in _ARRIVAL:
        return _arrival(case, rule.presumed_receipt_days)
    if event in _MAILED:
        return _mailed(case)
    if event in _FIELDS:
        return _from_field(case, *_FIELDS[event])
    if event == FIRST_DECISION:
        return _first_decision(case)
    if event in _EVENT_TYPES:
        return _from_events(events, _EVENT_TYPES[event], restarts=restarts)
    return Start(None, "", _UNSEEN.get(event, event.replace("_", " ")), None)


def whole_day(case: Mapping[str, Any], pointer: str) -> date | None:
    """Return the day at `pointer`, or None when it is absent or known to a month or year only.

    An instant gives the day in its own offset.
    """
    given = str(value_at(case, pointer) or "")
    if not given:
        return None
    if "T" in given:
        return datetime.fromisoformat(given).date()
    parsed = PartialDate.parse(given)
    return parsed.earliest if parsed.precision == "day" else None


def moment(at: str) -> date | datetime:
    """Read the `at` of an event: a day, or an instant with its offset."""
    if len(at) == len("2026-01-15"):
        return date.fromisoformat(at)
    return datetime.fromisoformat(at)


def answer_awaited(events: Events) -> bool:
    """Whether more was asked for and nothing has been received since."""
    told = [event.get("type") for event in events]
    later = [each for each in reversed(told) if each in ("information_asked", "received")]
    return later[:1] == ["information_asked"]


def _arrival(case: Mapping[str, Any], presumed_days: int | None) -> Start:
    printed = whole_day(case, NOTICE)
    arrived = whole_day(case, RECEIVED)
    if arrived is not None:
        words = f"the notice arrived on {long_date(arrived)}"
        return Start(arrived, RECEIVED, words, printed or arrived)
    if printed is None:
        return Start(None, RECEIVED, "the day the notice arrived", None)
    if presumed_days is None:
        words = f"the notice is dated {long_date(printed)}, and its day of arrival is not recorded"
        return Start(printed, NOTICE, words, printed, presumed=True)
    words = (
        f"the notice is dated {long_date(printed)}, and the rule presumes that it arrived "
        f"{presumed_days} days later"
    )
    return Start(printed + timedelta(days=presumed_days), NOTICE, words, printed, presumed=True)


def _mailed(case: Mapping[str, Any]) -> Start:
    sent = _from_field(case, SENT, "the notice was sent on")
    if sent.moment is not None:
        return sent
    printed = whole_day(case, NOTICE)
    if printed is None:
        return Start(None, SENT, "the day the notice was sent", None)
    words = f"the notice is dated {long_date(printed)}, and the day it was sent is not recorded"
    return Start(printed, NOTICE, words, printed, presumed=True)


def _first_decision(case: Mapping[str, Any]) -> Start:
    if value_at(case, "/denial/level") == "first_appeal":
        return _from_field(case, NOTICE, "the decision on the first appeal is dated")
    return Start(None, "", "the date of the decision on the first appeal", None)


def _from_field(case: Mapping[str, Any], pointer: str, words: str) -> Start:
    day = whole_day(case, pointer)
    if day is None:
        return Start(None, pointer, f"the day {words.removesuffix(' on')}", None)
    return Start(day, pointer, f"{words} {long_date(day)}", day)


def _from_events(events: Events, wanted: str, *, restarts: bool) -> Start:
    pointer = f"events/{wanted}"
    happened, expected = _TYPE_WORDS[wanted]
    last = wanted == "information_asked" or (wanted == "received" and restarts)
    for event in reversed(events) if last else events:
        if event.get("type") == wanted:
            at = moment(str(event["at"]))
            day = at.date() if isinstance(at, datetime) else at
            return Start(at, pointer, f"{happened} on {long_date(day)}", day)
    return Start(None, pointer, f"the day {expected}", None)
