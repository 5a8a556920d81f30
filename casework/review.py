"""The review of a case: what it shows, what it lacks, and what to write next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.brackets import has_brackets, shielded, unshielded
from casework.carrying import can_be_written
from casework.criteria import Judged
from casework.denials import StatedReason
from casework.evidence import reference
from casework.facts import Facts, derive
from casework.findings import findings
from casework.findings_model import Finding
from casework.knowledge_base.kinds import Kind, Recommendation
from casework.knowledge_base.model import Knowledge
from casework.passages.appeal import answer
from casework.passages.standing import appellant, standing
from casework.passages.why import argued_claims, studies_of_letter
from casework.pointers import holds
from casework.references import readable
from casework.situation import Events, situation
from casework.trials import Trial


@dataclass(frozen=True)
class Recommended:
    """A paper that the situation calls for, and why in a sentence."""

    kind: str
    variant: str
    why: str


@dataclass(frozen=True)
class Review:
    """What a case shows on its letter date; `to_json` is the shape other programs rely on."""

    facts: Facts
    findings: tuple[Finding, ...]
    situation: tuple[str, ...]
    recommended: tuple[Recommended, ...]

    def to_json(self, today: date | None = None) -> dict[str, Any]:
        """Return the HTTP shape; `days_left` is counted from `today`, else the letter date."""
        facts = self.facts
        return {
            "knowledge_version": facts.knowledge.version,
            "findings": [finding.to_json() for finding in self.findings],
            "trials": {
                "items": [_trial(trial) for trial in facts.trials],
                "adequate_failures": facts.counts.agents,
                "classes": len(facts.counts.classes),
            },
            "criteria": _criteria(facts),
            "deadlines": [each.to_json(today or facts.today) for each in facts.deadlines],
            "denial_reasons": _denial_reasons(facts),
            "evidence": list(_evidence(facts)),
            "situation": list(self.situation),
            "recommended_documents": [
                {"kind": each.kind, "variant": each.variant, "why": each.why}
                for each in self.recommended
            ],
        }


def review(
    case: Mapping[str, Any], knowledge: Knowledge, today: date, events: Events = ()
) -> Review:
    """Review a validated case on its letter date; pure, the same for preflight and every paper."""
    facts = derive(case, knowledge, today)
    where = situation(case, facts.reasons, internal_left=facts.regime.internal, events=events)
    return Review(facts, findings(facts), where, tuple(_recommended(facts, where)))


def _recommended(facts: Facts, where: Sequence[str]) -> Iterator[Recommended]:
    for kind in facts.knowledge.kinds.values():
        yield from _recommended_of(kind, facts, where)


def _recommended_of(kind: Kind, facts: Facts, where: Sequence[str]) -> Iterator[Recommended]:
    """Yield the kind, and each variant of it, at most once: the first reason that fits."""
    fitting = [
        each
        for each in kind.recommended_in
        if each.situation in where
        and _fits(each, facts)
        and can_be_written(kind.of(each.variant), facts.case)
    ]
    told = {""} if any(each.instead for each in fitting) else set[str]()
    for each in fitting:
        if each.variant not in told:
            told.add(each.variant)
            yield Recommended(kind.id, each.variant, each.why)


def _fits(each: Recommendation, facts: Facts) -> bool:
    return (
        _within(facts.regime.plan_type, each.plan_types)
        and _within(facts.regime.state, each.states)
        and _within(facts.treatment.id, each.treatments)
        and _within(facts.get("/request/benefit") or "", each.benefits)
        and all(holds(facts.case, pointer) for pointer in each.present)
        and not any(holds(facts.case, pointer) for pointer in each.absent)
        and each.appellant in ("", standing(facts))
    )


def _within(value: str, narrowed_to: Sequence[str]) -> bool:
    return not narrowed_to or value in narrowed_to


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        "pointer": trial.pointer,
        "medication": trial.title,
        "class": trial.class_,
        "adequate": trial.adequate,
        "role": trial.role,
        "weeks": trial.weeks_about,
        "max_dose_mg_per_day": trial.dose,
        "outcome": trial.outcome,
        "reasons": [*trial.reasons, *filter(None, (trial.warning, trial.note))],
    }


def _criteria(facts: Facts) -> dict[str, Any]:
    found = facts.criteria
    return {
        "policy": found.policy or found.title,
        "source": found.source,
        "checked": found.checked.isoformat() if found.checked else None,
        "items": [_criterion(item) for item in found.items],
    }


def _criterion(item: Judged) -> dict[str, Any]:
    finding = item.finding
    because = [{"text": finding.words, "from": list(finding.rests_on)}] if finding.words else []
    return {
        "id": item.id,
        "text": item.text,
        "status": item.status,
        "because": because,
        "needs": list(finding.needs),
    }


def _denial_reasons(facts: Facts) -> list[dict[str, Any]]:
    """Return the reasons with their answers, in which only our own marks are made readable."""
    if has_brackets(facts.case):
        facts = derive(shielded(facts.case), facts.knowledge, facts.today)
    told: list[dict[str, Any]] = unshielded([_reason(facts, each) for each in facts.reasons])
    return told


def _reason(facts: Facts, reason: StatedReason) -> dict[str, Any]:
    said = answer(facts, appellant(facts), reason)
    return {
        "id": reason.first.id if reason.first else "",
        "title": reason.first.title if reason.first else "",
        "stated": [text for text in (reason.words, *reason.codes) if text],
        "matched": [match.phrase for match in reason.matches],
        "rebuttal": [
            {"text": readable(each.text, facts.knowledge), "from": list(each.rests_on)}
            for each in said
        ],
    }


def _evidence(facts: Facts) -> Iterator[dict[str, str]]:
    """Every study that the letter names: those argued with what is against them, then the rest."""
    told: set[str] = set()
    for claim in argued_claims(facts):
        against = [claim.against_it] if claim.against_it is not None else []
        for study in (*claim.for_it, *against):
            told.add(study.id)
            words = claim.claim if study in claim.for_it else f"against {claim.claim}"
            yield {"id": study.id, "citation": reference(study), "supports": words}
    for name in studies_of_letter(facts):
        study = facts.knowledge.evidence[name]
        if name not in told:
            spoken = [*study.supports, *(f"against {each}" for each in study.against)]
            yield {"id": name, "citation": reference(study), "supports": ", ".join(spoken)}
