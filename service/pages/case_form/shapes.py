"""How each field of the schema is typed into a form: the one place that knows its special cases."""

from __future__ import annotations

from typing import Any, Literal

from marshmallow import fields

from casework.schema.fields import Choice, Day, Flag, Number, PartDay, Prose, TimeOfDay, Whole
from casework.schema.parts import Named, OneOf, Open, Rows, Section

Shape = Literal[
    "section", "rows", "lines", "named", "json", "flag", "choice", "day", "prose", "number", "line"
]
Field = fields.Field[Any]


def shape_of(field: Field, value: Any = None) -> Shape:
    """Return how a field is typed; `value` decides where a field takes one thing or another."""
    if isinstance(field, OneOf):
        return shape_of(chosen(field, value))
    if isinstance(field, Section):
        return "section"
    if isinstance(field, Rows):
        return "rows" if row_section(field) is not None else "lines"
    plain: tuple[tuple[type, Shape], ...] = (
        (Named, "named"),
        (Open, "json"),
        (Flag, "flag"),
        (Choice, "choice"),
        (Day, "day"),
        (Prose, "prose"),
        (Number, "number"),
    )
    return next((shape for kind, shape in plain if isinstance(field, kind)), "line")


def chosen(field: Field, value: Any) -> Field:
    """Return the field itself, or that one of several which the form offers for `value`.

    A number or rows: the number until there are rows. Yes or words: the words, of which "yes" and
    "no" are read as such.
    """
    if not isinstance(field, OneOf):
        return field
    if isinstance(field.choices[0], Whole) and not isinstance(value, list):
        return field.choices[0]
    return field.choices[-1]


def row_section(field: Field) -> Section | None:
    """Return what a row of a list holds; None where a row is a single value."""
    if not isinstance(field, Rows):
        return None
    inner = chosen(field.inner, None)
    return inner if isinstance(inner, Section) else None


def takes_bare_name(field: Field) -> bool:
    """Return whether a row may be text alone: it then stands in the row's first part."""
    return isinstance(field, Rows) and isinstance(field.inner, OneOf)


def takes_yes_or_words(field: Field) -> bool:
    """Return whether a field is yes, no or words."""
    return isinstance(field, OneOf) and isinstance(field.choices[0], Flag)


def takes_number_or_rows(field: Field) -> bool:
    """Return whether a field is a number, or the rows that were counted."""
    return isinstance(field, OneOf) and isinstance(field.choices[-1], Rows)


def hint_of(field: Field) -> str:
    """Return what to type, where the description does not say it."""
    if isinstance(field, PartDay):
        return "Such as 2026-03-14, 2026-03 or 2026."
    if isinstance(field, TimeOfDay):
        return "Such as 14:05."
    if isinstance(field, Rows) and row_section(field) is None:
        return "One a line."
    if isinstance(field, Named):
        return "One a line: name, colon, what was found."
    return ""
