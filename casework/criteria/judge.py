"""From a case to its judged criteria, whoever wrote them down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.assessments import Score
from casework.criteria.medicines import AUGMENTATION_KINDS, TRIAL_KINDS
from casework.criteria.patient import PATIENT_KINDS
from casework.criteria.providers import PROVIDER_KINDS
from casework.criteria.result import Finding, Given, Judged, unknown
from casework.criteria_kinds import AnyOf, Parameters, Severity, Trials, check_parameters
from casework.knowledge_base.model import Knowledge, Policy
from casework.populations import ACTIVE_IDEATION, ACUTE_IDEATION
from casework.trials import Trial, TrialCounts

JUDGES = {**PATIENT_KINDS, **TRIAL_KINDS, **AUGMENTATION_KINDS, **PROVIDER_KINDS}
NO_CRITERIA = ("investigational", "not_covered")


@dataclass(frozen=True)
class CriteriaResult:
    """All criteria judged, and where they come from.

    ``source`` is "case" (the payer's own words), "policy" (our understanding of a known policy) or
    "none". ``position`` is the policy's: a payer that calls the treatment investigational sets no
    criteria, and the papers ask for individual consideration instead.
    """

    source: str
    policy: str
    title: str
    effective: str
    position: str
    checked: date | None
    items: tuple[Judged, ...]
    score_lines: Mapping[str, float]

    def score_line(self, scale_id: str) -> float | None:
        """Return the score that the payer asks for on this scale, or None."""
        return self.score_lines.get(scale_id)

    def with_status(self, status: str) -> tuple[Judged, ...]:
        """Return the criteria with this status."""
        return tuple(item for item in self.items if item.status == status)

    @property
    def investigational(self) -> bool:
        """Whether a known policy calls the treatment investigational."""
        return self.source == "policy" and self.position in NO_CRITERIA


@dataclass(frozen=True)
class _Asked:
    id: str
    text: str
    quoted: bool
    kind: str
    parameters: Mapping[str, Any]


def judge_criteria(
    case: Mapping[str, Any],
    knowledge: Knowledge,
    today: date,
    trials: Sequence[Trial],
    counts: TrialCounts,
    scores: Sequence[Score],
) -> CriteriaResult:
    """Judge the criteria typed into the case, else those of the policy it names, else none."""
    given = Given(case, knowledge, today, tuple(trials), counts, tuple(scores))
    typed = case["insurance"].get("criteria")
    policy = known_policy(case, knowledge)
    asked = _asked(case, policy)
    return CriteriaResult(
        source="case" if typed else "policy" if policy else "none",
        policy=policy.id if policy else "",
        title=_title(typed, policy),
        effective=_effective(typed, policy),
        position=policy.position if policy else "",
        checked=policy.checked if policy else None,
        items=tuple(_judged(each, given) for each in asked),
        score_lines=_score_lines(asked),
    )


def known_policy(case: Mapping[str, Any], knowledge: Knowledge) -> Policy | None:
    """Return the policy that the case names, or None."""
    return knowledge.policies.get(case["insurance"].get("policy") or "")


def payer_weeks(case: Mapping[str, Any], knowledge: Knowledge) -> int | None:
    """Return the weeks that the payer asks of each medicine trial, or None when it names none."""
    for each in _asked(case, known_policy(case, knowledge)):
        checked = check_parameters(each.kind, each.parameters)
        if isinstance(checked, Trials) and checked.weeks:
            return checked.weeks
    return None


def _asked(case: Mapping[str, Any], policy: Policy | None) -> tuple[_Asked, ...]:
    typed = case["insurance"].get("criteria")
    if typed:
        return tuple(
            _Asked(
                str(item.get("id") or f"criterion_{i + 1}"),
                item["text"],
                quoted=True,
                kind=item.get("kind") or "free_text",
                parameters=item.get("parameters") or {},
            )
            for i, item in enumerate(typed.get("items") or [])
        )
    if policy is None:
        return ()
    return tuple(
        _Asked(c.id, c.quote or c.text, bool(c.quote), c.kind, c.parameters)
        for c in policy.criteria
        if c.verified and _applies(c.applies_to, case)
    )


def _applies(road: str, case: Mapping[str, Any]) -> bool:
    """Whether a policy's own road is this case's: a second road is no hurdle on the first."""
    if road == "acute_suicidality":
        ideation = (case.get("risk") or {}).get("ideation")
        return ideation in (*ACUTE_IDEATION, *ACTIVE_IDEATION)
    if road == "renewal":
        return bool(case["request"].get("kind") == "renewal")
    return True


def _judged(asked: _Asked, given: Given) -> Judged:
    parameters = check_parameters(asked.kind, asked.parameters)
    return Judged(asked.id, asked.text, asked.quoted, asked.kind, _finding(parameters, given))


def _finding(parameters: Parameters, given: Given) -> Finding:
    if isinstance(parameters, AnyOf):
        return _any_of(parameters, given)
    judge = JUDGES.get(type(parameters))
    if judge is None:
        return unknown("To be answered by the clinic.", "/insurance/criteria")
    return judge(parameters, given)


def _any_of(parameters: AnyOf, given: Given) -> Finding:
    found = [
        _finding(check_parameters(each.kind, each.parameters), given) for each in parameters.any_of
    ]
    for status in ("met", "unknown"):
        match = next((finding for finding in found if finding.status == status), None)
        if match:
            return match
    words = " ".join(finding.words for finding in found)
    rests = tuple(source for finding in found for source in finding.rests_on)
    return Finding("not_met", words, rests)


def _title(typed: Mapping[str, Any] | None, policy: Policy | None) -> str:
    if typed:
        return str(typed.get("title") or "")
    if policy is None:
        return ""
    return f"{policy.number}, {policy.title}" if policy.number else policy.title


def _effective(typed: Mapping[str, Any] | None, policy: Policy | None) -> str:
    if typed:
        return str(typed.get("effective") or "")
    return policy.effective_from if policy else ""


def _score_lines(asked: Sequence[_Asked]) -> dict[str, float]:
    lines: dict[str, float] = {}
    for each in asked:
        checked = check_parameters(each.kind, each.parameters)
        if isinstance(checked, Severity):
            lines.update({limb.scale: limb.minimum for limb in checked.any_of if limb.minimum})
    return lines
