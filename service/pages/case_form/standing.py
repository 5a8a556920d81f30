"""How far a half-typed case is: what is wrong, what is still needed, what its review shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from casework.problems import InvalidCase, Problem
from casework.review import Review, review
from casework.schema import load_case
from casework.schema.load import case_field
from casework.schema.parts import Rows, Section
from service.pages.case_form.shapes import Field
from service.parts import Parts

_NEEDED = ("required", "too_few")
# Taking away what is wrong can uncover something else, hardly more often than this.
_ROUNDS = 6


@dataclass(frozen=True)
class Standing:
    """What the schema and the review say of a case as typed.

    `review` is that of the case without what is wrong; None while a required fact is missing.
    `whole` is the loaded case once nothing is wrong.
    """

    problems: tuple[Problem, ...]
    review: Review | None = field(repr=False)
    whole: Mapping[str, Any] | None = field(repr=False)

    @property
    def needed(self) -> tuple[Problem, ...]:
        """Return the required facts that are missing."""
        return tuple(each for each in self.problems if each.code in _NEEDED)

    @property
    def wrong(self) -> tuple[Problem, ...]:
        """Return what was typed and cannot be."""
        return tuple(each for each in self.problems if each.code not in _NEEDED)


def standing(case: Mapping[str, Any], parts: Parts) -> Standing:
    """Return how far a case is, on today's date."""
    typed = _opened(case_field(), deepcopy(dict(case)))
    loaded = _loaded(typed, parts)
    if isinstance(loaded, dict):
        return Standing((), review(loaded, parts.knowledge, parts.today()), loaded)
    sound = _sound(typed, loaded, parts)
    reviewed = review(sound, parts.knowledge, parts.today()) if sound is not None else None
    return Standing(loaded, reviewed, None)


def _opened(section: Section, value: dict[str, Any]) -> dict[str, Any]:
    """Return a case with its required sections begun, so that each fact is asked for by name."""
    for name, part in section.parts.items():
        if part.required and value.get(name) is None:
            begun = _begun(part)
            if begun is not None:
                value[name] = begun
        elif isinstance(part, Section) and isinstance(value.get(name), dict):
            _opened(part, value[name])
    return value


def _begun(part: Field) -> Any:
    if isinstance(part, Section):
        return _opened(part, {})
    return [{}] if isinstance(part, Rows) else None


def _loaded(case: dict[str, Any], parts: Parts) -> dict[str, Any] | tuple[Problem, ...]:
    try:
        return load_case(case, parts.knowledge)
    except InvalidCase as invalid:
        return invalid.problems


def _sound(
    case: dict[str, Any], problems: Sequence[Problem], parts: Parts
) -> dict[str, Any] | None:
    """Return the case loaded without what is wrong in it; None where a required fact is missing."""
    rest = deepcopy(case)
    for _ in range(_ROUNDS):
        if any(each.code in _NEEDED for each in problems):
            return None
        # The last rows first, so that the numbers of those before them stay right.
        for pointer in sorted({each.pointer for each in problems}, key=_steps, reverse=True):
            _take_out(rest, _steps(pointer))
        loaded = _loaded(rest, parts)
        if isinstance(loaded, dict):
            return loaded
        problems = loaded
    return None


def _steps(pointer: str) -> list[tuple[int, str]]:
    """Return a pointer's steps so that they sort by row number."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    return [(int(step) if step.isdecimal() else -1, step) for step in steps]


def _take_out(value: Any, steps: Sequence[tuple[int, str]]) -> None:
    *above, (number, last) = steps or [(-1, "")]
    for number_above, step in above:
        if isinstance(value, list) and 0 <= number_above < len(value):
            value = value[number_above]
        elif isinstance(value, dict):
            value = value.get(step)
    if isinstance(value, dict):
        value.pop(last, None)
    elif isinstance(value, list) and 0 <= number < len(value):
        del value[number]
