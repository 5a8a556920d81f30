"""A prescribed form, filled: its fields in our layout, and an addendum for what a box cannot hold.

No code knows a form. `forms/<id>.toml` tells the fields, `forms/_maps_to.toml` what fills them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from casework.english import long_date, spell_dates
from casework.facts import Facts
from casework.knowledge_base.forms import Form, FormField, FormPath, FormSection
from casework.knowledge_base.model import Knowledge
from casework.paper.fields import CHECKED, UNCHECKED
from casework.paper.form_boxes import BOXES
from casework.paper.form_rows import EMPTY, ROWS, TRIAL_COLUMNS
from casework.said import BY_HAND, left_to_hand, missing

Row = dict[str, str]

HAND_LINE = "_" * 12
UNSEEN = " *"
_COLUMNS = 6
# What a box holds in our layout: half a row, a whole row, the rows of a table.
_HALF, _WHOLE, _ROWS = 120, 400, 8
_ONE_MARK = re.compile(r"⟦[^⟦⟧]*⟧")


@dataclass(frozen=True)
class _Filling:
    """A form being filled: where its values come from, and what has overflowed so far."""

    form: Form
    facts: Facts
    boxes: Mapping[str, str]
    said: Mapping[str, Any]
    addendum: list[dict[str, Any]] = field(default_factory=list)

    def path(self, name: str) -> FormPath:
        return self.facts.knowledge.form_paths[name]


def filled_form(
    form_id: str, facts: Facts, boxes: Mapping[str, str], said: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the form as a template loops over it; without a form all is empty.

    `boxes` are those of `casework.paper.fields`; `said` are the passages written for this paper.
    """
    if not form_id:
        return {"title": "", "origin": "", "unseen": "", "sections": [], "addendum": []}
    filling = _Filling(facts.knowledge.forms[form_id], facts, boxes, said)
    form = filling.form
    sections = [_section(filling, section) for section in form.section]
    return {
        "title": form.title,
        "origin": f"{form.issuer}; {form.version}. Fields as of {long_date(form.compiled_on)}.",
        "unseen": _unseen(form),
        "sections": sections,
        "addendum": filling.addendum,
    }


def hand_label(pointer: str, knowledge: Knowledge) -> str:
    """Return the name of the field that a mark left to a person stands for."""
    form_id, _, field_id = pointer.removeprefix(BY_HAND).partition("/")
    return knowledge.forms[form_id].of(field_id).label


def _unseen(form: Form) -> str:
    if all(each.verified for each in form.field):
        return ""
    return (
        f"{UNSEEN.strip()} We have not seen this field on a copy of the form: compare with the "
        "form itself."
    )


def _section(filling: _Filling, section: FormSection) -> dict[str, Any]:
    fields = [filling.form.of(name) for name in section.fields]
    blocks = [
        _grid(filling, rows, list(group)) if rows else _cells(filling, list(group))
        for rows, group in groupby(fields, key=lambda each: _table_of(filling, each))
    ]
    return {"title": section.title, "blocks": blocks}


def _table_of(filling: _Filling, each: FormField) -> str:
    """Return the name of the table that the field is, or is a column of; else an empty text."""
    path = filling.path(each.maps_to)
    return path.rows or "" if path.column or each.type == "table" else ""


def _label(each: FormField) -> str:
    label = f"{each.label} ({each.meaning})" if _tells_apart(each) else each.label
    return label if each.verified else f"{label}{UNSEEN}"


def _tells_apart(each: FormField) -> bool:
    """Whether the meaning says more than the section that the field stands in."""
    return bool(each.meaning) and not each.meaning.startswith("Section ") and not each.text


def _cells(filling: _Filling, fields: Sequence[FormField]) -> dict[str, Any]:
    pairs = list(_paired(fields))
    rows = [_cell_row(filling, left, right) for left, right in pairs]
    return {"caption": "", "cells": rows, "head": _columns(()), "lines": []}


def _paired(fields: Iterable[FormField]) -> Iterator[tuple[FormField, FormField | None]]:
    """Put fields two in a row; one that takes a whole row stands alone."""
    waiting: FormField | None = None
    for each in fields:
        if waiting and not each.wide:
            yield waiting, each
            waiting = None
            continue
        if waiting:
            yield waiting, None
        waiting = each
        if each.wide:
            yield each, None
            waiting = None
    if waiting:
        yield waiting, None


def _cell_row(filling: _Filling, left: FormField, right: FormField | None) -> Row:
    return {
        "label1": _label(left),
        "value1": _boxed(filling, left),
        "label2": _label(right) if right else "",
        "value2": _boxed(filling, right) if right else "",
    }


def _boxed(filling: _Filling, each: FormField) -> str:
    text = _text(filling, each)
    if len(text) <= (each.most or (_WHOLE if each.wide else _HALF)):
        return text
    return _see_addendum(filling, each.label, text.split("\n"))


def _see_addendum(filling: _Filling, label: str, lines: Sequence[str]) -> str:
    number = len(filling.addendum) + 1
    filling.addendum.append({"title": f"{number}  {label}", "lines": list(lines)})
    return f"See addendum, item {number}."


def _text(filling: _Filling, each: FormField) -> str:
    if each.text:
        return each.text
    parts = [f"{part.label}: {_part(filling, each, part.maps_to)}" for part in each.parts]
    if parts and not each.options:
        return "\n".join(parts)
    value = _value(filling, each, each.maps_to)
    if not each.options:
        return value or _blank(filling, each, each.maps_to)
    return "\n".join((_ticked(filling, each, value), *parts))


def _part(filling: _Filling, each: FormField, maps_to: str) -> str:
    return _value(filling, each, maps_to) or HAND_LINE


def _value(filling: _Filling, each: FormField, maps_to: str) -> str:
    """Return what the case gives; a mark alone in a field that is not required counts as nothing."""
    value = _from_case(filling, filling.path(maps_to))
    return "" if not each.required and _ONE_MARK.fullmatch(value) else value


def _from_case(filling: _Filling, path: FormPath) -> str:
    if path.case:
        return _words(filling.facts.get(path.case))
    if path.box:
        own = BOXES.get(path.box)
        return own(filling.facts) if own else filling.boxes[path.box]
    passages = (
        spell_dates(paragraph["text"])
        for name in path.say
        for paragraph in filling.said.get(name, [])
    )
    return "\n".join((*passages, *_told(filling, path)))


def _told(filling: _Filling, path: FormPath) -> list[str]:
    """Return a whole table as lines, for a box that takes text."""
    if not path.rows or path.column:
        return []
    rows = ROWS[path.rows](filling.facts)
    return _as_lines(
        TRIAL_COLUMNS.values(), ([row[name] for name in TRIAL_COLUMNS] for row in rows)
    )


def _as_lines(head: Iterable[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return ["; ".join(filter(None, row)) for row in (tuple(head), *rows)]


def _words(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(_words(each) for each in value)
    return "" if value is None else spell_dates(str(value))


def _blank(filling: _Filling, each: FormField, maps_to: str) -> str:
    path = filling.path(maps_to)
    if each.required:
        return missing(path.case) if path.case else left_to_hand(filling.form.id, each.id)
    return "" if path.case or path.box or path.say else HAND_LINE


def _ticked(filling: _Filling, each: FormField, value: str) -> str:
    """Return the tick boxes; what the case says where none of them says it stands behind them."""
    code = value.partition(" ")[0]
    ticked = [value in option.when or code in option.when for option in each.options]
    boxes = "   ".join(
        f"{CHECKED if on else UNCHECKED} {option.label}"
        for on, option in zip(ticked, each.options, strict=True)
    )
    if any(ticked) or (value and len(ticked) == 1 and each.options[0].when):
        return boxes
    if value:
        return f"{boxes}   {value if _ONE_MARK.fullmatch(value) else f'({value})'}"
    blank = _blank(filling, each, each.maps_to)
    return f"{boxes}   {blank}" if _ONE_MARK.fullmatch(blank) else boxes


def _grid(filling: _Filling, table: str, fields: Sequence[FormField]) -> dict[str, Any]:
    own = _own_columns(filling, fields)
    columns = own or TRIAL_COLUMNS
    rows = [[row[name] for name in columns] for row in ROWS[table](filling.facts)]
    first = fields[0]
    if not rows:
        rows = [[missing(EMPTY[table])]]
    elif len(rows) > (first.most or _ROWS):
        rows = [[_see_addendum(filling, first.label, _as_lines(columns.values(), rows))]]
    return {
        "caption": "" if own else _label(first),
        "cells": [],
        "head": _columns(list(columns.values())),
        "lines": [_columns(row) for row in rows],
    }


def _own_columns(filling: _Filling, fields: Sequence[FormField]) -> dict[str, str]:
    named = ((filling.path(each.maps_to).column, _label(each)) for each in fields)
    return {column: label for column, label in named if column}


def _columns(texts: Sequence[str]) -> Row:
    padded = [*texts, *[""] * (_COLUMNS - len(texts))]
    return {f"c{i}": text for i, text in enumerate(padded, 1)}
