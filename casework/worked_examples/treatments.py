"""Examples of treatments: what weight or dose gives, and whether the use is off label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from casework.codes import service_faults
from casework.knowledge_base.model import Knowledge, Treatment
from casework.worked_examples.bare import DAY, MISSING, bare_case

_DISAGREE = ("code_and_dose_disagree", "units_and_dose_disagree")


def treatment_faults(treatment: Treatment, knowledge: Knowledge) -> Iterator[str]:
    """Yield what of the treatment's example does not come out."""
    if not treatment.example:
        yield MISSING
        return
    for key, found in _found(treatment, treatment.example).items():
        if key in treatment.example and treatment.example[key] != found:
            yield f"{key}: gives {found}, the example expects {treatment.example[key]}"
    yield from _billed(treatment, treatment.example, knowledge)


def _found(treatment: Treatment, example: Mapping[str, Any]) -> dict[str, Any]:
    weight, dose = example.get("weight_kg"), example.get("dose_mg")
    per_kg, device = treatment.dose_mg_per_kg, treatment.device_mg
    return {
        "expect_dose_mg": weight * per_kg if weight and per_kg else None,
        "expect_minutes": treatment.infusion_minutes,
        "expect_infusions": treatment.induction.get("infusions"),
        "expect_devices": dose / device if dose and device else None,
        "expect_off_label": treatment.off_label,
    }


def _billed(
    treatment: Treatment, example: Mapping[str, Any], knowledge: Knowledge
) -> Iterator[str]:
    """A dose's own code and units raise no fault; the units of another dose do."""
    dose = example.get("dose_mg")
    if dose is None:
        return
    lines = [
        {"code": example["expect_g_code"]},
        {"code": "J0013", "units": example["expect_j0013_units"]},
    ]
    if _faulty(treatment, dose, lines, knowledge):
        yield f"the codes and units expected at {dose} mg are called wrong"
    if not _faulty(treatment, dose, [{"code": "J0013", "units": dose + 1}], knowledge):
        yield "the units of another dose are not called wrong"


def _faulty(
    treatment: Treatment, dose: float, lines: list[dict[str, Any]], knowledge: Knowledge
) -> bool:
    request = {"treatment": treatment.id, "dose_mg": dose, "administrations": 1, "codes": lines}
    found = service_faults(bare_case(request=request), knowledge, DAY)
    return any(fault.id in _DISAGREE for fault in found)
