"""Cross-checks of loaded knowledge: ids that must exist, numbers and dates that must agree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from casework.deadlines.check import law_faults
from casework.knowledge_base.check_entries import CHECKS
from casework.knowledge_base.faults import Fault
from casework.knowledge_base.kinds import ASSEMBLED, Kind
from casework.knowledge_base.model import Knowledge


def cross_check(knowledge: Knowledge) -> Iterator[Fault]:
    """Yield every fault that the shape of one file alone does not show."""
    for area, check in CHECKS.items():
        for entry_id, entry in getattr(knowledge, area).items():
            path = Path(area) / f"{entry_id}.toml"
            yield from (Fault(path, key, reason) for key, reason in check(entry, knowledge))
    yield from _code_rows(knowledge)
    yield from _form_paths(knowledge)
    yield from _forms_of_kinds(knowledge)
    if ASSEMBLED in knowledge.kinds:
        yield Fault(Path(ASSEMBLED) / "kind.toml", "id", "is taken: the one file of all papers")
    for name, key, reason in law_faults(knowledge):
        yield Fault(Path("laws") / name, key, reason)


def _code_rows(knowledge: Knowledge) -> Iterator[Fault]:
    """Rows of the code lists: dates in order, partners and rivals in the list."""
    path = Path("codes") / "hcpcs_cpt.toml"
    for row in knowledge.service_codes.values():
        for other in (*row.goes_with, *row.never_with):
            if other not in knowledge.service_codes:
                yield Fault(path, row.code, f"names {other}, which is not in the list")
        if row.from_date and row.until_date and row.until_date < row.from_date:
            yield Fault(path, row.code, "ends before it begins (until_date before from_date)")


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
