"""A user's own brackets, told apart from the marks of citations and missing facts.

They stand as other characters while marks are counted: the two private-use controls of C1, which no
case can hold, so that whatever else a user typed stays as typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SHIELD = {ord("⟦"): "\x91", ord("⟧"): "\x92"}
_UNSHIELD = {0x91: "⟦", 0x92: "⟧"}


def has_brackets(value: Any) -> bool:
    """Say whether a text below holds what could be read as a mark."""
    if isinstance(value, str):
        return "⟦" in value or "⟧" in value
    if isinstance(value, Mapping):
        return any(has_brackets(each) for each in value.values())
    return isinstance(value, list | tuple) and any(has_brackets(each) for each in value)


def shielded(value: Any) -> Any:
    """Return a case whose brackets are no marks."""
    return _translated(value, _SHIELD)


def unshielded(value: Any) -> Any:
    """Return what was made of a shielded case, with the brackets as they were typed."""
    return _translated(value, _UNSHIELD)


def _translated(value: Any, table: Mapping[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, Mapping):
        return {key: _translated(each, table) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_translated(each, table) for each in value]
    return value
