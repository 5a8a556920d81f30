"""The pages of the form: the case's sections, grouped as people think of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """One page of the form."""

    id: str
    title: str
    hint: str
    sections: tuple[str, ...]


GROUPS = (
    Group(
        "patient",
        "Patient",
        "As on the insurance card.",
        ("patient", "representative", "consents"),
    ),
    Group(
        "plan",
        "Plan",
        "The payer and its criteria. Paste the payer’s own words: then the papers quote them.",
        ("insurance", "network_search", "finances"),
    ),
    Group(
        "diagnosis",
        "Diagnosis",
        "Codes, scores on standard scales, risk, and what the patient can and cannot do.",
        ("diagnoses", "assessments", "risk", "medical", "function"),
    ),
    Group(
        "tried",
        "What was tried",
        "Each medicine with its highest dose and its dates, each therapy, each treatment.",
        ("trials", "psychotherapies", "procedures", "admissions"),
    ),
    Group(
        "request",
        "Request",
        "What is asked for, by whom, where.",
        ("prescriber", "facility", "request", "course_so_far", "signature"),
    ),
    Group(
        "denial",
        "Denial",
        "Only where the plan has said no: as its notice has it. Services already given.",
        ("denial", "claim", "history"),
    ),
    Group(
        "enclosures",
        "Enclosures and voice",
        "What goes along, and the patient’s own account.",
        ("exhibits", "patient_voice"),
    ),
)
BY_ID = {group.id: group for group in GROUPS}


def group_of(pointer: str) -> Group:
    """Return the page on which the field of a JSON pointer stands; the first for the whole case."""
    section = pointer.split("/")[1] if "/" in pointer else ""
    return next((group for group in GROUPS if section in group.sections), GROUPS[0])


def after(group: Group) -> Group | None:
    """Return the page that follows; None after the last."""
    following = GROUPS.index(group) + 1
    return GROUPS[following] if following < len(GROUPS) else None
