"""A paragraph of a paper, with what it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

CITE_OPEN, CITE_CLOSE = "⟦cite:", "⟧"


Sentence = tuple[str, tuple[str, ...]]
"""A text, and the pointers and knowledge ids behind it."""


@dataclass(frozen=True)
class Said:
    """A printed paragraph: a stable id, the text, and the pointers and knowledge ids behind it.

    A case fact is a JSON pointer ("/assessments/4"); a knowledge entry is "area/id". A citation
    inside the text is a mark that the paper turns into its number. ``sentences`` are the parts of
    which the text is made, each with what it rests on; empty where the text is one piece.
    """

    id: str
    text: str
    rests_on: tuple[str, ...] = ()
    sentences: tuple[Sentence, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the shape of the context: {id, text, from}, and the sentences where there are."""
        told: dict[str, object] = {"id": self.id, "text": self.text, "from": list(self.rests_on)}
        if self.sentences:
            told["sentences"] = [{"text": text, "from": list(on)} for text, on in self.sentences]
        return told


def missing(pointer: str) -> str:
    """Return the mark of a fact that a person must fill in."""
    return f"⟦{pointer}⟧"


BY_HAND = "/by_hand/"


def left_to_hand(form_id: str, field_id: str) -> str:
    """Return the mark of a form's field for which a case has no place; a person fills it."""
    return missing(f"{BY_HAND}{form_id}/{field_id}")


def cite(study_id: str) -> str:
    """Return the mark that becomes this study's number in the paper."""
    return f"{CITE_OPEN}{study_id}{CITE_CLOSE}"


def paragraph(said_id: str, sentences: Iterable[tuple[str, Iterable[str]]]) -> tuple[Said, ...]:
    """Join sentences (text, what it rests on) into one paragraph; none gives no paragraph."""
    kept = [(text, tuple(rests)) for text, rests in sentences if text]
    if not kept:
        return ()
    text = " ".join(text for text, _ in kept)
    rests_on = tuple(dict.fromkeys(source for _, rests in kept for source in rests))
    return (Said(said_id, text, rests_on, tuple(kept) if len(kept) > 1 else ()),)
