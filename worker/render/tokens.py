"""Marks that travel inside values through the template and are found again in the filled text.

Noncharacters of Unicode (U+FDD0–FDD4) carry them. The same characters typed by a user are
written as marks too and turned back, so that every text comes out exactly as it went in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from worker.render.charts import is_chart

USER, MISSING, PASSAGE, END, CHART = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3", "\ufdd4"
CARRIERS = re.compile("[\ufdd0-\ufdd4]")
TOKEN = re.compile("([\ufdd0\ufdd1\ufdd2\ufdd4])([0-9]+)\ufdd3")
_BLANK = re.compile("⟦(/[^⟦⟧]*)⟧")
# What XML cannot hold; docxtpl drops it in silence, or all text after it.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


CARRIERS_BEGIN = "\ufdd0".encode()[:2]  # of each of them in UTF-8, and of few other signs


class UnwritableText(Exception):
    """A value holds a character that no Word file can hold."""


class CutMark(Exception):
    """A filter cut a marked value in two."""


@dataclass
class Ledger:
    """What the numbers inside the marks stand for."""

    labels: Mapping[str, str]
    pointers: list[str] = field(default_factory=list)
    passages: list[str] = field(default_factory=list)
    charts: list[Mapping[str, Any]] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)  # of the pointers

    def number_of_pointer(self, pointer: str) -> int:
        """Return the number a pointer's marks carry."""
        if pointer not in self.numbers:
            self.numbers[pointer] = len(self.pointers)
            self.pointers.append(pointer)
        return self.numbers[pointer]

    def number_of_passage(self, passage_id: str) -> int:
        """Return the number a printed passage's mark carries."""
        self.passages.append(passage_id)
        return len(self.passages) - 1

    def number_of_chart(self, chart: Mapping[str, Any]) -> int:
        """Return the number a chart's mark carries."""
        self.charts.append(chart)
        return len(self.charts) - 1


def with_tokens(value: Any, ledger: Ledger) -> Any:
    """Return a copy of plain values with their marks as tokens.

    Raises:
        UnwritableText: where a text cannot stand in a Word file.
        TypeError: where a value is not plain (text, number, truth, list, dictionary, nothing).
    """
    if isinstance(value, str):
        return value if _is_plain(value) else _tokens_in(value, ledger)
    if isinstance(value, dict):
        return _copied(value, ledger)
    if isinstance(value, (list, tuple)):
        return [with_tokens(each, ledger) for each in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    raise TypeError(f"A context holds plain values only, not {type(value).__name__}.")


def _copied(value: dict[str, Any], ledger: Ledger) -> Any:
    """Return a group with its marks as tokens, a passage with its own; of a chart its token."""
    if "series" in value and is_chart(value):
        return f"{CHART}{ledger.number_of_chart(value)}{END}"
    if "from" in value and _is_passage(value):
        # What it rests on stays as it is: papers print its text, the program reads the rest.
        number = ledger.number_of_passage(value["id"])
        return {**value, "text": f"{PASSAGE}{number}{END}{with_tokens(value['text'], ledger)}"}
    return {
        key: each if isinstance(each, str) and _is_plain(each) else with_tokens(each, ledger)
        for key, each in value.items()
    }


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _is_passage(value: Mapping[str, Any]) -> bool:
    return (
        isinstance(value.get("id"), str)
        and isinstance(value.get("text"), str)
        and isinstance(value["from"], list)
    )


def _tokens_in(text: str, ledger: Ledger) -> str:
    if _UNWRITABLE.search(text):
        raise UnwritableText
    shielded = CARRIERS.sub(lambda found: f"{USER}{ord(found[0]) - ord(USER)}{END}", text)
    return _BLANK.sub(lambda found: _missing(found, ledger), shielded)


def _missing(found: re.Match[str], ledger: Ledger) -> str:
    if found[1] not in ledger.labels:
        return found[0]
    return f"{MISSING}{ledger.number_of_pointer(found[1])}{END}"


@dataclass(frozen=True)
class Piece:
    """Part of a filled text: text, or the number of what is missing, of a passage, of a chart."""

    kind: str
    value: str = ""


def pieces(text: str) -> list[Piece]:
    """Take a filled text apart at its tokens; neighbouring text stays together."""
    found: list[Piece] = []
    pending = ""
    at = 0
    for token in TOKEN.finditer(text):
        pending += text[at : token.start()]
        at = token.end()
        if token[1] == USER:
            pending += user_sign(int(token[2]))
            continue
        found += [Piece("text", pending)] if pending else []
        pending = ""
        found.append(_piece(token))
    pending += text[at:]
    return [*found, Piece("text", pending)] if pending else found


def _piece(token: re.Match[str]) -> Piece:
    kinds = {MISSING: "missing", PASSAGE: "passage", CHART: "chart"}
    return Piece(kinds[token[1]], token[2])


def whole(text: str) -> str:
    """Return a filled text, in which every mark must be whole.

    Raises:
        CutMark: one is not.
    """
    if CARRIERS.search(TOKEN.sub("", text)):
        raise CutMark
    return text


def user_sign(number: int) -> str:
    """Return the sign of a user that is one of the marks' own."""
    return chr(ord(USER) + number)


def plain_text(text: str, ledger: Ledger) -> str:
    """Return a filled text as a reader sees it, missing facts as "[label]"."""
    shown = {"passage": "", "chart": ""}
    return "".join(
        placeholder(ledger.labels[ledger.pointers[int(piece.value)]])
        if piece.kind == "missing"
        else shown.get(piece.kind, piece.value)
        for piece in pieces(text)
    )


def placeholder(label: str) -> str:
    """Return what stands on the page where a fact is missing."""
    return f"[{label}]"
