"""Independent review: what is asked of whom, that it may be asked, and how the plan stands to it."""

from __future__ import annotations

from collections.abc import Iterator

from casework.english import lowered, sentence
from casework.facts import Facts
from casework.partial_dates import PartialDate
from casework.passages.appeal import notice_day, reference_of, right, step_in_time
from casework.passages.course import course
from casework.passages.speaker import Speaker
from casework.said import Said, missing, paragraph

Sentence = tuple[str, tuple[str, ...]]


def review_asked(facts: Facts, speaker: Speaker) -> tuple[Said, ...]:
    """What decision is to be reviewed, for whom, by what right, under which step and in time."""
    return (
        *paragraph("review.ask", [_asked(facts, speaker), *right(facts)]),
        *paragraph("review.step", [*step_in_time(facts), *_sent_on(facts)]),
    )


def review_open(facts: Facts) -> tuple[Said, ...]:
    """Why the review is open: the plan's own steps have ended, and what the dispute turns on."""
    return paragraph("review.open", [_exhausted(facts), *_judgment(facts)])


def review_ask(facts: Facts, speaker: Speaker) -> tuple[Said, ...]:
    """The ask, and what is asked of the reviewer."""
    asked = course(facts.case, facts.treatment)
    return paragraph(
        "review.close",
        [
            (
                f"{speaker.ask} you to overturn the plan’s decision and to have it cover "
                f"{asked.whole}.",
                ("/request", "/denial"),
            ),
            (
                f"{speaker.ask} that the reviewer be a psychiatrist who took no part in the "
                "plan’s decisions.",
                ("/denial",),
            ),
        ],
    )


def _asked(facts: Facts, speaker: Speaker) -> Sentence:
    asked = course(facts.case, facts.treatment)
    for_whom = f" for {facts.who.called}" if speaker.first_person else ""
    return (
        f"{speaker.ask} for an independent review{for_whom} of the decision of {facts.payer} of "
        f"{notice_day(facts)}{reference_of(facts)}, which denied {asked.number} of {asked.product}.",
        ("/denial/notice_date", "/insurance/payer/name", "/request"),
    )


def _sent_on(facts: Facts) -> Iterator[Sentence]:
    if facts.regime.automatic:
        yield (
            "Under this rule the plan itself must send the case on; this letter adds to that file.",
            (facts.regime.source,),
        )


def _exhausted(facts: Facts) -> Sentence:
    if facts.regime.internal:
        return (
            f"The plan’s decision on the internal appeal: {missing('/denial/level')}.",
            ("/denial/level",),
        )
    return (
        f"The plan’s own steps have ended: its notice of {notice_day(facts)} decided "
        f"{_LEVELS.get(facts.get('/denial/level') or '', 'the appeal')}.",
        ("/denial/level", "/denial/notice_date"),
    )


_LEVELS = {
    "first_appeal": "the first appeal",
    "second_appeal": "the second appeal",
    "external": "the review before this one",
}


def _judgment(facts: Facts) -> Iterator[Sentence]:
    clinical = [
        reason for reason in facts.reasons if reason.first and reason.first.appealable == "clinical"
    ]
    titles = list(dict.fromkeys(lowered(reason.first.title) for reason in clinical if reason.first))
    if titles:
        listed = "; ".join(titles)
        yield (
            f"The plan’s reasons turn on medical judgment ({listed}).",
            tuple(reason.pointer for reason in clinical),
        )


def history_rows(facts: Facts) -> list[dict[str, str]]:
    """One row a step so far, in the order of their dates; one without a date comes first."""
    told = [(each.get("date"), sentence(each["what"])) for each in facts.case.get("history") or []]
    notice = (facts.get("/denial/notice_date"), "The plan’s notice that is in dispute.")
    ordered = sorted([*told, notice], key=lambda row: row[0] or "")
    return [
        {"date": PartialDate.parse(day).words if day else "–", "what": what}
        for day, what in ordered
    ]
