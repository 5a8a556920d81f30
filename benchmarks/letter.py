"""One plain letter for all engines: in docxtpl's tags, and in those of the Node libraries.

Four pages on python-docx's own default template, as most programs begin: 93 paragraphs, 87 tags, four
conditions, a table of eight rows, ten references, a header and a footer. Most of its words stand in
the template, as in the letters that clinics have.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from docx import Document

_WORDS = (
    "The records show depressive symptoms that have lasted for years and have not yielded to the"
    " treatments that are usually tried first, each taken as prescribed and for long enough."
)
_FIXED, _TAGGED = 60, 36  # paragraphs of fixed words, and those of them with a value
_HEADER = "{draft}{sample}{clinic}, {street} · {date}"
_FOOTER = "{reference}"
_HEAD = ("{date}", "{payer}", "{department}", "{title}")
_ABOUT = "Re: {patient}, born {birth}, member {member}, group {group}."
_URGENT = "This request is urgent: {urgency}"
_SEVERE = "On {scored}, {patient} scored {score} on the {scale}, {band}."
_THERAPY = "{therapist} gave {sessions} sessions of {method}."
_PLAN = "{dose} over {minutes} minutes, {number} times in {weeks} weeks."
_SIGNED = "{signer}, {credentials}, NPI {npi}"
_COLUMNS = ("Medicine", "Dose", "Weeks", "Result")
_SENTENCES = (_HEADER, _FOOTER, *_HEAD, _ABOUT, _URGENT, _SEVERE, _THERAPY, _PLAN, _SIGNED)


def a_letter(rows: int = 8) -> dict[str, Any]:
    """Return the letter's values, with so many medicines tried."""
    names = re.findall(r"\{(\w+)\}", "".join(_SENTENCES))
    return {name: f"{name} of the case" for name in names} | {
        "draft": "",
        "sample": "",
        "payer": "Alpha and Omega Health Plan",
        "urgent": True,
        "severe": True,
        "therapy": True,
        "plan": True,
        "trials": [
            {"medicine": f"medicine {n}", "dose": "200 mg", "weeks": "8", "result": "no response"}
            for n in range(rows)
        ],
        "references": [
            {"number": str(n), "text": f"Author {n}. A study of depression. 2024."}
            for n in range(1, 11)
        ],
    }


def template() -> bytes:
    """Return the letter's template in docxtpl's tags."""
    return _Letter(jinja=True).written()


def mustache_template() -> bytes:
    """Return the same letter in the tags of docxtemplater and easy-template-x."""
    return _Letter(jinja=False).written()


class _Letter:
    def __init__(self, *, jinja: bool) -> None:
        self._jinja = jinja
        self._document = Document()

    def written(self) -> bytes:
        section = self._document.sections[0]
        section.header.paragraphs[0].text = self._tags(_HEADER)
        section.footer.paragraphs[0].text = self._tags(_FOOTER)
        for text in (*_HEAD, _ABOUT):
            self._add(text)
        for number in range(_FIXED):
            self._add(f"{_WORDS} {'{patient}' if number < _TAGGED else ''}")
        with self._block("if", "urgent"):
            self._add(_URGENT)
        self._section("How severe it is", "severe", _SEVERE)
        self._document.add_heading("What has been tried")
        self._table()
        self._section("Psychotherapy", "therapy", _THERAPY)
        self._section("What is asked", "plan", _PLAN)
        self._document.add_heading("References")
        with self._block("for", "references"):
            self._add("{number}. {text}", "one.")
        self._add(_SIGNED)
        stream = io.BytesIO()
        self._document.save(stream)
        return stream.getvalue()

    def _add(self, text: str, group: str = "") -> None:
        self._document.add_paragraph(self._tags(text, group))

    def _tags(self, text: str, group: str = "") -> str:
        return re.sub(r"\{(\w+)\}", rf"{{{{ {group}\1 }}}}", text) if self._jinja else text

    def _section(self, title: str, condition: str, text: str) -> None:
        with self._block("if", condition):
            self._document.add_heading(title)
            self._add(text)

    @contextmanager
    def _block(self, word: str, name: str) -> Iterator[None]:
        opened, ended = self._ends(word, name, "p")
        self._document.add_paragraph(opened)
        yield
        self._document.add_paragraph(ended)

    def _ends(self, word: str, name: str, level: str) -> tuple[str, str]:
        if not self._jinja:
            return f"{{#{name}}}", f"{{/{name}}}"
        one = "one in " if word == "for" else ""
        return f"{{%{level} {word} {one}{name} %}}", f"{{%{level} end{word} %}}"

    def _table(self) -> None:
        """Add the table; docxtpl wants its loop's tags in rows of their own, the others do not."""
        table = self._document.add_table(0, len(_COLUMNS))
        opened, ended = self._ends("for", "trials", "tr")
        cells = [self._tags(f"{{{name.lower()}}}", "one.") for name in _COLUMNS]
        if self._jinja:
            rows = [(opened,), cells, (ended,)]
        else:
            rows = [[f"{opened}{cells[0]}", *cells[1:-1], f"{cells[-1]}{ended}"]]
        for row in (_COLUMNS, *rows):
            for cell, text in zip(table.add_row().cells, row, strict=False):
                cell.text = text
