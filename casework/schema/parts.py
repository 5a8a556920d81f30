"""How sections are put together: objects, lists of rows, and maps with names of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from casework.schema.errors import Fault
from casework.schema.fields import CaseField, Line, Shape, plain_text, refuse

_MOST_ROWS = 200
_MOST_NAMES = 60
_LINE = Line("text", "Text of one line.")


class Strict(Schema):
    """An object that takes only its own fields."""

    class Meta:
        """Unknown fields are faults, with a hint added when they are told."""

        unknown = RAISE

    error_messages: dict[str, Any] = {  # noqa: RUF012 - marshmallow's own declaration
        "unknown": Fault("unknown_field", ""),
        "type": Fault("wrong_type", "must be an object"),
    }


class Section(fields.Nested):
    """An object with fields of its own."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own declaration
        "required": [Fault("required", "is required")],
        "null": [Fault("required", "is required, and null means absent")],
        "type": [Fault("wrong_type", "must be an object")],
    }

    def __init__(
        self,
        label: str,
        description: str,
        parts: Mapping[str, fields.Field[Any]],
        *,
        required: bool = False,
    ) -> None:
        self.parts = dict(parts)
        super().__init__(
            Strict.from_dict(self.parts),
            required=required,
            allow_none=not required,
            metadata={"label": label, "description": description},
        )


class Rows(fields.List[Any]):
    """A list of rows, or of single values."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own declaration
        "required": [Fault("required", "is required")],
        "null": [Fault("required", "is required, and null means absent")],
        "invalid": [Fault("wrong_type", "must be a list")],
    }

    def __init__(
        self,
        label: str,
        description: str,
        row: fields.Field[Any],
        *,
        required: bool = False,
        least: int = 0,
        most: int = _MOST_ROWS,
    ) -> None:
        row.allow_none = False
        self.least, self.most = least, most
        super().__init__(
            row,
            required=required,
            allow_none=not required,
            metadata={"label": label, "description": description},
        )

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> list[Any]:
        if isinstance(value, list) and len(value) > self.most:
            raise ValidationError([Fault("too_many", f"must have at most {self.most} rows")])
        if isinstance(value, list) and len(value) < self.least:
            raise ValidationError([Fault("too_few", f"must have at least {self.least}")])
        return super()._deserialize(value, attr, data, **kwargs)


class Named(CaseField[dict[str, Any]]):
    """A map whose names are the caller's: short plain words, each with text."""

    def take(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            refuse("wrong_type", "must be an object")
        if len(value) > _MOST_NAMES:
            refuse("too_many", f"must have at most {_MOST_NAMES} names")
        faults = [fault for name, text in value.items() for fault in _entry_faults(name, text)]
        if faults:
            raise ValidationError(faults)
        return {name: plain_text(text, 2_000) for name, text in value.items() if text is not None}

    def shape(self) -> Shape:
        return {"type": "object", "additionalProperties": {"type": ["string", "null"]}}


def _entry_faults(name: str, text: object) -> list[Fault]:
    if not name.replace("_", "").isalnum() or not name.isascii() or len(name) > _MOST_NAMES:
        return [Fault("unknown_field", "must be named in small letters, digits and underscores")]
    if text is None:
        return []
    try:
        plain_text(text, 2_000)
    except ValidationError as error:
        return [Fault(f.code, f.message, (name,)) for f in error.messages]  # type: ignore[union-attr]
    return []


class Open(CaseField[dict[str, Any]]):
    """An object checked elsewhere, by what it belongs to."""

    def take(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            refuse("wrong_type", "must be an object")
        faults = list(_text_faults(value, ()))
        if faults:
            raise ValidationError(faults)
        return value

    def shape(self) -> Shape:
        return {"type": "object"}


def _text_faults(value: Any, below: tuple[str | int, ...]) -> Iterator[Fault]:
    """Yield what is wrong with the texts and names inside an object that is checked elsewhere."""
    if isinstance(value, str):
        yield from (Fault(each.code, each.message, below) for each in _line_faults(value))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from (Fault(each.code, each.message, below) for each in _line_faults(name))
            yield from _text_faults(inner, (*below, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _text_faults(inner, (*below, index))


def _line_faults(text: str) -> list[Fault]:
    try:
        _LINE.take(text)
    except ValidationError as error:
        return [each for each in error.messages if isinstance(each, Fault)]
    return []


class OneOf(CaseField[Any]):
    """A value that one of several fields takes; the last one's fault is told."""

    def __init__(self, label: str, description: str, *choices: fields.Field[Any]) -> None:
        super().__init__(label, description)
        self.choices = choices

    def take(self, value: Any) -> Any:
        for choice in self.choices[:-1]:
            try:
                return choice.deserialize(value)
            except ValidationError:
                continue
        return self.choices[-1].deserialize(value)

    def shape(self) -> Shape:
        from casework.schema.published import field_shape  # noqa: PLC0415 - the two call each other

        return {"anyOf": [field_shape(choice) for choice in self.choices]}
