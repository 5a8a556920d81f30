"""Findings on the payer's criteria: none at hand, not met, not known, or a text that is old."""

from __future__ import annotations

from collections.abc import Iterator

from casework.criteria import Judged
from casework.facts import Facts
from casework.findings_model import Finding
from casework.partial_dates import PartialDate

_YEAR_DAYS = 366


def criteria_findings(facts: Facts) -> Iterator[Finding]:
    """Say what the criteria lack, one finding a criterion that is not met or not known."""
    if facts.criteria.source == "none":
        yield _none(facts)
        return
    if facts.criteria.source == "policy":
        yield from _policy(facts)
    for item in facts.criteria.items:
        yield from _item(item)


def _none(facts: Facts) -> Finding:
    return Finding(
        id="no_criteria",
        severity="weakness",
        message=f"The criteria of {facts.payer} for this treatment are not in the case. Ask for them "
        "and type them into insurance.criteria, or name a known policy.",
        pointer="/insurance/criteria",
        why_it_matters="A letter that answers the payer’s own criteria one by one is the one that "
        "a reviewer can approve.",
        source="",
    )


def _policy(facts: Facts) -> Iterator[Finding]:
    yield Finding(
        id="policy_text_wanted",
        severity="note",
        message="The criteria come from our library and are printed as our understanding. Paste "
        "the text in force into insurance.criteria to have it quoted.",
        pointer="/insurance/policy",
        why_it_matters="Only the payer’s own words can be put in quotation marks.",
        source=f"policies/{facts.criteria.policy}",
    )
    if facts.criteria.investigational:
        yield Finding(
            id="policy_investigational",
            severity="weakness",
            message="As we understand it, this policy does not cover the treatment. The letter asks "
            "for individual consideration and does not pretend that criteria exist.",
            pointer="/insurance/policy",
            why_it_matters="Expect a refusal and prepare the appeal and the external review.",
            source=f"policies/{facts.criteria.policy}",
        )
    if _old(facts):
        yield Finding(
            id="policy_old",
            severity="weakness",
            message="Ask for the policy text in force: ours has no date, or is over a year old.",
            pointer="/insurance/policy",
            why_it_matters="Policies change each year; an answer to an old text is no answer.",
            source=f"policies/{facts.criteria.policy}",
        )


def _old(facts: Facts) -> bool:
    policy = facts.knowledge.policies[facts.criteria.policy]
    dates = [text for text in (policy.reviewed_on, policy.effective_from) if text]
    if not dates:
        return True
    newest = max(PartialDate.parse(text).latest for text in dates)
    return (facts.today - newest).days > _YEAR_DAYS


def _item(item: Judged) -> Iterator[Finding]:
    if item.status == "not_met":
        pointer = item.finding.rests_on[0] if item.finding.rests_on else "/insurance/criteria"
        yield Finding(
            id=f"criterion_not_met.{item.id}",
            severity="weakness",
            message=f"Not met: {item.text}. {item.finding.words} The letter says so and asks for "
            "individual consideration.",
            pointer=pointer,
            why_it_matters="A criterion left out or dressed up loses the reviewer’s trust in the rest.",
            source="/insurance/criteria",
        )
    elif item.status == "unknown":
        pointer = item.finding.needs[0] if item.finding.needs else "/insurance/criteria"
        yield Finding(
            id=f"criterion_unknown.{item.id}",
            severity="weakness",
            message=f"Not known: {item.text}. {item.finding.words}",
            pointer=pointer,
            why_it_matters="This one field would settle the criterion.",
            source="/insurance/criteria",
        )
