"""What is new since the denial: everything in the case dated after the notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from casework.english import plain_number, sentence, spell_dates
from casework.facts import Facts
from casework.names import PROCEDURE
from casework.partial_dates import PartialDate
from casework.said import Said
from casework.scales import long_name, short_name


def new_facts(facts: Facts, *, to_reader: bool = False) -> tuple[Said, ...]:
    """Return one entry for each score, record, trial or event dated after the notice.

    `to_reader`: the list stands early in a letter, where no scale has been explained yet.
    """
    day = facts.get("/denial/notice_date")
    if not day:
        return ()
    notice = PartialDate.parse(day)
    return (
        *_scores(facts, notice, to_reader=to_reader),
        *_trials(facts, notice),
        *_procedures(facts, notice),
        *_history(facts, notice),
        *_exhibits(facts, notice),
    )


def _after(text: object, notice: PartialDate) -> bool:
    return isinstance(text, str) and PartialDate.parse(text).surely_after(notice)


def _scores(facts: Facts, notice: PartialDate, *, to_reader: bool) -> Iterator[Said]:
    told: set[str] = set()
    for score in facts.scores:
        if score.day.surely_after(notice) and not score.scale.category_scale:
            shown = f" (Exhibit {score.exhibit})" if score.exhibit else ""
            long = long_name(score.scale) if to_reader and score.scale.id not in told else ""
            told.add(score.scale.id)
            explained = f" ({long})" if long else ""
            yield Said(
                "new.score",
                f"{short_name(score.scale)}{explained} {plain_number(score.value)} of {score.scale.maximum}, "
                f"{score.day.words}{shown}.",
                (score.pointer,),
            )


def _trials(facts: Facts, notice: PartialDate) -> Iterator[Said]:
    for trial in facts.trials:
        if trial.started and trial.started.surely_after(notice):
            yield Said(
                "new.trial",
                sentence(f"{trial.title} begun {trial.started.words}"),
                (trial.pointer,),
            )
        elif trial.stopped and trial.stopped.surely_after(notice):
            yield Said(
                "new.trial",
                sentence(f"{trial.title} ended {trial.stopped.words}"),
                (trial.pointer,),
            )


def _procedures(facts: Facts, notice: PartialDate) -> Iterator[Said]:
    for i, entry in enumerate(facts.case.get("procedures") or []):
        when = entry.get("stopped") or entry.get("date") or entry.get("started")
        if _after(when, notice):
            name = PROCEDURE.get(entry["type"], entry["type"].replace("_", " "))
            status = str(entry.get("status") or "given").replace("_", " ")
            words = PartialDate.parse(when).words
            yield Said(
                "new.procedure", sentence(f"{name}: {status}, {words}"), (f"/procedures/{i}",)
            )


def _history(facts: Facts, notice: PartialDate) -> Iterator[Said]:
    entries: Sequence[Mapping[str, Any]] = facts.case.get("history") or []
    for i, entry in enumerate(entries):
        text = entry.get("text") or entry.get("note") or entry.get("what")
        if text and _after(entry.get("date"), notice):
            words = PartialDate.parse(entry["date"]).words
            yield Said("new.history", sentence(f"{words}: {spell_dates(text)}"), (f"/history/{i}",))


def _exhibits(facts: Facts, notice: PartialDate) -> Iterator[Said]:
    for i, entry in enumerate(facts.case.get("exhibits") or []):
        if _after(entry.get("date"), notice):
            words = PartialDate.parse(entry["date"]).words
            yield Said(
                "new.exhibit",
                f"{entry['title']}, {words} (Exhibit {entry['id']}).",
                (f"/exhibits/{i}",),
            )
