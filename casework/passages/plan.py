"""The plan: consent, checks, dose in milligrams, monitoring, the way home, stop rules, goals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from casework.english import joined, lowered, plain_number, sentence, spell_dates
from casework.facts import Facts
from casework.partial_dates import PartialDate
from casework.passages.course import UNIT, course
from casework.said import Said, missing, paragraph
from casework.scales import short_name

Sentence = tuple[str, tuple[str, ...]]

SCREENED = {
    "cardiovascular": "heart disease",
    "psychosis": "psychosis",
    "mania": "mania",
    "substance_use": "substance use",
    "bladder_symptoms": "bladder symptoms",
    "liver": "liver disease",
    "aneurysm": "aneurysm",
    "intracranial_pressure": "raised intracranial pressure",
}
_NOTHING_FOUND = ("none", "negative", "no")


def plan(facts: Facts) -> tuple[Said, ...]:
    """Checks first, then how each session runs, then when to stop and what comes after."""
    return (
        *paragraph("plan.checks", checks(facts)),
        *paragraph("plan.session", session(facts)),
        *paragraph("plan.stop", stopping(facts)),
    )


def checks(facts: Facts) -> Iterator[Sentence]:
    """What was measured and asked before treatment, and when."""
    yield from _pressure(facts)
    yield from _screening(facts)
    yield from _told(facts, "/medical/substance_use", "Substance use")
    yield from _pregnancy(facts)
    yield from _monitoring_program(facts)
    yield from _told(facts, "/medical/conditions", "Medical conditions on record")


def session(facts: Facts) -> Iterator[Sentence]:
    """How one session runs: the dose, who watches what, the way home."""
    yield from _dose(facts)
    yield from _monitoring(facts)
    yield from _home(facts)


def stopping(facts: Facts) -> Iterator[Sentence]:
    """The ratings, the rules that stop the course, the goal, and what comes after."""
    yield from _ratings(facts)
    yield from _stop(facts)
    yield from _goals(facts)
    yield from _after(facts)


def _pressure(facts: Facts) -> Iterator[Sentence]:
    given = facts.get("/medical/blood_pressure")
    if given and given.get("systolic") and given.get("diastolic"):
        value = f"{given['systolic']}/{given['diastolic']}"
        day = given.get("date")
        when = f"On {PartialDate.parse(day).words} " if day else ""
        text = f"{when}{facts.who.possessive} blood pressure was {value}."
        yield text[0].upper() + text[1:], ("/medical/blood_pressure",)


def _when(facts: Facts, day: str | None) -> str:
    """Return " on May 4, 2026", or " that day" right after the blood pressure of the same day."""
    if not day:
        return ""
    said_before = facts.get("/medical/blood_pressure/date")
    return " that day" if day == said_before else f" on {PartialDate.parse(day).words}"


def _screening(facts: Facts) -> Iterator[Sentence]:
    asked = dict(facts.get("/medical/screened") or {})
    asked.pop("pregnancy", None)
    if not asked:
        yield (
            f"Screening for conditions that speak against it: {missing('/medical/screened')}.",
            ("/medical/screened",),
        )
        return
    clear = [_screened(what) for what, found in asked.items() if _is_clear(found)]
    if clear:
        noun = "it was not found" if len(clear) == 1 else "none was found"
        when = _when(facts, facts.get("/medical/contraindications_reviewed"))
        yield (
            f"{facts.who.called} was asked about {joined(clear)}{when}, and {noun}.",
            ("/medical/screened", "/medical/contraindications_reviewed"),
        )
    for what, found in asked.items():
        if not _is_clear(found):
            name = _screened(what)
            yield (
                f"{name[0].upper()}{name[1:]}: {_tidy(str(found))}.",
                (f"/medical/screened/{what}",),
            )


def _told(facts: Facts, pointer: str, label: str) -> Iterator[Sentence]:
    """A part of the chart told in its own words behind a label."""
    given = facts.get(pointer)
    words = "; ".join(given) if isinstance(given, list) else given
    if words:
        yield sentence(f"{label}: {_tidy(str(words))}"), (pointer,)


def _tidy(found: str) -> str:
    """Spell an id as words; a sentence of the chart keeps its words but for ISO dates."""
    words = found if " " in found else found.replace("_", " ")
    return spell_dates(words).rstrip(".")


def _screened(what: str) -> str:
    return SCREENED.get(what, what.replace("_", " "))


def _is_clear(found: object) -> bool:
    return str(found).strip().lower() in _NOTHING_FOUND


def _pregnancy(facts: Facts) -> Iterator[Sentence]:
    told = facts.get("/medical/pregnancy")
    if isinstance(told, str) and " " in told:
        yield from _told(facts, "/medical/pregnancy", "Pregnancy")
        return
    given = facts.get("/medical/screened/pregnancy") or told
    rests = ("/medical/screened/pregnancy",)
    who = facts.who
    if given == "not_pregnant":
        text = f"{who.subject} {who.is_} not pregnant."
        yield text[0].upper() + text[1:], rests
    elif given and given != "not_applicable":
        yield f"Pregnancy: {_tidy(str(given))}.", rests


def _monitoring_program(facts: Facts) -> Iterator[Sentence]:
    day = facts.get("/medical/pdmp_checked")
    if day:
        yield (
            f"The state prescription monitoring program was checked{_when(facts, day)}.",
            ("/medical/pdmp_checked",),
        )


def session_milligrams(facts: Facts) -> float | None:
    """The total milligrams a session: as given, or weight times dose per kilogram."""
    request = facts.case["request"]
    if request.get("dose_mg"):
        return float(request["dose_mg"])
    per_kg, weight = request.get("dose_mg_per_kg"), facts.get("/medical/weight_kg")
    return float(per_kg) * float(weight) if per_kg and weight else None


def _dose(facts: Facts) -> Iterator[Sentence]:
    unit = UNIT.get(facts.treatment.route, "dose")
    request = facts.case["request"]
    total = session_milligrams(facts)
    if request.get("dose_mg_per_kg"):
        weight = facts.get("/medical/weight_kg")
        kilograms = plain_number(weight) if weight else missing("/medical/weight_kg")
        amount = f"{plain_number(total)} mg" if total else missing("/medical/weight_kg")
        minutes = request.get("infusion_minutes")
        over = f" over {minutes} minutes" if minutes else ""
        yield (
            f"Each {unit} gives {amount}{over}, at a weight of {kilograms} kg.",
            (
                "/request/dose_mg_per_kg",
                "/medical/weight_kg",
            ),
        )


def _monitoring(facts: Facts) -> Iterator[Sentence]:
    given = facts.get("/request/monitoring") or []
    if not given:
        yield f"Monitoring and staff: {missing('/request/monitoring')}.", ("/request/monitoring",)
        return
    listed = "; ".join(spell_dates(each).rstrip(".") for each in given)
    yield f"Staff and monitoring: {listed}.", ("/request/monitoring",)


def _home(facts: Facts) -> Iterator[Sentence]:
    given = facts.get("/request/discharge")
    if given:
        yield sentence(f"Going home: {given}"), ("/request/discharge",)
    else:
        yield f"Going home and driving: {missing('/request/discharge')}.", ("/request/discharge",)


def watched(facts: Facts) -> Iterator[Sentence]:
    """Who watches a session and who takes the patient home."""
    yield from _monitoring(facts)
    yield from _home(facts)


def ends(facts: Facts) -> Iterator[Sentence]:
    """How many are asked for, and what stops the course before."""
    yield f"The request is for {course(facts.case, facts.treatment).number}.", ("/request",)
    yield from _stop(facts)


def _ratings(facts: Facts) -> Iterator[Sentence]:
    given = facts.get("/request/rating_schedule")
    if given:
        yield sentence(f"Ratings: {given}"), ("/request/rating_schedule",)


def _stop(facts: Facts) -> Iterator[Sentence]:
    given = facts.get("/request/stop_rule")
    words = lowered(given) if given else f"{missing('/request/stop_rule')}"
    yield sentence(f"When to stop: {words}"), ("/request/stop_rule",)


def _goals(facts: Facts) -> Iterator[Sentence]:
    goals = facts.get("/request/goals") or []
    if not goals:
        yield f"The goal: {missing('/request/goals')}.", ("/request/goals",)
    for i, goal in enumerate(goals):
        yield _goal(facts, goal), (f"/request/goals/{i}",)


def _goal(facts: Facts, goal: Mapping[str, Any]) -> str:
    if not goal.get("scale"):
        return sentence(f"A goal: {goal.get('text', missing('/request/goals'))}")
    scale = facts.knowledge.scales[goal["scale"]]
    by = f" by {PartialDate.parse(goal['by']).words}" if goal.get("by") else ""
    return f"The goal is {plain_number(goal['target'])} or less on the {short_name(scale)}{by}."


def _after(facts: Facts) -> Iterator[Sentence]:
    given = facts.get("/request/after")
    if given:
        yield sentence(f"Afterwards: {given}"), ("/request/after",)
