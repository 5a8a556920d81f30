"""The shape of a refusal (RFC 9457)."""

from __future__ import annotations

from marshmallow import fields

from service.documented import Answered, about, many, number, text


class ErrorItem(Answered):
    """One thing to be corrected."""

    pointer = text("where: a JSON Pointer into the body", "/case/patient/date_of_birth")
    code = text("which rule", "unknown_field")
    message = text(
        "what would be right", "unknown field `date_of_brith`, did you mean `date_of_birth`?"
    )
    parameter = fields.String(
        metadata=about("the query parameter or header, where it is not the body", "limit")
    )


class Problem(Answered):
    """RFC 9457 problem details."""

    type = text("address of the cure", "http://127.0.0.1:8000/docs/errors#invalid_request")
    title = text("the kind of problem", "The request cannot be right as it stands")
    status = number("the HTTP status", 422)
    code = text("stable name of the kind of problem", "invalid_request")
    detail = text("this problem, for people", "1 thing is to be corrected.")
    request_id = text("quote this to the operator", "0c9a…")
    errors = many(ErrorItem, "everything that is to be corrected, at once")
