"""The steps of appeal under each plan type: their legal names, tests, clocks and rights."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field


class UrgencyTest(Struct, frozen=True, forbid_unknown_fields=True):
    """The regime's own test for a faster decision.

    ``words`` are the rule's words where they were read (``quoted`` true), else our plain account.
    """

    words: str
    quoted: bool
    citation: str
    verified: bool
    source: str = ""


class Level(Struct, frozen=True, forbid_unknown_fields=True):
    """One level of appeal.

    ``name`` is the legal name in running text ("reconsideration"); ``after`` lists what the notice
    decided (`denial.level`) when this level comes next, and ``only_if`` the facts of the case that
    must hold for the plan to have this level at all. ``automatic``: the plan must send the case on,
    so nobody files. ``file_rules``, ``reply_rules`` (our answer, once more is asked for),
    ``duty_rules`` (what the other side owes on the way) and ``decide_rules`` are ids of deadline
    rows in order; ``when`` names, for a row, the facts that must hold before it counts;
    ``labels`` says what a row is for where two stand beside each other. A state's own rows come by
    their ``step`` ("external.file") and go before these.

    ``ceilings`` are rows whose number is a limit that a state sets within: shown to staff, never
    printed. ``or_effective_date`` are rows that end on the later of the count and the day the
    notice takes effect; ``before_event`` those that do their work only before the day they run
    from, so that staff aim at the business day before it; ``continuing`` those that keep care going
    and are no time for the appeal itself. ``rights`` are ids of rights that a letter at this level
    uses, in order; ``silence`` those that a plan's silence gives. ``who_may_file`` holds any of member,
    representative, provider, or is empty where no verified rule was read; the provider counts only
    when the facts of ``provider_when`` hold. ``ask_hours_before_end``: an urgent request to extend
    a course under way must come so many hours before it ends. ``clock_stops``: the time to decide
    stands still from the day more is asked for until the answer arrives. ``late`` says what the rule has for a
    late request. ``plain`` tells the patient what the step is, about grade 8.
    """

    id: str
    name: str
    title: str
    addressed_to: str
    file_rules: list[str]
    decide_rules: list[str]
    reply_rules: list[str] = field(default_factory=list)
    duty_rules: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    only_if: list[str] = field(default_factory=list)
    internal: bool = False
    automatic: bool = False
    when: Mapping[str, list[str]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    ceilings: list[str] = field(default_factory=list)
    or_effective_date: list[str] = field(default_factory=list)
    before_event: list[str] = field(default_factory=list)
    continuing: list[str] = field(default_factory=list)
    rights: list[str] = field(default_factory=list)
    silence: list[str] = field(default_factory=list)
    who_may_file: list[str] = field(default_factory=list)
    who_may_file_citation: str = ""
    who_may_file_source: str = ""
    provider_when: list[str] = field(default_factory=list)
    ask_hours_before_end: int | None = None
    clock_stops: bool = False
    late: str = ""
    late_citation: str = ""
    late_source: str = ""
    next_step: str = ""
    name_es: str = ""
    plain: str = ""
    plain_es: str = ""


class AppealStep(Struct, frozen=True, forbid_unknown_fields=True):
    """The ladder of one plan type, first level first.

    ``request`` is the first decision, before any denial; ``next_step`` is the sentence that tells
    what follows a level that says nothing itself; ``example`` is a small case and what must come
    of it.
    """

    id: str
    plan_type: str
    level: list[Level]
    source: str
    verified: bool
    urgency_test: UrgencyTest | None = None
    request: Level | None = None
    next_step: str = ""
    example: list[Mapping[str, object]] = field(default_factory=list)
