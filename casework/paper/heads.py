"""The line that names a paper, and its lines for the reader's desk, each under the name a kind uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from casework.drafting import Drafting
from casework.paper import parts
from casework.passages import appeal, ask, assistance
from casework.passages.complaint import regulator_recipient

Title = Callable[[Drafting], str]
Recipient = Callable[[Drafting], list[str]]


def _own(drafting: Drafting) -> str:
    return drafting.kind.titles.get(drafting.language) or drafting.kind.title


def _reviews(drafting: Drafting) -> list[str]:
    """The desk that decides now: the one the notice names after a denial, else the payer's."""
    if drafting.facts.case.get("denial"):
        return parts.appeal_recipient(drafting.facts)
    return parts.payer_recipient(drafting.facts)


OUTSIDE_THE_PLAN = frozenset({"reviewer", "regulator"})
"""Desks of somebody other than the plan, to whom the plan's policy is not "yours"."""


TITLES: Mapping[str, Title] = MappingProxyType(
    {
        "own": _own,
        "request": lambda drafting: ask.title(drafting.facts),
        "appeal": lambda drafting: appeal.title(drafting.facts),
    }
)

RECIPIENTS: Mapping[str, Recipient] = MappingProxyType(
    {
        "nobody": lambda _drafting: [],
        "payer": lambda drafting: parts.payer_recipient(drafting.facts),
        "appeals": lambda drafting: parts.appeal_recipient(drafting.facts),
        "reviews": _reviews,
        "regulator": lambda drafting: regulator_recipient(drafting.facts),
        "reviewer": lambda drafting: parts.reviewer_recipient(drafting.facts),
        "place": lambda drafting: assistance.place_recipient(drafting.facts),
        "program": lambda drafting: assistance.program_recipient(drafting.facts),
        "savings": lambda drafting: assistance.savings_recipient(drafting.facts),
        "plan_administrator": lambda drafting: parts.administrator_recipient(drafting.facts),
    }
)
