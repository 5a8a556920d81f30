"""Each law carries its own example, and each ladder its own small cases: all are computed here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from casework.deadlines import deadlines
from casework.deadlines.counting import due_from, last_business_day
from casework.knowledge_base.load import load_knowledge
from casework.knowledge_base.model import DeadlineRule
from tests.casework.law.law_cases import a_case, denied, urgent

KNOWLEDGE = load_knowledge()
RULES = {rule.id: rule for law in KNOWLEDGE.laws.values() for rule in law.deadline}
VECTORS = KNOWLEDGE.law_meta["test_vector"]


MORE = ("effective_date", "letter_text")


def start(given: Any, presumed_days: int) -> date | datetime:
    text = str(given)
    if "T" in text:
        return datetime.fromisoformat(text)
    return date.fromisoformat(text) + timedelta(days=presumed_days)


def as_text(due: date | datetime) -> str:
    return due.isoformat(timespec="minutes") if isinstance(due, datetime) else due.isoformat()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_the_example_of_a_rule_comes_out(rule: DeadlineRule) -> None:
    presumed = rule.presumed_receipt_days or 0 if rule.example.get("from_is") else 0
    due = due_from(rule, start(rule.example["from"], presumed))
    assert as_text(due) == str(rule.example["due"])
    if "working_target" in rule.example:
        assert isinstance(due, date)
        assert last_business_day(due).isoformat() == str(rule.example["working_target"])


@pytest.mark.parametrize("vector", VECTORS, ids=[each["why"] for each in VECTORS])
def test_the_vectors_of_the_law_notes_come_out(vector: dict[str, Any]) -> None:
    rule = RULES[vector["deadline"]]
    known = not vector["from_is_notice_date_with_presumed_receipt"]
    due = due_from(rule, start(vector["from"], 0 if known else rule.presumed_receipt_days or 0))
    assert as_text(due) == str(vector["due"])


def ladder_examples() -> Iterator[Any]:
    for steps in KNOWLEDGE.appeal_steps.values():
        for number, example in enumerate(steps.example):
            name = f"{steps.plan_type}.{number}"
            yield pytest.param(steps.plan_type, dict(example), id=name)


@pytest.mark.parametrize(("plan_type", "example"), list(ladder_examples()))
def test_the_small_case_of_a_ladder_gets_its_day(plan_type: str, example: dict[str, Any]) -> None:
    plan = a_case(plan_type, **({"state": example["state"]} if "state" in example else {}))
    case = denied(
        plan, example["notice_date"], example.get("received_date", ""),
        level=example["level"], timing=example["timing"],
    )  # fmt: skip
    case["denial"].update({name: example[name] for name in MORE if name in example})
    if "reason" in example:
        case["denial"]["reasons"] = [{"id": example["reason"]}]
    case = urgent(case) if example["urgency"] == "expedited" else case
    found = {each.id: each for each in deadlines(case, KNOWLEDGE, date(2026, 1, 1))}
    due = found[example["rule"]].due
    assert due is not None
    assert as_text(due) == example["due"], example["why"]


def test_every_ladder_has_an_example_or_gives_no_date() -> None:
    bare = [
        steps.plan_type
        for steps in KNOWLEDGE.appeal_steps.values()
        if not steps.example and any(level.file_rules for level in steps.level)
    ]
    assert bare == []


def test_every_plan_type_with_a_law_has_its_ladder() -> None:
    plans = {law.id for law in KNOWLEDGE.laws.values() if law.kind == "plan_type"}
    assert plans == set(KNOWLEDGE.appeal_steps)
