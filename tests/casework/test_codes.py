"""What codes say, when they hold, and which of them do not go together."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.codes import check_codes, describe, find, normalized, valid_on
from tests.casework.clinical_cases import TODAY, a_case, changed

INFUSION = [{"code": "J3490", "units": 6}, {"code": "96365", "units": 6}]


def asking(codes: list[dict[str, Any]], **request: Any) -> dict[str, Any]:
    return a_case(request={"treatment": "ketamine_iv", "codes": codes, **request})


def faults(case: dict[str, Any], knowledge: Any, today: date = TODAY) -> list[tuple[str, str]]:
    return [(each.id, each.pointer) for each in check_codes(case, knowledge, today)]


def test_an_ordinary_course_of_infusions_has_no_fault(knowledge) -> None:
    case = asking(INFUSION, infusion_minutes=40)
    assert faults(changed(case, {"/facility": {"place_of_service": "11"}}), knowledge) == []


@pytest.mark.parametrize(
    ("area", "typed", "written"),
    [
        ("diagnosis", "f332", "F33.2"), ("diagnosis", " F33.2 ", "F33.2"), ("diagnosis", "F42", "F42"),
        ("service", "j3490", "J3490"), ("modifier", "jz ", "JZ"), ("place", "11", "11"),
    ],
)  # fmt: skip
def test_a_code_is_read_however_it_is_typed(area, typed, written) -> None:
    assert normalized(area, typed) == written


def test_no_code_says_resistant_to_treatment(knowledge) -> None:
    titles = [row.title.lower() for row in knowledge.diagnosis_codes.values()]
    assert not [title for title in titles if "resistant" in title or "refractory" in title]


def test_a_code_that_is_not_held_is_not_known_and_never_described(knowledge) -> None:
    told = describe("service", "99999", knowledge)
    assert (told.known, told.verified, told.words) == (False, False, "")


def test_the_wrong_esketamine_code_of_an_old_page_is_not_held(knowledge) -> None:
    assert not describe("service", "J0222", knowledge).known


def test_depression_without_further_words_has_a_code_of_its_own(knowledge) -> None:
    row = find("diagnosis", "F32.A", knowledge)
    assert row is not None
    assert row.verified


def test_a_code_known_from_memory_is_known_and_not_described(knowledge) -> None:
    told = describe("service", "96376", knowledge)
    assert (told.known, told.verified, told.words) == (True, False, "")


@pytest.mark.parametrize(
    ("code", "day", "holds"),
    [
        ("S0013", date(2025, 12, 31), True), ("S0013", date(2026, 1, 1), False),
        ("J0013", date(2025, 12, 31), False), ("J0013", date(2026, 1, 1), True),
        ("96365", date(2019, 1, 1), True),
    ],
)  # fmt: skip
def test_the_esketamine_codes_changed_with_the_year(code, day, holds, knowledge) -> None:
    row = find("service", code, knowledge)
    assert row is not None
    assert valid_on(row, day) is holds


def test_a_line_is_judged_on_the_first_day_asked_for(knowledge) -> None:
    old = asking([{"code": "S0013"}], treatment="esketamine_nasal", start="2025-12-15")
    new = asking([{"code": "S0013"}], treatment="esketamine_nasal", start="2026-11-02")
    assert faults(old, knowledge) == []
    assert faults(new, knowledge) == [("code_not_in_force", "/request/codes/0/code")]


def test_a_code_that_ended_is_told_with_its_day(knowledge) -> None:
    case = asking([{"code": "S0013"}], treatment="esketamine_nasal")
    assert "S0013 ended on December 31, 2025." in check_codes(case, knowledge, TODAY)[0].message


@pytest.mark.parametrize(
    ("code", "minutes", "fits"),
    [
        ("96365", 15, False), ("96365", 16, True), ("96365", 40, True), ("96366", 90, False),
        ("96366", 91, True), ("96374", 15, True), ("96374", 40, False),
    ],
)  # fmt: skip
def test_an_infusion_code_goes_by_its_minutes(code, minutes, fits, knowledge) -> None:
    lines = [{"code": "96365"}, {"code": code}] if code == "96366" else [{"code": code}]
    told = faults(asking(lines, infusion_minutes=minutes), knowledge)
    at = f"/request/codes/{len(lines) - 1}/code"
    assert (("code_and_minutes_disagree", at) not in told) is fits


def test_without_the_minutes_nothing_is_said_of_them(knowledge) -> None:
    assert faults(asking([{"code": "96374"}]), knowledge) == []


@pytest.mark.parametrize(
    ("treatment", "code"),
    [
        ("ketamine_iv", "96372"), ("ketamine_im", "96365"), ("ketamine_sc", "96365"),
        ("esketamine_nasal", "96365"), ("ketamine_sublingual", "96372"),
    ],
)  # fmt: skip
def test_a_code_of_another_route_is_told(treatment, code, knowledge) -> None:
    told = faults(asking([{"code": code}], treatment=treatment), knowledge)
    assert ("code_of_another_route", "/request/codes/0/code") in told


@pytest.mark.parametrize("treatment", ["ketamine_im", "ketamine_sc"])
def test_an_injection_code_fits_an_injection(treatment, knowledge) -> None:
    assert faults(asking([{"code": "96372"}], treatment=treatment), knowledge) == []


def test_lidocaine_is_not_ketamine(knowledge) -> None:
    assert check_codes(asking([{"code": "J2001"}]), knowledge, TODAY)[0].message == (
        "J2001 is lidocaine, not ketamine."
    )


def test_an_esketamine_code_for_an_infusion_is_told_and_left_to_the_payer(knowledge) -> None:
    told = check_codes(asking([{"code": "G2082"}]), knowledge, TODAY)
    assert [each.id for each in told] == ["code_of_another_drug"]
    assert "A payer may want it so" in told[0].message


@pytest.mark.parametrize(
    ("code", "dose", "fits"),
    [("G2082", 56, True), ("G2082", 84, False), ("G2083", 84, True), ("G2083", 56, False)],
)
def test_the_bundle_of_esketamine_goes_by_its_dose(code, dose, fits, knowledge) -> None:
    case = asking([{"code": code}], treatment="esketamine_nasal", dose_mg=dose)
    told = [name for name, _ in faults(case, knowledge)]
    assert ("code_and_dose_disagree" not in told) is fits


def test_milligram_units_that_are_not_the_milligrams_of_the_course_are_told(knowledge) -> None:
    course = {"treatment": "esketamine_nasal", "dose_mg": 56, "administrations": 8}
    assert faults(asking([{"code": "J0013", "units": 448}], **course), knowledge) == []
    told = faults(asking([{"code": "J0013", "units": 8}], **course), knowledge)
    assert told == [("units_and_dose_disagree", "/request/codes/0/units")]


def test_units_of_a_course_in_phases_are_added_up(knowledge) -> None:
    phases = [
        {"weeks": 4, "per_week": 2, "dose_mg": 56},
        {"weeks": 4, "per_week": 1, "dose_mg": 84},
    ]
    course = {"treatment": "esketamine_nasal", "phases": phases}
    assert faults(asking([{"code": "J0013", "units": 784}], **course), knowledge) == []
    assert faults(asking([{"code": "J0013", "units": 12}], **course), knowledge) != []


def test_a_second_hour_without_the_first_is_told(knowledge) -> None:
    told = faults(asking([{"code": "96366"}], infusion_minutes=120), knowledge)
    assert told == [("code_needs_another", "/request/codes/0/code")]


def test_a_visit_inside_the_bundle_is_told(knowledge) -> None:
    lines = [{"code": "G2082"}, {"code": "99214"}]
    told = faults(asking(lines, treatment="esketamine_nasal", dose_mg=56), knowledge)
    assert told == [("codes_exclude_each_other", "/request/codes/0/code")]


def test_nothing_wasted_and_something_wasted_contradict(knowledge) -> None:
    told = faults(asking([{"code": "J3490", "modifiers": ["JW", "JZ"]}]), knowledge)
    assert told == [("modifiers_contradict", "/request/codes/0/modifiers")]


def test_medicare_s_own_modifier_is_told_to_another_payer_alone(knowledge) -> None:
    case = asking([{"code": "J3490", "modifiers": ["GA"]}])
    assert faults(case, knowledge) == [("modifier_of_medicare", "/request/codes/0/modifiers")]
    medicare = changed(case, {"/insurance/plan_type": "original_medicare"})
    assert faults(medicare, knowledge) == []


def test_a_modifier_that_is_not_held_is_not_called_wrong(knowledge) -> None:
    told = check_codes(asking([{"code": "J3490", "modifiers": ["Q7"]}]), knowledge, TODAY)
    assert [each.message for each in told] == ["Not in our list: modifier Q7."]


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("11", None), ("22", None), ("12", "place_does_not_fit"), ("02", "place_does_not_fit"),
        ("10", "place_does_not_fit"), ("98", "place_not_in_library"),
    ],
)  # fmt: skip
def test_the_treatment_is_given_at_no_home_and_over_no_telephone(place, fault, knowledge) -> None:
    case = changed(asking([]), {"/facility": {"place_of_service": place}})
    told = faults(case, knowledge)
    assert told == ([(fault, "/facility/place_of_service")] if fault else [])


@pytest.mark.parametrize(("place", "words"), [("12", "the patient’s home"), ("10", "telehealth")])
def test_a_place_that_does_not_fit_is_called_by_its_name(place, words, knowledge) -> None:
    case = changed(asking([]), {"/facility": {"place_of_service": place}})
    assert words in check_codes(case, knowledge, TODAY)[0].message


@pytest.mark.parametrize(
    ("first", "second", "go"),
    [
        ("F33.2", "F31.4", False), ("F31.4", "F32.2", False), ("F32.1", "F33.1", False),
        ("F33.2", "F41.1", True), ("F33.2", "F43.12", True), ("F33.2", "R45.851", True),
    ],
)  # fmt: skip
def test_depression_and_bipolar_disorder_exclude_each_other(first, second, go, knowledge) -> None:
    for pair in ((first, second), (second, first)):
        case = a_case(diagnoses=[{"icd10": each} for each in pair])
        told = [name for name, _ in faults(case, knowledge)]
        assert told == ([] if go else ["codes_exclude_each_other"])


@pytest.mark.parametrize("code", ["F33.40", "F33.41", "F33.42", "F32.5"])
def test_remission_beside_a_new_course_is_told_and_beside_a_renewal_is_not(code, knowledge) -> None:
    case = a_case(diagnoses=[{"icd10": code}])
    renewal = changed(case, {"/request/kind": "renewal"})
    assert faults(case, knowledge) == [("code_says_remission", "/diagnoses/0/icd10")]
    assert faults(renewal, knowledge) == []


def test_remission_from_alcohol_does_not_speak_against_a_new_course(knowledge) -> None:
    case = a_case(diagnoses=[{"icd10": "F33.2"}, {"icd10": "F10.21"}])
    assert faults(case, knowledge) == []
