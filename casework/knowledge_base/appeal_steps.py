"""The steps of appeal under each plan type: their legal names, tests, clocks and rights."""

from __future__ import annotations

from msgspec import Struct, field


class UrgencyTest(Struct, frozen=True, forbid_unknown_fields=True):
    """The regime's own test for a faster decision.

    ``words`` are the rule's words where they were read (``quoted`` true), else our plain account.
    """

    words: str
    quoted: bool
    citation: str
    verified: bool


class Level(Struct, frozen=True, forbid_unknown_fields=True):
    """One level of appeal.

    ``name`` is the legal name in running text ("reconsideration"); ``file_rules`` and
    ``decide_rules`` are ids of deadline rows; ``rights`` are ids of rights that a letter at this
    level uses, in order; ``who_may_file`` holds any of member, representative, provider, or is
    empty where no verified rule was read.
    """

    id: str
    name: str
    title: str
    addressed_to: str
    file_rules: list[str]
    decide_rules: list[str]
    rights: list[str] = field(default_factory=list)
    who_may_file: list[str] = field(default_factory=list)
    who_may_file_citation: str = ""
    who_may_file_source: str = ""


class AppealStep(Struct, frozen=True, forbid_unknown_fields=True):
    """The ladder of one plan type, first level first. ``next_step`` tells what follows it."""

    id: str
    plan_type: str
    level: list[Level]
    source: str
    verified: bool
    urgency_test: UrgencyTest | None = None
    next_step: str = ""
