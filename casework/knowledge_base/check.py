"""Cross-checks of loaded knowledge: every id that a file names must exist."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from casework.criteria_kinds import check_parameters
from casework.deadlines.check import law_faults
from casework.knowledge_base.faults import Fault
from casework.knowledge_base.kinds import ASSEMBLED, Kind
from casework.knowledge_base.model import REBUTTALS, Knowledge
from casework.parameter_faults import ParameterFault


def cross_check(knowledge: Knowledge) -> Iterator[Fault]:
    """Yield every reference to something that is not there."""
    yield from _policies(knowledge)
    yield from _answers(knowledge)
    yield from _treatment_codes(knowledge)
    yield from _form_paths(knowledge)
    yield from _forms_of_kinds(knowledge)
    if ASSEMBLED in knowledge.kinds:
        yield Fault(Path(ASSEMBLED) / "kind.toml", "id", "is taken: the one file of all papers")
    for name, key, reason in law_faults(knowledge):
        yield Fault(Path("laws") / name, key, reason)


def _policies(knowledge: Knowledge) -> Iterator[Fault]:
    for policy in knowledge.policies.values():
        path = Path("policies") / f"{policy.id}.toml"
        if policy.drug not in knowledge.treatments:
            yield Fault(path, "drug", "is no treatment of the knowledge")
        for criterion in policy.criteria:
            try:
                check_parameters(criterion.kind, criterion.parameters)
            except ParameterFault as fault:
                yield Fault(path, f"criteria.{criterion.id}", str(fault))


def _answers(knowledge: Knowledge) -> Iterator[Fault]:
    for reason in knowledge.denial_reasons.values():
        for block in reason.answer:
            if block not in REBUTTALS:
                yield Fault(
                    Path("denial_reasons") / f"{reason.id}.toml", "answer", f"no block {block}"
                )


def _treatment_codes(knowledge: Knowledge) -> Iterator[Fault]:
    for treatment in knowledge.treatments.values():
        for code in treatment.codes:
            if code not in knowledge.service_codes:
                yield Fault(
                    Path("treatments") / f"{treatment.id}.toml", "codes", f"{code} is unknown"
                )


def _form_paths(knowledge: Knowledge) -> Iterator[Fault]:
    from casework.schema.load import field_at  # noqa: PLC0415 - the schema reads the knowledge

    for each in knowledge.form_paths.values():
        if each.case and field_at(each.case) is None:
            reason = f"{each.case} is no field of the case"
            yield Fault(Path("forms") / "_maps_to.toml", f"paths.{each.path}", reason)


def _forms_of_kinds(knowledge: Knowledge) -> Iterator[Fault]:
    for kind in knowledge.kinds.values():
        for each in kind.variants:
            path, at = Path(kind.id) / "kind.toml", f"variants.{each.id}"
            if kind.of(each.id).form:
                yield from _form_of(kind.of(each.id), knowledge, path, at)


def _form_of(kind: Kind, knowledge: Knowledge, path: Path, at: str) -> Iterator[Fault]:
    form = knowledge.forms.get(kind.form)
    if form is None or not form.section:
        yield Fault(path, f"{at}.form", f"{kind.form} is no form with sections")
        return
    printed = (knowledge.form_paths[each.maps_to].say for each in form.field)
    for name in sorted({name for say in printed for name in say} - set(kind.passages)):
        yield Fault(path, f"{at}.passages", f"lacks {name}, which the form prints")
