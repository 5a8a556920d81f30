"""What differs between two versions of the knowledge, and which cases that touches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from msgspec import to_builtins

from casework.deadlines import deadlines
from casework.deadlines.starts import Events
from casework.facts import derive
from casework.knowledge_base.model import Knowledge

_NOT_COMPARED = ("version",)
_NOTHING = "nothing"


@dataclass(frozen=True)
class Change:
    """One difference: an entry added or gone, or a key of it with another value.

    ``entry`` is "area/id"; ``key`` is empty when the whole entry came or went.
    """

    entry: str
    key: str
    before: Any
    after: Any

    def __str__(self) -> str:
        if not self.key:
            return f"{self.entry}: {'added' if self.before is None else 'gone'}"
        return f"{self.entry}: {self.key}: {_shown(self.before)}, now {_shown(self.after)}"


@dataclass(frozen=True)
class Touch:
    """A criterion or a deadline of one case that the two versions judge otherwise.

    ``what`` is "criterion" or "deadline". A status or a day is told, and nothing of the patient.
    """

    what: str
    id: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.what} {self.id}: {self.before}, now {self.after}"


def changes(old: Knowledge, new: Knowledge) -> tuple[Change, ...]:
    """Return every difference, by area and entry, in their order."""
    return tuple(
        change
        for area in old.__struct_fields__
        if area not in _NOT_COMPARED
        for change in _area(area, _plain(getattr(old, area)), _plain(getattr(new, area)))
    )


def touched(
    case: Mapping[str, Any], letter_date: date, old: Knowledge, new: Knowledge, events: Events = ()
) -> tuple[Touch, ...]:
    """Return the criteria and deadlines of a loaded case that `new` judges otherwise than `old`.

    Raises:
        KeyError: the case names an entry that one of the versions does not have.
    """
    return (
        *_compared("criterion", *(_criteria(case, letter_date, each) for each in (old, new))),
        *_compared("deadline", *(_days(case, letter_date, each, events) for each in (old, new))),
    )


def _plain(value: Any) -> Any:
    """Return plain data by the names of the files, whose keys are what their authors know."""
    return to_builtins(value, enc_hook=_encoded)


def _encoded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise NotImplementedError(type(value).__name__)


def _area(area: str, old: Any, new: Any) -> Iterator[Change]:
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return
    if isinstance(old.get("id"), str):
        # An area of one file.
        yield from _keys(area, "", old, new)
        return
    for name in dict.fromkeys([*old, *new]):
        entry = f"{area}/{name}"
        if name not in old or name not in new:
            yield Change(entry, "", old.get(name), new.get(name))
        else:
            yield from _keys(entry, "", old[name], new[name])


def _keys(entry: str, at: str, old: Any, new: Any) -> Iterator[Change]:
    if old == new:
        return
    named_old, named_new = _named(old), _named(new)
    if named_old is None or named_new is None:
        yield Change(entry, at, old, new)
        return
    for key in dict.fromkeys([*named_old, *named_new]):
        below = f"{at}.{key}" if at else str(key)
        yield from _keys(entry, below, named_old.get(key), named_new.get(key))


def _named(value: Any) -> Mapping[str, Any] | None:
    """Return a mapping, or rows by their own ids; None for what is compared as a whole."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, Sequence) and not isinstance(value, str):
        rows = {str(row["id"]): row for row in value if isinstance(row, Mapping) and "id" in row}
        if rows and len(rows) == len(value):
            return rows
    return None


def _shown(value: Any) -> str:
    return _NOTHING if value is None else repr(value)


def _criteria(case: Mapping[str, Any], day: date, knowledge: Knowledge) -> dict[str, str]:
    return {item.id: item.status for item in derive(case, knowledge, day).criteria.items}


def _days(
    case: Mapping[str, Any], day: date, knowledge: Knowledge, events: Events
) -> dict[str, str]:
    found = deadlines(case, knowledge, day, events)
    return {each.id: each.due.isoformat() if each.due else "no date" for each in found}


def _compared(what: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Touch]:
    for name in dict.fromkeys([*old, *new]):
        before, after = old.get(name, _NOTHING), new.get(name, _NOTHING)
        if before != after:
            yield Touch(what, name, before, after)
