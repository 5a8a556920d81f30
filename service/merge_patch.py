"""A case made from an earlier one: an RFC 7396 merge patch, then rows added to its lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from casework.pointers import value_at
from casework.problems import InvalidCase, Problem, pointer_to


def merged(target: Any, patch: Any) -> Any:
    """Return `target` changed by `patch`: objects member by member, null removes, else replaces."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def appended(
    case: Mapping[str, Any], rows: Mapping[str, Sequence[Any]], at: str = "/append"
) -> dict[str, Any]:
    """Return `case` with rows added to the ends of the lists that the pointers name.

    A list that the case does not have yet is begun.

    Raises:
        InvalidCase: `not_a_list` for each pointer that names something else.
    """
    problems = tuple(_problems(case, rows, at))
    if problems:
        raise InvalidCase(problems)
    result: Any = case
    for pointer, added in rows.items():
        held = value_at(result, pointer) or []
        result = _replaced(result, _steps(pointer), [*held, *added])
    return dict(result)


def _problems(
    case: Mapping[str, Any], rows: Mapping[str, Sequence[Any]], at: str
) -> Iterator[Problem]:
    for pointer in rows:
        if not _names_a_list(case, pointer):
            message = "must be the pointer of a list of the case, such as /assessments"
            yield Problem(at + pointer_to(pointer), "not_a_list", message)


def _names_a_list(case: Mapping[str, Any], pointer: str) -> bool:
    if not pointer.startswith("/"):
        return False
    held = value_at(case, pointer)
    if held is not None:
        return isinstance(held, list)
    return isinstance(value_at(case, pointer.rpartition("/")[0]), Mapping)


def _steps(pointer: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _replaced(target: Any, steps: Sequence[str], value: Any) -> Any:
    if not steps:
        return value
    first, *rest = steps
    if isinstance(target, list):
        place = int(first)
        return [
            _replaced(each, rest, value) if index == place else each
            for index, each in enumerate(target)
        ]
    return {**target, first: _replaced(target.get(first), rest, value)}
