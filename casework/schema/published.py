"""What is published about the case: its JSON Schema, its reference page, the words of its fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import fields

from casework.schema.fields import CaseField, Shape
from casework.schema.load import case_field, field_at
from casework.schema.parts import OneOf, Rows, Section

_ORDINALS_FROM = 1


def case_json_schema() -> Shape:
    """Return the case as JSON Schema 2020-12, with a description at every field."""
    schema = field_shape(case_field())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Case", **schema}


def field_shape(field: fields.Field[Any]) -> Shape:
    """Return the JSON Schema of one field's value."""
    shape = _shape(field)
    described = {"description": field.metadata["description"], **shape}
    return (
        described
        if field.required or not field.allow_none
        else {"anyOf": [described, {"type": "null"}]}
    )


def _shape(field: fields.Field[Any]) -> Shape:
    if isinstance(field, Section):
        required = [name for name, part in field.parts.items() if part.required]
        shape: Shape = {
            "type": "object",
            "properties": {name: field_shape(part) for name, part in field.parts.items()},
            "additionalProperties": False,
        }
        return shape | ({"required": required} if required else {})
    if isinstance(field, Rows):
        least = {"minItems": field.least} if field.least else {}
        return {"type": "array", "items": field_shape(field.inner), "maxItems": field.most, **least}
    assert isinstance(field, CaseField)
    return field.shape()


def field_label(pointer: str) -> str:
    """Return short words for the field that a JSON pointer names: "member ID".

    Inside a list the row is told by its number: "start date of the medicine (trials, row 4)".
    """
    field = field_at(pointer)
    tokens = pointer.split("/")[1:]
    label = str(field.metadata["label"]) if field is not None else tokens[-1].replace("_", " ")
    row = next((i for i, token in enumerate(tokens) if token.isdigit()), None)
    if row is None or row == 0:
        return label
    return f"{label} ({tokens[row - 1].replace('_', ' ')}, row {int(tokens[row]) + _ORDINALS_FROM})"


def reference() -> str:
    """Return docs/case.md."""
    lines = [
        "# The case",
        "",
        "What another program sends as `case`: JSON, UTF-8, names in snake_case, dates as ISO 8601.",
        "A date marked *partial* may be a day, a month or a year, as exact as the chart is. `null` means",
        "absent; an empty list means “not asked”, never “none found”. Unknown fields are refused with a",
        "hint. Required fields are marked with an asterisk; everything else missing is a finding.",
        "",
        "This page is written by `make docs`.",
        "",
    ]
    for name, part in case_field().parts.items():
        lines += _section(name, part)
    return "\n".join(lines).rstrip() + "\n"


def _section(name: str, part: fields.Field[Any]) -> Iterator[str]:
    many = " (a list)" if isinstance(part, Rows) else ""
    star = " \\*" if part.required else ""
    yield f"## `{name}`{star}{many}"
    yield ""
    yield str(part.metadata["description"])
    yield ""
    inner = part.inner if isinstance(part, Rows) else part
    if isinstance(inner, Section):
        yield "| field | what | takes |"
        yield "|---|---|---|"
        yield from _table(inner, "")
        yield ""


def _table(section: Section, above: str) -> Iterator[str]:
    for name, part in section.parts.items():
        path = f"{above}{name}"
        star = " \\*" if part.required else ""
        yield f"| `{path}`{star} | {part.metadata['label']}: {part.metadata['description']} | {_takes(part)} |"
        inner = part.inner if isinstance(part, Rows) else part
        if isinstance(inner, OneOf):
            inner = inner.choices[-1]
            inner = inner.inner if isinstance(inner, Rows) else inner
        if isinstance(inner, Section):
            yield from _table(inner, f"{path}{'[].' if isinstance(part, Rows) else '.'}")


def _takes(part: fields.Field[Any]) -> str:
    if isinstance(part, Rows):
        return f"list of {_takes(part.inner)}"
    if isinstance(part, Section):
        return "object"
    if isinstance(part, OneOf):
        return " or ".join(_takes(choice) for choice in part.choices)
    values: Any = getattr(part, "values", None)
    if values:
        return ", ".join(f"`{value}`" for value in values)
    if hasattr(part, "least") and hasattr(part, "most"):
        return f"number, {part.least:g} to {part.most:g}"
    words = {
        "PartDay": "partial date",
        "Day": "date",
        "Moment": "date, or time with offset",
        "Flag": "true or false",
    }
    return words.get(type(part).__name__, "text")
