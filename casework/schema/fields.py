"""The field classes of the case: what each takes, what it says when it does not, its JSON Schema.

Each field carries two texts: `label`, short words that stand in "to be filled in: member ID", and
`description`, a sentence for the reference and the JSON Schema.
"""

from __future__ import annotations

import re
import unicodedata
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NoReturn, TypeVar

from marshmallow import ValidationError, fields

from casework.partial_dates import PartialDate
from casework.schema.errors import Fault

LONGEST_TEXT = 20_000
_FIRST_YEAR, _LAST_YEAR = 1900, 2199

T = TypeVar("T")
Shape = dict[str, Any]


def refuse(code: str, message: str) -> NoReturn:
    """Raise the fault as marshmallow carries it."""
    raise ValidationError([Fault(code, message)])


def _missing(message: str) -> list[Fault]:
    return [Fault("required", message)]


class CaseField(fields.Field[T]):
    """A field with its words. A field that is not required takes null, which means absent."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own declaration
        "required": _missing("is required"),
        "null": _missing("is required, and null means absent"),
    }

    def __init__(self, label: str, description: str, *, required: bool = False) -> None:
        super().__init__(
            required=required,
            allow_none=not required,
            metadata={"label": label, "description": description},
        )

    @property
    def label(self) -> str:
        """Short words for a person: "member ID"."""
        return str(self.metadata["label"])

    @property
    def description(self) -> str:
        """A sentence for the reference."""
        return str(self.metadata["description"])

    @abstractmethod
    def shape(self) -> Shape:
        """Return the JSON Schema of a value that is present."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> T:
        del attr, data, kwargs
        return self.take(value)

    @abstractmethod
    def take(self, value: Any) -> T:
        """Return the value normalized, or raise the fault."""


# What no Word file can show, or what reverses the order in which a name is read. Other C1 controls
# and DEL are text decoded with the wrong encoding: Word shows nothing where a letter stood.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_LINE_BREAKS = re.compile("[\n\u2028\u2029]")
# Surrogates stay out of the published pattern: where strings are UTF-16 the class would match
# every letter beyond U+FFFF.
_LINE_PATTERN = (
    "^(?=[\\s\\S]*\\S)[^\\u0000-\\u0008\\u000a-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufffe\\uffff"
    "\\u202a-\\u202e\\u2066-\\u2069]*(?![\\s\\S])"
)
_PROSE_PATTERN = (
    "^(?=[\\s\\S]*\\S)(?:\\r\\n|[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\ufffe\\uffff"
    "\\u202a-\\u202e\\u2066-\\u2069])*(?![\\s\\S])"
)


# Letters by their category that are drawn as nothing: Hangul fillers and the empty Braille cell.
_EMPTY = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def _shows(character: str) -> bool:
    """Say whether a character puts something on paper: no space, no joiner, no mark of direction."""
    if character.isspace() or character in _EMPTY:
        return False
    return unicodedata.category(character) != "Cf"


def plain_text(value: Any, longest: int) -> str:
    """Return text as typed, line breaks as LF and composed (NFC); raise the fault otherwise.

    Never NFKC: it turns 10² into 102.
    """
    if not isinstance(value, str):
        refuse("wrong_type", "must be text")
    if len(value) > longest:
        refuse("too_long", f"must be at most {longest:,} characters long")
    text = value.replace("\r\n", "\n")
    found = _FORBIDDEN.search(text)
    if found:
        place = f"U+{ord(found.group()):04X} at character {found.start() + 1}"
        refuse("forbidden_character", f"holds {place}, which no document can show: remove it")
    if not any(map(_shows, text)):
        refuse("blank", "is blank: leave it out, or send null")
    return unicodedata.normalize("NFC", text)


class Line(CaseField[str]):
    """Text of one line."""

    def __init__(
        self, label: str, description: str, *, required: bool = False, most: int = 200
    ) -> None:
        super().__init__(label, description, required=required)
        self.most = most

    def take(self, value: Any) -> str:
        text = plain_text(value, self.most)
        if _LINE_BREAKS.search(text):
            refuse("line_break", "must be one line")
        return text

    def shape(self) -> Shape:
        return {"type": "string", "maxLength": self.most, "pattern": _LINE_PATTERN}


class Prose(CaseField[str]):
    """Text of any number of lines, as typed."""

    def __init__(
        self,
        label: str,
        description: str,
        *,
        required: bool = False,
        most: int = LONGEST_TEXT,
    ) -> None:
        super().__init__(label, description, required=required)
        self.most = most

    def take(self, value: Any) -> str:
        return plain_text(value, self.most)

    def shape(self) -> Shape:
        return {"type": "string", "maxLength": self.most, "pattern": _PROSE_PATTERN}


class Choice(CaseField[str]):
    """One word of a closed list."""

    def __init__(
        self, label: str, description: str, values: Sequence[str], *, required: bool = False
    ) -> None:
        super().__init__(label, description, required=required)
        self.values = tuple(values)

    def take(self, value: Any) -> str:
        if not isinstance(value, str):
            refuse("wrong_type", "must be text")
        if value not in self.values:
            refuse("not_a_choice", f"must be one of {', '.join(self.values)}")
        return value

    def shape(self) -> Shape:
        return {"type": "string", "enum": list(self.values)}


class Flag(CaseField[bool]):
    """True or false; never 1, "yes" or "true"."""

    def take(self, value: Any) -> bool:
        if not isinstance(value, bool):
            refuse("wrong_type", "must be true or false")
        return value

    def shape(self) -> Shape:
        return {"type": "boolean"}


class Number(CaseField[float]):
    """A number from `least` to `most`, both included."""

    def __init__(
        self,
        label: str,
        description: str,
        *,
        least: float,
        most: float,
        required: bool = False,
    ) -> None:
        super().__init__(label, description, required=required)
        self.least = least
        self.most = most

    def take(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            refuse("wrong_type", "must be a number")
        # Written so that a NaN is refused too.
        if not self.least <= value <= self.most:
            refuse("out_of_range", f"must be from {self.least:,} to {self.most:,}")
        # JSON has a zero below zero, which a paper would print as "-0".
        return value or 0

    def shape(self) -> Shape:
        return {"type": "number", "minimum": self.least, "maximum": self.most}


class Whole(Number):
    """A whole number from `least` to `most`. 6.0 is 6, as JSON makes no difference."""

    def take(self, value: Any) -> int:
        number = super().take(value)
        if number != int(number):
            refuse("wrong_type", "must be a whole number")
        return int(number)

    def shape(self) -> Shape:
        return {**super().shape(), "type": "integer"}


class Money(Number):
    """US dollars, to the cent."""

    def __init__(
        self,
        label: str,
        description: str,
        *,
        required: bool = False,
        most: float = 10_000_000,
    ) -> None:
        super().__init__(label, description, least=0, most=most, required=required)

    def take(self, value: Any) -> float:
        amount = super().take(value)
        if round(amount, 2) != amount:
            refuse("more_than_cents", "must have at most two decimals")
        return amount


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Dated(CaseField[str]):
    """A date of some kind; ``event`` is false where it is no event of the patient's life."""

    def __init__(
        self, label: str, description: str, *, required: bool = False, event: bool = True
    ) -> None:
        super().__init__(label, description, required=required)
        self.event = event

    @staticmethod
    def _check_year(year: int) -> None:
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            refuse("year_out_of_range", f"must be a year from {_FIRST_YEAR} to {_LAST_YEAR}")


class Day(Dated):
    """A full date."""

    def take(self, value: Any) -> str:
        message = "must be a day of the calendar written as YYYY-MM-DD"
        if not isinstance(value, str):
            refuse("wrong_type", message)
        if not _DAY.fullmatch(value):
            refuse("not_a_date", message)
        try:
            self._check_year(date.fromisoformat(value).year)
        except ValueError:
            refuse("not_a_date", message)
        return value

    def shape(self) -> Shape:
        return {"type": "string", "format": "date"}


class PartDay(Dated):
    """A date as exact as the chart is: a day, a month or a year."""

    def take(self, value: Any) -> str:
        message = "must be a date written as YYYY-MM-DD, YYYY-MM or YYYY"
        if not isinstance(value, str):
            refuse("wrong_type", message)
        try:
            self._check_year(PartialDate.parse(value).earliest.year)
        except ValueError:
            refuse("not_a_partial_date", message)
        return value

    def shape(self) -> Shape:
        return {
            "type": "string",
            "pattern": "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?(?![\\s\\S])",
        }


_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?", re.ASCII)


class Moment(Dated):
    """A full date, or a time with its offset where answers are owed in hours."""

    def take(self, value: Any) -> str:
        message = "must be a date (2026-10-15) or a time with offset (2026-10-15T14:05:00-04:00)"
        if not isinstance(value, str):
            refuse("wrong_type", message)
        if not _MOMENT.fullmatch(value):
            refuse("not_a_moment", message)
        try:
            self._check_year(datetime.fromisoformat(value).year)
        except ValueError:
            refuse("not_a_moment", message)
        return value

    def shape(self) -> Shape:
        return {
            "type": "string",
            "pattern": f"^{_MOMENT.pattern}(?![\\s\\S])".replace("\\d", "[0-9]"),
        }


_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


class TimeOfDay(CaseField[str]):
    """Hours and minutes on a 24-hour clock."""

    def take(self, value: Any) -> str:
        message = "must be hours and minutes, as in 14:05"
        if not isinstance(value, str):
            refuse("wrong_type", message)
        if not _TIME.fullmatch(value):
            refuse("not_a_time", message)
        return value

    def shape(self) -> Shape:
        return {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](?![\\s\\S])"}
