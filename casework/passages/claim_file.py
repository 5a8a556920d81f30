"""Asking for the claim file, the criteria and the plan documents, by the rights of the regime."""

from __future__ import annotations

from collections.abc import Iterator

from casework.english import long_date
from casework.facts import Facts
from casework.partial_dates import PartialDate
from casework.passages.course import course
from casework.passages.speaker import Speaker
from casework.passages.standing import standing
from casework.said import Said, missing, paragraph

Sentence = tuple[str, tuple[str, ...]]

_PARITY = "mhpaea.right.comparative_analysis"


def file_asked(facts: Facts, speaker: Speaker) -> tuple[Said, ...]:
    """Whose file is asked for, about which decision, and by what authority."""
    return paragraph("file.ask", [_asked(facts, speaker), *_authority(facts, speaker)])


def file_items(facts: Facts) -> tuple[Said, ...]:
    """What the file holds that is asked for: notes, names, criteria, the plan's pages."""
    rests = ("/denial",) if facts.case.get("denial") else ("/request",)
    return tuple(Said("file.item", text, more or rests) for text, more in _items(facts))


def file_rights(facts: Facts) -> tuple[Said, ...]:
    """The rules that give these records, each only where it was read and is of this regime."""
    return tuple(
        Said(f"right.{right.id}", f"{right.text} ({right.citation}).", (f"laws/{right.id}",))
        for right in facts.regime.records
    )


def file_close(facts: Facts, speaker: Speaker) -> tuple[Said, ...]:
    """When it is needed, and that a part that is refused be named with the reason."""
    return paragraph("file.close", [*_needed_by(facts), _refused(facts, speaker)])


def plan_documents_asked(facts: Facts, speaker: Speaker) -> tuple[Said, ...]:
    """The plan documents asked of the plan administrator; no diagnosis, no treatment."""
    name = facts.get("/insurance/plan_name")
    plan = f" of {name}" if name else " of this plan"
    who = facts.who
    member = f"{who.called} is a participant or beneficiary of it"
    sentences: list[Sentence] = [
        (f"{speaker.ask} for a copy of the documents{plan}.", ("/insurance/plan_type",)),
        (f"{member}, and a decision on a claim under the plan is being appealed.", ("/patient",)),
        *_authority(facts, speaker),
    ]
    return paragraph("plan_documents.ask", sentences)


def _asked(facts: Facts, speaker: Speaker) -> Sentence:
    possessive = f"{facts.who.called}’s" if speaker.first_person else "the"
    asked = course(facts.case, facts.treatment)
    what = f"{asked.number} of {asked.product}"
    if not facts.case.get("denial"):
        return (
            f"{speaker.ask} for {possessive} claim file on the request for {what}, free of charge.",
            ("/request",),
        )
    day = facts.get("/denial/notice_date")
    notice = PartialDate.parse(day).words if day else missing("/denial/notice_date")
    return (
        f"{speaker.ask} for {possessive} whole claim file on the decision of {notice}, which "
        f"denied {what}, free of charge.",
        ("/denial/notice_date", "/request"),
    )


def _authority(facts: Facts, speaker: Speaker) -> Iterator[Sentence]:
    if speaker.first_person and standing(facts) == "representative":
        day = PartialDate.parse(facts.case["representative"]["signed_on"]).words
        possessive = facts.who.possessive
        yield (
            f"I act as {possessive} authorized representative; the form signed on {day} is "
            "enclosed.",
            ("/representative",),
        )


def _items(facts: Facts) -> Iterator[Sentence]:
    yield "Every note, message, record and report that was part of the decision.", ()
    yield "The name, license, specialty and report of each person who reviewed it.", ()
    yield "The criteria, guidelines and internal rules that were applied, in the text used.", ()
    yield "The pages of the plan document on which the decision rests.", ()
    for i, reason in enumerate(facts.reasons):
        if reason.first and reason.first.id == "experimental_investigational":
            yield (
                "The plan’s definition of experimental or investigational treatment, with its page.",
                (f"/denial/reasons/{i}",),
            )
            break
    if any(right.id == _PARITY for right in facts.regime.records):
        yield (
            "The written comparison of this limit on mental health benefits with the limits on "
            "medical benefits.",
            (f"laws/{_PARITY}",),
        )


def _needed_by(facts: Facts) -> Iterator[Sentence]:
    due = facts.regime.file_by
    if due is not None and due.due is not None:
        yield (
            f"The time to appeal ends on {long_date(due.due)}. Please send the file early enough "
            "for the appeal to answer it.",
            (f"laws/{due.deadline_id}",),
        )
    elif facts.case.get("denial"):
        yield (
            "Please send the file early enough for the appeal to answer it.",
            ("/denial",),
        )


def _refused(facts: Facts, speaker: Speaker) -> Sentence:
    return (
        f"If a part is withheld, {speaker.ask} that you name it and the rule that allows it.",
        (facts.regime.source or "/insurance/plan_type",),
    )
