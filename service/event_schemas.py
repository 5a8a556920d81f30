"""The shapes of what happened after a packet was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from casework.schema.errors import Fault
from casework.schema.fields import Moment, plain_text
from casework.situation import EVENT_TYPES, OUTCOMES
from service.documented import Answered, instant, many, maybe, one_of, text, texts
from service.packet_schemas import NextStep
from service.request_schemas import Body, one_of_these, says
from service.review_schemas import Finding, Recommended

CHANNELS = ("fax", "portal", "mail", "phone", "email", "in_person")
_REFERENCE, _NOTE = 100, 2_000


class _Text(fields.String):
    """Text that a document could show, composed as typed."""

    def __init__(self, longest: int, description: str) -> None:
        super().__init__(
            error_messages=says("text"),
            metadata={"description": description, "maxLength": longest},
        )
        self._longest = longest

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        del attr, data, kwargs
        return plain_text(value, self._longest)


def _moment(value: str) -> None:
    Moment("time of the event", "").take(value)


class EventBody(Body):
    """Something that happened to a packet."""

    type = fields.String(
        required=True,
        validate=one_of_these(EVENT_TYPES),
        error_messages=says("what happened"),
        metadata={"description": "what happened: we sent, they received, asked, decided"},
    )
    at = fields.String(
        required=True,
        validate=_moment,
        error_messages=says("a date, or a time with its offset"),
        metadata={
            "description": "when: a date, or a time with offset where an answer is owed in hours; "
            "not after today",
            "examples": ["2026-11-24", "2026-11-24T14:05:00-05:00"],
        },
    )
    channel = fields.String(
        validate=one_of_these(CHANNELS),
        error_messages=says("text"),
        metadata={"description": "on which way"},
    )
    reference = _Text(_REFERENCE, "the confirmation, tracking or call reference number")
    outcome = fields.String(
        validate=one_of_these(OUTCOMES),
        error_messages=says("text"),
        metadata={"description": "of a decision, and only of that"},
    )
    note = _Text(_NOTE, "whatever else the next person should know")

    example = {"type": "sent", "at": "2026-11-24", "channel": "fax", "reference": "FX-2211"}  # noqa: RUF012 - read by the document

    @validates_schema
    def _outcome_of_a_decision(self, data: Mapping[str, Any], **_: Any) -> None:
        if (data["type"] == "decided") != ("outcome" in data):
            wanted = f"a decision has one of {', '.join(OUTCOMES)}; nothing else has an outcome"
            raise ValidationError({"outcome": [Fault("outcome_of_decision", wanted)]})


class Event(Answered):
    """Something that happened, as it was recorded."""

    id = text("its id")
    type = one_of(EVENT_TYPES, "what happened")
    at = text("when", "2026-11-24")
    channel = maybe("on which way")
    reference = maybe("the reference number given")
    outcome = maybe("of a decision")
    note = maybe("whatever else")
    recorded_at = instant("when it was recorded")


class Recorded(Answered):
    """The event, and what follows from it."""

    event = fields.Nested(Event, required=True)
    situation = texts("where on the road the case is now, the most telling first")
    next_step = fields.Nested(NextStep, required=True)
    findings = many(Finding, "what the events add to the packet's findings")
    recommended_documents = many(Recommended, "what to write now, and why")


class EventList(Answered):
    """All events of a packet, in the order in which they happened."""

    items = many(Event, "the events")
    next = maybe("always null: a packet's events fit one page")
