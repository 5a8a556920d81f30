"""Which papers of a packet are sent together as one file, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from casework.knowledge_base.kinds import Kind


class HasKind(Protocol):
    """A paper, planned or written."""

    @property
    def kind(self) -> str: ...


Paper = TypeVar("Paper", bound=HasKind)


def sent_together(papers: Sequence[Paper], kinds: Mapping[str, Kind]) -> tuple[Paper, ...]:
    """Return the papers that go out as one file, in the order of their kinds.

    The first that names a desk decides where the file goes; what is for another desk stays out.
    """
    placed = [
        (place, paper)
        for paper in papers
        if paper.kind in kinds and (place := kinds[paper.kind].packet) is not None
    ]
    placed.sort(key=lambda each: each[0].order)
    desk = next((place.desk for place, _ in placed if place.desk), "")
    return tuple(paper for place, paper in placed if place.desk in ("", desk))


def lead_of(papers: Sequence[Paper], kinds: Mapping[str, Kind]) -> int:
    """Return which of these papers the others go along with: the first that names a desk."""
    desks = (place.desk if (place := kinds[paper.kind].packet) else "" for paper in papers)
    return next((number for number, desk in enumerate(desks) if desk), 0)
