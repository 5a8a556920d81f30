"""Findings on the plan: what a safe course names, and this one does not."""

from __future__ import annotations

from collections.abc import Iterator

from casework.facts import Facts
from casework.findings_model import Finding
from casework.partial_dates import whole_day
from casework.passages.why import on_label

_WANTED = (
    ("/request/monitoring", "no_monitoring", "Who is present and what is watched is not told."),
    ("/request/discharge", "no_discharge", "Who takes the patient home, and no driving, is not told."),
    ("/request/stop_rule", "no_stop_rule", "No rule says when the course stops."),
    ("/request/goals", "no_goals", "No goal with scale, number and date is given."),
    ("/request/after", "no_after", "What comes after the course is not told."),
    ("/request/rating_schedule", "no_rating_schedule", "When the patient is rated is not told."),
    ("/medical/pdmp_checked", "no_pdmp", "No date of a prescription monitoring check is given."),
    ("/medical/blood_pressure", "no_blood_pressure", "No blood pressure before treatment is given."),
)  # fmt: skip
_SCREENED = ("cardiovascular", "psychosis", "mania", "substance_use", "bladder_symptoms")


def plan_findings(facts: Facts) -> Iterator[Finding]:
    """Say which parts of the plan are missing, and which dates are already past."""
    yield from _past_dates(facts)
    for pointer, finding_id, message in _WANTED:
        if facts.get(pointer) in (None, "", [], {}):
            yield Finding(
                finding_id, "weakness", message, pointer,
                "A payer’s fear is a course without rescue, without end or without measure.", "",
            )  # fmt: skip
    yield from _consent(facts)
    yield from _screening(facts)
    yield from _function(facts)


def _past_dates(facts: Facts) -> Iterator[Finding]:
    start = whole_day(facts.get("/request/start"))
    if start and start < facts.today and not facts.get("/course_so_far/administrations"):
        yield Finding(
            "service_dates_past", "blocker",
            "The first service date asked for is before the letter date. Set new dates; the paper "
            "says “to begin on approval”.",
            "/request/start",
            "A request for dates gone by is answered as a claim or not at all.", "",
        )  # fmt: skip
    for i, goal in enumerate(facts.get("/request/goals") or []):
        day = whole_day(goal.get("by"))
        if day and day < facts.today:
            yield Finding(
                "goal_date_past", "weakness",
                "The day by which a goal is to be reached is before the letter date. Set a new one: "
                "the paper prints the day as it stands.",
                f"/request/goals/{i}/by",
                "A goal for a day gone by tells a reviewer that the letter is an old one.", "",
            )  # fmt: skip


def _consent(facts: Facts) -> Iterator[Finding]:
    if not facts.get("/request/consent_date"):
        yield Finding(
            "no_consent", "weakness", "No date of the patient’s consent is given.",
            "/request/consent_date", "Consent is asked for by reviewers and by good practice.", "",
        )  # fmt: skip
    elif not facts.get("/request/consent_off_label") and not on_label(facts):
        yield Finding(
            "no_off_label_consent", "weakness",
            "The case does not say that the patient consented to off-label use.",
            "/request/consent_off_label",
            "Off-label use is disclosed to the patient, and the letter says so.", "",
        )  # fmt: skip


def _screening(facts: Facts) -> Iterator[Finding]:
    asked = facts.get("/medical/screened") or {}
    for what in _SCREENED:
        if what not in asked:
            yield Finding(
                f"not_screened.{what}", "weakness",
                f"The case does not say whether {what.replace('_', ' ')} was asked about. Nothing "
                "is printed about it.",
                f"/medical/screened/{what}",
                "What was not asked is never told as not found.", "",
            )  # fmt: skip
    if "pregnancy" not in asked and not facts.get("/medical/pregnancy") and (
        facts.get("/patient/sex") != "male"
    ):  # fmt: skip
        yield Finding(
            "not_screened.pregnancy", "weakness",
            "The case does not say whether pregnancy was asked about.",
            "/medical/screened/pregnancy",
            "Pregnancy is a caution for this treatment.", f"treatments/{facts.treatment.id}",
        )  # fmt: skip


def _function(facts: Facts) -> Iterator[Finding]:
    if not facts.get("/function"):
        yield Finding(
            "no_function", "weakness",
            "The case does not tell what the patient can no longer do.",
            "/function",
            "Concrete facts of the day tell severity better than any adjective.", "",
        )  # fmt: skip
