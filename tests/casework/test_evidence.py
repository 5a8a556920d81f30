"""Which studies a paper may name: of this illness, by this route, with what stands against them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from casework.evidence import (
    GUIDELINE,
    argue,
    contrary,
    guidelines,
    reference,
    study_sentence,
    supporting,
)
from casework.knowledge_base import load_knowledge
from casework.knowledge_base.model import Knowledge, Study
from casework.passages.why import CLAIMS, argued_claims, evidence, on_label
from tests.casework.clinical_cases import a_case, a_trial, case_in_order, changed, facts_of

STUDIES = load_knowledge().evidence
POPULATIONS = sorted({each for study in STUDIES.values() for each in study.population})
ROUTES = ("iv", "im", "sc", "nasal", "sublingual")
CLAIMED = sorted({each for study in STUDIES.values() for each in (*study.supports, *study.against)})

anything = st.tuples(
    st.sampled_from(POPULATIONS), st.sampled_from(ROUTES), st.sampled_from(CLAIMED)
)


def named(*studies: Study | None) -> list[str]:
    return [study.id for study in studies if study is not None]


def told(case: dict[str, Any], knowledge: Knowledge) -> str:
    return " ".join(each.text for each in evidence(facts_of(case, knowledge)))


def for_illness(icd10: str, treatment: str = "ketamine_iv", **sections: Any) -> dict[str, Any]:
    return a_case(diagnoses=[{"icd10": icd10}], request={"treatment": treatment}, **sections)


@given(anything)
def test_a_study_of_another_illness_or_another_route_never_supports(asked) -> None:
    population, route, claim = asked
    for study in supporting(load_knowledge(), population, route, claim):
        assert population in study.population
        assert study.route in (route, "mixed")
        assert claim in study.supports


@given(anything)
def test_a_study_against_is_of_the_same_route_and_illness(asked) -> None:
    population, route, claim = asked
    study = contrary(load_knowledge(), population, route, claim)
    if study is not None:
        own = {population, "mdd"} if population == "mdd_trd" else {population}
        assert own & set(study.population)
        assert study.route in (route, "mixed")
        assert claim in study.against


@given(anything)
def test_only_what_is_verified_fit_to_cite_and_written_out_is_named(asked) -> None:
    population, route, claim = asked
    knowledge = load_knowledge()
    found = [
        *supporting(knowledge, population, route, claim),
        *guidelines(knowledge, population, route),
    ]
    against = contrary(knowledge, population, route, claim)
    for study in [*found, *([against] if against else [])]:
        assert study.verified
        assert study.cite_ready
        assert study.say


@given(st.sampled_from(POPULATIONS), st.sampled_from(ROUTES), st.permutations(CLAIMED))
def test_no_study_is_named_twice_and_none_for_and_against(population, route, claims) -> None:
    argued = argue(load_knowledge(), population, route, dict.fromkeys(claims, 2))
    every = [study.id for each in argued for study in each.for_it]
    every += [each.against_it.id for each in argued if each.against_it]
    assert len(every) == len(set(every))


@given(st.sampled_from(POPULATIONS), st.sampled_from(ROUTES), st.integers(1, 3))
def test_no_claim_has_more_studies_than_asked_or_none(population, route, most) -> None:
    for each in argue(load_knowledge(), population, route, dict.fromkeys(CLAIMED, most)):
        assert 1 <= len(each.for_it) <= most


@pytest.mark.parametrize(
    "study",
    [
        "loo_2023_kads", "lapidus_2014_intranasal", "popova_2019_transform2", "daly_2019_sustain1",
        "reif_2023_quetiapine", "fedgchin_2019_transform1",
    ],
)  # fmt: skip
def test_what_was_given_under_the_skin_or_by_the_nose_is_never_evidence_for_a_vein(study) -> None:
    knowledge = load_knowledge()
    for population in POPULATIONS:
        for claim in CLAIMED:
            assert study not in named(*supporting(knowledge, population, "iv", claim))
            assert study not in named(contrary(knowledge, population, "iv", claim))


def test_racemic_drops_in_the_nose_are_no_evidence_for_the_approved_spray(knowledge) -> None:
    for claim in CLAIMED:
        assert "lapidus_2014_intranasal" not in named(*supporting(knowledge, "mdd", "nasal", claim))


@pytest.mark.parametrize(
    "study", ["bahji_2022_meta", "dean_2021_cochrane", "marcantoni_2020_meta", "ross_soeffing_2019", "tehran_2025_suicidality_pilot"]
)  # fmt: skip
def test_a_study_not_fit_to_cite_is_never_named(study, knowledge) -> None:
    for population in POPULATIONS:
        for route in ROUTES:
            for claim in CLAIMED:
                assert study not in named(*supporting(knowledge, population, route, claim))
                assert study not in named(contrary(knowledge, population, route, claim))


def test_the_failed_trials_stand_beside_those_that_succeeded(knowledge) -> None:
    claims = {"efficacy": 2, "noninferior_ect": 1}
    argued = {each.claim: each for each in argue(knowledge, "mdd_trd", "iv", claims)}
    assert named(argued["efficacy"].against_it) == ["jelovac_2025_karma_dep_2"]
    assert argued["noninferior_ect"].against_it is not None
    assert named(argued["noninferior_ect"].against_it)[0] in (
        "ekstrand_2022_ect",
        "rhee_2022_ect_meta",
    )


def test_the_spray_s_missed_trials_are_not_hidden(knowledge) -> None:
    argued = argue(knowledge, "mdd_trd", "nasal", {"efficacy": 2})
    assert named(argued[0].against_it)[0] in (
        "fedgchin_2019_transform1",
        "takahashi_2021_japan_esketamine",
    )


def test_the_negative_trial_of_trauma_is_told_with_the_positive_ones(knowledge) -> None:
    argued = argue(knowledge, "ptsd", "iv", {"efficacy": 2})
    assert named(*argued[0].for_it) == ["feder_2021_ptsd", "feder_2014_ptsd"]
    assert named(argued[0].against_it) == ["abdallah_2022_ptsd_veterans"]


def test_the_guideline_against_ketamine_for_trauma_is_not_left_out(knowledge) -> None:
    assert "vadod_2023_ptsd" in named(*guidelines(knowledge, "ptsd", "iv"))


def test_a_trial_that_failed_in_any_depression_stands_against_the_resistant_one_too(
    knowledge,
) -> None:
    failed = STUDIES["jelovac_2025_karma_dep_2"]
    assert "mdd_trd" not in failed.population
    assert named(contrary(knowledge, "mdd_trd", "iv", "efficacy")) == [failed.id]


def test_what_helped_in_any_depression_is_no_support_for_the_resistant_one(knowledge) -> None:
    assert "berman_2000" in named(*supporting(knowledge, "mdd", "iv", "efficacy"))
    assert "berman_2000" not in named(*supporting(knowledge, "mdd_trd", "iv", "efficacy"))


def test_a_guideline_is_never_counted_as_a_study(knowledge) -> None:
    for claim in CLAIMED:
        for study in supporting(knowledge, "mdd_trd", "iv", claim):
            assert study.design != GUIDELINE


def test_without_a_study_for_it_nothing_is_argued(knowledge) -> None:
    assert argue(knowledge, "ocd", "nasal", CLAIMS) == ()
    assert argue(knowledge, "", "iv", CLAIMS) == ()


def test_the_first_choice_comes_first(knowledge) -> None:
    found = supporting(knowledge, "mdd_trd", "iv", "efficacy")
    assert [study.rank for study in found] == sorted(study.rank for study in found)


def test_a_sentence_carries_its_study_s_mark_and_rests_on_its_file() -> None:
    said = study_sentence(STUDIES["murrough_2013_rct"])
    assert said.rests_on == ("evidence/murrough_2013_rct",)
    assert said.text.endswith(".")
    assert "murrough_2013_rct" in said.text


@pytest.mark.parametrize("study", STUDIES.values(), ids=lambda study: study.id)
def test_no_part_that_nobody_read_is_printed(study: Study) -> None:
    unread = set(study.from_memory)
    line = reference(study)
    if "title" in unread:
        assert study.title.rstrip(".") not in line
    if "authors" in unread and study.authors != study.cite_as:
        assert not line.startswith(study.authors)
    if "volume" in unread and study.volume:
        assert f";{study.volume}" not in line
    if unread & {"pages", "last page", "issue number"} and study.pages:
        assert study.pages not in line
    if "doi" in unread and study.doi:
        assert study.doi not in line
    if "pmid" in unread and study.pmid:
        assert study.pmid not in line


@pytest.mark.parametrize("part", ["title", "journal", "volume", "pages", "doi", "pmid"])
def test_a_part_marked_as_from_memory_disappears_from_the_reference(part) -> None:
    study = structs.replace(
        STUDIES["murrough_2013_rct"], volume="170", pages="1134-1142", doi="10.1/x", pmid="123"
    )
    value = str(getattr(study, part))
    alone = structs.replace(study, doi="") if part == "pmid" else study
    assert value in reference(alone)
    assert value not in reference(structs.replace(alone, from_memory=[part]))


def test_a_guideline_that_takes_a_side_is_told_and_one_that_takes_none_is_not(knowledge) -> None:
    found = named(*guidelines(knowledge, "mdd_trd", "iv"))
    assert "canmat_2023_mdd" in found
    assert "vadod_2022_mdd" in found
    assert "canmat_2021_ketamine" not in found


def test_read_authors_are_named_with_the_year_in_its_place() -> None:
    study = STUDIES["murrough_2013_rct"]
    line = reference(study)
    assert line.startswith(f"{study.authors.rstrip('.')}. {study.title.rstrip('.')}.")
    assert f"{study.year}" in line


def test_an_unread_author_without_a_year_in_the_short_form_keeps_the_year() -> None:
    line = reference(
        structs.replace(STUDIES["murrough_2013_rct"], from_memory=["authors"], cite_as="Murrough")
    )
    assert line.startswith("Murrough. 2013.")


def test_unread_authors_leave_the_short_form_with_its_year_once() -> None:
    line = reference(STUDIES["singh_2016_frequency"])
    assert line.startswith(STUDIES["singh_2016_frequency"].cite_as)
    assert line.partition("doi:")[0].count("2016") == 1


@pytest.mark.parametrize("words", ["83", "73"])
def test_the_group_sizes_that_a_trial_printed_the_wrong_way_round_are_not_told(words) -> None:
    assert f" {words} " not in STUDIES["abbar_2022_suicidality"].say


def test_the_total_that_nobody_can_reach_is_not_told() -> None:
    assert "67 percent" not in STUDIES["rush_2006_stard"].say


def test_a_letter_on_resistant_depression_names_what_speaks_against_it(knowledge) -> None:
    facts = facts_of(case_in_order(), knowledge)
    argued = argued_claims(facts)
    words = told(case_in_order(), knowledge)
    for each in argued:
        assert each.against_it is None or each.against_it.id in words
    assert any(each.against_it for each in argued)


@pytest.mark.parametrize("icd10", ["F43.12", "F41.1", "F42.2"])
def test_a_letter_on_another_illness_does_not_compare_with_ect(icd10, knowledge) -> None:
    argued = argued_claims(facts_of(for_illness(icd10), knowledge))
    assert "noninferior_ect" not in {each.claim for each in argued}


def test_a_letter_names_no_study_of_suicidal_thoughts_that_the_case_does_not_hold(
    knowledge,
) -> None:
    calm = facts_of(case_in_order(), knowledge)
    acute = facts_of(changed(case_in_order(), {"/risk/ideation": "intent"}), knowledge)
    assert "suicidal_ideation" not in calm.populations
    assert "suicidal_ideation" in acute.populations


@pytest.mark.parametrize(
    ("codes", "ideation", "label"),
    [
        (["F33.2", "R45.851"], "intent", True),
        (["F33.2"], "plan_and_intent", True),
        (["F33.2"], "passive", False),
        (["F33.2", "Z91.51"], "none", False),
        (["F33.2", "Z91.52"], "none", False),
    ],
)
def test_the_spray_is_on_label_for_a_crisis_only_where_the_case_tells_one(
    codes, ideation, label, knowledge
) -> None:
    case = a_case(
        diagnoses=[{"icd10": each} for each in codes],
        request={"treatment": "esketamine_nasal"},
        risk={"ideation": ideation},
    )
    assert on_label(facts_of(case, knowledge)) is label


def test_two_failed_medicines_make_depression_resistant_and_one_does_not(knowledge) -> None:
    first = a_trial("sertraline", 100)
    second = a_trial("duloxetine", 60, started="2025-06-02", stopped="2025-09-01")
    assert facts_of(a_case(trials=[first]), knowledge).populations == ("mdd",)
    assert facts_of(a_case(trials=[first, second]), knowledge).populations == ("mdd_trd",)


def test_no_number_of_failed_medicines_makes_another_illness_resistant_depression(
    knowledge,
) -> None:
    trials = [
        a_trial("sertraline", 100),
        a_trial("duloxetine", 60, started="2025-06-02", stopped="2025-09-01"),
    ]
    assert facts_of(for_illness("F43.12", trials=trials), knowledge).populations == ("ptsd",)
