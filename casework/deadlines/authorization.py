"""A running authorization: the day it ends, the visits left, and when to ask for the next one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from casework.deadlines.counting import last_business_day
from casework.deadlines.model import Deadline, Role
from casework.deadlines.starts import COURSE_END, whole_day
from casework.english import counted, long_date
from casework.partial_dates import PartialDate
from casework.pointers import value_at

# No rule: a month for the plan to ask for more and to decide, so that no treatment falls out.
_RENEW_BEFORE = timedelta(days=30)
_GIVEN = "/course_so_far/administrations"


def authorization_deadlines(case: Mapping[str, Any], today: date) -> Iterator[Deadline]:
    """Yield when to ask for the renewal of a running authorization, and when it ends."""
    end = whole_day(case, COURSE_END)
    if end is None or end < today:
        return
    visits = _visits(case)
    renew = end - _RENEW_BEFORE
    yield _entry(
        "authorization.renew",
        "Ask for the renewal of the authorization",
        renew,
        f"30 days before the authorization ends on {long_date(end)}, so that the plan decides while "
        f"it runs; no rule sets this day.{visits}",
        end,
        role="renew",
    )
    yield _entry(
        "authorization.ends",
        "The authorization ends",
        end,
        f"The last day of the authorization as the case gives it.{visits}",
        end,
        role="end",
    )


def _entry(name: str, title: str, due: date, how: str, end: date, *, role: Role) -> Deadline:
    target = last_business_day(due)
    return Deadline(
        id=name,
        title=title,
        owed_by="provider",
        due=due,
        event="authorization_ends",
        event_words=f"the authorization ends on {long_date(end)}",
        event_date=end,
        event_pointer=COURSE_END,
        urgency="standard",
        counted=how,
        citation="",
        source=COURSE_END,
        step="authorization",
        role=role,
        certainty="working_target" if role == "renew" else "certain",
        working_target=target if target != due and role == "renew" else None,
        target_because="day_off" if target != due and role == "renew" else "",
    )


def _visits(case: Mapping[str, Any]) -> str:
    """Return how many of the visits are used, as a sentence; empty where it is not known."""
    allowed = value_at(case, "/course_so_far/authorization/visits")
    used = _visits_used(case)
    if not allowed or used is None or used > allowed:
        return ""
    return f" {counted(used, 'visit')} of {allowed} used, {allowed - used} left."


def _visits_used(case: Mapping[str, Any]) -> int | None:
    """Return how many treatments fell into the running authorization, None where that is unknown.

    A bare number counts the whole course, which may be longer than the authorization.
    """
    given = value_at(case, _GIVEN)
    if not isinstance(given, list):
        return None
    first = whole_day(case, "/course_so_far/authorization/from")
    last = whole_day(case, COURSE_END)
    days = [PartialDate.parse(each["date"]) for each in given if each.get("date")]
    if first is None or last is None or len(days) < len(given):
        return None
    if any(_straddles(day, first) or _straddles(day, last + timedelta(days=1)) for day in days):
        return None
    return sum(first <= day.earliest <= last for day in days)


def _straddles(day: PartialDate, edge: date) -> bool:
    """Whether a date known to a month or year may lie on either side of `edge`."""
    return day.earliest < edge <= day.latest
