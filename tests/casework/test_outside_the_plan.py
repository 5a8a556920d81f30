"""Papers to somebody outside the plan claim no more than the case holds, and hide no gap."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from casework.facts import Facts
from casework.knowledge_base import load_knowledge
from casework.paper.parts import appeal_recipient, reviewer_recipient
from casework.passages.complaint import complaint_rules
from casework.review import review
from casework.schema import load_case
from tests.end_to_end.kind_folders import FOLDERS


def facts(kind: str, today: date, **denial: Any) -> Facts:
    case = json.loads((FOLDERS / kind / "sample.json").read_text(encoding="utf-8"))
    case["denial"] |= denial
    return review(load_case(case, load_knowledge()), load_knowledge(), today).facts


def test_a_complaint_does_not_turn_an_unrecorded_reason_into_an_accusation() -> None:
    told = facts(
        "regulator_complaint", date(2026, 11, 20), reasons=[], letter_text=None, criteria_cited=None
    )
    assert not [each for each in complaint_rules(told) if each.text.startswith("The notice")]


def test_a_reviewer_named_without_an_address_leaves_a_blank_as_an_appeal_desk_does() -> None:
    told = facts(
        "external_review_request", date(2026, 12, 7), appeal_to={"name": "Office of Reviews"}
    )
    assert reviewer_recipient(told) == ["Office of Reviews", "⟦/denial/appeal_to⟧"]
    assert appeal_recipient(told) == reviewer_recipient(told)


def test_a_request_for_outside_review_never_goes_to_the_payer_by_default() -> None:
    told = facts("external_review_request", date(2026, 12, 7), appeal_to=None)
    assert reviewer_recipient(told) == ["⟦/denial/appeal_to⟧"]
