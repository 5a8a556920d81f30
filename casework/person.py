"""How a paper speaks of the patient: name, title and pronouns exactly as given, never inferred."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casework.english import sentence, spell_dates

_FORMS = {
    "she": ("she", "her", "her", False),
    "he": ("he", "him", "his", False),
    "they": ("they", "them", "their", True),
}
_OWN_SENTENCE = re.compile(
    r"^(?:(?:his|her|their|the|a|an|she|he|they|no|nobody|family|friends?)\b"
    r"|[a-z]+ (?:has|have|is|are|does|do|was|were) )",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"^(has|had|is|was|cannot|can|could|does|did|needs|needed|lost|left|stopped|gave|quit|misses|"
    r"missed|works|worked|sleeps|slept|spends|spent|stays|stayed|lives|lived|wakes|eats|avoids|"
    r"avoided|rarely|never|no longer|only|relies|depends|struggles|drives|drove|attends|attended|"
    r"leaves|reports|reported|dropped|withdrew|resigned|failed to|stays|keeps|takes|took)\b",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"^(on|off|in|at|out|under|unable|not able|without|between|absent|unemployed|"
    r"disabled|retired|bedbound|homebound)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Person:
    """The patient in running text.

    ``called`` is used once a paragraph ("Ms. Example-Rivera"), ``subject``, ``object`` and
    ``possessive`` after it. Without pronouns in the case all are forms of "the patient".
    """

    full: str
    called: str
    subject: str
    object: str
    possessive: str
    plural: bool
    initials: str

    def verb(self, singular: str, plural: str) -> str:
        """Return the verb form that agrees with ``subject``."""
        return plural if self.plural else singular

    @property
    def has(self) -> str:
        """Return "has" or "have"."""
        return self.verb("has", "have")

    @property
    def was(self) -> str:
        """Return "was" or "were"."""
        return self.verb("was", "were")

    @property
    def is_(self) -> str:
        """Return "is" or "are"."""
        return self.verb("is", "are")


def person(patient: Mapping[str, Any]) -> Person:
    """Return how papers speak of this patient; title and pronouns only as the case gives them."""
    first, last = patient["first_name"], patient["last_name"]
    names = [first, patient.get("middle_name"), last, patient.get("suffix")]
    full = " ".join(name for name in names if name)
    title = patient.get("title")
    form = _FORMS.get(patient.get("pronouns", "").split("/")[0].strip().lower())
    subject, obj, possessive, plural = form or (
        "the patient", "the patient", "the patient’s", False,
    )  # fmt: skip
    return Person(
        full=full,
        called=f"{title} {last}" if title else full,
        subject=subject,
        object=obj,
        possessive=possessive,
        plural=plural,
        initials="".join(f"{name[0].upper()}." for name in (first, last) if name),
    )


def told(who: Person, fragment: str, label: str) -> str:
    """Return a chart fragment as a sentence about `who`.

    A fragment that has its own subject stands as it is; one that starts with a verb or a state
    gets the patient as subject; any other keeps its words behind `label` and a colon, which is
    always grammatical and adds nothing.
    """
    text = spell_dates(fragment.strip())
    name = who.called if who.plural else who.subject
    if _OWN_SENTENCE.match(text):
        return sentence(text)
    if _VERB.match(text):
        return sentence(f"{name} {text}")
    if _STATE.match(text):
        return sentence(f"{name} {'has been' if ' since ' in text else 'is'} {text}")
    return sentence(f"{label}: {text}")
