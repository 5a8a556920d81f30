"""How a deadline was counted, in words that a person can check."""

from __future__ import annotations

from datetime import date, datetime

from casework.deadlines.starts import Start
from casework.english import counted, long_date
from casework.knowledge_base.model import DeadlineRule

_AFTER = {
    "appeal_received_by_plan": "after you receive it",
    "appeal_received_by_contractor": "after you receive it",
    "appeal_received_by_reviewer": "after you receive it",
    "appeal_information_received": "after you have the information needed",
    "request_received_by_plan": "after you receive it",
    "request_received_by_state": "after you receive it",
    "claim_received_by_plan": "after you receive it",
    "complete_request_received": "after you receive the complete request",
    "prescriber_statement_received": "after you receive the prescriber's statement",
    "hearing_request_received": "after the request for a hearing is received",
    "opm_request_received": "after you receive it",
    "external_review_request_received": "after the request is received",
    "external_review_request_received_by_reviewer": "after the reviewer has the request",
    "external_appeal_application_complete": "after the application is complete",
    "imr_application_complete": "after the application is complete",
    "iro_referral_received": "after the reviewer is given the case",
    "iro_request_received": "after the reviewer has the request",
}


def length(rule: DeadlineRule) -> str:
    """Return the rule's own length: "180 days", "four months", "two business days", "72 hours"."""
    if rule.hours is not None:
        return counted(rule.hours, "hour")
    if rule.months is not None:
        return counted(rule.months, "month")
    noun = "business day" if rule.counting == "business" else "day"
    return counted(rule.days or 0, noun)


def after_words(rule: DeadlineRule) -> str:
    """Return from when the reader's time runs: "after you receive it"."""
    return _AFTER.get(rule.event_it_runs_from, "after you receive it")


def how_counted(rule: DeadlineRule, start: Start, due: date | datetime | None) -> str:
    """Return the whole count in one or two sentences.

    Without a start it says what the time runs from, and never a date.
    """
    bound = "at least " if rule.limit_kind == "at_least" else ""
    span = f"{bound}{length(rule)}"
    if due is None:
        return f"{_capital(span)} from {start.words}."
    text = f"{_capital(span)}: {start.words}; that day is day 0, and the time ends {_end(due)}."
    return " ".join([text, *_remarks(rule, start)])


def _end(due: date | datetime) -> str:
    if isinstance(due, datetime):
        return f"on {long_date(due.date())} at {due:%H:%M}"
    return f"on {long_date(due)}"


def _remarks(rule: DeadlineRule, start: Start) -> list[str]:
    found = []
    if start.presumed and not rule.presumed_receipt_days:
        found.append("It cannot end earlier, whatever the day of arrival.")
    if rule.rollover == "next_business_day":
        found.append("A last day on a weekend or federal holiday moves to the next business day.")
    if rule.filed_when.startswith("received"):
        found.append("It must have arrived by then.")
    if rule.filed_when == "postmarked_or_received":
        found.append("The postmark counts.")
    if rule.range_low_days and rule.range_high_days:
        found.append(
            f"The state sets between {rule.range_low_days} and {rule.range_high_days} days; "
            f"the shortest is counted here."
        )
    if rule.extension_days:
        found.append(
            f"It may be extended by up to {rule.extension_days} days with notice{_save(rule)}."
        )
    return [*found, rule.remark] if rule.remark else found


def _save(rule: DeadlineRule) -> str:
    return f", but not for {rule.no_extension_for}" if rule.no_extension_for else ""


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
