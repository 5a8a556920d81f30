"""JSON read strictly: what two programs could read as two different things is refused.

The standard reader takes the last of two equal keys, reads NaN and 1e999, and fails with an
internal error on deep nesting. In a case the first is a dose changed in silence.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from casework.problems import ErrorCode, pointer_to

MAXIMUM_DEPTH = 32
# Every body is bounded by its route (512 kB for a case, 8 MB for a batch), and the case's lists by
# their own lengths. A dense real case holds a few thousand members; a full batch some eighty
# thousand. The limit is there to stop a body made of nothing but keys.
MAXIMUM_MEMBERS = 100_000
# Whole numbers beyond 2**53 are not read alike by all JSON readers (RFC 8259, section 6).
_MOST_DIGITS = 15
_MOST_NUMBER_CHARACTERS = 40
_MOST_PLACES_NAMED = 5

JSON_CODES = (
    ErrorCode("not_utf8", "The body is not UTF-8.", "Send the JSON encoded as UTF-8."),
    ErrorCode(
        "byte_order_mark",
        "The body begins with a byte order mark.",
        "Send UTF-8 without a byte order mark.",
    ),
    ErrorCode(
        "not_json",
        "The body cannot be read as JSON.",
        "Correct it at the line and column named; NaN and Infinity are not JSON.",
    ),
    ErrorCode(
        "not_an_object",
        "The body is JSON, but not an object.",
        "Send an object: the body begins with { and ends with }.",
    ),
    ErrorCode(
        "too_deep",
        f"Objects and lists are nested more than {MAXIMUM_DEPTH} deep.",
        "Send the shape that the JSON Schema shows; it is far less deep.",
    ),
    ErrorCode(
        "duplicate_key",
        "A key stands twice in one object, so it has two values.",
        "Send each key once.",
    ),
    ErrorCode(
        "number_out_of_range",
        "A number is too long or too large to be read alike by every program.",
        f"Send whole numbers of at most {_MOST_DIGITS} digits, and identifiers as text.",
    ),
    ErrorCode(
        "too_many_members",
        f"The body holds more than {MAXIMUM_MEMBERS:,} object members.",
        "Send fewer cases at a time.",
    ),
)


class NotJson(ValueError):
    """The body is not the JSON that this service reads; ``code`` is one of JSON_CODES.

    The message names keys and places, never values.
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


def parse_json(body: bytes) -> dict[str, Any]:
    """Return the object that `body` holds.

    Raises:
        NotJson: not UTF-8, not JSON, not an object, nested too deep, a key twice in one object,
            or a number that is not finite or too long.
    """
    text = _decoded(body)
    _refuse_depth(body)
    reader = _Reader()
    try:
        value = json.loads(
            text,
            object_pairs_hook=reader.members,
            parse_int=reader.whole_number,
            parse_float=reader.number,
            parse_constant=reader.constant,
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise NotJson(f"the body is not JSON: {error.msg} at {place}", "not_json") from None
    except RecursionError:
        raise _too_deep() from None
    if not isinstance(value, dict):
        raise NotJson("the body must be a JSON object", "not_an_object")
    _refuse_doubled(value)
    return value


def _decoded(body: bytes) -> str:
    if body.startswith(b"\xef\xbb\xbf"):
        raise NotJson(
            "the body begins with a byte order mark: send UTF-8 without", "byte_order_mark"
        )
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"the body is not UTF-8: byte {error.start} cannot be read"
        raise NotJson(message, "not_utf8") from None


# Strings are taken whole, so that brackets inside them do not count. Possessive: linear time.
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{\]}]', re.DOTALL)


def _refuse_depth(body: bytes) -> None:
    """Refuse deep nesting before the reader meets it: its own limit is the interpreter's stack."""
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(body):
        first = match.group()[:1]
        if first in b"[{":
            depth += 1
            if depth > MAXIMUM_DEPTH:
                raise _too_deep()
        elif first in b"]}":
            depth -= 1


def _too_deep() -> NotJson:
    return NotJson(f"the body is nested more than {MAXIMUM_DEPTH} deep", "too_deep")


class _Doubled(dict[str, Any]):
    """An object in which keys stood twice."""

    keys_twice: tuple[str, ...] = ()


class _Reader:
    """The hooks of the standard reader for one body, with the count of members."""

    def __init__(self) -> None:
        self._members = 0

    def members(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self._members += len(pairs)
        if self._members > MAXIMUM_MEMBERS:
            raise NotJson(
                f"the body holds more than {MAXIMUM_MEMBERS:,} members", "too_many_members"
            )
        value = dict(pairs)
        return value if len(value) == len(pairs) else _doubled(pairs)

    def whole_number(self, digits: str) -> int:
        if len(digits.lstrip("-")) > _MOST_DIGITS:
            raise _out_of_range()
        return int(digits)

    def number(self, digits: str) -> float:
        if len(digits) > _MOST_NUMBER_CHARACTERS or not math.isfinite(float(digits)):
            raise _out_of_range()
        return float(digits)

    def constant(self, name: str) -> NoReturn:
        raise NotJson(f"the body is not JSON: {name} is no JSON number", "not_json")


def _out_of_range() -> NotJson:
    return NotJson(
        f"a number is too long or too large: whole numbers have at most {_MOST_DIGITS} digits",
        "number_out_of_range",
    )


def _doubled(pairs: list[tuple[str, Any]]) -> _Doubled:
    value = _Doubled(pairs)
    seen: set[str] = set()
    value.keys_twice = tuple(
        dict.fromkeys(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    )
    return value


def _refuse_doubled(value: Any) -> None:
    places = list(_doubled_places(value, ()))
    if not places:
        return
    named = ", ".join(places[:_MOST_PLACES_NAMED])
    more = (
        f" and {len(places) - _MOST_PLACES_NAMED} more" if len(places) > _MOST_PLACES_NAMED else ""
    )
    raise NotJson(f"a key stands twice in one object: {named}{more}", "duplicate_key")


def _doubled_places(value: Any, tokens: tuple[str | int, ...]) -> Iterator[str]:
    if isinstance(value, _Doubled):
        yield from (pointer_to(*tokens, key) for key in value.keys_twice)
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    for step, below in steps:
        if isinstance(below, (dict, list)):
            yield from _doubled_places(below, (*tokens, step))
