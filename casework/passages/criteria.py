"""What stands before and after the table of criteria."""

from __future__ import annotations

from collections.abc import Iterator

from casework.english import joined, number_word, sentence
from casework.facts import Facts
from casework.partial_dates import PartialDate
from casework.passages.speaker import Speaker
from casework.said import Said, paragraph

Sentence = tuple[str, tuple[str, ...]]


def criteria(facts: Facts, speaker: Speaker) -> tuple[Said, ...]:
    """Whose criteria these are, in whose words, and how many are met."""
    if facts.criteria.investigational:
        return paragraph("criteria", _investigational(facts, speaker))
    if not facts.criteria.items:
        return paragraph("criteria", _asked_for(facts, speaker))
    return paragraph("criteria", [_source(facts, speaker), *_tally(facts, speaker)])


def policy_name(facts: Facts) -> str:
    """The payer's policy as a paper names it: its title, and its date where one is known."""
    title = facts.criteria.title or "policy"
    if not facts.criteria.effective:
        return title
    return f"{title}, effective {PartialDate.parse(facts.criteria.effective).words}"


def _source(facts: Facts, speaker: Speaker) -> Sentence:
    if facts.criteria.source == "case":
        return (
            f"These are {speaker.your} criteria, in {_own(speaker)} words ({policy_name(facts)}).",
            ("/insurance/criteria",),
        )
    return (
        f"These are the criteria as we understand {speaker.your} policy ({policy_name(facts)}); the text "
        "in force decides.",
        (f"policies/{facts.criteria.policy}",),
    )


def _own(speaker: Speaker) -> str:
    return "your" if speaker.to_plan else "its own"


def _tally(facts: Facts, speaker: Speaker) -> Iterator[Sentence]:
    words = tally(facts)
    if words:
        yield words, ("/insurance/criteria",)
    if facts.criteria.with_status("not_met") and speaker.to_plan:
        yield (
            f"Where one is not met, {speaker.ask} for individual consideration, with the reason "
            "given in the table.",
            ("/insurance/criteria",),
        )


def tally(facts: Facts) -> str:
    """Return "Three of the four are met, and one is not." for the criteria; none gives nothing."""
    found = facts.criteria
    whole = len(found.items)
    met = len(found.with_status("met"))
    if not whole:
        return ""
    if whole == 1:
        return {"met": "It is met.", "not_met": "It is not met.", "unknown": ""}[
            found.items[0].status
        ]
    if met == whole:
        return f"All {number_word(whole)} are met."
    rest = [
        f"{number_word(count)} {'is' if count == 1 else 'are'} {word}"
        for status, word in (("not_met", "not"), ("unknown", "not yet known"))
        if (count := len(found.with_status(status)))
    ]
    head = f"{number_word(met) if met else 'none'} of the {number_word(whole)}"
    return sentence(f"{head} {'is' if met == 1 else 'are'} met, and {joined(rest)}")


def _investigational(facts: Facts, speaker: Speaker) -> Iterator[Sentence]:
    rests = (f"policies/{facts.criteria.policy}",)
    yield (
        f"As we understand {speaker.your} policy ({policy_name(facts)}), it does not cover this treatment "
        "and sets no criteria for it; the text in force decides.",
        rests,
    )
    if not speaker.to_plan:
        return
    yield (
        f"{sentence(f'{speaker.ask} for individual consideration of the facts of this case')} "
        f"If the request is refused, {speaker.ask} for the words of the plan that the refusal "
        "rests on.",
        rests,
    )


def _asked_for(facts: Facts, speaker: Speaker) -> Iterator[Sentence]:
    payer = facts.payer
    sent = f" {sentence(f'{speaker.ask} that you send them')}" if speaker.to_plan else ""
    yield (
        f"The criteria that {payer} applies to this treatment are not at hand.{sent} "
        "The facts above and below are given so that each can be checked.",
        ("/insurance/payer/name",),
    )
