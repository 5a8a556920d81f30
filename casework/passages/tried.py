"""What has been tried: the count that agrees with the table, and each road not taken with why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from casework.assessments import around
from casework.english import (
    counted,
    joined,
    long_date,
    month_day,
    number_word,
    plain_number,
    spell_dates,
)
from casework.english import sentence as as_sentence
from casework.facts import Facts
from casework.names import PROCEDURE, THERAPY
from casework.partial_dates import PartialDate
from casework.person import told
from casework.said import Said, missing, paragraph
from casework.scales import responded, response_rule, short_name
from casework.trials import Trial, episode_start, names

Sentence = tuple[str, tuple[str, ...]]

EXPECTED = {
    "iv": ("ect", "tms", "esketamine_nasal"),
    "nasal": ("ect", "tms"),
}


def tried(facts: Facts) -> tuple[Said, ...]:
    """The sentence that counts, and what it leaves out with the reason."""
    return paragraph("tried.count", [*_count(facts), *_left_out(facts)])


def current_medicine(facts: Facts) -> tuple[Said, ...]:
    """The antidepressant taken now, or since when none is and why; other medicines."""
    return paragraph("tried.now", now(facts))


def medicine_noun(facts: Facts, count: int) -> str:
    """Return the noun for the trials that count: antidepressants, or medicines outside mood."""
    mood = facts.population.startswith(("mdd", "depression", "suicidal"))
    noun = "antidepressant" if mood else "medicine"
    return counted(count, noun)


def count_sentence(facts: Facts) -> str:
    """Say how many adequate trials of this episode brought no lasting response, or that none did."""
    counts = facts.counts
    where = " in this episode" if episode_start(facts.case) else ""
    if not counts.failures:
        return f"The chart given shows no medicine at an adequate dose and length{where} yet."
    noun = medicine_noun(facts, counts.agents)
    classes = f" from {counted(len(counts.classes), 'class', 'classes')}"
    was = "was" if counts.agents == 1 else "were"
    none = "and it brought no lasting response" if counts.agents == 1 else (
        "and none brought a lasting response"
    )  # fmt: skip
    text = (
        f"{noun}{classes} {was} given at an adequate dose for at least "
        f"{number_word(counts.weeks_line)} weeks{where}, {none}."
    )
    return text[0].upper() + text[1:]


def _count(facts: Facts) -> Iterator[Sentence]:
    if not facts.trials:
        yield f"The medicines tried, with dose and dates: {missing('/trials')}.", ("/trials",)
        return
    rests = tuple(trial.pointer for trial in facts.counts.failures) or ("/trials",)
    yield count_sentence(facts), (*rests, "medicines/_rules")


def _left_out(facts: Facts) -> Iterator[Sentence]:
    counted_ones = {trial.pointer for trial in facts.counts.failures}
    rest = [t for t in facts.trials if t.role == "antidepressant" and t.pointer not in counted_ones]
    current = [t for t in rest if t.in_episode is not False]
    yield from _not_tolerated([t for t in current if t.outcome == "intolerance"], facts)
    yield from _inadequate([t for t in current if t.outcome != "intolerance"])
    yield from _before([t for t in rest if t.in_episode is False])
    yield from _added([t for t in facts.trials if t.role == "augmentation"])


def _not_tolerated(trials: Sequence[Trial], facts: Facts) -> Iterator[Sentence]:
    if trials:
        yield (
            f"{names(trials)[0].upper()}{names(trials)[1:]} "
            f"{'is' if len(trials) == 1 else 'are'} not counted, because "
            f"{facts.who.subject} could not tolerate {'it' if len(trials) == 1 else 'them'}.",
            _pointers(trials),
        )


def _inadequate(trials: Sequence[Trial]) -> Iterator[Sentence]:
    for trial in trials:
        reason = _why_not(trial)
        if reason:
            name = trial.title[0].upper() + trial.title[1:]
            yield f"{name} is not counted: {reason}.", (trial.pointer,)


def _why_not(trial: Trial) -> str:
    if trial.adequate != "yes":
        return joined(trial.reasons) or "the record does not show dose and length"
    return {
        "ongoing": "it is still being taken",
        "nonadherence": "it was not taken as prescribed",
        "responded": "it helped",
        "unknown": "the result is not recorded",
    }.get(trial.outcome, "")


def _before(trials: Sequence[Trial]) -> Iterator[Sentence]:
    if trials:
        verb = "was" if len(trials) == 1 else "were"
        text = f"{names(trials)} {verb} taken before this episode and is not counted."
        if len(trials) > 1:
            text = text.replace("and is not", "and are not")
        yield text[0].upper() + text[1:], _pointers(trials)


def _added(trials: Sequence[Trial]) -> Iterator[Sentence]:
    if not trials:
        return
    each = [
        f"{trial.title} to {trial.augments}" if trial.augments else trial.title for trial in trials
    ]
    noun = (
        "One medicine was" if len(trials) == 1 else f"{number_word(len(trials)).capitalize()} were"
    )
    yield f"{noun} given as an addition: {joined(each)}.", _pointers(trials)


def _pointers(trials: Sequence[Trial]) -> tuple[str, ...]:
    return tuple(trial.pointer for trial in trials)


def now(facts: Facts) -> Iterator[Sentence]:
    """What is taken now, or since when no antidepressant is and why."""
    ongoing = [
        t for t in facts.trials if t.started and not t.stopped and t.outcome != "intolerance"
    ]
    reason = facts.get("/medical/current_antidepressant_reason")
    if ongoing:
        doses = joined([_with_dose(trial) for trial in ongoing])
        yield (
            f"Now {facts.who.subject} {facts.who.verb('takes', 'take')} {doses}.",
            _pointers(ongoing),
        )
    if reason:
        yield _current_reason(facts, reason), ("/medical/current_antidepressant_reason",)
    yield from _other_medicines(facts)


def _with_dose(trial: Trial) -> str:
    return f"{trial.title} {plain_number(trial.dose)} mg a day" if trial.dose else trial.title


def _current_reason(facts: Facts, reason: str) -> str:
    none = re.match(r"^none\b[\s,:;]*", reason, re.IGNORECASE)
    if none:
        rest = reason[none.end() :]
        name = facts.who.called
        return as_sentence(f"{name} has taken no antidepressant {rest}")
    return as_sentence(f"About the current antidepressant: {reason}")


def _other_medicines(facts: Facts) -> Iterator[Sentence]:
    taken = {trial.named.lower() for trial in facts.trials if trial.started and not trial.stopped}
    listed = [_medicine_words(each) for each in facts.get("/medical/medications") or []]
    rest = [words for words in listed if not any(words.lower().startswith(name) for name in taken)]
    if rest:
        words = joined(rest)
        yield f"Current medicines on record: {words}.", ("/medical/medications",)


def _medicine_words(entry: object) -> str:
    if isinstance(entry, Mapping):
        named = " ".join(str(part) for part in (entry.get("name"), entry.get("dose")) if part)
        return f"{named} (for {entry['for']})" if entry.get("for") else named
    return str(entry)


def psychotherapy(facts: Facts) -> tuple[Said, ...]:
    """Each psychotherapy with type, sessions, dates and result."""
    entries = facts.case.get("psychotherapies") or []
    if not entries:
        blank = f"Psychotherapy: {missing('/psychotherapies')}."
        return (Said("psychotherapy", blank, ("/psychotherapies",)),)
    sentences = [
        (therapy_sentence(facts, entry, _who(facts, i)), (f"/psychotherapies/{i}",))
        for i, entry in enumerate(entries)
    ]
    return paragraph("psychotherapy", sentences)


def _who(facts: Facts, index: int) -> str:
    """The patient by name in a paragraph's first sentence, by pronoun after it."""
    subject = facts.who.subject
    return facts.who.called if index == 0 else subject[0].upper() + subject[1:]


def therapy_sentence(facts: Facts, entry: Mapping[str, Any], who: str) -> str:
    """One psychotherapy as a sentence about `who`, with sessions, dates and result."""
    name = THERAPY.get(entry["type"], entry["type"].replace("_", " "))
    number = entry.get("sessions")
    plural = who.lower() == "they"
    had = f"{who} {'have' if plural else 'has'} had" if not entry.get("stopped") else f"{who} had"
    what = f"{number} sessions of {name}" if number else name
    why = f"; {spell_dates(entry['why']).rstrip('.')}" if entry.get("why") else ""
    return f"{had} {what}{_between(entry)}{_result(facts, entry)}{why}{_exhibit(entry)}."


def _between(entry: Mapping[str, Any]) -> str:
    started, stopped = entry.get("started"), entry.get("stopped")
    if not started:
        return f" ({missing_dates(entry)})" if missing_dates(entry) else ""
    first = PartialDate.parse(started)
    if not stopped:
        return f" since {first.words}"
    last = PartialDate.parse(stopped)
    return f" from {_first_words(first, last)} to {last.words}"


def missing_dates(entry: Mapping[str, Any]) -> str:
    """Return words for an entry with no start date; the finding names the field."""
    return f"ended {PartialDate.parse(entry['stopped']).words}" if entry.get("stopped") else ""


def _first_words(first: PartialDate, last: PartialDate) -> str:
    whole = first.precision == last.precision == "day"
    if whole and first.earliest.year == last.earliest.year:
        return month_day(first.earliest)
    return str(first.words)


def _result(facts: Facts, entry: Mapping[str, Any]) -> str:
    change = entry.get("change") or _measured(facts, entry)
    outcome = _OUTCOMES.get(entry.get("outcome") or "", "")
    if not change:
        return f", {outcome}" if outcome else ""
    scale = facts.knowledge.scales[change["scale"]]
    went = (
        f"{facts.who.possessive} {short_name(scale)} went from {change['from']} to {change['to']}"
    )
    less = _short_of_response(facts, change)
    return f"; {went}{less}" if less or not outcome else f", {outcome}; {went}"


_OUTCOMES = {
    "no_response": "without response",
    "partial_response": "with a partial response",
    "response_lost": "with a response that was lost",
    "no_lasting_benefit": "without lasting benefit",
    "intolerance": "and could not tolerate it",
    "nonadherence": "which was not completed as planned",
    "responded": "with response",
    "ongoing": "which goes on",
}


def _measured(facts: Facts, entry: Mapping[str, Any]) -> dict[str, Any] | None:
    started, stopped = entry.get("started"), entry.get("stopped")
    if not started or not stopped or len(started) != len(stopped) or len(started) != 10:  # noqa: PLR2004 - whole ISO dates
        return None
    pair = around(facts.scores, date.fromisoformat(started), date.fromisoformat(stopped))
    if pair is None:
        return None
    before, after = pair
    return {"scale": before.scale.id, "from": before.value, "to": after.value}


def _short_of_response(facts: Facts, change: Mapping[str, Any]) -> str:
    scale = facts.knowledge.scales[change["scale"]]
    rule = response_rule(scale)
    if rule is None or rule.percent is None or rule.percent != 50:  # noqa: PLR2004 - "the half"
        return ""
    if responded(scale, change["from"], change["to"]):
        return ""
    return ", less than the fall by half that counts as a response"


def _exhibit(entry: Mapping[str, Any]) -> str:
    return f" (Exhibit {entry['exhibit']})" if entry.get("exhibit") else ""


def procedures(facts: Facts) -> tuple[Said, ...]:
    """ECT, TMS and esketamine, each tried with its result or with the reason why not."""
    entries = facts.case.get("procedures") or []
    sentences = [
        (procedure_sentence(facts, entry, who=_who(facts, i)), (f"/procedures/{i}",))
        for i, entry in enumerate(entries)
    ]
    return paragraph("procedures", [*sentences, *_unaddressed(facts)])


def unaddressed(facts: Facts) -> tuple[str, ...]:
    """Return the procedures a reviewer will ask about that the case is silent on."""
    have = {entry["type"] for entry in facts.case.get("procedures") or []}
    expected = EXPECTED.get(facts.treatment.route, ("ect", "tms"))
    depressive = facts.population.startswith(("mdd", "bipolar", "depression"))
    return tuple(kind for kind in expected if kind not in have) if depressive else ()


def _unaddressed(facts: Facts) -> Iterator[Sentence]:
    silent = unaddressed(facts)
    if silent:
        yield blank_procedures(silent), ("/procedures",)


def blank_procedures(kinds: Sequence[str]) -> str:
    """The procedures that the case is silent on, with a blank to fill in."""
    words = joined([PROCEDURE[kind] for kind in kinds])
    return f"{words[0].upper()}{words[1:]}: {missing('/procedures')}."


def procedure_name(entry: Mapping[str, Any]) -> str:
    """The procedure in words."""
    kind = str(entry["type"])
    return PROCEDURE.get(kind, kind.replace("_", " "))


def procedure_sentence(
    facts: Facts, entry: Mapping[str, Any], subject: str = "", who: str = ""
) -> str:
    """One procedure as a sentence: tried with its result, or the status with date and reason.

    `subject` stands for the procedure where it has just been named, `who` for the patient.
    """
    name = procedure_name(entry)
    status = entry.get("status")
    if status in (None, "tried", "completed"):
        number = entry.get("sessions")
        what = f"{number} sessions of {name}" if number else name
        had = f"{who or facts.who.called} had {what}"
        return f"{had}{_between(entry)}{_result(facts, entry)}{_exhibit(entry)}."
    return _not_given(facts, entry, subject or name, status)


def _not_given(facts: Facts, entry: Mapping[str, Any], name: str, status: str) -> str:
    when = (
        f" on {long_date(date.fromisoformat(entry['date']))}" if _whole(entry.get("date")) else ""
    )
    subject = name[0].upper() + name[1:]
    head = {
        "offered": f"{subject} was offered{when}",
        "declined": f"{subject} was offered{when}, and {facts.who.subject} declined it",
        "contraindicated": f"{subject} is contraindicated",
        "not_tried": f"{subject} was not tried",
    }.get(status, f"{subject}: {status.replace('_', ' ')}{when}")
    why = entry.get("why")
    reason = f": {why}" if why else f": {missing('/procedures')}"
    return f"{head}{reason}{_exhibit(entry)}."


def _whole(text: object) -> bool:
    return isinstance(text, str) and len(text) == 10  # noqa: PLR2004 - a whole ISO date


def lived_reason(facts: Facts, entry: Mapping[str, Any]) -> str:
    """The reason why a procedure was not given, as a sentence of its own."""
    return told(facts.who, entry["why"], "Reason") if entry.get("why") else ""
