"""The appeal's own passages: who appeals what by what right, the answers, the rights, the ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from casework.deadlines.starts import whole_day
from casework.denials import StatedReason
from casework.english import joined, long_date, number_word, quoted, sentence
from casework.facts import Facts
from casework.partial_dates import PartialDate
from casework.passages import tried as tried_passage
from casework.passages.close import call
from casework.passages.course import course
from casework.passages.rebuttals import BLOCKS, Answering
from casework.passages.speaker import Speaker
from casework.passages.standing import standing
from casework.said import Said, missing, paragraph

Sentence = tuple[str, tuple[str, ...]]

_FOR_ANY_REASON = ("own_policy", "trials_count", "criteria_crosswalk")


def opening(facts: Facts, speaker: Speaker) -> tuple[Said, ...]:
    """What is appealed, by whom and by what right, under which step, and in time."""
    return (
        *paragraph("opening", [_appealed(facts, speaker), *right(facts)]),
        *paragraph("opening.step", step_in_time(facts)),
    )


def step_in_time(facts: Facts) -> list[Sentence]:
    """The step under its legal name, when the notice arrived, the day it meets, the answer owed."""
    return [_step(facts), *_received(facts), *_deadline(facts), *_owed(facts)]


def _appealed(facts: Facts, speaker: Speaker) -> Sentence:
    asked = course(facts.case, facts.treatment)
    verb = speaker.does("appeal", "appeals")
    for_whom = f" for {facts.who.called}" if speaker.first_person else ""
    return (
        f"{speaker.i} {verb}{for_whom} the denial of {asked.number} of {asked.product} in your "
        f"notice of {notice_day(facts)}{reference_of(facts)}.",
        ("/denial/notice_date", "/request"),
    )


def notice_day(facts: Facts) -> str:
    """The date of the notice in words, or a blank."""
    day = facts.get("/denial/notice_date")
    return PartialDate.parse(day).words if day else missing("/denial/notice_date")


def reference_of(facts: Facts) -> str:
    """Return " (reference …)" as the notice gives it, or nothing."""
    given = facts.get("/denial/reference") or facts.get("/denial/claim_number")
    return f" (reference {given})" if given else ""


def right(facts: Facts) -> Iterator[Sentence]:
    """By what right the clinician brings it; nothing where the patient does."""
    by = standing(facts)
    if by == "representative":
        day = PartialDate.parse(facts.case["representative"]["signed_on"]).words
        possessive = facts.who.possessive
        yield (
            f"I am {possessive} treating clinician and act as {possessive} authorized "
            f"representative; the form signed on {day} is enclosed.",
            ("/representative",),
        )
    elif by == "provider":
        yield (
            f"I am {facts.who.possessive} treating clinician and may bring it under "
            f"{facts.regime.who_may_file_citation}.",
            (facts.regime.source,),
        )


def _step(facts: Facts) -> Sentence:
    speed = "an expedited" if facts.get("/request/urgency") == "expedited" else "a standard"
    return f"This is {speed} {facts.regime.name}.", (facts.regime.source,)


def _received(facts: Facts) -> Iterator[Sentence]:
    day = whole_day(facts.case, "/denial/received_date")
    if day:
        yield f"The notice arrived on {long_date(day)}.", ("/denial/received_date",)


def _deadline(facts: Facts) -> Iterator[Sentence]:
    due = facts.regime.file_by
    if due is None:
        stated = facts.get("/denial/stated_deadline")
        if stated:
            yield (
                f"The notice gives this time to appeal: {quoted(stated)}.",
                ("/denial/stated_deadline",),
            )
        return
    yield due.words, (f"laws/{due.deadline_id}",)


def _owed(facts: Facts) -> Iterator[Sentence]:
    owed = facts.regime.decision_owed
    if owed is not None:
        yield owed.words, (f"laws/{owed.deadline_id}",)


def answer_in_short(facts: Facts, speaker: Speaker) -> tuple[Said, ...]:
    """The whole answer in one paragraph, before the reasons one by one."""
    return paragraph("answer_in_short", _short(facts, speaker))


def _short(facts: Facts, speaker: Speaker) -> Iterator[Sentence]:
    if facts.trials:
        rests = tuple(trial.pointer for trial in facts.counts.failures) or ("/trials",)
        yield tried_passage.count_sentence(facts), (*rests, "medicines/_rules")
    if facts.criteria.items:
        yield _policy_sets(facts, speaker), ("/insurance/criteria",)
    count = len(facts.reasons)
    if count:
        many = "one reason; it is" if count == 1 else f"{number_word(count)} reasons; each is"
        yield f"The notice gives {many} answered below under its own words.", ("/denial/reasons",)


def _policy_sets(facts: Facts, speaker: Speaker) -> str:
    found = facts.criteria
    own = f"{speaker.your_first} policy" if found.source == "case" else (
        f"As we understand it, {speaker.your} policy"
    )  # fmt: skip
    noun = "criterion" if len(found.items) == 1 else "criteria"
    met = len(found.with_status("met"))
    if met == len(found.items):
        return f"{own} sets {number_word(met)} {noun}; {'it is' if met == 1 else 'all are'} met."
    parts = [f"{number_word(met) if met else 'none'} {'is' if met <= 1 else 'are'} met"]
    for status, word in (("not_met", "not"), ("unknown", "not yet known")):
        count = len(found.with_status(status))
        if count:
            parts.append(f"{number_word(count)} {'is' if count == 1 else 'are'} {word}")
    return f"{own} sets {number_word(len(found.items))} {noun}; {joined(parts)}."


def reasons(facts: Facts, speaker: Speaker) -> list[dict[str, Any]]:
    """One entry a stated reason: its heading in the payer's words, and the answer's paragraphs."""
    used: set[str] = set()
    entries = []
    for number, reason in enumerate(facts.reasons, start=1):
        said = answer(facts, speaker, reason, used)
        entries.append(
            {
                "heading": _heading(facts, speaker, number, reason),
                "paragraphs": [each.to_json() for each in said],
            }
        )
    return entries


def _heading(facts: Facts, speaker: Speaker, number: int, reason: StatedReason) -> str:
    own = f"{speaker.your_first} reason"
    label = own if len(facts.reasons) == 1 else f"{own} {number}"
    if reason.words:
        return f"{label}: {quoted(reason.words)}"
    title = reason.first.title if reason.first else "not stated in words"
    codes = f" (code {joined(list(reason.codes))})" if reason.codes else ""
    return f"{label}: {title[0].lower()}{title[1:]}{codes}"


def answer(
    facts: Facts, speaker: Speaker, reason: StatedReason, used: set[str] | None = None
) -> tuple[Said, ...]:
    """Answer one reason with the blocks its file names; a block is used once in a letter."""
    seen = set() if used is None else used
    wanted = reason.first.answer if reason.first else _FOR_ANY_REASON
    said: list[Said] = []
    for name in (each for each in wanted if each not in seen):
        written = list(BLOCKS[name](Answering(facts, speaker, reason)))
        if written:
            seen.add(name)
            said.extend(each for each in written if isinstance(each, Said))
            sentences = [each for each in written if not isinstance(each, Said)]
            said.extend(paragraph(f"answer.{name}", sentences))
    return tuple(said) or (_not_skipped(speaker, reason, wanted, seen),)


def _not_skipped(
    speaker: Speaker, reason: StatedReason, wanted: Sequence[str], seen: set[str]
) -> Said:
    """A reason that no block can fill is still answered, and what it rests on is asked for."""
    if set(wanted) & seen:
        return Said(
            "answer.as_above", "What is said above holds for this reason too.", (reason.pointer,)
        )
    text = (
        "The notice names no fact and no rule for this reason beyond these words. "
        f"{sentence(f'{speaker.ask} for both, and for a decision on the clinical case below')}"
    )
    return Said("answer.asked_for", text, (reason.pointer,))


def rights(facts: Facts, speaker: Speaker) -> tuple[Said, ...]:
    """The rights used, each only where it was read in its source and is of this plan's regime."""
    listed = [
        Said(f"right.{right.id}", f"{right.text} ({right.citation}).", (f"laws/{right.id}",))
        for right in facts.regime.rights
    ]
    intro = Said(
        "rights.intro",
        f"Under the rules that govern this plan, {speaker.ask} for these:",
        (facts.regime.source,),
    )
    return (intro, *listed) if listed else ()


def appeal_ask(facts: Facts, speaker: Speaker) -> tuple[Said, ...]:
    """The ask, its time, and the offer of a call."""
    asked = course(facts.case, facts.treatment)
    reverse = (
        f"{speaker.ask} you to reverse the denial and to authorize {asked.whole}.",
        ("/request", "/denial"),
    )
    return paragraph("appeal_ask", [reverse, *_next(facts), *call(facts, speaker)])


def _next(facts: Facts) -> Iterator[Sentence]:
    if facts.regime.next_step:
        yield facts.regime.next_step, (facts.regime.source,)


def title(facts: Facts) -> str:
    """The line that names the appeal: the step's legal title and the treatment."""
    asked = course(facts.case, facts.treatment)
    fast = "Expedited: " if facts.get("/request/urgency") == "expedited" else ""
    return f"{fast}{facts.regime.title}: {asked.number} of {asked.product}"
