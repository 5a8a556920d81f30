"""The facts that stand in a paper's text: dates, doses, amounts, codes, citations, numbers, names.

It reads what people type into a letter, and what our own sentences print; it judges nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

FactKind = Literal["date", "dose", "amount", "citation", "code", "phone", "number", "name"]
KINDS: tuple[FactKind, ...] = (
    "date", "dose", "amount", "citation", "code", "phone", "number", "name",
)  # fmt: skip

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_UNIT = (
    r"(?:mg/kg(?:/h(?:our)?)?|mcg/kg/min|mg|mcg|µg|micrograms?|milligrams?|g|mL|units?)"
    r"(?:/day|/h| per day| a day| daily)?"
)
_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    "|eighteen|twenty|thirty|forty|fifty|sixty"
)
# First come, first served: what is a date is no number any more.
_PATTERNS: tuple[tuple[FactKind, re.Pattern[str]], ...] = (
    (
        "citation",
        re.compile(
            r"\b10\.\d{4,9}/[^\s,;]*[^\s,;.)]|\bPMID:? ?\d+|\[\d+(?:[,–-] ?\d+)*\]"
            r"|\b\d+ (?:CFR|C\.F\.R\.|U\.?S\.?C\.?) ?(?:§+ ?)?[\w.\-]*\w(?:\([\w]+\))*"
            r"|\b[A-Z][\w-]+ et al\.,? \(?\d{4}\)?"
        ),
    ),
    (
        "date",
        re.compile(
            rf"\b{_MONTH} \d{{1,2}}(?:,? \d{{4}})?\b|\b{_MONTH} \d{{4}}\b|\b\d{{1,2}} {_MONTH} \d{{4}}\b"
            r"|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b\d{1,2} de [a-z]+ de \d{4}\b"
        ),
    ),
    ("amount", re.compile(rf"\$ ?{_NUMBER}")),
    ("dose", re.compile(rf"(?<![\w.]){_NUMBER}(?: ?(?:to|–|-) ?{_NUMBER})? ?{_UNIT}(?![\w/])")),
    ("phone", re.compile(r"\(?\b\d{3}\)?[-. ]\d{3}[-.]\d{4}\b")),
    (
        "code",
        re.compile(
            r"\b[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}\b|\b[A-Z]\d{4}\b|\b\d{5}\b(?!-)|\b\d{10}\b"
            r"|\b\d{4,5}-\d{3,4}-\d{1,2}\b|\b[A-Z]{1,6}-?\d[\dA-Z-]*\d\b|\b[A-Z]{2,}(?:-\d+)+\b"
            r"|\b[A-TV-Z]\d{2}\b"
        ),
    ),
    ("number", re.compile(rf"(?<![\w.]){_NUMBER}(?:/\d+)?(?: ?%| percent)?(?!\w)")),
    ("number", re.compile(rf"\b(?:{_WORDS})\b", re.IGNORECASE)),
    (
        "name",
        re.compile(
            r"\b(?:Dr|Mr|Mrs|Ms|Mx)\. [A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*"
            r"|\b[A-Z][a-z'’]+(?:-[A-Z][a-z'’]+)*(?:,? (?:[A-Z]\. )?[A-Z][a-z'’]+(?:-[A-Z][a-z'’]+)*)+"
        ),
    ),
)


@dataclass(frozen=True)
class Fact:
    """One fact as it is written; two are the same where kind and value are."""

    kind: FactKind
    text: str

    @property
    def value(self) -> str:
        """Return what counts when two facts are compared: not spaces, commas or capitals."""
        plain = self.text.replace("\u00a0", " ").lower()
        plain = re.sub(r"(?<=\d),(?=\d)", "", plain).replace("%", " percent")
        return re.sub(r"[\s,]+", " ", plain).strip(" .")


def facts_in(text: str, known: Iterable[str] = ()) -> list[Fact]:
    """Return the facts of a text in their order; `known` are names to look for as they are."""
    found = list(_found(text, known))
    return [fact for _, fact in sorted(found, key=lambda each: each[0])]


def _found(text: str, known: Iterable[str]) -> Iterator[tuple[int, Fact]]:
    rest = text
    for kind, pattern in (*_PATTERNS[:-1], ("name", _names(known)), _PATTERNS[-1]):
        if pattern is None:
            continue
        for each in pattern.finditer(rest):
            yield each.start(), Fact(kind, each[0])
        # Out of the way, in their places: what one pattern took the next must not see.
        rest = pattern.sub(lambda each: "\x00" * len(each[0]), rest)


def _names(known: Iterable[str]) -> re.Pattern[str] | None:
    words = sorted({name for name in known if len(name) > 2}, key=len, reverse=True)  # noqa: PLR2004
    if not words:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)
