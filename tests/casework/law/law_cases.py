"""The smallest cases that law looks at: a plan, a prescriber, a request, and a denial when asked."""

from __future__ import annotations

from typing import Any


def a_case(plan_type: str = "erisa_self_funded", **insurance: str) -> dict[str, Any]:
    return {
        "patient": {"first_name": "Pat", "last_name": "Example", "date_of_birth": "1980-01-01"},
        "insurance": {"payer": {"name": "Example Plan"}, "plan_type": plan_type, **insurance},
        "prescriber": {"name": "Robin Sample", "credentials": "MD", "npi": "1234567893"},
        "diagnoses": [{"icd10": "F33.2", "primary": True}],
        "request": {"treatment": "ketamine_iv", "kind": "new", "benefit": "medical"},
    }


def denied(case: dict[str, Any], notice: str, arrived: str = "", **denial: Any) -> dict[str, Any]:
    given = {"notice_date": notice, "level": "initial", "timing": "pre_service", **denial}
    if arrived:
        given["received_date"] = arrived
    return {**case, "denial": given}


def urgent(case: dict[str, Any], reason: str = "") -> dict[str, Any]:
    request = {**case["request"], "urgency": "expedited"}
    if reason:
        request["urgency_reason"] = reason
    return {**case, "request": request}


def signed_by_representative(case: dict[str, Any], day: str) -> dict[str, Any]:
    return {**case, "representative": {"name": "Robin Sample, MD", "signed_on": day}}
