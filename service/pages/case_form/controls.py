"""What a template shows for a part of the schema: labels, values, choices, rows, problems."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from casework.schema.fields import Choice
from casework.schema.load import case_field
from casework.schema.parts import Section
from service.pages.case_form.groups import Group
from service.pages.case_form.lookups import Lookups
from service.pages.case_form.shapes import (
    Field,
    chosen,
    hint_of,
    row_section,
    shape_of,
    takes_number_or_rows,
)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ROW_WORDS = 60
_YES_NO = (("yes", "yes"), ("no", "no"))


@dataclass(frozen=True)
class Control:
    """A field to type into. `shape` is "line", "prose", "choice", "day" or "number"."""

    name: str
    label: str
    hint: str
    shape: str
    required: bool
    value: str = field(repr=False)
    options: Sequence[tuple[str, str]] = ()
    look_up: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Box:
    """A section: fields that belong together.

    `filled`: something in it is typed or wrong. `folded`: shown by its label until it is opened.
    """

    name: str
    label: str
    hint: str
    required: bool
    filled: bool
    parts: tuple[Control | Box | List, ...] = field(repr=False)
    problem: str = ""
    folded: bool = False


@dataclass(frozen=True)
class List:
    """A list of rows, each a box."""

    name: str
    label: str
    hint: str
    one: str
    rows: tuple[Box, ...] = field(repr=False)
    problem: str = ""

    @property
    def filled(self) -> bool:
        """Return whether there is a row, or a problem."""
        return bool(self.rows or self.problem)


Part = Control | Box | List


@dataclass(frozen=True)
class Shown:
    """What fills the form: problems by the name of their field, and the list that gets a row."""

    lookups: Lookups
    problems: Mapping[str, str]
    add: str = ""


def parts_of(group: Group, case: Mapping[str, Any], shown: Shown) -> tuple[Part, ...]:
    """Return what a page of the form shows of a case."""
    parts = case_field().parts
    made = [_part(parts[name], f"/{name}", name, case.get(name), shown) for name in group.sections]
    return tuple(_folded(part) if number else part for number, part in enumerate(made))


def _folded(part: Part) -> Part:
    """Return a section of which nothing is needed or typed folded away."""
    if isinstance(part, Box) and not part.required and not part.filled:
        return replace(part, folded=True)
    return part


def _part(part: Field, name: str, key: str, value: Any, shown: Shown) -> Part:
    if takes_number_or_rows(part) and shown.add == name and not isinstance(value, list):
        value = []
    offered = chosen(part, value)
    if isinstance(offered, Section):
        return _box(offered, name, value, shown)
    section = row_section(offered)
    if section is not None:
        return _list(offered, section, name, value, shown)
    return _control(part, offered, name, key, value, shown)


def _box(section: Section, name: str, value: Any, shown: Shown, label: str = "") -> Box:
    held = value if isinstance(value, Mapping) else {}
    parts = tuple(
        _part(part, f"{name}/{key}", key, held.get(key), shown)
        for key, part in section.parts.items()
    )
    return Box(
        name=name,
        label=label or str(section.metadata["label"]),
        hint=str(section.metadata["description"]),
        required=section.required,
        filled=any(map(_is_filled, parts)) or name in shown.problems,
        parts=parts,
        problem=shown.problems.get(name, ""),
    )


def _list(rows: Field, section: Section, name: str, value: Any, shown: Shown) -> List:
    held = list(value) if isinstance(value, list) else []
    if shown.add == name or (rows.required and not held):
        held.append({})
    one = str(section.metadata["label"])
    return List(
        name=name,
        label=str(rows.metadata["label"]),
        hint=str(rows.metadata["description"]),
        one=one,
        rows=tuple(
            _row(section, f"{name}/{number}", _as_row(section, row), shown, f"{one} {number + 1}")
            for number, row in enumerate(held)
        ),
        problem=shown.problems.get(name, ""),
    )


def _row(section: Section, name: str, value: Mapping[str, Any], shown: Shown, label: str) -> Box:
    """Return a row by its number and its first words, folded once there is something in it."""
    first = next((value[key] for key in section.parts if key != "id" and value.get(key)), "")
    called = f"{label}: {str(first)[:_ROW_WORDS]}" if first else label
    wrong = any(each == name or each.startswith(f"{name}/") for each in shown.problems)
    return replace(_box(section, name, value, shown, called), folded=bool(value) and not wrong)


def _as_row(section: Section, row: Any) -> Mapping[str, Any]:
    if isinstance(row, Mapping):
        return row
    return {next(iter(section.parts)): row}


def _control(part: Field, offered: Field, name: str, key: str, value: Any, shown: Shown) -> Control:
    shape = shape_of(offered)
    text = _text(shape, value)
    options, look_up = shown.lookups.options(name), shown.lookups.look_up(name)
    if isinstance(offered, Choice):
        options = tuple((each, each.replace("_", " ")) for each in offered.values)
    if shape == "flag":
        options = _YES_NO
    if options and text and text not in {each for each, _ in options}:
        # What the list does not know stays to be seen and corrected, and is not lost by a save.
        options = ((text, text), *options)
    return Control(
        name=name,
        label=str(part.metadata["label"]) or key,
        hint=" ".join(filter(None, (str(part.metadata["description"]), hint_of(offered)))),
        shape="choice" if options else _plainer(shape, text),
        required=part.required,
        value=text,
        options=tuple(options),
        look_up=look_up,
        problem=_problem(name, shown.problems),
    )


def _plainer(shape: str, text: str) -> str:
    if shape in ("lines", "named", "json"):
        return "prose"
    # A browser shows nothing for a day that it cannot read.
    return "line" if shape == "day" and text and not _DAY.fullmatch(text) else shape


def _text(shape: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str() | int() | float():
            return f"{value:g}" if isinstance(value, float) else str(value)
        case list():
            return "\n".join(_text("line", each) for each in value)
        case dict() if shape == "named":
            return "\n".join(_entries(value))
    return json.dumps(value, indent=1, ensure_ascii=False)


def _entries(named: Mapping[str, Any]) -> Iterator[str]:
    for name, said in named.items():
        yield f"{name.replace('_', ' ')}: {said or ''}".rstrip()


def _problem(name: str, problems: Mapping[str, str]) -> str:
    """Return what is wrong with a field, or with an entry of a list that is typed as one text."""
    below = (said for each, said in problems.items() if each.startswith(f"{name}/"))
    return problems.get(name) or next(below, "")


def _is_filled(part: Part) -> bool:
    return bool(part.value or part.problem) if isinstance(part, Control) else part.filled
