"""A review as lines that a clinician reads and checks, beside the JSON that programs read."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_WIDTH = 100
_LEFT_WIDTH = 10
_INDENT = " " * (_LEFT_WIDTH + 3)


def readable_review(found: Mapping[str, Any]) -> list[str]:
    """Return a review as lines: what to do first, then what the argument rests on."""
    return [
        f"Situation: {', '.join(found['situation'])}   knowledge {found['knowledge_version']}",
        *_section("Findings", map(_finding, found["findings"])),
        *_section(_trials_heading(found["trials"]), map(_trial, found["trials"]["items"])),
        *_section(
            _criteria_heading(found["criteria"]), map(_criterion, found["criteria"]["items"])
        ),
        *_section("Reasons of the denial", map(_reason, found["denial_reasons"])),
        *_section("Evidence", map(_study, found["evidence"])),
        *_section("Deadlines", map(_deadline, found["deadlines"])),
        *_section("Papers recommended", map(_paper, found["recommended_documents"])),
    ]


def _section(heading: str, entries: Iterable[Iterator[str]]) -> Iterator[str]:
    rows = [list(entry) for entry in entries]
    yield ""
    yield heading if rows else f"{heading}: none"
    for row in rows:
        yield from row


def _row(left: str, text: str, *below: str) -> Iterator[str]:
    """Yield an entry: its mark, its text beside it, and further lines under the text."""
    for i, part in enumerate((text, *below)):
        head = f"  {left:{_LEFT_WIDTH}} " if i == 0 else _INDENT
        yield from textwrap.wrap(
            part, _WIDTH, initial_indent=head, subsequent_indent=_INDENT,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip


def _finding(each: Mapping[str, str]) -> Iterator[str]:
    where = f" [{each['pointer']}]" if each["pointer"] else ""
    return _row(each["severity"], f"{each['message']}{where}", f"Why: {each['why_it_matters']}")


def _trials_heading(trials: Mapping[str, Any]) -> str:
    number = trials["classes"]
    classes = f"{number} class{'' if number == 1 else 'es'}"
    return f"Trials: {trials['adequate_failures']} adequate without lasting response, {classes}"


def _trial(each: Mapping[str, Any]) -> Iterator[str]:
    weeks = "weeks not known" if each["weeks"] is None else f"{each['weeks']} weeks"
    dose = each["max_dose_mg_per_day"]
    told = [each["medication"], each["class"], f"{dose:g} mg" if dose else "dose not given", weeks]
    parts = ", ".join(part for part in (*told, each["outcome"].replace("_", " ")) if part)
    role = "" if each["role"] == "antidepressant" else f" ({each['role']})"
    return _row(each["adequate"], f"{parts}{role}", *each["reasons"])


def _criteria_heading(criteria: Mapping[str, Any]) -> str:
    name = criteria["policy"] or "none at hand"
    return f"Criteria ({criteria['source']}): {name}"


def _criterion(each: Mapping[str, Any]) -> Iterator[str]:
    because = [_resting(fact) for fact in each["because"]]
    needs = [f"Needs: {pointer}" for pointer in each["needs"]]
    return _row(each["status"].replace("_", " "), each["text"], *because, *needs)


def _resting(said: Mapping[str, Any]) -> str:
    return f"{said['text']} [{', '.join(said['from'])}]" if said["from"] else str(said["text"])


def _reason(each: Mapping[str, Any]) -> Iterator[str]:
    stated = " · ".join(each["stated"])
    matched = f"Recognized by: {', '.join(each['matched'])}" if each["matched"] else ""
    answers = [f"- {_resting(said)}" for said in each["rebuttal"]]
    return _row(
        "", f"{each['title'] or 'Not recognized'}: “{stated}”", *filter(None, [matched]), *answers
    )


def _study(each: Mapping[str, str]) -> Iterator[str]:
    return _row("", f"{each['supports'].replace('_', ' ')}: {each['citation']}")


def _deadline(each: Mapping[str, Any]) -> Iterator[str]:
    source = f"{each['citation']}" if each["citation"] else ""
    counted = f"{each['counted']} {source}".strip()
    sure = "" if each["certainty"] == "certain" else f" ({each['certainty'].replace('_', ' ')})"
    return _row(each["due"] or "no date", f"{each['owed_by']}: {each['title']}{sure}", counted)


def _paper(each: Mapping[str, str]) -> Iterator[str]:
    name = "/".join(part for part in (each["kind"], each["variant"]) if part)
    return _row("", f"{name}: {each['why']}")
