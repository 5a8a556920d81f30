"""What one paper is drafted from: the facts, who speaks, in what language, and the review."""

from __future__ import annotations

from dataclasses import dataclass

from casework.facts import Facts
from casework.knowledge_base.kinds import Kind
from casework.passages.speaker import Speaker
from casework.review import Review


@dataclass(frozen=True)
class Drafting:
    """One paper being drafted.

    ``facts`` are the review's own, except that a user's brackets stand in them as other characters
    (see `casework.brackets`); ``language`` is one of the kind's languages, "en" or "es".
    """

    kind: Kind
    facts: Facts
    speaker: Speaker
    review: Review
    language: str
