"""Every finding is raised by its own gap, and by nothing else: a case in order raises none."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import casework.codes
from casework import findings as clinical
from casework import law_findings as legal
from casework.findings import findings
from casework.findings.plan import _WANTED
from casework.findings_model import Finding
from casework.knowledge_base import load_knowledge
from casework.problems import InvalidCase
from casework.schema import load_case
from tests.casework.clinical_cases import (
    GONE,
    TODAY,
    a_trial,
    case_in_order,
    changed,
    denied_case_in_order,
    facts_of,
    whole_case,
)

Changes = Mapping[str, Any]
Base = Callable[[], dict[str, Any]]

MONITORED = ["a nurse stays two hours"]


def found(case: Mapping[str, Any], today: date = TODAY) -> dict[str, Finding]:
    return {each.id: each for each in findings(facts_of(case, load_knowledge(), today))}


def gaps(case: Mapping[str, Any]) -> list[str]:
    """The findings on the case itself: what others have published is no gap of it."""
    return [each for each in found(case) if not each.startswith("adverse_study.")]


def asked() -> dict[str, Any]:
    return case_in_order()


def given() -> dict[str, Any]:
    """The case in order after two infusions; the PHQ-9 has fallen since."""
    return changed(
        case_in_order(),
        {
            "/course_so_far": {"administrations": [{"date": "2026-09-29"}, {"date": "2026-10-01"}]},
            "/assessments/-": {"scale": "phq9", "score": 12, "date": "2026-10-02"},
        },
    )


def bare() -> dict[str, Any]:
    return whole_case("bare_minimum")


def denied() -> dict[str, Any]:
    return denied_case_in_order()


def sprayed() -> dict[str, Any]:
    """The case in order, asking for esketamine by the milligram."""
    return changed(
        case_in_order(),
        {
            "/request/treatment": "esketamine_nasal",
            "/request/codes": [{"code": "J0013", "units": 448}, {"code": "G2082", "units": 8}],
            "/request/dose_mg_per_kg": GONE,
            "/request/infusion_minutes": GONE,
            "/request/dose_mg": 56,
            "/request/administrations": 8,
            "/procedures/2": GONE,
        },
    )


def on_lithium() -> dict[str, Any]:
    """The case in order with bipolar depression, lithium among the current medicines."""
    return changed(
        case_in_order(),
        {"/diagnoses/0/icd10": "F31.4", "/medical/medications": ["lithium 900 mg daily"]},
    )


def with_policy() -> dict[str, Any]:
    return changed(
        case_in_order(),
        {"/insurance/criteria": GONE, "/insurance/policy": "bcbsma_087_ketamine_iv"},
    )


def with_dated_policy() -> dict[str, Any]:
    return changed(
        sprayed(), {"/insurance/criteria": GONE, "/insurance/policy": "medicare_a59250_esketamine"}
    )


def denied_under(plan_type: str, **more: Any) -> Base:
    def base() -> dict[str, Any]:
        law = {f"/{name.replace('__', '/')}": value for name, value in more.items()}
        return changed(denied_case_in_order(), {"/insurance/plan_type": plan_type, **law})

    return base


EPISODE_GAP = {"/trials/2/started": "2025-12-01", "/trials/2/stopped": "2026-01-05",
               "/trials/3/started": "2025-12-01", "/trials/4/started": "2025-12-01"}  # fmt: skip

CLINICAL: list[tuple[str, Base, Changes]] = [
    # safety and denial
    ("safety_now", asked, {"/risk/ideation": "plan_and_intent"}),
    ("safety_now", asked, {"/risk/last_attempt": "2026-08-20"}),
    ("no_denial_reason", denied, {"/denial/reasons": GONE}),
    ("reason_not_recognized", denied, {"/denial/reasons/0/quote": "Because we say so."}),
    ("administrative_reason", denied, {"/denial/reasons/-": {"carc": ["197"]}}),
    ("no_appeal_address", denied, {"/denial/appeal_to": GONE}),
    ("nothing_new", denied, {"/denial/notice_date": "2026-09-28"}),
    # the payer's criteria
    ("no_criteria", asked, {"/insurance/criteria": GONE}),
    ("policy_text_wanted", asked, {"/insurance/criteria": GONE, "/insurance/policy": "bcbsma_087_ketamine_iv"}),
    ("policy_investigational", with_policy, {"/insurance/policy": "bcbsal_mp446_ketamine_iv"}),
    ("policy_old", with_dated_policy, {"/insurance/policy": "uhc_p2168_spravato"}),
    ("criterion_not_met.criterion_1", asked, {"/assessments/4/score": 27}),
    ("criterion_unknown.criterion_1", asked, {"/assessments/4": GONE}),
    # scores
    ("no_score", asked, {"/assessments": GONE}),
    ("no_score", asked, {"/assessments": [{"scale": "phq9", "score": 21}]}),
    ("no_score", asked, {"/assessments": [{"scale": "c_ssrs", "score": 1, "date": "2026-09-28"}]}),
    ("assessment_without_date", asked, {"/assessments/4/date": GONE}),
    ("assessment_without_score", asked, {"/assessments/4/score": GONE}),
    ("score_old", asked, {"/assessments/3/date": "2026-09-06", "/assessments/4/date": "2026-09-06"}),
    ("scales_disagree", asked, {"/assessments/4/score": 30}),
    ("code_and_score_disagree", asked, {"/assessments/4/score": 30}),
    ("no_earlier_score", asked, {"/assessments": [{"scale": "madrs", "score": 38, "date": "2026-09-28"}]}),
    ("worse_than_before_course", given, {"/assessments/-": {"scale": "phq9", "score": 27, "date": "2026-10-02"}}),
    # what was tried
    ("no_trials", asked, {"/trials": []}),
    ("no_adequate_trial", asked, {"/trials": [{"medication": "trazodone", "max_dose_mg_per_day": 50}]}),
    ("medicine_not_known", asked, {"/trials/1/medication": "no such thing"}),
    ("medicine_understood", asked, {"/trials/1/medication": "Zoloft"}),
    ("stricter_line", asked, {"/trials/2/max_dose_mg_per_day": 150}),
    ("trial_not_judged", asked, {"/trials/1/max_dose_mg_per_day": GONE}),
    ("outcome_missing", asked, {"/trials/1/outcome": GONE}),
    ("trial_without_exhibit", asked, {"/trials/1/exhibit": GONE}),
    ("no_current_antidepressant", asked, {"/medical/current_antidepressant_reason": GONE}),
    ("agents_counted_once", asked, {"/trials/0": a_trial("escitalopram", 20), "/trials/1/medication": "citalopram"}),
    ("no_mood_stabilizer", on_lithium, {"/medical/medications": ["lisinopril"]}),
    ("gap_in_episode", asked, EPISODE_GAP),
    ("gap_in_episode", asked, {"/medical/current_antidepressant_reason": GONE}),
    ("not_addressed.ect", asked, {"/procedures/1": GONE}),
    ("not_addressed.tms", asked, {"/procedures/0": GONE}),
    ("not_addressed.esketamine_nasal", asked, {"/procedures/2": GONE}),
    ("not_addressed.psychotherapy", asked, {"/psychotherapies": GONE}),
    ("reason_would_also_forbid", asked, {"/procedures/2/why": "the site is 74 miles away"}),
    ("sessions_not_enough", asked, {"/psychotherapies/0/sessions": 2}),
    ("sessions_in_doubt", asked, {"/psychotherapies/0/sessions": 10}),
    ("ideation_only_coded", asked, {"/diagnoses/-": {"icd10": "R45.851"}}),
    ("birth_after_letter", bare, {"/patient/date_of_birth": "2027-01-02"}),
    ("two_primary_diagnoses", asked, {"/diagnoses/-": {"icd10": "F41.1", "primary": True}}),
    ("code_not_in_library", asked, {"/diagnoses/-": {"icd10": "J45.20"}}),
    ("code_not_in_library", asked, {"/request/codes/-": {"code": "99999", "units": 6}}),
    ("no_study_for_diagnosis", asked, {"/diagnoses/0/icd10": "F60.3"}),
    ("no_study_for_diagnosis", sprayed, {"/diagnoses/0/icd10": "F42.2"}),
    # the plan of the course
    ("service_dates_past", asked, {"/request/start": "2026-10-04"}),
    ("no_monitoring", asked, {"/request/monitoring": GONE}),
    ("no_discharge", asked, {"/request/discharge": GONE}),
    ("no_stop_rule", asked, {"/request/stop_rule": GONE}),
    ("no_goals", asked, {"/request/goals": GONE}),
    ("goal_date_past", asked, {"/request/goals/0/by": "2026-10-04"}),
    ("no_after", asked, {"/request/after": GONE}),
    ("no_rating_schedule", asked, {"/request/rating_schedule": GONE}),
    ("no_pdmp", asked, {"/medical/pdmp_checked": GONE}),
    ("no_blood_pressure", asked, {"/medical/blood_pressure": GONE}),
    ("no_consent", asked, {"/request/consent_date": GONE}),
    ("no_off_label_consent", asked, {"/request/consent_off_label": False}),
    *((f"not_screened.{each}", asked, {f"/medical/screened/{each}": GONE}) for each in (
        "cardiovascular", "psychosis", "mania", "substance_use", "bladder_symptoms", "pregnancy")),
    ("no_function", asked, {"/function": GONE}),
    # codes, units and doses
    ("no_codes", asked, {"/request/codes": GONE}),
    ("claim_is_the_clinic_s", asked, {"/claim": {"lines": [{"code": "96365"}]}, "/facility/network": "in"}),
    ("no_ndc", asked, {"/request/codes/0/ndc": GONE}),
    ("no_units", asked, {"/request/codes/1/units": GONE}),
    ("units_fewer_than_sessions", asked, {"/request/codes/1/units": 4}),
    ("dose_disagrees", asked, {"/request/codes/0/amount": 50}),
    ("code_not_in_force", sprayed, {"/request/codes/0/code": "S0013"}),
    ("code_of_another_drug", asked, {"/request/codes/0/code": "J2001"}),
    ("code_of_another_route", asked, {"/request/codes/1/code": "96372"}),
    ("code_and_minutes_disagree", asked, {"/request/infusion_minutes": 10}),
    ("code_and_dose_disagree", sprayed, {"/request/dose_mg": 84, "/request/codes/0/units": 672}),
    ("units_and_dose_disagree", sprayed, {"/request/codes/0/units": 100}),
    ("codes_exclude_each_other", asked, {"/diagnoses/-": {"icd10": "F31.9"}}),
    ("code_needs_another", asked, {"/request/codes/1/code": "96366", "/request/infusion_minutes": 120}),
    ("modifier_not_in_library", asked, {"/request/codes/0/modifiers": ["Q7"]}),
    ("modifiers_contradict", asked, {"/request/codes/0/modifiers": ["JW", "JZ"]}),
    ("modifier_of_medicare", asked, {"/request/codes/0/modifiers": ["GA"]}),
    ("place_not_in_library", asked, {"/facility/place_of_service": "98"}),
    ("place_does_not_fit", asked, {"/facility/place_of_service": "12"}),
    ("code_says_remission", asked, {"/diagnoses/0/icd10": "F33.41"}),
]  # fmt: skip

LEGAL: list[tuple[str, Base, Changes]] = [
    ("plan_type_unknown", asked, {"/insurance/plan_type": "unknown"}),
    ("church_plan", asked, {"/insurance/plan_type": "church_plan"}),
    ("plan_type_without_rules", asked, {"/insurance/plan_type": "self_pay"}),
    ("no_step_left", denied, {"/denial/level": "external"}),
    ("funding_unknown", asked, {"/insurance/plan_type": "non_federal_governmental"}),
    ("funding_disagrees", asked, {"/insurance/funding": "self_funded"}),
    ("state_missing", denied, {"/insurance/state": GONE}),
    ("law_not_verified.va_state.external.decide", denied, {"/denial/level": "first_appeal", "/insurance/state": "VA"}),
    ("state_rule_missing", denied, {"/denial/level": "first_appeal", "/insurance/state": "GA"}),
    ("external_review_scope", denied, {"/denial/level": "first_appeal", "/denial/reasons/0/id": "excluded_benefit"}),
    ("part_d_off_label", asked, {"/insurance/plan_type": "medicare_part_d"}),
    ("part_d_clinic_drug", asked, {"/insurance/plan_type": "medicare_part_d"}),
    ("notice_date_missing", denied, {"/denial/notice_date": GONE}),
    ("received_date_missing", denied, {"/denial/received_date": GONE}),
    ("effective_date_missing", denied, {"/denial/timing": "concurrent"}),
    ("notice_in_future", denied, {"/denial/notice_date": "2026-10-06", "/denial/received_date": "2026-10-06"}),
    ("received_before_notice", denied, {"/denial/received_date": "2026-09-20"}),
    ("received_in_future", denied, {"/denial/received_date": "2026-10-06"}),
    ("ask_before.mffs.continuation.file", denied_under("medicaid_ffs"), {"/denial/timing": "concurrent", "/denial/effective_date": "2026-10-09"}),
    ("physician_certificate", denied, {"/denial/level": "first_appeal", "/insurance/state": "NY"}),
    ("amount_in_dispute", denied_under("medicare_part_d"), {"/denial/level": "external", "/denial/amount": 150}),
    ("care_during_hearing", denied_under("medicaid_managed_care"), {"/denial/level": "first_appeal", "/denial/timing": "concurrent"}),
    ("next_office_untold", denied_under("tricare"), {"/denial/level": "first_appeal"}),
    ("notice_before_service", denied, {"/denial/timing": "post_service", "/claim/date": "2026-09-30"}),
    ("stated_deadline_missing", denied, {"/denial/stated_deadline": GONE}),
    ("stated_deadline_differs", denied, {"/denial/stated_deadline": "60 days from receipt"}),
    ("deadline_soon.erisa.appeal.file", denied, {"/denial/notice_date": "2026-04-10", "/denial/received_date": "2026-04-13"}),
    ("deadline_passed.erisa.appeal.file", denied, {"/denial/notice_date": "2026-03-02", "/denial/received_date": "2026-03-05"}),
    ("deadline_on_day_off.erisa.appeal.file", denied, {"/denial/received_date": "2026-09-22"}),
    ("who_may_file_unknown", denied, {"/insurance/plan_type": "va"}),
    ("no_standing", denied, {"/representative": GONE}),
    ("form_in_future", denied, {"/representative/signed_on": "2026-10-06"}),
    ("form_over_a_year_old", denied_under("medicare_advantage"), {"/representative/signed_on": "2025-09-01"}),
    ("urgency_proposed", asked, {"/risk/ideation": "active_without_plan"}),
    ("urgency_without_facts", asked, {"/request/urgency": "expedited"}),
    ("urgency_after_service", denied, {"/request/urgency": "expedited", "/denial/timing": "post_service"}),
    ("urgency_test_unknown", denied_under("va"), {"/request/urgency": "expedited"}),
]  # fmt: skip


def test_the_case_in_order_raises_nothing() -> None:
    assert gaps(case_in_order()) == []


def test_the_denied_case_in_order_raises_nothing() -> None:
    assert gaps(denied_case_in_order()) == []


def test_the_request_for_the_spray_raises_nothing() -> None:
    assert gaps(sprayed()) == []


@pytest.mark.parametrize(("name", "base", "changes"), [*CLINICAL, *LEGAL])
def test_a_finding_is_raised_by_its_own_gap_alone(name: str, base: Base, changes: Changes) -> None:
    assert name not in found(base())
    assert name in found(changed(base(), changes))


@pytest.mark.parametrize(("name", "base", "changes"), [*CLINICAL, *LEGAL])
def test_a_finding_points_into_the_case_and_says_why_it_matters(
    name: str, base: Base, changes: Changes
) -> None:
    told = found(changed(base(), changes))[name]
    assert told.pointer.startswith("/")
    assert told.message.endswith(".")
    assert told.why_it_matters.endswith(".")


def _told_ids(module: Any) -> Iterator[str]:
    """Yield the id of every Finding that a package makes, up to its first value."""
    for path in sorted(module.__path__):
        for file in sorted(Path(path).glob("*.py")):
            yield from _made_in(file.read_text(encoding="utf-8"), "Finding")


def _made_in(source: str, what: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == what:
            yield from _literal(_id_of(node))


def _id_of(node: ast.Call) -> ast.expr | None:
    named = next((each.value for each in node.keywords if each.arg == "id"), None)
    return named or (node.args[0] if node.args else None)


def _literal(node: ast.expr | None) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        node = node.values[0]
    if isinstance(node, ast.Constant):
        yield str(node.value)


def test_every_finding_that_can_be_made_is_in_the_tables_above() -> None:
    tested = [name for name, *_ in (*CLINICAL, *LEGAL)]
    made = {
        *_told_ids(clinical),
        *_told_ids(legal),
        *(row[1] for row in _WANTED),
        *_made_in(inspect.getsource(casework.codes), "CodeFault"),
    }
    untested = {each for each in made if not any(name.startswith(each) for name in tested)}
    # A plan's silence is seen only with what happened after the packet: tests of the road. Studies
    # that others have published are no gap of a case: the test below.
    assert untested == {"plan_late.", "adverse_study."}


def test_a_contrary_study_that_the_letter_leaves_out_is_told_with_its_answer() -> None:
    told = found(asked())["adverse_study.lii_2023_masked"]
    assert (told.severity, told.source) == ("note", "evidence/lii_2023_masked")
    assert "depression scores over three days did not differ" in told.message
    assert "one dose under general anesthesia" in told.why_it_matters


def test_a_contrary_study_that_the_letter_names_is_no_finding() -> None:
    assert "adverse_study.jelovac_2025_karma_dep_2" not in found(asked())


def test_a_study_not_ready_to_be_cited_is_told_without_its_authors() -> None:
    told = found(changed(asked(), {"/risk/ideation": "intent"}))
    message = told["adverse_study.tehran_2025_suicidality_pilot"].message
    assert message.startswith("A reviewer may bring up a study of 2025,")
    assert message.endswith("It is not ready to be cited.")


@pytest.mark.parametrize(
    ("trial", "field"),
    [
        ({"medication": "selegiline patch", "started": "2025-03-03", "stopped": "2025-06-02"}, "max_dose"),
        ({"medication": "sertraline", "max_dose_mg_per_day": 100, "started": "2025-03-03", "stopped": "2025"}, "stopped"),
        ({"medication": "isocarboxazid", "max_dose_mg_per_day": 40, "started": "2025-03-03"}, "medication"),
    ],
)  # fmt: skip
def test_an_open_trial_points_to_the_field_that_would_settle_it(trial, field) -> None:
    told = found(changed(asked(), {"/trials/-": trial}))["trial_not_judged"]
    assert told.pointer == f"/trials/6/{field}"


def test_an_open_trial_tells_what_is_not_recorded() -> None:
    told = found(changed(asked(), {"/trials/1/max_dose_mg_per_day": GONE}))["trial_not_judged"]
    assert told.message.endswith("is not known: dose not recorded.")


def test_two_near_twins_alone_are_told() -> None:
    trials = [a_trial("escitalopram", 20), a_trial("citalopram", 40)]
    assert "agents_counted_once" in found(changed(asked(), {"/trials": trials}))


@pytest.mark.parametrize(("day", "old"), [("2026-09-07", False), ("2026-09-06", True)])
def test_a_score_of_four_weeks_is_new_and_of_a_day_more_is_old(day, old) -> None:
    scored = {"/assessments/3/date": day, "/assessments/4/date": day}
    assert ("score_old" in found(changed(asked(), scored))) is old


@pytest.mark.parametrize(("day", "together"), [("2026-09-14", True), ("2026-09-13", False)])
def test_scores_of_a_fortnight_are_taken_together(day, together) -> None:
    scored = {"/assessments/4/date": day, "/assessments/4/score": 30}
    assert ("scales_disagree" in found(changed(asked(), scored))) is together


@pytest.mark.parametrize(("began", "gap"), [("2025-04-28", False), ("2025-04-29", True)])
def test_eight_weeks_between_two_medicines_are_no_gap_and_a_day_more_is_one(began, gap) -> None:
    trials = [
        a_trial("sertraline", 100, started="2025-02-03", stopped="2025-03-03"),
        a_trial("duloxetine", 60, started=began, stopped="2026-10-04"),
    ]
    assert ("gap_in_episode" in found(changed(asked(), {"/trials": trials}))) is gap


@pytest.mark.parametrize(
    "entry", ["sertraline 100 mg daily", {"name": "Zoloft", "dose": "100 mg", "since": "2026-05"}]
)
def test_an_antidepressant_among_the_current_medicines_is_one_taken_now(entry) -> None:
    silent = changed(asked(), {"/medical/current_antidepressant_reason": GONE})
    told = found(changed(silent, {"/medical/medications": [entry]}))
    assert "no_current_antidepressant" not in told


def test_another_current_medicine_is_no_antidepressant() -> None:
    silent = changed(asked(), {"/medical/current_antidepressant_reason": GONE})
    told = found(changed(silent, {"/medical/medications": ["lithium 900 mg", "lisinopril"]}))
    assert "no_current_antidepressant" in told


@pytest.mark.parametrize(
    ("scale", "score"),
    [("gad7", 6), ("ymrs", 3), ("ybocs", 10)],
)
def test_a_scale_of_another_illness_contradicts_neither_scale_nor_code(scale, score) -> None:
    row = {"scale": scale, "score": score, "date": "2026-09-28"}
    told = found(changed(asked(), {"/assessments/-": row}))
    assert not {"scales_disagree", "code_and_score_disagree"} & set(told)


def test_none_and_minimal_are_one_grade_in_two_words() -> None:
    well = [
        {"scale": "phq9", "score": 3, "date": "2026-09-28"},
        {"scale": "madrs", "score": 5, "date": "2026-09-28"},
    ]
    assert "scales_disagree" not in found(changed(asked(), {"/assessments": well}))


def test_scores_of_two_seasons_do_not_disagree() -> None:
    assert "scales_disagree" not in found(
        changed(asked(), {"/assessments/4/score": 20, "/assessments/4/date": "2026-08-03"})
    )


def test_what_the_payer_asks_and_nobody_knows_points_to_the_one_field(knowledge) -> None:
    told = found(changed(asked(), {"/assessments/4": GONE}))["criterion_unknown.criterion_1"]
    assert told.pointer == "/assessments"


def test_danger_comes_first_and_blockers_before_the_rest() -> None:
    case = changed(
        denied(),
        {
            "/risk/ideation": "intent",
            "/representative": GONE,
            "/request/codes/0/ndc": GONE,
            "/trials/1/exhibit": GONE,
        },
    )
    told = list(findings(facts_of(case, load_knowledge())))
    severities = [each.severity for each in told]
    assert told[0].id == "safety_now"
    assert severities == sorted(severities, key=["blocker", "weakness", "note"].index)


def test_no_finding_is_told_twice() -> None:
    for name in ("odd_but_valid", "bare_minimum", "severe_anxiety"):
        told = [
            (each.id, each.pointer)
            for each in findings(facts_of(whole_case(name), load_knowledge()))
        ]
        assert len(told) == len(set(told))


BAD_INPUT = [
    ("plan_type_unknown", asked, {"/insurance/plan_type": "unknown"}, "benefits office"),
    ("state_rule_missing", denied, {"/denial/level": "first_appeal", "/insurance/state": "GA"}, "date in the notice"),
    ("notice_in_future", denied, {"/denial/notice_date": "2026-10-06", "/denial/received_date": "2026-10-06"}, "Check both"),
    ("notice_before_service", denied, {"/denial/timing": "post_service", "/claim/date": "2026-09-30"}, "Check both"),
    ("assessment_without_date", asked, {"/assessments/4/date": GONE}, "Give the date"),
    ("no_study_for_diagnosis", asked, {"/diagnoses/0/icd10": "F60.3"}, "Check which diagnosis"),
    ("two_primary_diagnoses", asked, {"/diagnoses/-": {"icd10": "F41.1", "primary": True}}, "Mark one"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "base", "changes", "advice"), BAD_INPUT)
def test_what_a_chart_can_hold_though_it_hurts_is_told_with_what_to_do(
    name: str, base: Base, changes: Changes, advice: str
) -> None:
    assert advice in found(changed(base(), changes))[name].message


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"/trials/1/stopped": "2025-01-06"}, "/trials/1/stopped", "stopped_before_started"),
        ({"/trials/1/stopped": "2024"}, "/trials/1/stopped", "stopped_before_started"),
        ({"/procedures/0/stopped": "2026-01"}, "/procedures/0/stopped", "stopped_before_started"),
        ({"/request/end": "2026-10-01"}, "/request/end", "stopped_before_started"),
        ({"/trials/1/exhibit": "Q"}, "/trials/1/exhibit", "unknown_exhibit"),
        ({"/assessments/4/exhibit": "Q"}, "/assessments/4/exhibit", "unknown_exhibit"),
        ({"/risk/exhibit": "Q"}, "/risk/exhibit", "unknown_exhibit"),
        ({"/trials/1/started": "1970-01-01"}, "/trials/1/started", "before_birth"),
        ({"/assessments/4/score": 61}, "/assessments/4/score", "score_outside_scale"),
        ({"/assessments/3/items/0": 2}, "/assessments/3/items", "items_do_not_add_up"),
        ({"/insurance/plan_type": "ppo"}, "/insurance/plan_type", "unknown_id"),
        ({"/trials/4/augments": "lithium"}, "/trials/4/augments", "augments_nothing"),
    ],
)
def test_what_cannot_be_one_case_is_refused_at_its_place(changes, pointer, code, knowledge) -> None:
    with pytest.raises(InvalidCase) as refused:
        load_case(changed(asked(), changes), knowledge)
    assert [(each.pointer, each.code) for each in refused.value.problems] == [(pointer, code)]


def test_a_trial_that_may_have_ended_in_the_month_it_began_is_taken(knowledge) -> None:
    case = changed(asked(), {"/trials/1/started": "2025-03-10", "/trials/1/stopped": "2025-03"})
    assert load_case(case, knowledge)["trials"][1]["stopped"] == "2025-03"


def test_every_fault_of_a_case_is_told_at_once(knowledge) -> None:
    case = changed(asked(), {"/trials/1/stopped": "2025-01-06", "/trials/2/exhibit": "Q"})
    with pytest.raises(InvalidCase) as refused:
        load_case(case, knowledge)
    assert {each.code for each in refused.value.problems} == {
        "stopped_before_started",
        "unknown_exhibit",
    }
