"""Every number, date and citation of every paper stands in the case or in the knowledge."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import pytest

from casework.context import case_context, paper_context
from casework.documents import PlannedDocument
from casework.knowledge_base import load_knowledge
from casework.review import Review, review
from casework.scales import percent_gain, whole_percent
from tests.end_to_end.kind_folders import own_papers, sample_case, sample_papers
from tests.end_to_end.numbers_in_text import (
    dates_of,
    numbers,
    numbers_behind,
    printed_dates,
    source,
)
from tests.end_to_end.written import LETTER_DATES, loaded

TEMPLATES = Path(__file__).parents[2] / "templates_docx"
# Sums that a paper does itself; each is checked against the case by the tests beside its code.
COMPUTED = re.compile(
    r"\d+ years old|about \d+ months|about \d+ weeks|a fall of \d+ percent|\d+ sessions|\[[\d, ]+\]"
    r"|less than the fall by half|Your reason \d+"
)


@dataclass(frozen=True)
class Made:
    """A paper of a case on its letter date: the case, the day, which paper."""

    case: dict[str, Any]
    today: date
    asked: PlannedDocument

    @cached_property
    def tree(self) -> dict[str, Any]:
        """The context that the template prints."""
        knowledge = load_knowledge()
        context = case_context(self.case, self.review, knowledge, self.today)
        asked = self.asked
        return paper_context(context, asked.kind, asked.variant, asked.language, sample=False)

    @cached_property
    def review(self) -> Review:
        """The review of the case."""
        return review(self.case, load_knowledge(), self.today)


def made() -> Iterator[Any]:
    """Yield every paper in English: of every shared sample that can carry it, and of its own."""
    kinds = load_knowledge().kinds
    for name, asked in sample_papers():
        if asked.language == "en":
            paper = Made(loaded(name), LETTER_DATES[name], asked)
            yield pytest.param(paper, id=f"{name}-{asked.kind}-{asked.variant}")
    for asked in own_papers():
        if asked.language == "en":
            paper = Made(sample_case(asked), kinds[asked.kind].sample_date, asked)
            yield pytest.param(paper, id=f"own-{asked.kind}-{asked.variant}")


PAPERS = list(made())


def paragraphs(tree: dict[str, Any]) -> list[dict[str, Any]]:
    listed = [each for said in tree["say"].values() for each in said]
    return listed + [each for reason in tree["list"]["reasons"] for each in reason["paragraphs"]]


@pytest.mark.parametrize("paper", PAPERS)
def test_every_paragraph_names_sources_that_exist(paper: Made) -> None:
    case, knowledge = paper.case, load_knowledge()
    tree = paper.tree
    for each in paragraphs(tree):
        assert each["from"], each["id"]
        for pointer in each["from"]:
            held = source(pointer, case, knowledge)
            marked = any(gap.startswith(pointer) for gap in tree["missing"])
            absent = each["id"] in SAY_WHAT_IS_NOT_THERE
            assert held is not None or marked or absent or _section_exists(case, pointer), (
                each["id"],
                pointer,
            )


def _section_exists(case: dict[str, Any], pointer: str) -> bool:
    return pointer.split("/")[1] in case


# They say that the case holds nothing at the place they name.
SAY_WHAT_IS_NOT_THERE = ("brief.file", "brief.not", "gap.terms")


@pytest.mark.parametrize("paper", PAPERS)
def test_every_number_in_a_paragraph_stands_in_what_it_rests_on(paper: Made) -> None:
    case, knowledge = paper.case, load_knowledge()
    for each in paragraphs(paper.tree):
        text = COMPUTED.sub("", each["text"])
        held = numbers_behind(case)
        for pointer in each["from"]:
            if not pointer.startswith("/"):
                held |= numbers_behind(source(pointer, case, knowledge))
        held |= _milligrams(case) | _scale_numbers(each, case, knowledge) | {911, 988}
        held |= {float(sum(each.get("pages") or 0 for each in case.get("exhibits") or []))}
        assert numbers(text) - held == set(), (each["id"], each["text"])


@pytest.mark.parametrize("paper", PAPERS)
def test_every_number_in_a_table_or_a_box_stands_in_the_case_or_is_worked_out_from_it(
    paper: Made,
) -> None:
    case, knowledge = paper.case, load_knowledge()
    tree = paper.tree
    tables = [tree["table"][name] for name in tables_of(paper.asked)]
    printed = [*tables, *(tree[key] for key in ("field", "reference_block", "recipient"))]
    held = numbers_behind(case) | numbers_behind(paper.today)
    held |= numbers_behind([policy_of(case, knowledge), paper.review.to_json()["trials"]])
    held |= _milligrams(case) | _scale_numbers({}, case, knowledge)
    held |= _changes(paper) | _days_and_rules(paper) | _studies_named(printed)
    if paper.asked.variant == "manufacturer":
        held |= numbers_behind(msgspec.to_builtins(knowledge.resources["financial"]))
    for name in tables_of(paper.asked):
        for pointer in TABLES_REST_ON.get(name, ()):
            held |= numbers_behind(source(pointer, case, knowledge))
    for text in strings(printed):
        assert numbers(COMPUTED.sub("", text)) - held == set(), text


# Tables of phones and addresses that no case holds.
TABLES_REST_ON = {
    "guide_contacts": ("regulators/federal", "regulators/states"),
    "guide_money": ("resources/financial",),
    "guide_helpers": ("resources/advocacy", "resources/peer_support", "resources/veterans"),
}


def _changes(paper: Made) -> set[float]:
    """Percent and points between any two scores of one scale."""
    found: set[float] = set()
    rated = paper.review.facts.scores
    for first in rated:
        for later in rated:
            if first.scale.id == later.scale.id:
                percent = percent_gain(first.scale, first.value, later.value) or 0
                found |= {float(whole_percent(percent)), abs(first.value - later.value)}
    return found


def _days_and_rules(paper: Made) -> set[float]:
    """What a deadline holds: its day, its count in words, its citation."""
    told = paper.review.to_json(paper.today)["deadlines"]
    words = numbers_behind(told)
    spelled = [_long(date.fromisoformat(each["due"][:10])) for each in told if each["due"]]
    return words | {n for text in spelled for n in numbers(text)}


def _studies_named(printed: Any) -> set[float]:
    """The years of studies that the text names by author, each of which the knowledge holds."""
    text = " ".join(strings(printed))
    return {
        float(s.year) for s in load_knowledge().evidence.values() if s.cite_as and s.cite_as in text
    }


def tables_of(asked: PlannedDocument) -> set[str]:
    own = TEMPLATES / asked.kind / asked.variant / "template.txt"
    path = own if own.is_file() else TEMPLATES / asked.kind / "template.txt"
    text = path.read_text(encoding="utf-8")
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


@pytest.mark.parametrize("paper", PAPERS)
def test_every_date_stands_in_the_case_or_follows_from_a_deadline(paper: Made) -> None:
    case, knowledge = paper.case, load_knowledge()
    today = paper.today
    allowed = dates_of(case) | {today} | _dates_of_form(paper.asked)
    policy = knowledge.policies.get(case["insurance"].get("policy", ""))
    if policy and policy.effective_from:
        allowed.add(date.fromisoformat(policy.effective_from))
    for deadline in paper.review.to_json()["deadlines"]:
        told = (deadline["due"], deadline["working_target"])
        allowed |= {date.fromisoformat(day[:10]) for day in told if day}
    words = {_long(day) for day in allowed} | {_short(day) for day in allowed}
    text = json.dumps(_printed(paper.tree), ensure_ascii=False)
    stored = set(printed_dates(json.dumps(case, ensure_ascii=False)))
    assert set(printed_dates(text)) - words - stored == set()


def _dates_of_form(asked: PlannedDocument) -> set[date]:
    """A prescribed form says on which day its fields were read."""
    knowledge = load_knowledge()
    form = knowledge.forms.get(knowledge.kinds[asked.kind].of(asked.variant).form)
    return dates_of(msgspec.to_builtins(form)) if form else set()


def _printed(tree: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in tree.items() if key not in ("references", "date_iso")}


def _long(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _short(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"


@pytest.mark.parametrize("paper", PAPERS)
def test_every_citation_is_a_study_fit_to_cite(paper: Made) -> None:
    knowledge = load_knowledge()
    tree = paper.tree
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


@pytest.mark.parametrize("paper", PAPERS)
def test_references_are_numbered_by_first_mention(paper: Made) -> None:
    knowledge = load_knowledge()
    tree = paper.tree
    order: list[int] = []
    for name in knowledge.kinds[paper.asked.kind].of(paper.asked.variant).passages:
        said = tree["say"].get(name, [])
        if name == "answer_to_reasons":
            said = [each for reason in tree["list"]["reasons"] for each in reason["paragraphs"]]
        for each in said:
            for bracket in re.findall(r"\[([\d, ]+)\]", each["text"]):
                order += [int(number) for number in bracket.split(",")]
    first_mentions = list(dict.fromkeys(order))
    assert first_mentions == list(range(1, len(first_mentions) + 1))


@pytest.mark.parametrize("paper", PAPERS)
def test_no_sentence_of_ours_is_over_45_words(paper: Made) -> None:
    """EXEMPLAR asks for at most 35; a sentence that holds the chart's own words may be longer."""
    case_text = json.dumps(paper.case, ensure_ascii=False)
    for each in paragraphs(paper.tree):
        # Studies and rights are told whole; a list of exhibits is no sentence.
        if each["id"].startswith(("evidence", "right", "brief.file")):
            continue
        for sentence in re.split(r"(?<=[.;:])\s+", each["text"]):
            if sentence[:25] in case_text or "“" in sentence:
                continue
            assert len(sentence.split()) <= 45, (each["id"], sentence)
