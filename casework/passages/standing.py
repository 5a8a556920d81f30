"""Who may bring this appeal, and so who speaks in the letter."""

from __future__ import annotations

from typing import Literal

from casework.facts import Facts
from casework.passages.close import doctor_name
from casework.passages.speaker import Speaker, clinician, patient

Standing = Literal["representative", "provider", "patient"]


def standing(facts: Facts) -> Standing:
    """Return by what right the letter is brought.

    A signed representative that is the treating clinician; else the clinician where a rule read in
    its source lets one file; else the patient, for whose signature the letter is then drafted.
    """
    if clinician_represents(facts):
        return "representative"
    if "provider" in facts.regime.who_may_file:
        return "provider"
    return "patient"


def clinician_represents(facts: Facts) -> bool:
    """Whether the case holds a signed representative form that names the prescriber."""
    given = facts.get("/representative") or {}
    if not given.get("signed_on"):
        return False
    named = str(given.get("name") or "").split(",")[0].strip().lower()
    return named == str(facts.get("/prescriber/name")).split(",")[0].strip().lower()


def appellant(facts: Facts) -> Speaker:
    """Return who speaks in an appeal."""
    return patient(facts.who) if standing(facts) == "patient" else clinician()


def appellant_name(facts: Facts) -> str:
    """Return who signs: the clinician with credentials, or the patient's full name."""
    return facts.who.full if standing(facts) == "patient" else doctor_name(facts)
