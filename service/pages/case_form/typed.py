"""From a sent form back to sections of a case, and from a problem's pointer back to its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from casework.schema.load import case_field
from casework.schema.parts import Section
from casework.strict_json import NotJson, parse_json
from service.pages.case_form.groups import Group
from service.pages.case_form.shapes import (
    Field,
    chosen,
    row_section,
    shape_of,
    takes_bare_name,
    takes_number_or_rows,
    takes_yes_or_words,
)

_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?", re.ASCII)
_ITEMS = re.compile(r"[\n,;]")
_ROW_NUMBER = re.compile(r"[0-9]{1,3}", re.ASCII)
_YES = {"yes": True, "no": False}


@dataclass(frozen=True)
class Typed:
    """What was typed on one page: sections of a case without what is blank.

    Blank rows are left out, so rows move up: `moved` gives for a row's pointer in `sections` the
    name that the row has in the form.
    """

    sections: Mapping[str, Any] = field(repr=False)
    moved: Mapping[str, str]

    def name_of(self, pointer: str) -> str:
        """Return the name in the form of the field that a pointer into `sections` names."""
        steps = pointer.split("/")
        for end in range(len(steps), 0, -1):
            start = "/".join(steps[:end])
            if start in self.moved:
                return "/".join([self.moved[start], *steps[end:]])
        return pointer


def read_group(group: Group, form: Mapping[str, str], without: str = "") -> Typed:
    """Return what a form says of a page's sections; the row named `without` is taken out.

    What cannot be read as its field wants stays text, for the schema to refuse at its place.
    """
    reader = _Reader(form, without)
    parts = case_field().parts
    read = {name: reader.value(parts[name], f"/{name}", f"/{name}") for name in group.sections}
    return Typed({name: value for name, value in read.items() if value is not None}, reader.moved)


class _Reader:
    """Walks the schema; `name` is a field's name in the form, `at` its pointer in what is read."""

    def __init__(self, form: Mapping[str, str], without: str) -> None:
        self._form = form
        self._without = without
        self.moved: dict[str, str] = {}

    def value(self, part: Field, name: str, at: str) -> Any:
        """Return what was typed for a part, None where nothing was."""
        if takes_number_or_rows(part) and name not in self._form:
            part = chosen(part, [])
        part_chosen = chosen(part, None) if not takes_number_or_rows(part) else part
        if isinstance(part_chosen, Section):
            return self._section(part_chosen, name, at)
        section = row_section(part_chosen)
        if section is not None:
            return self._rows(part_chosen, section, name, at)
        text = self._form.get(name, "").replace("\r\n", "\n")
        return _leaf(part, text) if text.strip() else None

    def _section(self, section: Section, name: str, at: str) -> dict[str, Any] | None:
        read = {
            key: self.value(part, f"{name}/{key}", f"{at}/{key}")
            for key, part in section.parts.items()
        }
        return {key: value for key, value in read.items() if value is not None} or None

    def _rows(self, rows: Field, section: Section, name: str, at: str) -> list[Any] | None:
        read: list[Any] = []
        for number in self._numbers(name):
            row_name, row_at = f"{name}/{number}", f"{at}/{len(read)}"
            if row_name == self._without:
                continue
            row = self._section(section, row_name, row_at)
            if row is not None:
                self.moved[row_at] = row_name
                read.append(_bare(section, row) if takes_bare_name(rows) else row)
        return read or None

    def _numbers(self, name: str) -> list[int]:
        start = f"{name}/"
        below = (each[len(start) :] for each in self._form if each.startswith(start))
        found = {each.partition("/")[0] for each in below}
        return sorted(int(each) for each in found if _ROW_NUMBER.fullmatch(each))


def _bare(section: Section, row: dict[str, Any]) -> Any:
    """Return a row in which only the first part is filled as that text alone."""
    first = next(iter(section.parts))
    return row[first] if list(row) == [first] else row


def _leaf(part: Field, text: str) -> Any:
    if takes_yes_or_words(part):
        return _YES.get(text.strip().lower(), text.strip())
    shape = "number" if takes_number_or_rows(part) else shape_of(part)
    if shape == "lines":
        return _lines(part, text)
    return _READ.get(shape, str.strip)(text)


def _number(text: str) -> Any:
    plain = text.strip().replace(",", "")
    if not _NUMBER.fullmatch(plain):
        return text.strip()
    return float(plain) if "." in plain else int(plain)


def _lines(part: Field, text: str) -> list[Any]:
    inner = part.inner  # type: ignore[attr-defined] # `shape_of` said that these are rows
    if shape_of(inner) == "number":
        return [_number(each) for each in _ITEMS.split(text) if each.strip()]
    return [each.strip() for each in text.split("\n") if each.strip()]


def _named(text: str) -> Any:
    pairs = [line.partition(":") for line in text.split("\n") if line.strip()]
    return {"_".join(name.strip().lower().split()): said.strip() or None for name, _, said in pairs}


def _json(text: str) -> Any:
    try:
        return parse_json(text.encode())
    except NotJson:
        return text.strip()


_READ: Mapping[str, Callable[[str], Any]] = {
    "flag": lambda text: _YES.get(text, text),
    "number": _number,
    "named": _named,
    "json": _json,
}
