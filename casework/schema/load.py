"""From parsed JSON to a validated case, or every problem at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from marshmallow import ValidationError, fields

from casework.knowledge_base.model import Knowledge
from casework.problems import InvalidCase, Problem, pointer_to, shown_key
from casework.schema.checks import check_case
from casework.schema.errors import Fault
from casework.schema.parts import OneOf, Rows, Section, Strict
from casework.schema.sections import CASE

_MOST_PROBLEMS = 100
# A field that a caller calls "_schema" stands where marshmallow tells of the whole object.
_UNKNOWN = Strict.error_messages["unknown"]
_CASE = Section("case", "One patient, one payer, one request.", CASE, required=True)

Step = str | int
Found = tuple[tuple[Step, ...], Fault]
_Orders = dict[int, dict[Any, int]]


def load_case(data: object, knowledge: Knowledge, at: str = "") -> dict[str, Any]:
    """Return the case validated and normalized, as JSON values with nulls left out.

    Text is NFC with LF line breaks; dates stay ISO text, full or partial. Pointers of problems
    begin with `at`.

    Raises:
        InvalidCase: with every problem at once, in the order of what was sent.
    """
    try:
        loaded = _CASE.deserialize(data)
    except ValidationError as error:
        found = [*_faults(error.messages, _CASE, ()), *_together(error, knowledge)]
        orders: _Orders = {}
        found.sort(key=lambda each: _place(each[0], data, orders))
        raise InvalidCase(_problems(found, at)) from None
    case = _without_nulls(loaded)
    together = list(check_case(case, knowledge))
    if together:
        raise InvalidCase(_problems(together, at))
    return _in_sent_order(case, data)


def _place(steps: tuple[Step, ...], data: object, orders: _Orders) -> tuple[int, ...]:
    """Return where a value stands in what was sent; what is missing stands before its neighbours.

    `orders` keeps the order of each object's fields, so that many faults of one cost no more.
    """
    place = []
    for step in steps:
        if isinstance(data, Mapping):
            order = orders.setdefault(id(data), {})
            order.update({} if order else {key: i for i, key in enumerate(data)})
            place.append(order.get(step, -1))
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            place.append(step)
            data = data[step]
        else:
            break
    return tuple(place)


def _together(error: ValidationError, knowledge: Knowledge) -> Iterator[Found]:
    """What does not agree among the sections whose own shape is right."""
    messages, valid = error.messages, error.valid_data
    if isinstance(messages, Mapping) and isinstance(valid, Mapping):
        sound = {name: part for name, part in valid.items() if name not in messages}
        for steps, fault in check_case(_without_nulls(sound), knowledge):
            # Nothing can be said of letters while the list of exhibits itself is wrong.
            if fault.code != "unknown_exhibit" or "exhibits" not in messages:
                yield steps, fault


def _problems(found: list[Found], at: str) -> tuple[Problem, ...]:
    problems = tuple(_problem(steps, fault, at) for steps, fault in found[:_MOST_PROBLEMS])
    rest = len(found) - _MOST_PROBLEMS
    if rest <= 0:
        return problems
    return (*problems, Problem(at, "problems_left_out", f"{rest} more problems are not listed"))


def _problem(steps: tuple[Step, ...], fault: Fault, at: str) -> Problem:
    # Only for what is told: looking for near names takes a second for a body of nothing but names.
    told = _unknown(steps) if fault.code == "unknown_field" and not fault.message else fault
    return Problem(f"{at}{pointer_to(*steps)}", told.code, told.message)


def _faults(messages: Any, field: Any, steps: tuple[Step, ...]) -> Iterator[Found]:
    if isinstance(messages, Mapping):
        for key, below in messages.items():
            if key == "_schema" and below != [_UNKNOWN]:
                yield from _faults(below, field, steps)
            else:
                yield from _faults(below, _below(field, key), (*steps, key))
        return
    for each in messages if isinstance(messages, list) else [messages]:
        fault = each if isinstance(each, Fault) else Fault("wrong_type", "has the wrong shape")
        yield (*steps, *fault.below), fault


def _below(field: Any, key: Step) -> Any:
    if isinstance(field, Section):
        return field.parts.get(str(key))
    if isinstance(field, Rows):
        return field.inner
    if isinstance(field, OneOf):
        return _below(field.choices[-1], key)
    return None


def _unknown(steps: tuple[Step, ...]) -> Fault:
    known = _known_at(steps[:-1])
    name = str(steps[-1])
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f", did you mean `{close[0]}`?" if close else f"; known are {', '.join(known)}"
    return Fault("unknown_field", f"unknown field `{shown_key(name)}`{hint}")


def _known_at(steps: tuple[Step, ...]) -> list[str]:
    field: Any = _CASE
    for step in steps:
        field = _below(field, step)
    if isinstance(field, OneOf):
        field = field.choices[-1]
    if isinstance(field, Rows):
        field = field.inner
    return list(field.parts) if isinstance(field, Section) else []


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_nulls(each) for each in value if each is not None]
    return value


def _in_sent_order(case: dict[str, Any], data: object) -> dict[str, Any]:
    """Keep the caller's order of names, which orders what a paper lists (screened conditions)."""
    assert isinstance(data, Mapping)
    ordered: dict[str, Any] = _ordered(case, data)
    return ordered


def _ordered(value: Any, sent: Any) -> Any:
    if isinstance(value, dict) and isinstance(sent, Mapping):
        names = [name for name in sent if name in value]
        return {name: _ordered(value[name], sent[name]) for name in names}
    if isinstance(value, list) and isinstance(sent, list) and len(value) == len(sent):
        return [_ordered(each, one) for each, one in zip(value, sent, strict=True)]
    return value


def case_field() -> Section:
    """Return the case as a field, for what is published about it."""
    return _CASE


def field_at(pointer: str) -> fields.Field[Any] | None:
    """Return the field that a JSON pointer names, or None."""
    field: Any = _CASE
    for token in pointer.split("/")[1:]:
        field = _below(field, token)
        if field is None:
            return None
    found: fields.Field[Any] | None = field
    return found
