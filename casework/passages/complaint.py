"""A complaint to the office that oversees the plan: what happened, which rule, what is asked."""

from __future__ import annotations

from collections.abc import Iterator

from casework.english import long_date
from casework.facts import Facts
from casework.oversight import overseer
from casework.passages.appeal import notice_day, reference_of
from casework.passages.speaker import Speaker
from casework.said import Said, missing, paragraph

Sentence = tuple[str, tuple[str, ...]]


def complaint(facts: Facts, speaker: Speaker) -> tuple[Said, ...]:
    """Who complains about which plan, and about which decision; no diagnosis, no treatment."""
    verb = speaker.does("complain", "complains")
    plan = facts.get("/insurance/plan_name")
    named = f"{facts.payer}{f' ({plan})' if plan else ''}"
    return paragraph(
        "complaint",
        [
            (
                f"{speaker.i} {verb} about {named}.",
                ("/insurance/payer/name", "/insurance/plan_name"),
            ),
            (
                f"It refused coverage of a treatment for {facts.who.object} in its notice of "
                f"{notice_day(facts)}{reference_of(facts)}.",
                ("/denial/notice_date",),
            ),
        ],
    )


def complaint_rules(facts: Facts) -> tuple[Said, ...]:
    """What the plan owed and has not given: times that have run out.

    What a notice lacks is never told from an absent fact: absent means not recorded.
    """
    return tuple(Said("complaint.rule", text, rests) for text, rests in _owed(facts))


def complaint_ask(speaker: Speaker) -> tuple[Said, ...]:
    """What is asked of the office, and that the appeal goes on beside it."""
    return paragraph(
        "complaint.ask",
        [
            (
                f"{speaker.ask} your office to find out whether the plan kept the rules that "
                "govern it, to have it answer, and to write what you find.",
                ("/denial",),
            ),
            ("This complaint does not take the place of the appeal, which goes on.", ("/denial",)),
        ],
    )


def _owed(facts: Facts) -> Iterator[Sentence]:
    for each in facts.deadlines:
        if each.owed_by == "plan" and each.passed(facts.today) and each.due_day:
            cited = f" ({each.citation})" if each.citation else ""
            yield (
                f"{each.title}: owed by {long_date(each.due_day)}{cited}; no answer is on record.",
                (f"laws/{each.id}",),
            )


def regulator_recipient(facts: Facts) -> list[str]:
    """Return the overseeing office with its website; a blank where the case does not tell which."""
    found = overseer(facts.case, facts.knowledge)
    if found is None:
        pointer = (
            "/insurance/state" if not facts.get("/insurance/state") else "/insurance/plan_type"
        )
        return [f"The office that oversees this plan: {missing(pointer)}"]
    return [found.name, *([found.url] if found.url else [])]
