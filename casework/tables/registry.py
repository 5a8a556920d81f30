"""Every table by the name that a template loops over it with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from casework.drafting import Drafting
from casework.facts import Facts
from casework.passages import appointing, assistance, continuing, external, network_gap
from casework.tables import (
    claims,
    clinical,
    guide,
    organizing,
    peer,
    questions,
    records,
    to_do,
)

Row = dict[str, str]
Table = Callable[[Drafting], list[Row]]


def _of_facts(write: Callable[[Facts], list[Row]]) -> Table:
    return lambda drafting: write(drafting.facts)


def _of(section: str, write: Callable[[Facts], list[Row]]) -> Table:
    return lambda drafting: write(drafting.facts) if drafting.facts.case.get(section) else []


TABLES: Mapping[str, Table] = MappingProxyType(
    {
        "trials": _of_facts(clinical.trial_rows),
        "criteria": _of_facts(clinical.criteria_rows),
        "services": _of_facts(clinical.service_rows),
        "scores": _of_facts(clinical.score_rows),
        "diagnoses": _of_facts(clinical.diagnosis_rows),
        "exhibits": _of_facts(organizing.exhibit_rows),
        "deadlines": _of_facts(organizing.deadline_rows),
        "response": _of_facts(continuing.response_rows),
        "records": _of_facts(records.record_rows),
        "appointed": _of_facts(appointing.appointed_rows),
        "history": _of("denial", external.history_rows),
        "network_calls": _of_facts(network_gap.call_rows),
        "claim_diagnoses": _of_facts(claims.claim_diagnosis_rows),
        "claim_lines": _of_facts(claims.claim_line_rows),
        "claim_sums": _of("claim", claims.claim_sum_rows),
        "aid_figures": _of("finances", assistance.aid_rows),
        "questions_of_reviewer": _of_facts(peer.question_rows),
        "plan_questions": questions.plan_question_rows,
        "written_questions": questions.written_question_rows,
        "clinic_questions": questions.clinic_question_rows,
        "guide_dates": guide.date_rows,
        "guide_contacts": guide.contact_rows,
        "guide_money": guide.money_rows,
        "guide_helpers": guide.helper_rows,
        "to_do": to_do.to_do_rows,
    }
)
"""A table gives its rows, or none where the case has nothing for it."""


def tables(drafting: Drafting) -> dict[str, list[Row]]:
    """Return every table of the context by name."""
    return {name: write(drafting) for name, write in TABLES.items()}
