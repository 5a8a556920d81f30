"""A deadline: who owes what by when, and how that was counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Certainty = Literal["certain", "working_target", "no_date"]
Target = Literal["", "day_off", "arrival", "before_event", "hour_unknown"]
Role = Literal["file", "continue", "reply", "duty", "decide", "renew", "end"]


@dataclass(frozen=True)
class Deadline:
    """One deadline of a case.

    ``due`` is a day, or an instant for a rule in hours that runs from one; None when the day it
    runs from is not known: ``event_pointer`` then names the field, or the packet event, that would
    give it. ``certainty`` is "certain" when a letter may print the date, "working_target" when only
    staff may plan by it. ``working_target`` is an earlier business day to aim at, and
    ``target_because`` why: the due day is none, the paper must have arrived by it, what is asked
    for works only before the day of the event, or hours run from a day whose hour nobody recorded.
    ``role`` tells the appeal itself ("file") from a request that keeps care going ("continue"), from
    our answer to a question ("reply"), from what the other side owes on the way ("duty") and from
    its decision.
    """

    id: str
    title: str
    owed_by: str
    due: date | datetime | None
    event: str
    event_words: str
    event_date: date | None
    event_pointer: str
    urgency: str
    counted: str
    citation: str
    source: str
    step: str
    role: Role
    certainty: Certainty
    limit_kind: str = "at_most"
    working_target: date | None = None
    target_because: Target = ""
    presumed: bool = False

    @property
    def ours(self) -> bool:
        """Whether the patient or the clinic must act."""
        return self.owed_by in ("member", "provider")

    @property
    def due_day(self) -> date | None:
        """The day of `due`."""
        return self.due.date() if isinstance(self.due, datetime) else self.due

    def days_left(self, today: date) -> int | None:
        """Return the days from `today` to the due day, negative once it has passed."""
        return (self.due_day - today).days if self.due_day else None

    def passed(self, today: date) -> bool:
        """Whether the due day lies before `today`."""
        return self.due_day is not None and self.due_day < today

    def to_json(self, today: date, met_on: date | None = None) -> dict[str, object]:
        """Return the shape of a review.

        `met_on` is the day on which what it asks for was done. It is overdue when its day passed
        before that, or before `today` where it is not done; an end asks for nothing.
        """
        return {
            "id": self.id,
            "title": self.title,
            "due": self.due.isoformat() if self.due else None,
            "owed_by": self.owed_by,
            "event": self.event,
            "event_words": self.event_words,
            "event_date": self.event_date.isoformat() if self.event_date else None,
            "event_pointer": self.event_pointer,
            "urgency": self.urgency,
            "counted": self.counted,
            "citation": self.citation,
            "source": self.source,
            "certainty": self.certainty,
            "working_target": self.working_target.isoformat() if self.working_target else None,
            "days_left": self.days_left(today),
            "met_on": met_on.isoformat() if met_on else None,
            "overdue": self.role != "end" and self.passed(met_on or today),
        }
