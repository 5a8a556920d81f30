"""Who speaks in a letter: the clinician, or the patient in the third person."""

from __future__ import annotations

from dataclasses import dataclass

from casework.person import Person


@dataclass(frozen=True)
class Speaker:
    """The one who asks. A letter for the patient's signature speaks of the patient by name.

    ``to_plan``: the reader is the plan, whose policy and notice are then "yours".
    """

    first_person: bool
    name: str
    to_plan: bool = True

    @property
    def your(self) -> str:
        """Return "your" in a letter to the plan, "the plan’s" in one to somebody else about it."""
        return "your" if self.to_plan else "the plan’s"

    @property
    def your_first(self) -> str:
        """Return `your` as a sentence or a heading begins with it."""
        return self.your[0].upper() + self.your[1:]

    @property
    def i(self) -> str:
        """Return "I", or the patient's name."""
        return "I" if self.first_person else self.name

    def does(self, first: str, third: str) -> str:
        """Return the verb that agrees: "ask" or "asks"."""
        return first if self.first_person else third

    @property
    def ask(self) -> str:
        """Return "I ask" or "Ms. Example asks"."""
        return f"{self.i} {self.does('ask', 'asks')}"


def clinician() -> Speaker:
    """Return the clinician, who says "I"."""
    return Speaker(first_person=True, name="")


def patient(who: Person) -> Speaker:
    """Return the patient, whose letter speaks of them by name."""
    return Speaker(first_person=False, name=who.called)
