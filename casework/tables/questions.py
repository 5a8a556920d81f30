"""The questions to the plan and to the clinic that this case leaves open, in their groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from casework.drafting import Drafting
from casework.knowledge_base.help import Question, QuestionGroup, Questionnaire
from casework.pointers import value_at

Row = dict[str, str]

_NO_ANSWER: tuple[Any, ...] = (None, "", "unknown", [], {})


def plan_question_rows(drafting: Drafting) -> list[Row]:
    """One row a question for the call to the plan; the first of a group names it in `group`."""
    return _rows(drafting, "insurer", in_writing=False)


def written_question_rows(drafting: Drafting) -> list[Row]:
    """One row a question that the plan is asked to answer on paper."""
    return _rows(drafting, "insurer", in_writing=True)


def clinic_question_rows(drafting: Drafting) -> list[Row]:
    """One row a question to the clinic."""
    return _rows(drafting, "clinic", in_writing=False)


def _rows(drafting: Drafting, audience: str, *, in_writing: bool) -> list[Row]:
    asked = drafting.facts.knowledge.questions[audience]
    spanish = drafting.language == "es"
    rows: list[Row] = []
    for group, questions in _groups(asked):
        open_ones = [
            each
            for each in questions
            if (each.in_writing or not in_writing) and _is_asked(each, drafting)
        ]
        titles = [group.title_es if spanish else group.title, *[""] * len(open_ones)]
        for title, each in zip(titles, open_ones, strict=False):
            text = each.text_es if spanish else each.text
            rows.append({"group": title, "question": text})
    return rows


def _groups(asked: Questionnaire) -> Iterator[tuple[QuestionGroup, list[Question]]]:
    if not asked.verified:
        return
    for group in asked.group:
        held = (each for each in asked.question if each.group == group.id)
        yield group, sorted(held, key=lambda each: each.order)


def _is_asked(question: Question, drafting: Drafting) -> bool:
    case, standing = drafting.facts.case, set(drafting.review.situation)
    if question.answered_by and all(_answered(case, each) for each in question.answered_by):
        return False
    return (
        all(_answered(case, each) for each in question.present)
        and _among(case["request"]["treatment"], question.treatments)
        and _among(case["insurance"]["plan_type"], question.plan_types)
        and (not question.situations or not standing.isdisjoint(question.situations))
    )


def _answered(case: Mapping[str, Any], pointer: str) -> bool:
    """Whether the case tells; "unknown" is what the question is for."""
    return value_at(case, pointer) not in _NO_ANSWER


def _among(value: str, chosen: list[str]) -> bool:
    return not chosen or value in chosen
