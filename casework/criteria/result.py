"""What judging one criterion gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from casework.assessments import Score
from casework.knowledge_base.model import Knowledge
from casework.trials import Trial, TrialCounts

Status = Literal["met", "not_met", "unknown"]


@dataclass(frozen=True)
class Given:
    """What a criterion is judged against."""

    case: Mapping[str, Any]
    knowledge: Knowledge
    today: date
    trials: tuple[Trial, ...]
    counts: TrialCounts
    scores: tuple[Score, ...]


@dataclass(frozen=True)
class Finding:
    """Why a criterion has its status: the words, what they rest on, the exhibits that show it.

    ``needs`` holds the one field that would settle an unknown.
    """

    status: Status
    words: str
    rests_on: tuple[str, ...] = ()
    exhibits: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judged:
    """A criterion with its result. ``quoted``: the text is the payer's own words."""

    id: str
    text: str
    quoted: bool
    kind: str
    finding: Finding

    @property
    def status(self) -> Status:
        """Met, not met or unknown."""
        return self.finding.status


def met(words: str, rests_on: Sequence[str], exhibits: Sequence[str] = ()) -> Finding:
    """Return a met criterion with its fact."""
    return Finding("met", words, tuple(rests_on), _exhibits(exhibits))


def not_met(words: str, rests_on: Sequence[str], exhibits: Sequence[str] = ()) -> Finding:
    """Return a criterion that is not met, with the fact that shows it."""
    return Finding("not_met", words, tuple(rests_on), _exhibits(exhibits))


def unknown(words: str, needs: str) -> Finding:
    """Return a criterion that the case does not settle, and the field that would."""
    return Finding("unknown", words, (), (), (needs,))


def _exhibits(exhibits: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(exhibit for exhibit in exhibits if exhibit))
