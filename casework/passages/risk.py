"""Risk, told exactly as assessed: nothing where nothing was asked, the good news as plainly."""

from __future__ import annotations

from collections.abc import Iterator

from casework.english import counted, joined, sentence, spell_dates
from casework.facts import Facts
from casework.partial_dates import PartialDate

Sentence = tuple[str, tuple[str, ...]]

INSTRUMENTS = {"c_ssrs": "the Columbia scale", "ssi_beck": "the Beck scale"}
IDEATION = {
    "none": "reported no suicidal thoughts",
    "passive": "reported a wish to be dead, without active thoughts of suicide",
    "active": "reported active suicidal thoughts, without plan or intent",
    "active_without_plan": "reported active suicidal thoughts, without a plan",
    "intent": "reported suicidal thoughts with some intent, without a plan",
    "plan": "reported suicidal thoughts with a plan",
    "plan_and_intent": "reported suicidal thoughts with a plan and intent",
}


def risk_sentences(facts: Facts) -> Iterator[Sentence]:
    """Say what was assessed, when and how; then attempts on record, then the safety plan."""
    risk = facts.case.get("risk") or {}
    if risk.get("ideation"):
        yield _ideation(facts), ("/risk/ideation",)
    if risk.get("attempts") is not None:
        yield _attempts(facts), ("/risk/attempts",)
    if risk.get("safety_plan"):
        yield _safety_plan(risk["safety_plan"]), ("/risk/safety_plan",)
    if risk.get("notes"):
        yield sentence(spell_dates(risk["notes"])), ("/risk/notes",)


def _ideation(facts: Facts) -> str:
    risk = facts.case["risk"]
    day = risk.get("date")
    when = f"{PartialDate.parse(day).words}" if day else ""
    tool = INSTRUMENTS.get(risk.get("instrument") or "", "")
    opening = joined([part for part in (f"on {when}" if when else "", f"on {tool}" if tool else "")
                      if part], ",").replace(" , ", ", ")  # fmt: skip
    said = IDEATION.get(risk["ideation"], f"reported: {risk['ideation'].replace('_', ' ')}")
    text = f"{opening}, {facts.who.subject} {said}." if opening else f"{facts.who.subject} {said}."
    return text[0].upper() + text[1:]


def _attempts(facts: Facts) -> str:
    number = facts.case["risk"]["attempts"]
    if number == 0:
        return "No suicide attempt is on record."
    last = facts.case["risk"].get("last_attempt")
    when = f", the last {PartialDate.parse(last).words}" if last else ""
    text = f"{counted(number, 'suicide attempt')} {'is' if number == 1 else 'are'} on record{when}."
    return text[0].upper() + text[1:]


def _safety_plan(given: object) -> str:
    if given is True:
        return "A safety plan is in place."
    return sentence(f"Safety plan: {spell_dates(str(given))}")
