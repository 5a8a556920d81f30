"""One context for every paper: what a template may name, ready in words.

The tree of one paper is documented in `docs/context.md`. A kind chooses passages by naming them in
its `kind.toml`; that order also numbers the references.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from casework.brackets import has_brackets, shielded, unshielded
from casework.charts import score_chart
from casework.drafting import Drafting
from casework.facts import Facts
from casework.knowledge_base.kinds import Kind
from casework.knowledge_base.model import Knowledge
from casework.languages import LANGUAGE_TAGS, dated, labelled
from casework.paper import parts
from casework.paper.block import reference_block
from casework.paper.fields import fields
from casework.paper.form import filled_form, hand_label
from casework.paper.heads import OUTSIDE_THE_PLAN, RECIPIENTS, TITLES
from casework.passages import appeal, why
from casework.passages.news import new_facts
from casework.passages.registry import PASSAGES
from casework.passages.speaker import Speaker, clinician, patient
from casework.passages.standing import appellant, standing
from casework.references import Numbering, number_citations, reference_list
from casework.review import Review
from casework.review import review as review_case
from casework.said import BY_HAND
from casework.schema import field_label
from casework.tables.registry import tables

_MARK = re.compile(r"⟦(/[^⟦⟧]*)⟧")


@dataclass(frozen=True)
class CaseContext:
    """What all papers of a case share: its review, and the boxes of a form."""

    review: Review
    fields: Mapping[str, str]

    @property
    def facts(self) -> Facts:
        """The facts of the case."""
        return self.review.facts


def case_context(
    case: Mapping[str, Any], review: Review, knowledge: Knowledge, today: date
) -> CaseContext:
    """Return what all papers of this case share; built once a packet."""
    shared = review
    if has_brackets(case):
        shared = review_case(shielded(case), knowledge, today)
    return CaseContext(shared, fields(shared.facts))


def paper_context(
    context: CaseContext, kind: str, variant: str, language: str, *, sample: bool
) -> dict[str, Any]:
    """Return the tree of one paper: plain texts, lists, dictionaries and truths.

    `kind`, `variant` and `language` are checked when the packet is planned.
    """
    facts = context.facts
    chosen = facts.knowledge.kinds[kind].of(variant)
    drafting = Drafting(chosen, facts, _speaker(chosen, facts), context.review, language)
    numbering = Numbering()
    said = number_citations(_passages(drafting), numbering)
    tree: dict[str, Any] = {
        "say": {name: said.get(name, []) for name in PASSAGES},
        "list": {"reasons": said.get("answer_to_reasons", [])},
        "table": tables(drafting),
        "chart": {"scores": score_chart(facts)},
        "field": context.fields,
        "form": filled_form(chosen.form, facts, context.fields, said),
        "flag": _flags(facts),
        "phrase": dict(chosen.phrases),
        **_frame(drafting),
        "references": reference_list(numbering, facts.knowledge),
        "sample": "SAMPLE" if sample else "",
    }
    pointers = dict.fromkeys(_marks(tree))
    finished: dict[str, Any] = unshielded(tree)
    finished["missing"] = {pointer: _label(pointer, facts) for pointer in pointers}
    return finished


def _label(pointer: str, facts: Facts) -> str:
    if pointer.startswith(BY_HAND):
        return hand_label(pointer, facts.knowledge)
    return field_label(pointer)


def _speaker(kind: Kind, facts: Facts) -> Speaker:
    chosen = clinician()
    if kind.signed_by == "appellant":
        chosen = appellant(facts)
    elif kind.signed_by == "patient":
        chosen = patient(facts.who)
    return replace(chosen, to_plan=kind.addressed_to not in OUTSIDE_THE_PLAN)


def _passages(drafting: Drafting) -> dict[str, Any]:
    """Write the kind's passages in its order, so that references are numbered as printed."""
    facts = drafting.facts
    written: dict[str, Any] = {}
    for name in drafting.kind.passages:
        if name == "answer_to_reasons":
            written[name] = appeal.reasons(facts, drafting.speaker)
        else:
            written[name] = [each.to_json() for each in PASSAGES[name](drafting)]
    if "why_treatment" in written and _evidence_told(written):
        written["why_treatment"] = [
            each.to_json() for each in why.told_above(facts, drafting.speaker)
        ]
    return written


def _evidence_told(written: Mapping[str, Any]) -> bool:
    """Whether a denial reason has already been answered with the evidence."""
    return any(
        paragraph["id"].startswith("evidence.")
        for reason in written.get("answer_to_reasons", [])
        for paragraph in reason["paragraphs"]
    )


def _frame(drafting: Drafting) -> dict[str, Any]:
    facts, kind = drafting.facts, drafting.kind
    by_clinician = drafting.speaker.first_person
    return {
        "letterhead": parts.letterhead(facts, clinician=by_clinician),
        "language": LANGUAGE_TAGS[drafting.language],
        "date": dated(facts.today, drafting.language),
        "date_iso": facts.today.isoformat(),
        "recipient": RECIPIENTS[kind.addressed_to](drafting),
        "title": TITLES[kind.titled](drafting),
        "reference_block": reference_block(facts, kind.reference_block, drafting.language),
        "signature": _signature(drafting),
        "enclosures": parts.enclosures(facts, appeal=kind.signed_by == "appellant"),
        "page_mark": _page_mark(facts),
    }


def _signature(drafting: Drafting) -> dict[str, str]:
    if drafting.kind.signed_by == "nobody":
        return {"name": "", "role": "", "npi": ""}
    by_clinician = drafting.speaker.first_person
    sign = parts.clinician_signature if by_clinician else parts.patient_signature
    signature = sign(drafting.facts)
    return signature | {"role": labelled(signature["role"], drafting.language)}


def _page_mark(facts: Facts) -> str:
    member = facts.get("/insurance/member_id")
    return " · ".join(part for part in (facts.who.initials, member) if part)


def _flags(facts: Facts) -> dict[str, bool]:
    case = facts.case
    return {
        "trials": bool(facts.trials),
        "criteria": bool(facts.criteria.items) and not facts.criteria.investigational,
        "expedited": facts.get("/request/urgency") == "expedited",
        "denied": bool(case.get("denial")),
        "new_information": bool(case.get("denial")) and bool(new_facts(facts)),
        "so_far": bool(case.get("course_so_far")),
        "services": bool(case["request"].get("codes")),
        "renewal": facts.get("/request/kind") == "renewal",
        "for_patient_signature": bool(case.get("denial")) and standing(facts) == "patient",
        "enclosures": bool(case.get("exhibits")),
    }


def _marks(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from _MARK.findall(value)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _marks(each)
    elif isinstance(value, list):
        for each in value:
            yield from _marks(each)
