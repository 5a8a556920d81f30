"""Examples of denial reasons: a payer's sentence, the reason it is read as, and the phrase found."""

from __future__ import annotations

from collections.abc import Iterator

from casework.denials import match_codes, match_text
from casework.knowledge_base.model import DenialReason, Knowledge
from casework.worked_examples.bare import MISSING


def denial_reason_faults(reason: DenialReason, knowledge: Knowledge) -> Iterator[str]:
    """Yield what of the reason's example does not come out."""
    example = reason.example
    if not example:
        yield MISSING
        return
    found = {match.reason.id: match.phrase for match in match_text(example["words"], knowledge)}
    if found.get(reason.id) != example["expect_phrase"]:
        phrase = found.get(reason.id)
        yield f"its words are read as {phrase!r}, the example expects {example['expect_phrase']!r}"
    if reason.id in {match.reason.id for match in match_text(example["not_words"], knowledge)}:
        yield "is found in the words that the example says are another reason"
    for code in example.get("codes", ()):
        if reason.id not in {match.reason.id for match in match_codes([code], knowledge)}:
            yield f"is not found by the code {code}"
