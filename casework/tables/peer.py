"""The questions that a plan's reviewer is likely to ask, each with the case's answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import MappingProxyType

from casework.english import joined, plain_number, sentence
from casework.facts import Facts
from casework.passages import peer_brief, plan, tried, why
from casework.passages.risk import risk_sentences
from casework.passages.so_far import response
from casework.references import by_author
from casework.said import cite

Row = dict[str, str]
Sentence = tuple[str, tuple[str, ...]]

# A reviewer has minutes; the review of the case lists every study.
_STUDIES = 2
# The speaker knows the short names; the answer beside each gives the long one.
_CALLED = MappingProxyType(
    {"ect": "ECT", "tms": "TMS", "esketamine_nasal": "Esketamine", "vns": "VNS"}
)


def question_rows(facts: Facts) -> list[Row]:
    """One row a likely question; a question that this case does not raise has no row."""
    rows = [(question, _line(write(facts))) for question, write in _QUESTIONS.items()]
    asked = [*rows[:2], *_alternatives(facts), *rows[2:]]
    return [
        {"question": question, "answer": by_author(answer, facts.knowledge)}
        for question, answer in asked
        if answer
    ]


def _line(said: Iterable[Sentence]) -> str:
    return " ".join(text for text, _ in said)


def _approved(facts: Facts) -> Iterator[Sentence]:
    yield from why.approval(facts)
    yield from why.studies_named(facts)
    yield from _other_studies(facts)


def _other_studies(facts: Facts) -> Iterator[Sentence]:
    """Name the contrary studies that the letter leaves out; the review tells what each found."""
    found = [
        study for study in why.unnamed_adverse(facts) if study.cite_ready and study.reply_point
    ]
    if found:
        told = joined([cite(study.id) for study in found[:_STUDIES]])
        yield f"Also against: {told}.", tuple(f"evidence/{study.id}" for study in found[:_STUDIES])


def _doses(facts: Facts) -> Iterator[Sentence]:
    counted_ones = facts.counts.failures
    if not counted_ones:
        yield tried.count_sentence(facts), ("/trials",)
        return
    each = [
        f"{trial.title} {plain_number(trial.dose)} mg" if trial.dose else trial.title
        for trial in counted_ones
    ]
    weeks = [f"{trial.weeks_about} weeks" for trial in counted_ones]
    told = [f"{name}, {length}" for name, length in zip(each, weeks, strict=True)]
    shown = list(
        dict.fromkeys(str(t.entry["exhibit"]) for t in counted_ones if t.entry.get("exhibit"))
    )
    where = f" (Exhibit {joined(shown)})" if shown else ""
    yield sentence(f"{'; '.join(told)}{where}"), tuple(trial.pointer for trial in counted_ones)


def _alternatives(facts: Facts) -> Iterator[tuple[str, str]]:
    """Why not each of the treatments that reviewers name; silence is a blank to fill in."""
    entries = facts.case.get("procedures") or []
    told = {
        entry["type"]: tried.procedure_sentence(facts, entry, who=facts.who.called)
        for entry in entries
        if entry["type"] in _CALLED
    }
    blank = {kind: tried.blank_procedures((kind,)) for kind in tried.unaddressed(facts)}
    for kind, answer in (told | blank).items():
        yield f"{_CALLED[kind]}?", answer


def _therapy(facts: Facts) -> Iterator[Sentence]:
    for said in tried.psychotherapy(facts):
        yield said.text, said.rests_on


def _risk(facts: Facts) -> Iterator[Sentence]:
    yield from risk_sentences(facts)


def _helped(facts: Facts) -> Iterator[Sentence]:
    """What the course has brought, unless the strongest facts have told all of it."""
    told = {said.text for said in peer_brief.brief_facts(facts)}
    found = list(response(facts))
    if any(text not in told for text, _ in found):
        yield from found


_QUESTIONS: MappingProxyType[str, Callable[[Facts], Iterator[Sentence]]] = MappingProxyType(
    {
        "Investigational?": _approved,
        "Medicines?": _doses,
        "Psychotherapy?": _therapy,
        "Taken now?": tried.now,
        "Helped so far?": _helped,
        "Who watches?": plan.watched,
        "When does it end?": plan.ends,
        "Risk of suicide?": _risk,
    }
)
