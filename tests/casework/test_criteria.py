"""Every kind of criterion: met, not met, or not known with the one field that would settle it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from msgspec import structs

from casework.criteria.judge import JUDGES
from casework.criteria_kinds import PARAMETERS
from casework.facts import derive
from casework.schema import load_case
from tests.casework.clinical_cases import (
    GONE,
    TODAY,
    a_case,
    a_trial,
    case_in_order,
    changed,
    criterion,
    facts_of,
)

PHQ9 = {"scale": "phq9", "date": "2026-09-28"}
MADRS = {"scale": "madrs", "date": "2026-09-28"}
FOUR = [
    a_trial("sertraline", 200),
    a_trial("bupropion", 300, started="2025-06-02", stopped="2025-09-01"),
    a_trial("venlafaxine XR", 225, started="2025-09-08", stopped="2026-01-05"),
    a_trial("mirtazapine", 45, started="2026-01-12", stopped="2026-04-20"),
]


def with_scores(*rows: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return a_case(assessments=list(rows), **more)


def with_trials(*rows: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return a_case(trials=list(rows), **more)


def with_medical(**medical: Any) -> dict[str, Any]:
    return a_case(medical=medical)


def screened(**found: str) -> dict[str, Any]:
    return with_medical(screened=found)


def with_facility(**facility: Any) -> dict[str, Any]:
    return a_case(facility={"name": "Example Clinic", **facility})


def requested(**request: Any) -> dict[str, Any]:
    return a_case(request={"treatment": "ketamine_iv", **request})


def coursed(*scores: tuple[str, float], scale: str = "phq9") -> dict[str, Any]:
    rows = [{"scale": scale, "score": value, "date": day} for day, value in scores]
    given = {
        "treatment": "ketamine_iv",
        "administrations": [{"date": "2026-06-01"}, {"date": "2026-06-04"}],
    }
    return a_case(assessments=rows, course_so_far=given)


def diagnosed(*codes: str, **more: Any) -> dict[str, Any]:
    return a_case(diagnoses=[{"icd10": code} for code in codes], **more)


MET, NOT_MET, UNKNOWN = "met", "not_met", "unknown"

# kind, parameters, case, status, the field needed
TABLE: list[tuple[str, dict[str, Any], dict[str, Any], str, str]] = [
    ("age", {"minimum_years": 18}, a_case(), MET, ""),
    ("age", {"minimum_years": 47}, a_case(), NOT_MET, ""),
    ("age", {"below_years": 46}, a_case(), NOT_MET, ""),

    ("diagnosis", {"populations": ["mdd"]}, a_case(), MET, ""),
    ("diagnosis", {"populations": ["bipolar"]}, a_case(), NOT_MET, ""),
    ("diagnosis", {"populations": ["bipolar"]}, diagnosed("F33.2", "F31.81"), MET, ""),
    ("diagnosis", {"icd10": ["F33.2"]}, a_case(), MET, ""),
    ("diagnosis", {"populations": ["mdd"]}, diagnosed("J45.20"), UNKNOWN, "/diagnoses/0/icd10"),
    ("diagnosis", {"populations": ["mdd_trd"]}, with_trials(*FOUR), MET, ""),
    ("diagnosis", {"populations": ["mdd_trd"]}, a_case(), UNKNOWN, "/trials"),
    ("diagnosis", {"populations": ["mdd_trd"]}, with_trials(FOUR[0]), NOT_MET, ""),
    ("diagnosis", {"populations": ["mdd_trd"]}, with_trials(FOUR[0], a_trial("duloxetine")), UNKNOWN, "/trials/1/max_dose_mg_per_day"),
    ("diagnosis", {"recurrent": True}, a_case(), MET, ""),
    ("diagnosis", {"recurrent": True}, diagnosed("F32.2"), NOT_MET, ""),
    ("diagnosis", {"recurrent": True}, diagnosed("F41.1"), UNKNOWN, "/diagnoses/0/icd10"),
    ("diagnosis", {"without": ["psychotic_features"]}, diagnosed("F33.3"), NOT_MET, ""),
    ("diagnosis", {"without": ["psychotic_features"]}, screened(psychosis="none"), MET, ""),
    ("diagnosis", {"without": ["psychotic_features"]}, diagnosed("F33.9"), UNKNOWN, "/diagnoses/0/features"),
    ("diagnosis", {"with": ["acute_suicidality"]}, a_case(risk={"ideation": "plan"}), MET, ""),
    ("diagnosis", {"with": ["acute_suicidality"]}, a_case(risk={"ideation": "plan_and_intent"}), MET, ""),
    ("diagnosis", {"with": ["acute_suicidality"]}, a_case(risk={"ideation": "passive"}), NOT_MET, ""),
    ("diagnosis", {"with": ["acute_suicidality"]}, a_case(risk={"ideation": "active"}), UNKNOWN, "/risk/ideation"),
    ("diagnosis", {"with": ["acute_suicidality"]}, a_case(), UNKNOWN, "/risk/ideation"),
    ("diagnosis", {"without": ["manic_features"]}, a_case(), UNKNOWN, "/medical/screened/mania"),
    ("diagnosis", {"single_episode_years_min": 2}, a_case(), NOT_MET, ""),
    ("diagnosis", {"single_episode_years_min": 1}, a_case(), MET, ""),
    ("diagnosis", {"single_episode_years_min": 1}, diagnosed("F33.2"), UNKNOWN, "/diagnoses/0/episode_start"),
    ("diagnosis", {"interview": "structured"}, a_case(), UNKNOWN, "/diagnoses/0/interview"),
    ("diagnosis", {"interview": "structured"}, a_case(diagnoses=[{"icd10": "F33.2", "interview": "clinical"}]), NOT_MET, ""),
    ("diagnosis", {"interview": "clinical"}, a_case(diagnoses=[{"icd10": "F33.2", "interview": "structured"}]), MET, ""),
    ("diagnosis", {"any_of": [{"populations": ["ocd"]}, {"populations": ["mdd"]}]}, a_case(), MET, ""),

    ("severity", {"any_of": [{"scale": "madrs", "minimum": 28}]}, with_scores({**MADRS, "score": 28}), MET, ""),
    ("severity", {"any_of": [{"scale": "madrs", "minimum": 28}]}, with_scores({**MADRS, "score": 27}), NOT_MET, ""),
    ("severity", {"any_of": [{"scale": "madrs", "above": 28}]}, with_scores({**MADRS, "score": 28}), NOT_MET, ""),
    ("severity", {"any_of": [{"scale": "madrs", "minimum": 28}]}, with_scores({**PHQ9, "score": 27}), UNKNOWN, "/assessments"),
    ("severity", {"any_of": [{"scale": "madrs", "minimum": 28}], "within_weeks": 4}, with_scores({**MADRS, "score": 30, "date": "2026-08-31"}), UNKNOWN, "/assessments"),
    ("severity", {"any_scale": True, "band": "severe"}, with_scores({**PHQ9, "score": 20}), MET, ""),
    ("severity", {"any_scale": True, "band": "severe"}, with_scores({**PHQ9, "score": 19}), NOT_MET, ""),
    ("severity", {"any_scale": True, "band": "moderately_severe"}, with_scores({**PHQ9, "score": 19}), MET, ""),
    ("severity", {"any_scale": True, "band": "severe"}, with_scores({"scale": "pcl5", "score": 60, "date": "2026-09-28"}), UNKNOWN, "/assessments"),

    ("trials", {"agents": 4, "classes": 4}, with_trials(*FOUR), MET, ""),
    ("trials", {"agents": 4}, with_trials(*FOUR[:3]), NOT_MET, ""),
    ("trials", {"agents": 2, "classes": 2}, with_trials(FOUR[0], a_trial("citalopram", 40)), NOT_MET, ""),
    ("trials", {"agents": 2}, with_trials(FOUR[2], a_trial("venlafaxine", 225)), NOT_MET, ""),
    ("trials", {"agents": 1}, a_case(), UNKNOWN, "/trials"),
    ("trials", {"agents": 2}, with_trials(FOUR[0], a_trial("duloxetine")), UNKNOWN, "/trials/1/max_dose_mg_per_day"),
    ("trials", {"agents": 2}, with_trials(FOUR[0], a_trial("duloxetine", 60, started=GONE)), UNKNOWN, "/trials/1/started"),
    ("trials", {"agents": 2}, with_trials(FOUR[0], a_trial("duloxetine", 60, outcome=GONE)), UNKNOWN, "/trials/1/outcome"),
    ("trials", {"agents": 2}, with_trials(FOUR[0], a_trial("duloxetine", 60, outcome="intolerance")), NOT_MET, ""),
    ("trials", {"agents": 2}, with_trials(FOUR[0], a_trial("aripiprazole", 5, augments="sertraline")), NOT_MET, ""),
    ("trials", {"agents": 1, "weeks": 8}, with_trials(a_trial("sertraline", 100, weeks=7)), NOT_MET, ""),
    ("trials", {"agents": 1, "weeks": 8}, with_trials(a_trial("sertraline", 100, weeks=8)), MET, ""),
    ("trials", {"agents": 1, "weeks": 4}, with_trials(a_trial("sertraline", 100, weeks=4)), MET, ""),
    ("trials", {"agents": 1, "adherence_percent": 80}, with_trials({**FOUR[0], "adherence": 79}), NOT_MET, ""),
    ("trials", {"agents": 1, "adherence_percent": 80}, with_trials({**FOUR[0], "adherence": 80}), MET, ""),
    ("trials", {"agents": 1, "adherence_percent": 80}, with_trials(FOUR[0]), UNKNOWN, "/trials/0/adherence"),
    ("trials", {"agents": 1, "within_years": 1}, with_trials(FOUR[0]), NOT_MET, ""),
    ("trials", {"agents": 1, "within_years": 2}, with_trials(FOUR[0]), MET, ""),
    ("trials", {"agents": 1, "current_episode": True}, with_trials(a_trial("sertraline", 100, started="2019-01-07", stopped="2019-06-03")), NOT_MET, ""),
    ("trials", {"agents": 1, "current_episode": True}, diagnosed("F33.2", trials=[FOUR[0]]), UNKNOWN, "/diagnoses/0/episode_start"),
    ("trials", {"agents": 1, "max_tolerated_dose": True}, with_trials(FOUR[0]), UNKNOWN, "/trials/0/reason_stopped"),
    ("trials", {"agents": 1, "nonresponse_percent_max": 25}, with_trials(FOUR[0]), MET, ""),
    ("trials", {"agents": 1, "nonresponse_percent_max": 25}, with_trials({**FOUR[0], "outcome": "partial_response"}), UNKNOWN, "/trials/0/best_response"),
    ("trials", {"agents": 1, "nonresponse_percent_max": 25}, with_trials({**FOUR[0], "outcome": "response_lost"}), NOT_MET, ""),

    ("augmentation", {}, with_trials(FOUR[0], a_trial("aripiprazole", 5, augments="sertraline")), MET, ""),
    ("augmentation", {}, with_trials(FOUR[0]), NOT_MET, ""),
    ("augmentation", {}, a_case(), UNKNOWN, "/trials"),
    ("augmentation", {}, with_trials(FOUR[0], a_trial("lithium", augments="sertraline")), UNKNOWN, "/trials/1/blood_level"),
    ("augmentation", {"weeks": 8}, with_trials(FOUR[0], a_trial("aripiprazole", 5, weeks=6, augments="sertraline")), NOT_MET, ""),
    ("augmentation", {"trials": 2}, with_trials(FOUR[0], a_trial("aripiprazole", 5, augments="sertraline")), NOT_MET, ""),
    ("augmentation", {"agents": ["lithium"]}, with_trials(FOUR[0], a_trial("aripiprazole", 5, augments="sertraline")), NOT_MET, ""),
    ("augmentation", {"agents": ["augmenting antipsychotic"]}, with_trials(FOUR[0], a_trial("Abilify", 5, augments="sertraline")), MET, ""),

    ("psychotherapy", {}, a_case(psychotherapies=[{"type": "cbt"}]), MET, ""),
    ("psychotherapy", {}, a_case(), UNKNOWN, "/psychotherapies"),
    ("psychotherapy", {"types": ["cbt"]}, a_case(psychotherapies=[{"type": "emdr"}]), NOT_MET, ""),
    ("psychotherapy", {"sessions": 8}, a_case(psychotherapies=[{"type": "cbt", "sessions": 8}]), MET, ""),
    ("psychotherapy", {"sessions": 8}, a_case(psychotherapies=[{"type": "cbt", "sessions": 7}]), NOT_MET, ""),
    ("psychotherapy", {"sessions": 8}, a_case(psychotherapies=[{"type": "cbt"}]), UNKNOWN, "/psychotherapies/0/sessions"),
    ("psychotherapy", {"sessions": 8, "or_reason": True}, a_case(psychotherapies=[{"type": "cbt", "sessions": 3, "why": "she moved"}]), MET, ""),
    ("psychotherapy", {"weeks": 8}, a_case(psychotherapies=[{"type": "cbt"}]), UNKNOWN, "/psychotherapies/0/started"),
    ("psychotherapy", {"weeks": 8}, a_case(psychotherapies=[{"type": "cbt", "started": "2025-05-06", "stopped": "2025-06-03"}]), NOT_MET, ""),
    ("psychotherapy", {"current_episode": True}, a_case(psychotherapies=[{"type": "cbt", "started": "2019", "stopped": "2020"}]), NOT_MET, ""),

    ("procedure", {"any_of": ["ect"]}, a_case(procedures=[{"type": "ect", "sessions": 8}]), MET, ""),
    ("procedure", {"any_of": ["ect"]}, a_case(procedures=[{"type": "tms"}]), UNKNOWN, "/procedures"),
    ("procedure", {"any_of": ["ect"]}, a_case(procedures=[{"type": "ect", "status": "declined"}]), NOT_MET, ""),
    ("procedure", {"any_of": ["ect"], "or_contraindication": True}, a_case(procedures=[{"type": "ect", "status": "contraindicated"}]), MET, ""),
    ("procedure", {"any_of": ["ect"], "or_contraindication": True}, a_case(procedures=[{"type": "ect", "status": "declined", "why": "she fears it"}]), NOT_MET, ""),
    ("procedure", {"any_of": ["ect"], "or_reason": True}, a_case(procedures=[{"type": "ect", "status": "declined", "why": "she fears it"}]), MET, ""),
    ("procedure", {"any_of": ["tms"], "sessions": 30}, a_case(procedures=[{"type": "tms", "sessions": 29}]), NOT_MET, ""),
    ("procedure", {"any_of": ["tms"], "sessions": 30}, a_case(procedures=[{"type": "tms"}]), UNKNOWN, "/procedures/0/sessions"),
    ("procedure", {"any_of": ["ect", "tms"]}, a_case(procedures=[{"type": "ect", "status": "declined"}, {"type": "tms", "sessions": 36}]), MET, ""),
    ("procedure", {"all_of": ["ect", "tms"]}, a_case(procedures=[{"type": "ect", "status": "declined"}, {"type": "tms", "sessions": 36}]), NOT_MET, ""),

    ("exclusion", {"conditions": ["psychosis"]}, screened(psychosis="none"), MET, ""),
    ("exclusion", {"conditions": ["psychosis"]}, screened(psychosis="present since 2019"), NOT_MET, ""),
    ("exclusion", {"conditions": ["psychosis"]}, a_case(), UNKNOWN, "/medical/screened/psychosis"),
    ("exclusion", {"conditions": ["psychosis"]}, screened(psychosis="not asked"), UNKNOWN, "/medical/screened/psychosis"),
    ("exclusion", {"conditions": ["psychosis"]}, diagnosed("F33.2", "F20.9"), NOT_MET, ""),
    ("exclusion", {"conditions": ["pregnancy"]}, screened(pregnancy="not_pregnant"), MET, ""),
    ("exclusion", {"conditions": ["substance_use_disorder"]}, screened(substance_use="no longer drinks"), UNKNOWN, "/medical/screened/substance_use"),
    ("exclusion", {"conditions": ["substance_use_disorder"]}, diagnosed("F33.2", "F10.20"), NOT_MET, ""),
    ("exclusion", {"conditions": ["substance_use_disorder"]}, diagnosed("F33.2", "F10.21"), UNKNOWN, "/diagnoses/1"),
    ("exclusion", {"conditions": ["substance_use_disorder"], "untreated": True}, diagnosed("F33.2", "F10.20"), UNKNOWN, "/diagnoses/1"),
    ("exclusion", {"conditions": ["hypersensitivity"]}, with_medical(allergies=["ketamine (rash)"]), NOT_MET, ""),
    ("exclusion", {"conditions": ["hypersensitivity"]}, with_medical(allergies=["penicillin"]), MET, ""),
    ("exclusion", {"conditions": ["hypersensitivity"]}, a_case(), UNKNOWN, "/medical/allergies"),
    ("exclusion", {"diagnoses": ["chronic_pain"]}, a_case(), MET, ""),
    ("exclusion", {"diagnoses": ["chronic_pain"]}, diagnosed("F33.2", "G89.29"), NOT_MET, ""),
    ("exclusion", {"diagnoses": ["chronic_pain"]}, diagnosed("J45.20"), UNKNOWN, "/diagnoses/0/icd10"),
    ("exclusion", {"concurrent_treatments": ["ect"]}, a_case(procedures=[{"type": "ect", "started": "2026-09-01"}]), NOT_MET, ""),
    ("exclusion", {"concurrent_treatments": ["ect"]}, a_case(procedures=[{"type": "ect", "started": "2026-08", "stopped": "2026-09"}]), MET, ""),
    ("exclusion", {"concurrent_treatments": ["ect"]}, a_case(), UNKNOWN, "/procedures"),
    ("exclusion", {}, with_medical(contraindications_reviewed="2026-09-28"), MET, ""),
    ("exclusion", {}, a_case(), UNKNOWN, "/medical/contraindications_reviewed"),

    ("concurrent_medicine", {"antidepressant": "required"}, with_medical(medications=["sertraline 100 mg"]), MET, ""),
    ("concurrent_medicine", {"antidepressant": "required"}, with_medical(medications=["lisinopril"]), NOT_MET, ""),
    ("concurrent_medicine", {"antidepressant": "required"}, with_medical(current_antidepressant_reason="none since May"), NOT_MET, ""),
    ("concurrent_medicine", {"antidepressant": "required"}, a_case(), UNKNOWN, "/medical/medications"),
    ("concurrent_medicine", {"antidepressant": "not_required"}, a_case(), MET, ""),
    ("concurrent_medicine", {"antidepressant": "suicidality_only"}, a_case(risk={"ideation": "none"}), MET, ""),
    ("concurrent_medicine", {"antidepressant": "suicidality_only"}, a_case(), UNKNOWN, "/risk/ideation"),
    ("concurrent_medicine", {"mood_stabilizer": True}, with_medical(medications=["lithium 900 mg"]), MET, ""),
    ("concurrent_medicine", {"mood_stabilizer": True}, with_medical(medications=["sertraline"]), NOT_MET, ""),
    ("concurrent_medicine", {"mood_stabilizer": True}, with_trials(a_trial("lamotrigine", 200, stopped=GONE, outcome="ongoing")), MET, ""),
    ("concurrent_medicine", {"mood_stabilizer": True}, a_case(), UNKNOWN, "/medical/medications"),
    ("concurrent_medicine", {"stable_weeks": 4}, with_medical(medications=[{"name": "sertraline", "dose": "100 mg", "since": "2026-08-03"}]), MET, ""),
    ("concurrent_medicine", {"stable_weeks": 4}, with_medical(medications=[{"name": "sertraline", "dose": "100 mg", "since": "2026-09-28"}]), NOT_MET, ""),
    ("concurrent_medicine", {"stable_weeks": 4}, with_medical(medications=["sertraline"]), UNKNOWN, "/medical/medications/0"),

    ("prescriber", {"specialty": "psychiatrist"}, changed(a_case(), {"/prescriber/specialty": "psychiatry", "/prescriber/credentials": "MD"}), MET, ""),
    ("prescriber", {"specialty": "psychiatrist"}, changed(a_case(), {"/prescriber/specialty": "psychiatry", "/prescriber/credentials": "PMHNP"}), NOT_MET, ""),
    ("prescriber", {"specialty": "psychiatrist"}, changed(a_case(), {"/prescriber/specialty": "psychiatry"}), UNKNOWN, "/prescriber/credentials"),
    ("prescriber", {"specialty": "psychiatrist"}, a_case(), UNKNOWN, "/prescriber/specialty"),
    ("prescriber", {"specialty": "specialist"}, changed(a_case(), {"/prescriber/specialty": "psychiatry", "/prescriber/credentials": "PMHNP"}), MET, ""),
    ("prescriber", {"specialty": "specialist"}, changed(a_case(), {"/prescriber/specialty": "family medicine"}), NOT_MET, ""),
    ("prescriber", {"specialty": "specialist", "consultation_ok": True}, changed(a_case(), {"/prescriber/specialty": "family medicine"}), UNKNOWN, "/prescriber/specialty"),
    ("prescriber", {"pdmp": True}, with_medical(pdmp_checked="2026-09-28"), MET, ""),
    ("prescriber", {"pdmp": True}, a_case(), UNKNOWN, "/medical/pdmp_checked"),

    ("certification", {"rems": "spravato"}, with_facility(rems_certified=True), MET, ""),
    ("certification", {"rems": "spravato"}, with_facility(rems_certified=False), NOT_MET, ""),
    ("certification", {"rems": "spravato"}, a_case(), UNKNOWN, "/facility/rems_certified"),

    ("setting", {"places_of_service": ["11"]}, with_facility(place_of_service="11"), MET, ""),
    ("setting", {"places_of_service": ["11"]}, with_facility(place_of_service="22"), NOT_MET, ""),
    ("setting", {"places_of_service": ["11"]}, a_case(), UNKNOWN, "/facility/place_of_service"),
    ("setting", {"supervised": True}, with_facility(place_of_service="12"), NOT_MET, ""),
    ("setting", {"supervised": True}, with_facility(place_of_service="11"), UNKNOWN, "/request/monitoring"),
    ("setting", {"supervised": True}, requested(monitoring=["a nurse stays"]), UNKNOWN, "/facility/place_of_service"),
    ("setting", {"monitor_hours": 2}, requested(monitoring=["two hours in the clinic"]), MET, ""),
    ("setting", {"monitor_hours": 2}, requested(monitoring=["90 minutes in the clinic"]), UNKNOWN, "/request/monitoring"),
    ("setting", {"monitor_hours": 2}, requested(monitoring=["no driving for 24 hours"]), UNKNOWN, "/request/monitoring"),
    ("setting", {}, requested(monitoring=["a nurse stays"]), MET, ""),

    ("response", {"percent": 50}, coursed(("2026-05-25", 22), ("2026-07-01", 11)), MET, ""),
    ("response", {"percent": 50}, coursed(("2026-05-25", 23), ("2026-07-01", 12)), NOT_MET, ""),
    ("response", {"percent": 50}, coursed(("2026-05-25", 22), ("2026-07-01", 9), ("2026-09-01", 17)), NOT_MET, ""),
    ("response", {"percent": 50}, coursed(("2026-07-01", 11)), UNKNOWN, "/assessments"),
    ("response", {"percent": 50}, coursed(("2026-05-25", 22)), UNKNOWN, "/assessments"),
    ("response", {"percent": 50}, with_scores({**PHQ9, "score": 11}), UNKNOWN, "/course_so_far/administrations"),
    ("response", {"percent": 50, "within_weeks": 4}, coursed(("2026-05-25", 22), ("2026-07-01", 11)), UNKNOWN, "/assessments"),
    ("response", {"percent": 90, "remission_counts": True}, coursed(("2026-05-25", 22), ("2026-07-01", 4)), MET, ""),
    ("response", {"percent": 50}, coursed(("2026-05-25", 5), ("2026-07-01", 1), scale="c_ssrs"), UNKNOWN, "/assessments"),

    ("free_text", {}, a_case(), UNKNOWN, "/insurance/criteria"),
    ("any_of", {"any_of": [{"kind": "age", "parameters": {"minimum_years": 65}}, {"kind": "age", "parameters": {"minimum_years": 18}}]}, a_case(), MET, ""),
    ("any_of", {"any_of": [{"kind": "age", "parameters": {"minimum_years": 65}}, {"kind": "age", "parameters": {"minimum_years": 70}}]}, a_case(), NOT_MET, ""),
    ("any_of", {"any_of": [{"kind": "age", "parameters": {"minimum_years": 65}}, {"kind": "psychotherapy"}]}, a_case(), UNKNOWN, "/psychotherapies"),

    ("trials", {"agents": 3}, with_trials(FOUR[0], a_trial("duloxetine")), NOT_MET, ""),
    ("trials", {"agents": 2}, with_trials(FOUR[0], a_trial("venlafax", 225)), UNKNOWN, "/trials/1/medication"),
    ("trials", {"agents": 2}, with_trials(FOUR[0], a_trial("venlafax", 225, augments="sertraline")), NOT_MET, ""),
    ("trials", {"agents": 2}, with_trials(FOUR[0], a_trial("no such thing", 225)), NOT_MET, ""),
    ("augmentation", {"current_episode": True}, with_trials(FOUR[0], a_trial("aripiprazole", 5, augments="sertraline")), MET, ""),
    ("augmentation", {"current_episode": True}, with_trials(a_trial("sertraline", 200, started="2019-01", stopped="2020-01"), a_trial("aripiprazole", 5, started="2019-03-04", stopped="2019-08-05", augments="sertraline")), NOT_MET, ""),
    ("augmentation", {"within_years": 1}, with_trials(FOUR[0], a_trial("aripiprazole", 5, augments="sertraline")), NOT_MET, ""),

    ("concurrent_medicine", {"antidepressant": "suicidality_only"}, a_case(risk={"ideation": "plan"}), UNKNOWN, "/medical/medications"),
    ("concurrent_medicine", {"antidepressant": "suicidality_only"}, a_case(risk={"ideation": "plan"}, medical={"medications": ["lisinopril"]}), NOT_MET, ""),
    ("concurrent_medicine", {"antidepressant": "suicidality_only"}, with_medical(medications=["sertraline"]), MET, ""),
    ("concurrent_medicine", {"not_failed": True}, with_trials(FOUR[0], medical={"medications": ["sertraline"]}), NOT_MET, ""),
    ("concurrent_medicine", {"not_failed": True}, with_trials(FOUR[0], medical={"medications": ["duloxetine"]}), MET, ""),
    ("concurrent_medicine", {"newly_started": True}, with_medical(medications=["sertraline"]), UNKNOWN, "/medical/medications/0"),
    ("concurrent_medicine", {"stable_weeks": 4}, with_medical(medications=[{"name": "sertraline", "dose": "100 mg", "since": "2026-09-07"}]), MET, ""),
    ("concurrent_medicine", {"stable_weeks": 4}, with_medical(medications=[{"name": "sertraline", "dose": "100 mg", "since": "2026-09"}]), UNKNOWN, "/medical/medications"),
    ("concurrent_medicine", {"stable_weeks": 4}, with_medical(medications=[{"name": "sertraline", "since": "2026-01-05"}]), UNKNOWN, "/medical/medications"),
    ("concurrent_medicine", {"antidepressant": "required"}, with_trials(a_trial("sertraline", 100, stopped=GONE, outcome="ongoing")), MET, ""),
    ("concurrent_medicine", {"antidepressant": "required", "mood_stabilizer": True}, with_medical(medications=["sertraline", "lithium"]), MET, ""),
    ("concurrent_medicine", {"antidepressant": "required", "mood_stabilizer": True}, with_medical(medications=["sertraline"]), NOT_MET, ""),

    ("response", {"percent": 50, "scales": ["madrs"]}, coursed(("2026-05-25", 22), ("2026-07-01", 9)), UNKNOWN, "/assessments"),
    ("response", {"percent": 50}, changed(coursed(("2026-05-25", 22)), {"/course_so_far/administrations/1/response": {"scale": "phq9", "score": 10}}), MET, ""),
    ("exclusion", {"conditions": ["substance_use_disorder"]}, with_medical(screened={"substance_use": "none"}, substance_use="active use of alcohol"), NOT_MET, ""),
    ("exclusion", {"concurrent_treatments": ["ect"]}, a_case(procedures=[{"type": "ect", "status": "declined", "started": "2026-09-01"}]), MET, ""),
    ("diagnosis", {"interview": "clinical"}, a_case(diagnoses=[{"icd10": "F33.2", "interview": "clinical"}]), MET, ""),
    ("diagnosis", {"without": ["psychotic_features"]}, a_case(diagnoses=[{"icd10": "F33.9", "features": ["with psychotic features"]}]), NOT_MET, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "parameters", "case", "status", "needs"),
    TABLE,
    ids=[f"{row[0]}-{row[3]}-{i}" for i, row in enumerate(TABLE)],
)
def test_a_criterion_is_judged_and_an_open_one_names_its_field(
    kind, parameters, case, status, needs, knowledge
) -> None:
    found = criterion(case, knowledge, kind, parameters)
    assert (found.status, found.finding.needs) == (status, (needs,) if needs else ())


@pytest.mark.parametrize(
    ("kind", "parameters", "case", "status", "needs"),
    TABLE,
    ids=[f"{row[0]}-{row[3]}-{i}" for i, row in enumerate(TABLE)],
)
def test_what_is_met_or_not_met_rests_on_the_case_and_is_told_in_a_sentence(
    kind, parameters, case, status, needs, knowledge
) -> None:
    finding = criterion(case, knowledge, kind, parameters).finding
    assert finding.words.endswith(".")
    assert bool(finding.rests_on) is (status != "unknown")
    assert all(pointer.startswith("/") for pointer in finding.rests_on)


def test_every_kind_has_rows_for_each_status_that_it_can_have() -> None:
    shown = {(kind, status) for kind, _, _, status, _ in TABLE}
    # Age is always known; words alone are always for a person.
    never = {("age", UNKNOWN), ("free_text", MET), ("free_text", NOT_MET)}
    wanted = {(kind, status) for kind in PARAMETERS for status in (MET, NOT_MET, UNKNOWN)}
    assert wanted - never == shown


def test_every_kind_but_any_of_has_its_judge() -> None:
    assert {PARAMETERS[kind] for kind in PARAMETERS if kind != "any_of"} == set(JUDGES)


@pytest.mark.parametrize(
    ("weeks", "words"), [(12, "Aripiprazole, twelve weeks."), (6, "Aripiprazole: 6 of 8 weeks.")]
)
def test_an_addition_is_told_with_its_weeks_or_with_what_they_lack(weeks, words, knowledge) -> None:
    added = a_trial("aripiprazole", 5, weeks=weeks, augments="sertraline")
    found = criterion(with_trials(FOUR[0], added), knowledge, "augmentation", {"weeks": 8})
    assert found.finding.words == words


def test_the_exhibit_that_shows_a_fact_goes_with_it(knowledge) -> None:
    case = a_case(
        assessments=[{**MADRS, "score": 30, "exhibit": "C"}],
        exhibits=[{"id": "C", "title": "Scores"}],
    )
    found = criterion(case, knowledge, "severity", {"any_of": [{"scale": "madrs", "minimum": 28}]})
    assert found.finding.exhibits == ("C",)


def test_a_score_that_is_severe_in_the_payer_s_words_keeps_its_own_scale_s_word(knowledge) -> None:
    case = with_scores({**MADRS, "score": 28})
    by_number = criterion(
        case,
        knowledge,
        "severity",
        {"any_of": [{"scale": "madrs", "minimum": 28}], "band": "severe"},
    )
    by_band = criterion(case, knowledge, "severity", {"any_scale": True, "band": "severe"})
    assert by_number.status == "met"
    assert "severe" not in by_number.finding.words
    assert by_band.status == "not_met"
    assert "moderate range" in by_band.finding.words


def test_a_response_that_went_is_told_with_the_score_it_had(knowledge) -> None:
    case = coursed(("2026-05-25", 22), ("2026-07-01", 9), ("2026-09-01", 17))
    words = criterion(case, knowledge, "response", {"percent": 50}).finding.words
    assert "It had been 9 on July 1, 2026." in words


def test_the_best_of_several_scores_is_the_one_told_and_only_where_it_was_enough(knowledge) -> None:
    best = coursed(("2026-05-25", 22), ("2026-06-15", 15), ("2026-07-01", 9), ("2026-09-01", 17))
    never = coursed(("2026-05-25", 22), ("2026-07-01", 15), ("2026-09-01", 17))
    told = criterion(best, knowledge, "response", {"percent": 50}).finding.words
    assert "It had been 9 on July 1, 2026." in told
    assert "had been" not in criterion(never, knowledge, "response", {"percent": 50}).finding.words


def test_the_same_score_twice_is_told_without_a_fall_of_nothing(knowledge) -> None:
    case = coursed(("2026-05-25", 22), ("2026-07-01", 22))
    words = criterion(case, knowledge, "response", {"percent": 50}).finding.words
    assert "percent" not in words


def test_half_is_never_told_of_a_fall_of_less(knowledge) -> None:
    case = coursed(("2026-05-25", 23), ("2026-07-01", 12))
    words = criterion(case, knowledge, "response", {"percent": 50}).finding.words
    assert "a fall of 47 percent" in words


def test_words_of_the_case_are_quoted_and_those_of_a_policy_are_ours(knowledge) -> None:
    typed = facts_of(case_in_order(), knowledge).criteria
    ours = changed(
        case_in_order(),
        {"/insurance/criteria": GONE, "/insurance/policy": "bcbsma_087_ketamine_iv"},
    )
    policy = facts_of(ours, knowledge).criteria
    assert (typed.source, {item.quoted for item in typed.items}) == ("case", {True})
    assert policy.source == "policy"
    held = {c.id: bool(c.quote) for c in knowledge.policies["bcbsma_087_ketamine_iv"].criteria}
    assert all(item.quoted is held[item.id] for item in policy.items)


def test_criteria_typed_into_the_case_go_before_a_policy(knowledge) -> None:
    both = changed(case_in_order(), {"/insurance/policy": "bcbsma_087_ketamine_iv"})
    assert facts_of(both, knowledge).criteria.source == "case"


def test_an_unverified_criterion_of_a_policy_is_not_judged(knowledge) -> None:
    for policy in knowledge.policies.values():
        case = changed(a_case(), {"/insurance/policy": policy.id})
        judged = {item.id for item in facts_of(case, knowledge).criteria.items}
        assert judged.isdisjoint(each.id for each in policy.criteria if not each.verified)


def test_a_readiness_list_of_ours_is_no_payer_s_criteria(knowledge) -> None:
    assert not [policy for policy in knowledge.policies if "generic" in policy]


def test_without_criteria_none_are_made_up(knowledge) -> None:
    found = facts_of(a_case(), knowledge).criteria
    assert (found.source, found.items, found.title) == ("none", (), "")


@pytest.mark.parametrize(
    ("ideation", "open_to_it"),
    [
        ("none", False), ("passive", False), ("active", True), ("active_without_plan", True),
        ("intent", True), ("plan", True), ("plan_and_intent", True),
    ],
)  # fmt: skip
def test_a_policy_s_road_for_acute_suicidality_is_asked_of_active_thoughts_alone(
    ideation, open_to_it, knowledge
) -> None:
    policy = {"/risk/ideation": ideation, "/insurance/policy": "tx_medicaid_spravato"}
    items = facts_of(changed(a_case(), policy), knowledge).criteria.items
    assert ("suicidality" in {item.id for item in items}) is open_to_it


def test_a_renewal_s_criteria_are_no_hurdle_for_a_new_request(knowledge) -> None:
    policy = knowledge.policies["tx_medicaid_spravato"]
    later = [structs.replace(each, applies_to="renewal") for each in policy.criteria]
    renewing = structs.replace(
        knowledge, policies={policy.id: structs.replace(policy, criteria=later)}
    )
    new = changed(a_case(), {"/insurance/policy": policy.id})
    again = changed(new, {"/request/kind": "renewal"})
    assert facts_of(new, renewing).criteria.items == ()
    assert len(facts_of(again, renewing).criteria.items) == len(later)


def test_the_same_case_on_a_later_day_is_judged_by_that_day(knowledge) -> None:
    case = with_scores({**MADRS, "score": 30})
    asked = {"any_of": [{"scale": "madrs", "minimum": 28}], "within_weeks": 4}
    assert criterion(case, knowledge, "severity", asked, TODAY).status == "met"
    assert criterion(case, knowledge, "severity", asked, date(2026, 11, 30)).status == "unknown"


def test_judging_leaves_the_case_as_it_was(knowledge) -> None:
    case = load_case(case_in_order(), knowledge)
    before = changed(case, {})
    derive(case, knowledge, TODAY)
    assert case == before
