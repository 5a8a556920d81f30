"""Reading requests: every problem of body, case and papers together, or the values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError

from casework.problems import InvalidCase, Problem, pointer_to
from casework.schema.errors import Fault
from service.errors import bad_parameter, bad_parameters

T = TypeVar("T")
_MOST_TOLD = 150
_KEY = re.compile(r"[\x21-\x7E]{1,255}")
_WAIT = re.compile(r"(?:^|,)\s*wait\s*=\s*\"?([0-9]{1,6})\"?\s*(?=$|,|;)", re.IGNORECASE)


class AllProblems:
    """Takes steps that may find problems, and refuses once with those of all steps."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def attempt(self, step: Callable[[], T]) -> T | None:
        """Return what `step` gives; None when it found problems, which are kept."""
        try:
            return step()
        except InvalidCase as invalid:
            self._found.extend(_told(invalid.problems))
            return None

    def refuse(self) -> None:
        """Raise InvalidCase if any step found problems."""
        if self._found:
            raise InvalidCase(self._found)


def _told(problems: Sequence[Problem]) -> Sequence[Problem]:
    """Return what one answer can list; a case leaves out the rest by itself."""
    if len(problems) <= _MOST_TOLD:
        return problems
    rest = len(problems) - _MOST_TOLD
    left_out = Problem("", "problems_left_out", f"{rest} more problems are not listed")
    return (*problems[:_MOST_TOLD], left_out)


def read_body(schema: type[Schema], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of `body`; null means absent, as in a case.

    Raises:
        InvalidCase: with every problem of the fields around the case.
    """
    given = _without_nulls(body)
    try:
        loaded: dict[str, Any] = schema().load(given)
    except ValidationError as error:
        raise InvalidCase(tuple(_problems(error.messages, ()))) from None
    return loaded


def _without_nulls(body: Mapping[str, Any]) -> dict[str, Any]:
    options = body.get("options")
    kept = {name: value for name, value in body.items() if value is not None}
    if isinstance(options, dict):
        kept["options"] = {name: value for name, value in options.items() if value is not None}
    return kept


def _problems(messages: Any, steps: tuple[str | int, ...]) -> Iterator[Problem]:
    if isinstance(messages, dict):
        for name, below in messages.items():
            yield from _problems(
                below, steps if _is_no_step(name, below, steps) else (*steps, name)
            )
        return
    for message in messages:
        fault = message if isinstance(message, Fault) else Fault("not_a_choice", str(message))
        yield Problem(pointer_to(*steps), fault.code, fault.message)


def _is_no_step(name: str | int, below: Any, steps: tuple[str | int, ...]) -> bool:
    """Tell marshmallow's words for "the whole" and for a member's value from a caller's names."""
    if name == "_schema":
        return not any(fault.code == "unknown_field" for fault in below if isinstance(fault, Fault))
    return name in {"value", "key"} and steps[:1] == ("append",)


def read_query(schema: type[Schema]) -> dict[str, Any]:
    """Return the query parameters that `schema` knows; others are passed over.

    Raises:
        Refused: 400 with every parameter that cannot be read.
    """
    try:
        loaded: dict[str, Any] = schema().load(request.args.to_dict(), unknown=EXCLUDE)
    except ValidationError as error:
        raise bad_parameters(_said(error.messages)) from None
    return loaded


def _said(messages: Any) -> dict[str, str]:
    return {
        name: first.message if isinstance(first, Fault) else str(first)
        for name, (first, *_) in messages.items()
    }


def idempotency_key() -> str | None:
    """Return the `Idempotency-Key`, or None without one; refuses (400) what cannot be one."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise bad_parameter(
            "Idempotency-Key", "must be 1 to 255 printable ASCII characters without spaces"
        )
    return key


def preferred_wait(most: int) -> int:
    """Return the seconds of `Prefer: wait=N`, at most `most`; 0 without a readable one.

    RFC 7240 section 2: a preference that cannot be read is passed over.
    """
    found = _WAIT.search(request.headers.get("Prefer", ""))
    return min(int(found[1]), most) if found else 0
