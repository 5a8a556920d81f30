"""Documented fields, from which the shapes of answers are put together."""

from __future__ import annotations

from typing import Any

from marshmallow import INCLUDE, Schema, fields, validate


class Answered(Schema):
    """Base of all answers: open, for within v1 fields may be added."""

    class Meta:
        unknown = INCLUDE


def text(description: str, example: Any = None, **more: Any) -> fields.String:
    """A documented string."""
    return fields.String(required=True, metadata=about(description, example), **more)


def maybe(description: str, example: Any = None, **more: Any) -> fields.String:
    """A documented string that may be null."""
    return fields.String(
        required=True, allow_none=True, metadata=about(description, example), **more
    )


def number(description: str, example: Any = None, **more: Any) -> fields.Integer:
    """A documented whole number."""
    return fields.Integer(required=True, metadata=about(description, example), **more)


def count(description: str) -> fields.Integer:
    """A documented whole number that may be null."""
    return fields.Integer(required=True, allow_none=True, metadata=about(description, None))


def texts(description: str) -> fields.List[Any]:
    """A documented list of strings."""
    return fields.List(fields.String(), required=True, metadata=about(description, None))


def instant(description: str, **more: Any) -> fields.DateTime:
    """A documented UTC instant."""
    return fields.DateTime(
        required=True, metadata=about(description, "2026-11-24T15:04:05Z"), **more
    )


def pointers(description: str) -> fields.List[Any]:
    """A documented list of JSON Pointers."""
    return fields.List(
        fields.String(), required=True, metadata=about(description, ["/insurance/member_id"])
    )


def many(schema: type[Schema], description: str) -> fields.List[Any]:
    """A documented list of `schema`."""
    return fields.List(fields.Nested(schema), required=True, metadata={"description": description})


def one_of(values: tuple[str, ...], description: str) -> fields.String:
    """A documented string out of a closed list."""
    return fields.String(
        required=True, validate=validate.OneOf(values), metadata={"description": description}
    )


def about(description: str, example: Any) -> dict[str, Any]:
    """Return what the document says of a field."""
    return {"description": description} | ({"examples": [example]} if example is not None else {})
