"""Everything an argument is made from, derived once from case, knowledge and letter date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.assessments import Score, scores
from casework.criteria import CriteriaResult, judge_criteria, payer_weeks
from casework.deadlines import Deadline, deadlines_of
from casework.deadlines.selecting import Standing, standing_of
from casework.denials import StatedReason, stated_reasons
from casework.knowledge_base.model import Knowledge, Treatment
from casework.person import Person, person
from casework.pointers import value_at
from casework.populations import coded_populations, populations
from casework.regime import Regime, regime_of
from casework.trials import Trial, TrialCounts, count_trials, judge_trials, primary_diagnosis


@dataclass(frozen=True)
class Facts:
    """The derived facts of one case on one day; `today` is the letter date."""

    case: Mapping[str, Any]
    knowledge: Knowledge
    today: date
    who: Person
    treatment: Treatment
    diagnosis_pointer: str
    diagnosis: Mapping[str, Any]
    populations: tuple[str, ...]
    trials: tuple[Trial, ...]
    counts: TrialCounts
    scores: tuple[Score, ...]
    criteria: CriteriaResult
    reasons: tuple[StatedReason, ...]
    where: Standing
    regime: Regime
    deadlines: tuple[Deadline, ...]

    def get(self, pointer: str) -> Any:
        """Return what the case holds at `pointer`, or None."""
        return value_at(self.case, pointer)

    @property
    def population(self) -> str:
        """The population argued: the primary diagnosis's, or an empty text for an unknown code."""
        return self.populations[0] if self.populations else ""

    @property
    def payer(self) -> str:
        """The payer's name."""
        return str(self.case["insurance"]["payer"]["name"])


def derive(case: Mapping[str, Any], knowledge: Knowledge, today: date) -> Facts:
    """Derive the facts of a validated case on its letter date."""
    coded = coded_populations(case, knowledge)
    trials = judge_trials(case, knowledge, today, coded, payer_weeks(case, knowledge))
    counts = count_trials(trials, knowledge)
    found_scores = scores(case, knowledge)
    pointer, diagnosis = primary_diagnosis(case)
    where = standing_of(case, knowledge, today)
    return Facts(
        case=case,
        knowledge=knowledge,
        today=today,
        who=person(case["patient"]),
        treatment=knowledge.treatments[case["request"]["treatment"]],
        diagnosis_pointer=pointer,
        diagnosis=diagnosis,
        populations=populations(case, knowledge, counts),
        trials=trials,
        counts=counts,
        scores=found_scores,
        criteria=judge_criteria(case, knowledge, today, trials, counts, found_scores),
        reasons=stated_reasons(case.get("denial") or {}, knowledge),
        where=where,
        regime=regime_of(where, today),
        deadlines=deadlines_of(where),
    )
