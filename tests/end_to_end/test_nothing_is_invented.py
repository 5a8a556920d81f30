"""Every number, date and citation of every paper stands in the case or in the knowledge."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from casework.context import case_context, paper_context
from casework.knowledge_base.load import load_knowledge
from casework.review import review
from casework.schema import load_case
from tests.end_to_end.numbers_in_text import (
    dates_of,
    numbers,
    numbers_behind,
    printed_dates,
    source,
)
from tests.end_to_end.written import LETTER_DATES

CASES = sorted(Path(__file__).parents[1].glob("cases/*.json"))
KINDS = ("letter_of_medical_necessity", "prior_authorization_request", "appeal_letter")
TEMPLATES = Path(__file__).parents[2] / "templates_docx"
# Sums that a paper does itself; each is checked against the case by the tests beside its code.
COMPUTED = re.compile(
    r"\d+ years old|about \d+ months|about \d+ weeks|a fall of \d+ percent|\d+ sessions|\[[\d, ]+\]"
    r"|less than the fall by half|Your reason \d+"
)


@cache
def loaded(path: Path) -> dict[str, Any]:
    return load_case(json.loads(path.read_text()), load_knowledge())


def paper(path: Path, kind: str) -> dict[str, Any]:
    case, knowledge = loaded(path), load_knowledge()
    today = LETTER_DATES[path.stem]
    found = review(case, knowledge, today)
    context = case_context(case, found, knowledge, today)
    return paper_context(context, kind, "", "en", sample=False)


def pairs() -> list[Any]:
    found = []
    for path in CASES:
        denied = bool(json.loads(path.read_text()).get("denial"))
        found += [
            pytest.param(path, kind, id=f"{path.stem}-{kind}")
            for kind in KINDS
            if denied or kind != "appeal_letter"
        ]
    return found


def paragraphs(tree: dict[str, Any]) -> list[dict[str, Any]]:
    listed = [each for said in tree["say"].values() for each in said]
    return listed + [each for reason in tree["list"]["reasons"] for each in reason["paragraphs"]]


@pytest.mark.parametrize(("path", "kind"), pairs())
def test_every_paragraph_names_sources_that_exist(path: Path, kind: str) -> None:
    case, knowledge = loaded(path), load_knowledge()
    tree = paper(path, kind)
    for each in paragraphs(tree):
        assert each["from"], each["id"]
        for pointer in each["from"]:
            held = source(pointer, case, knowledge)
            marked = any(gap.startswith(pointer) for gap in tree["missing"])
            assert held is not None or marked or _section_exists(case, pointer), (
                each["id"],
                pointer,
            )


def _section_exists(case: dict[str, Any], pointer: str) -> bool:
    return pointer.split("/")[1] in case


@pytest.mark.parametrize(("path", "kind"), pairs())
def test_every_number_in_a_paragraph_stands_in_what_it_rests_on(path: Path, kind: str) -> None:
    case, knowledge = loaded(path), load_knowledge()
    for each in paragraphs(paper(path, kind)):
        text = COMPUTED.sub("", each["text"])
        held = numbers_behind(case)
        for pointer in each["from"]:
            if not pointer.startswith("/"):
                held |= numbers_behind(source(pointer, case, knowledge))
        held |= _milligrams(case) | _scale_numbers(each, case, knowledge) | {911, 988}
        assert numbers(text) - held == set(), (each["id"], each["text"])


@pytest.mark.parametrize(("path", "kind"), pairs())
def test_every_number_in_a_table_or_a_box_stands_in_the_case_or_is_worked_out_from_it(
    path: Path, kind: str
) -> None:
    case, knowledge = loaded(path), load_knowledge()
    found = review(case, knowledge, LETTER_DATES[path.stem])
    tree = paper(path, kind)
    tables = [tree["table"][name] for name in tables_of(kind)]
    printed = [*tables, *(tree[key] for key in ("field", "reference_block", "recipient"))]
    held = numbers_behind(case) | numbers_behind(LETTER_DATES[path.stem])
    held |= numbers_behind([policy_of(case, knowledge), found.to_json()["trials"]])
    held |= _milligrams(case) | _scale_numbers({}, case, knowledge)
    for text in strings(printed):
        assert numbers(COMPUTED.sub("", text)) - held == set(), text


def tables_of(kind: str) -> set[str]:
    text = (TEMPLATES / kind / "template.txt").read_text(encoding="utf-8")
    return set(re.findall(r"in table\.(\w+)", text))


def policy_of(case: dict[str, Any], knowledge: Any) -> Any:
    return msgspec.to_builtins(knowledge.policies.get(case["insurance"].get("policy", "")))


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value
    return [text for each in inner for text in strings(each)]


def _milligrams(case: dict[str, Any]) -> set[float]:
    weight = (case.get("medical") or {}).get("weight_kg")
    dose = case["request"].get("dose_mg_per_kg")
    return {round(weight * dose, 3)} if weight and dose else set()


def _scale_numbers(each: dict[str, Any], case: dict[str, Any], knowledge: Any) -> set[float]:
    """Scale names hold numbers ("PHQ-9"), and "of 27" is the scale's own maximum."""
    named = {entry["scale"] for entry in case.get("assessments") or []}
    named |= {goal["scale"] for goal in case["request"].get("goals") or [] if goal.get("scale")}
    named |= {
        entry["change"]["scale"]
        for key in ("psychotherapies", "procedures")
        for entry in case.get(key) or []
        if entry.get("change")
    }
    found: set[float] = set()
    for scale_id in named:
        scale = knowledge.scales[scale_id]
        found |= (
            {float(scale.maximum)}
            | numbers(scale.title)
            | {abs(float(n)) for n in re.findall(r"\d+", scale.title)}
        )
    return found


@pytest.mark.parametrize(("path", "kind"), pairs())
def test_every_date_stands_in_the_case_or_follows_from_a_deadline(path: Path, kind: str) -> None:
    case, knowledge = loaded(path), load_knowledge()
    today = LETTER_DATES[path.stem]
    allowed = dates_of(case) | {today}
    policy = knowledge.policies.get(case["insurance"].get("policy", ""))
    if policy and policy.effective_from:
        allowed.add(date.fromisoformat(policy.effective_from))
    for deadline in review(case, knowledge, today).to_json()["deadlines"]:
        told = (deadline["due"], deadline["working_target"])
        allowed |= {date.fromisoformat(day[:10]) for day in told if day}
    words = {_long(day) for day in allowed} | {_short(day) for day in allowed}
    text = json.dumps(_printed(paper(path, kind)), ensure_ascii=False)
    stored = set(printed_dates(json.dumps(case, ensure_ascii=False)))
    assert set(printed_dates(text)) - words - stored == set()


def _printed(tree: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in tree.items() if key not in ("references", "date_iso")}


def _long(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _short(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"


@pytest.mark.parametrize(("path", "kind"), pairs())
def test_every_citation_is_a_study_fit_to_cite(path: Path, kind: str) -> None:
    knowledge = load_knowledge()
    tree = paper(path, kind)
    text = json.dumps([each["text"] for each in paragraphs(tree)], ensure_ascii=False)
    assert "⟦cite:" not in text.replace("⟦cite:nobody_2020⟧", "")
    cited = {
        pointer for each in paragraphs(tree) for pointer in each["from"] if "evidence/" in pointer
    }
    for pointer in cited:
        study = knowledge.evidence[pointer.removeprefix("evidence/")]
        assert study.verified
        assert study.cite_ready
    assert len(tree["references"]) == len(cited)


@pytest.mark.parametrize(("path", "kind"), pairs())
def test_references_are_numbered_by_first_mention(path: Path, kind: str) -> None:
    knowledge = load_knowledge()
    tree = paper(path, kind)
    order: list[int] = []
    for name in knowledge.kinds[kind].passages:
        said = tree["say"].get(name, [])
        if name == "answer_to_reasons":
            said = [each for reason in tree["list"]["reasons"] for each in reason["paragraphs"]]
        for each in said:
            for bracket in re.findall(r"\[([\d, ]+)\]", each["text"]):
                order += [int(number) for number in bracket.split(",")]
    first_mentions = list(dict.fromkeys(order))
    assert first_mentions == list(range(1, len(first_mentions) + 1))


@pytest.mark.parametrize(("path", "kind"), pairs())
def test_no_sentence_of_ours_is_over_45_words(path: Path, kind: str) -> None:
    """EXEMPLAR asks for at most 35; a sentence that holds the chart's own words may be longer."""
    case_text = json.dumps(loaded(path), ensure_ascii=False)
    for each in paragraphs(paper(path, kind)):
        if each["id"].startswith(("evidence", "right")):
            continue
        for sentence in re.split(r"(?<=[.;:])\s+", each["text"]):
            if sentence[:25] in case_text or "“" in sentence:
                continue
            assert len(sentence.split()) <= 45, (each["id"], sentence)
