"""Citation marks become numbers: by first mention in the order that the paper prints."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from casework.evidence import reference
from casework.knowledge_base.model import Knowledge, Study

_MARKS = re.compile(r"⟦cite:([a-z0-9_]+)⟧(?:\s*⟦cite:[a-z0-9_]+⟧)*")
_MISSING = re.compile(r"⟦/[^⟦⟧]*⟧")
_ONE = re.compile(r"⟦cite:([a-z0-9_]+)⟧")


class Numbering:
    """The numbers given so far, in the order of first mention."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, study_id: str) -> int:
        """Return the number of this study, giving the next one at its first mention."""
        return self.numbers.setdefault(study_id, len(self.numbers) + 1)

    def apply(self, text: str) -> str:
        """Return `text` with each run of citation marks as "[3, 4]"."""
        return _MARKS.sub(self._bracket, text)

    def _bracket(self, match: re.Match[str]) -> str:
        found = [self.number(study_id) for study_id in _ONE.findall(match.group(0))]
        return f"[{', '.join(map(str, dict.fromkeys(found)))}]"


def number_citations(tree: Any, numbering: Numbering) -> Any:
    """Return the tree with every citation mark as its number, walked in its own order."""
    if isinstance(tree, str):
        return numbering.apply(tree)
    if isinstance(tree, Mapping):
        return {key: number_citations(value, numbering) for key, value in tree.items()}
    if isinstance(tree, Sequence):
        return [number_citations(value, numbering) for value in tree]
    return tree


def readable(text: str, knowledge: Knowledge) -> str:
    """Return text for a screen: studies by author and year, missing facts as a plain blank."""
    return _MISSING.sub("[to be filled in]", by_author(text, knowledge))


def by_author(text: str, knowledge: Knowledge) -> str:
    """Return text of a paper without a reference list: each study by author and year."""
    return _ONE.sub(lambda match: f"({_short(knowledge.evidence[match.group(1)])})", text)


def _short(study: Study) -> str:
    if study.cite_as:
        return study.cite_as
    author = study.authors.split(",")[0].rstrip(".")
    return f"{author}, {study.year}"


def reference_list(numbering: Numbering, knowledge: Knowledge) -> list[dict[str, str]]:
    """Return the numbered reference lines of the studies that were mentioned."""
    return [
        {"number": str(number), "text": reference(knowledge.evidence[study_id])}
        for study_id, number in numbering.numbers.items()
    ]
