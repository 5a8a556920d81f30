"""The patient's own account, in the patient's words and nothing else; a gap is a blank under its question."""

from __future__ import annotations

from collections.abc import Callable

from casework.facts import Facts
from casework.said import Said, missing

PARTS = ("before", "tried", "day", "changed", "hoped")


def voice(part: str) -> Callable[[Facts], tuple[Said, ...]]:
    """Return the passage of one part of `patient_voice`: its paragraphs as the patient wrote them."""
    pointer = f"/patient_voice/{part}"

    def write(facts: Facts) -> tuple[Said, ...]:
        words = str(facts.get(pointer) or missing(pointer))
        paragraphs = [each.strip() for each in words.split("\n") if each.strip()]
        return tuple(Said(f"voice.{part}", each, (pointer,)) for each in paragraphs)

    return write
