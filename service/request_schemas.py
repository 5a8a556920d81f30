"""The shapes of requests: what stands around a case, and the parameters of lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from casework.problems import shown_key
from casework.schema.errors import Fault
from service.packet_schemas import STATUSES
from storage.callback_url import LONGEST

CASE_COMPONENT = "Case"
LONGEST_PAGE = 100
FORMATS = ("docx", "pdf")
REFERENCE = r"^[A-Za-z0-9._-]{1,64}$"
PACKET = r"^pkt_[a-z2-7]{26}$"
IDEMPOTENCY_KEY = r"^[\x21-\x7E]{1,255}$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_EARLIEST, _LATEST = date(1900, 1, 1), date(2199, 12, 31)
_UNKNOWN = Fault("unknown_field", "unknown field")
_MOST_HINTS = 150


def says(wanted: str) -> dict[str, Any]:
    """Messages that tell what is wanted and never what was sent."""
    wrong = [Fault("wrong_type", f"must be {wanted}")]
    return {
        "required": [Fault("required", f"is required: {wanted}")],
        **dict.fromkeys(("null", "invalid", "type", "invalid_utf8"), wrong),
    }


def matching(pattern: str, code: str, message: str) -> Callable[[str], None]:
    """Ask for text of this pattern."""

    def check(value: str) -> None:
        if not re.fullmatch(pattern, value):
            raise ValidationError([Fault(code, message)])

    return check


def one_of_these(choices: tuple[str, ...]) -> validate.OneOf:
    """Ask for one of these words."""
    # marshmallow's own, so that the document lists the choices; its message echoes no value.
    return validate.OneOf(choices, error=f"must be one of {', '.join(choices)}")


def _day(value: str) -> None:
    """Ask for a day of the calendar, written as YYYY-MM-DD."""
    try:
        read = date.fromisoformat(value) if re.fullmatch(_DAY, value) else None
    except ValueError:
        read = None
    if read is None:
        raise ValidationError([Fault("not_a_date", "must be a date such as 2026-11-24")])
    if not _EARLIEST <= read <= _LATEST:
        raise ValidationError([Fault("year_out_of_range", "must be from 1900 to 2199")])


class Body(Schema):
    """Base of the bodies here: an unknown field is refused with the nearest known one."""

    # Faults, not texts: they carry the code as far as `service.reading`.
    error_messages: dict[str, Any] = {  # noqa: RUF012 - as marshmallow has it
        "type": Fault("wrong_type", "must be an object"),
        "unknown": _UNKNOWN,
    }

    def handle_error(self, error: ValidationError, data: Any, **_: Any) -> None:  # noqa: ARG002 - marshmallow's hook
        """Say for each unknown field which known one is near."""
        assert isinstance(error.messages, dict)
        strange = [name for name, faults in error.messages.items() if faults == [_UNKNOWN]]
        # Looking for near names takes seconds for a body of nothing but names.
        for name in strange[:_MOST_HINTS]:
            error.messages[name] = [Fault("unknown_field", _hint(name, self.fields))]


def _hint(name: object, known: Mapping[str, Any]) -> str:
    near = get_close_matches(str(name), known, n=1)
    shown = shown_key(str(name))
    return f"unknown field `{shown}`" + (f", did you mean `{near[0]}`?" if near else "")


class ReviewOptions(Body):
    """How to look at a case."""

    letter_date = fields.String(
        validate=_day,
        error_messages=says("a date such as 2026-11-24"),
        metadata={
            "description": "the day the case is judged and the papers are dated; default: today",
            "format": "date",
            "examples": ["2026-11-24"],
        },
    )


class PacketOptions(ReviewOptions):
    """How to write the papers."""

    on_missing = fields.String(
        validate=one_of_these(("mark", "refuse")),
        error_messages=says("text"),
        metadata={
            "description": "`mark` (default): a missing fact is marked in the paper, which stays a "
            "draft. `refuse`: 422 when a required fact is missing or a finding is a blocker.",
            "default": "mark",
        },
    )
    assemble = fields.Boolean(
        truthy={True},
        falsy={False},
        error_messages=says("true or false"),
        metadata={
            "description": "whether the papers to send are also written as one file, the last "
            "document, of kind `packet`",
            "default": False,
        },
    )
    formats = fields.List(
        fields.String(validate=one_of_these(FORMATS), error_messages=says("text")),
        validate=validate.Length(min=1, max=2, error="must hold docx, pdf or both"),
        error_messages=says("a list of formats"),
        metadata={
            "description": "file formats; Word is written always. With `pdf` each document has a "
            "second one of media type application/pdf, made by LibreOffice where it is installed.",
            "default": ["docx"],
        },
    )


class DocumentAsked(Schema):
    """A paper asked for, where its kind alone does not say enough."""

    kind = fields.String(required=True, metadata={"description": "id of a document kind"})
    variant = fields.String(metadata={"description": "a variant of the kind"})
    language = fields.String(metadata={"description": "such as en"})


_CASE = {"allOf": [{"$ref": f"#/components/schemas/{CASE_COMPONENT}"}]}
_DOCUMENTS = {
    "description": '"recommended" (default): those that the case\'s situation calls for; or a list '
    "of kind ids, or of objects with kind, variant and language.",
    "anyOf": [
        {"type": "string", "enum": ["recommended"]},
        {
            "type": "array",
            "minItems": 1,
            "maxItems": 40,
            "items": {
                "anyOf": [
                    {"type": "string"},
                    {"$ref": "#/components/schemas/DocumentAsked"},
                ]
            },
        },
    ],
    "default": "recommended",
}


class ReviewBody(Body):
    """A case to look at."""

    case = fields.Raw(
        required=True, error_messages=says("a case"), metadata={"description": "the case", **_CASE}
    )
    options = fields.Nested(ReviewOptions, error_messages=says("an object"))


class PacketBody(Body):
    """A case to write papers of.

    With `based_on`, `case` is an RFC 7396 merge patch on that packet's case, and `append` adds
    rows to its lists; the outcome is validated whole.
    """

    case = fields.Raw(
        error_messages=says("a case"),
        metadata={
            "description": "the case; with `based_on`, a merge patch on that packet's case",
            "anyOf": [
                {"$ref": f"#/components/schemas/{CASE_COMPONENT}"},
                {"type": "object", "description": "a merge patch, only with `based_on`"},
            ],
        },
    )
    documents = fields.Raw(error_messages=says("a list of kinds"), metadata=_DOCUMENTS)
    options = fields.Nested(PacketOptions, error_messages=says("an object"))
    reference = fields.String(
        validate=matching(
            REFERENCE,
            "bad_reference",
            "must be 1 to 64 letters, digits, dots, hyphens, underscores",
        ),
        error_messages=says("text"),
        metadata={
            "description": "your own id of the packet; it must not hold patient data",
            "pattern": REFERENCE,
            "examples": ["case-4711"],
        },
    )
    callback_url = fields.String(
        error_messages=says("an https address"),
        metadata={
            "description": "an https address that is told when the packet is ready or failed and "
            "when a deadline is near; its host must be among the operator's, and the account needs "
            "a signing secret",
            "format": "uri",
            "maxLength": LONGEST,
            "examples": ["https://hooks.example.org/necessity"],
        },
    )
    based_on = fields.String(
        validate=matching(PACKET, "unknown_packet", "must be the id of a packet"),
        error_messages=says("the id of a packet"),
        metadata={"description": "a packet of the account to start from", "pattern": PACKET},
    )
    append = fields.Dict(
        keys=fields.String(),
        # A row that is null is refused by its list, as in a case.
        values=fields.List(
            fields.Raw(allow_none=True), error_messages=says("a list of rows to add")
        ),
        error_messages=says("an object of pointers and lists"),
        metadata={
            "description": "rows to add to lists of the case, by pointer; only with `based_on`",
            "examples": [{"/assessments": [{"scale": "phq9", "date": "2026-11-20", "score": 17}]}],
        },
    )


def _moment(value: str) -> None:
    if instant(value) is None:
        raise ValidationError("must be a time such as 2026-11-24T00:00:00Z, or a date")


def instant(text: str) -> datetime | None:
    """Return the moment that an ISO 8601 text names, a date as its midnight in UTC, or None."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not _EARLIEST <= read.date() <= _LATEST:
        return None
    aware = read if read.tzinfo else read.replace(tzinfo=UTC)
    return aware.astimezone(UTC)


def _limit() -> fields.Integer:
    wrong = f"must be a whole number from 1 to {LONGEST_PAGE}"
    return fields.Integer(
        load_default=20,
        validate=validate.Range(1, LONGEST_PAGE, error=wrong),
        error_messages={"invalid": wrong},
        metadata={"description": "entries of a page"},
    )


def _cursor() -> fields.String:
    return fields.String(
        validate=validate.Length(max=300, error="must be as `next` gave it"),
        metadata={"description": "`next` of the page before"},
    )


def _time(description: str) -> fields.String:
    return fields.String(
        validate=_moment, metadata={"description": description, "format": "date-time"}
    )


class PageQuery(Schema):
    """Where in a list."""

    limit = _limit()
    cursor = _cursor()


class PacketQuery(PageQuery):
    """Which packets."""

    status = fields.String(
        validate=one_of_these(STATUSES), metadata={"description": "in this status"}
    )
    reference = fields.String(
        validate=matching(REFERENCE, "bad_reference", "must be as it was given with a packet"),
        metadata={"description": "with exactly this reference", "pattern": REFERENCE},
    )
    created_from = _time("accepted at this time or later")
    created_before = _time("accepted before this time")


class DeadlineQuery(PageQuery):
    """Which deadlines: `limit` counts the packets that are looked through."""

    before = fields.String(
        validate=_day,
        metadata={"description": "due before this day", "format": "date"},
    )
