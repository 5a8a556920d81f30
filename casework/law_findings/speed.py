"""Findings on urgency: asked for without its facts, or called for and not asked."""

from __future__ import annotations

from collections.abc import Iterator

from casework.findings_model import Finding
from casework.law_findings.seen import Seen

_REASON = "/request/urgency_reason"
_URGENCY = "/request/urgency"
_GRAVE = ("active", "active_without_plan", "intent", "plan", "plan_and_intent")


def speed_findings(seen: Seen) -> Iterator[Finding]:
    """Say what an expedited request lacks, and propose one where the risk section speaks for it."""
    if seen.where.urgency == "expedited":
        yield from _expedited(seen)
    elif seen.get("/risk/ideation") in _GRAVE:
        yield Finding(
            "urgency_proposed", "weakness",
            f"The risk section may meet the test for a faster decision{_test(seen)}. If the "
            "clinician judges so, ask for it and give the facts.",
            _URGENCY, "A faster decision comes in days or hours; only the clinician may claim it.",
            seen.regime.source,
        )  # fmt: skip


def _expedited(seen: Seen) -> Iterator[Finding]:
    if not seen.get(_REASON):
        yield Finding(
            "urgency_without_facts", "blocker",
            "A faster decision is asked for, and the case gives no facts for it. The test: "
            f"{_test(seen).strip(' ()') or 'as the notice states it'}.",
            _REASON, "Urgency without facts is refused, and costs the reader’s trust.",
            seen.regime.source,
        )  # fmt: skip
    if "after_service" in seen.where.facts:
        yield Finding(
            "urgency_after_service", "weakness",
            "A faster decision is asked for care already given. Payment for it is decided in the "
            "ordinary time.",
            _URGENCY, "Urgency is for care that is still to come.", seen.regime.source,
        )  # fmt: skip
    if seen.regime.known and seen.regime.urgency_test is None:
        yield Finding(
            "urgency_test_unknown", "note",
            "No test for a faster decision was verified for this kind of plan. The letter gives the "
            "facts alone; the notice says how to ask.",
            _URGENCY, "The plan measures the request by its own rule.", seen.regime.source,
        )  # fmt: skip


def _test(seen: Seen) -> str:
    test = seen.regime.urgency_test
    return f" ({test.words}; {test.citation})" if test is not None and test.verified else ""
