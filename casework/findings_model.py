"""A finding: one thing staff should know or do about a case."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["blocker", "weakness", "note"]


@dataclass(frozen=True)
class Finding:
    """What a case lacks or what speaks against it, with what to do.

    ``pointer`` is the JSON pointer of the field that settles it (empty: none does);
    ``why_it_matters`` is one sentence that staff understand; ``source`` is a knowledge id, a
    citation or empty.
    """

    id: str
    severity: Severity
    message: str
    pointer: str
    why_it_matters: str
    source: str

    def to_json(self) -> dict[str, str]:
        """Return the shape of a review: the six fields by name."""
        return asdict(self)
