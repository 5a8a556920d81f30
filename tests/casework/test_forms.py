"""Prescribed forms: read strictly, filled from the case alone, whole in form and addendum."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import pytest

from casework.context import case_context, paper_context
from casework.documents import PlannedDocument, plan_documents
from casework.knowledge_base import BrokenKnowledge, load_knowledge
from casework.knowledge_base.forms import Box, form_faults
from casework.knowledge_base.load import BUILT_IN, KINDS
from casework.paper.fields import fields
from casework.paper.form_boxes import BOXES
from casework.passages.registry import PASSAGES
from casework.problems import InvalidCase
from casework.review import review
from casework.schema.load import field_at
from tests.end_to_end.kind_folders import sample_case

KIND = "prior_authorization_request"
VARIANTS = [each.id for each in load_knowledge().kinds[KIND].variants]


def a_case(variant: str) -> dict[str, Any]:
    return copy.deepcopy(sample_case(PlannedDocument(KIND, variant, "en")))


def written(variant: str, case: Mapping[str, Any], knowledge: Any = None) -> dict[str, Any]:
    """Return the whole tree of a variant's paper for this case."""
    known = knowledge or load_knowledge()
    today = known.kinds[KIND].of(variant).sample_date
    context = case_context(case, review(case, known, today), known, today)
    return paper_context(context, KIND, variant, "en", sample=False)


def boxes(tree: Mapping[str, Any]) -> dict[str, str]:
    """Return what stands in each box of the form, by its label."""
    rows = [
        row
        for section in tree["form"]["sections"]
        for block in section["blocks"]
        for row in block["cells"]
    ]
    return {row[f"label{i}"]: row[f"value{i}"] for row in rows for i in (1, 2)}


def recommended(case: Mapping[str, Any], variant: str) -> list[str]:
    known = load_knowledge()
    found = review(case, known, known.kinds[KIND].of(variant).sample_date).recommended
    return [each.variant for each in found if each.kind == KIND]


# What a form file may say


def broken(site: Path, text: str, name: str = "tx_nofr002") -> str:
    (site / "forms").mkdir(exist_ok=True)
    (site / "forms" / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BrokenKnowledge) as caught:
        load_knowledge(site)
    return str(caught.value)


def text_of_form(name: str = "tx_nofr002") -> str:
    return (BUILT_IN / "forms" / f"{name}.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ('maps_to = "patient.dob"', 'maps_to = "patient.birthday"', "field.s3_dob.maps_to: "),
        ("fields_verified = 7", "fields_verified = 19", "fields_verified: 7 fields are verified"),
        ('"s8_labs"]', '"s8_lab"]', "field.s8_labs: must stand in one section"),
        ('type = "date"', 'type = "day"', "field[3].type: Invalid enum value 'day'"),
        ('id = "s7"', 'id = "s7"\ncolour = "red"', "field[13]: Object contains unknown field"),
        ("compiled_on = ", "# ", "missing required field `compiled_on`"),
        ('source = "', 'sources = "', "Object contains unknown field `sources`"),
    ],
)
def test_a_fault_in_a_form_names_the_file_and_the_key(
    tmp_path: Path, was: str, becomes: str, told: str
) -> None:
    text = text_of_form()
    assert was in text
    fault = broken(tmp_path, text.replace(was, becomes, 1))
    assert "forms/tx_nofr002.toml" in fault
    assert told in fault


def test_a_path_that_leads_nowhere_in_the_case_is_a_fault(tmp_path: Path) -> None:
    text = text_of_form("_maps_to").replace('"/patient/phone"', '"/patient/telephone"', 1)
    fault = broken(tmp_path, text, "_maps_to")
    assert "_maps_to.toml: paths.patient.phone: /patient/telephone is no field" in fault


def test_a_box_that_nothing_fills_is_a_fault(tmp_path: Path) -> None:
    text = text_of_form("_maps_to").replace('box = "quantity"', 'box = "amount"', 1)
    assert "Invalid enum value 'amount'" in broken(tmp_path, text, "_maps_to")


def kinds_with(folder: Path, was: str, becomes: str) -> Path:
    """Return a copy of all kinds in which the words of this kind's file are other ones."""
    kinds = folder / "kinds"
    shutil.copytree(KINDS, kinds)
    path = kinds / KIND / "kind.toml"
    told = path.read_text(encoding="utf-8")
    assert was in told
    path.write_text(told.replace(was, becomes, 1), encoding="utf-8")
    return kinds


def test_a_variant_of_a_form_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    kinds = kinds_with(tmp_path, 'form = "ca_61_211"', 'form = "ca_61_212"')
    with pytest.raises(BrokenKnowledge, match=r"variants\.ca_61_211\.form: ca_61_212 is no form"):
        load_knowledge(kinds=kinds)


def test_every_form_that_ships_is_sound() -> None:
    knowledge = load_knowledge()
    for form in knowledge.forms.values():
        assert list(form_faults(form, knowledge.form_paths)) == []


def test_every_path_is_a_field_of_the_case_or_a_known_box_or_left_to_a_person() -> None:
    knowledge = load_knowledge()
    filled = {*BOXES, *fields(review(a_case(""), knowledge, _day("")).facts)}
    assert set(get_args(Box)) <= filled
    for path in knowledge.form_paths.values():
        assert not path.case or field_at(path.case) is not None, path.path
        assert path.box is None or path.box in filled, path.path
        assert set(path.say) <= set(PASSAGES), path.path


def test_a_variant_that_lacks_a_passage_of_its_form_is_a_fault(tmp_path: Path) -> None:
    kinds = kinds_with(tmp_path, 'passages = ["severity", "function"', 'passages = ["function"')
    with pytest.raises(BrokenKnowledge, match=r"variants\.tx_nofr001\.passages: lacks severity"):
        load_knowledge(kinds=kinds)


def _day(variant: str) -> Any:
    return load_knowledge().kinds[KIND].of(variant).sample_date


# How a form is filled


def test_a_form_tells_where_it_comes_from_and_how_old_its_fields_are() -> None:
    origin = written("tx_nofr001", a_case("tx_nofr001"))["form"]["origin"]
    assert "Texas Department of Insurance; NOFR001 (0415 copy read)" in origin
    assert "November 24, 2026" in origin


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_field_that_was_never_seen_is_marked_and_no_other(variant: str) -> None:
    tree, knowledge = written(variant, a_case(variant)), load_knowledge()
    form = knowledge.forms[knowledge.kinds[KIND].of(variant).form]
    shown = json.dumps(tree["form"]["sections"], ensure_ascii=False)
    unseen = [each for each in form.field if not each.verified]
    assert shown.count(' *"') == len(unseen)
    assert bool(tree["form"]["unseen"]) == bool(unseen)


def test_an_urgent_request_ticks_urgent_and_tells_why() -> None:
    case = a_case("tx_nofr001")
    case["request"] |= {"urgency": "expedited", "urgency_reason": "she does not eat"}
    found = boxes(written("tx_nofr001", case))
    assert found["Review Type: Non-Urgent / Urgent"] == "☐ Non-Urgent   ☒ Urgent"
    assert found["Clinical reason for urgency *"] == "she does not eat"


def test_no_attestation_is_ever_ticked() -> None:
    case = a_case("ma_medication_pa")
    case["request"] |= {"urgency": "expedited", "urgency_reason": "she does not eat"}
    found = boxes(written("ma_medication_pa", case))
    box = found["Expedited Review/Urgent Request (attestation)"]
    assert box == "☐ Expedited Review/Urgent Request   (expedited)"


def test_a_question_is_answered_with_the_fact_and_left_to_the_clinician_to_tick() -> None:
    found = boxes(written("spravato_pharmacy", a_case("spravato_pharmacy")))
    answer = found["Prescribed by or with a psychiatric provider"]
    assert answer == "☐ Yes   ☐ No   (psychiatry)"


def test_an_ordinary_request_to_part_d_asks_for_no_faster_decision() -> None:
    found = boxes(written("medicare_part_d", a_case("medicare_part_d")))
    assert found["Expedited decision within 24 hours (tick)"] == "☐ Decision within 24 hours"


def test_a_required_fact_that_is_missing_is_a_marked_blank() -> None:
    case = a_case("tx_nofr001")
    del case["insurance"]["member_id"]
    tree = written("tx_nofr001", case)
    assert boxes(tree)["Member or Medicaid ID Number"] == "⟦/insurance/member_id⟧"
    assert "/insurance/member_id" in tree["missing"]


def test_a_required_field_that_no_case_holds_is_marked_for_a_person() -> None:
    tree = written("ma_medication_pa", a_case("ma_medication_pa"))
    mark = "/by_hand/ma_medication_pa/d2"
    assert boxes(tree)["Strength"] == f"⟦{mark}⟧"
    assert tree["missing"][mark] == "Strength"


def test_an_optional_fact_that_is_missing_leaves_its_box_empty() -> None:
    case = a_case("tx_nofr001")
    case["patient"] |= {"phone": None}
    assert boxes(written("tx_nofr001", case))["Patient Phone Number"] == ""


def test_signatures_are_lines_and_never_filled() -> None:
    signature = boxes(written("spravato_pharmacy", a_case("spravato_pharmacy")))["Signature"]
    assert signature == f"{'_' * 30}\nTobias Madeup-Nwosu, DO"


def test_the_devices_asked_for_follow_from_doses_and_sessions() -> None:
    # Two sessions of 56 mg and ten of 84 mg, from devices of 28 mg: 2 x 2 + 10 x 3.
    found = boxes(written("tx_nofr002", a_case("tx_nofr002")))
    label = "Drug, strength, route, quantity, days' supply, expected length"
    assert "Quantity: 34 devices of 28 mg" in found[label].split("\n")


@pytest.mark.parametrize("phase", [{"weeks": 4, "per_week": 2, "dose_mg": 70}, {"weeks": 4}])
def test_devices_are_not_counted_where_the_doses_do_not_give_them(phase: dict[str, Any]) -> None:
    case = a_case("ca_61_211")
    case["request"] |= {"phases": [phase], "administrations": 8}
    assert boxes(written("ca_61_211", case))["Quantity"] == "⟦/by_hand/ca_61_211/qt⟧"


def test_a_name_of_three_words_is_not_guessed_apart() -> None:
    case = a_case("ca_61_211")
    case["prescriber"]["name"] = "Ana de Sample"
    found = boxes(written("ca_61_211", case))
    assert found["Prescriber Last Name"] == "⟦/by_hand/ca_61_211/pl⟧"


def test_a_treatment_off_label_brings_its_citations_for_and_against() -> None:
    tree = written("ma_medication_pa", a_case("ma_medication_pa"))
    item = next(each for each in tree["form"]["addendum"] if "Citation" in each["title"])
    assert any(line.startswith("Murrough") for line in item["lines"])
    assert any(line.startswith("Against: ") for line in item["lines"])


def test_days_already_past_are_not_asked_for_again() -> None:
    case = a_case("tx_nofr001")
    case["request"] |= {"start": "2026-09-01", "end": "2026-09-20"}
    tree = written("tx_nofr001", case)
    assert "on approval" in json.dumps(tree["form"])
    assert "September 1, 2026" not in json.dumps(tree["form"])


# What overflows


def test_a_text_that_fits_its_box_stands_in_it() -> None:
    tree = written("tx_nofr001", a_case("tx_nofr001"))
    assert boxes(tree)["Issuer Name"] == "Example Lone Star Health Plan"
    assert [each["title"] for each in tree["form"]["addendum"]] == ["1  Clinical Documentation"]


def test_a_text_that_overflows_stands_whole_in_the_addendum() -> None:
    case, long = a_case("tx_nofr001"), "Plan of " + "many words " * 12
    case["insurance"]["payer"]["name"] = long
    tree = written("tx_nofr001", case)
    assert boxes(tree)["Issuer Name"] == "See addendum, item 1."
    assert tree["form"]["addendum"][0] == {"title": "1  Issuer Name", "lines": [long]}


def test_a_table_that_fits_stands_in_the_form() -> None:
    case = a_case("spravato_pharmacy")
    tree = written("spravato_pharmacy", case)
    assert len(tables_in(tree)[0]) == len(case["trials"]) == 8


def test_a_table_with_too_many_rows_stands_whole_in_the_addendum() -> None:
    case = a_case("spravato_pharmacy")
    case["trials"].append(case["trials"][0] | {"id": "again", "medication": "nortriptyline"})
    tree = written("spravato_pharmacy", case)
    assert [row["c1"] for row in tables_in(tree)[0]] == ["See addendum, item 1."]
    lines = tree["form"]["addendum"][0]["lines"]
    assert [line.partition(";")[0] for line in lines[1:]] == [
        row["medicine"] for row in tree["table"]["trials"]
    ]


def tables_in(tree: Mapping[str, Any]) -> list[list[dict[str, str]]]:
    """Return the rows of each table of the form."""
    blocks = (block for section in tree["form"]["sections"] for block in section["blocks"])
    return [block["lines"] for block in blocks if block["lines"]]


# Which form is called for


def test_texas_gets_its_form_in_place_of_ours() -> None:
    assert recommended(a_case("tx_nofr001"), "tx_nofr001") == ["tx_nofr001"]
    assert recommended(a_case("tx_nofr002"), "tx_nofr002") == ["tx_nofr002"]


def test_the_drug_form_is_not_used_for_what_the_medical_benefit_pays() -> None:
    case = a_case("tx_nofr002")
    case["request"]["benefit"] = "medical"
    assert recommended(case, "tx_nofr002") == ["tx_nofr001"]


@pytest.mark.parametrize("variant", ["ca_61_211", "medicare_part_d"])
def test_a_case_of_a_form_s_own_kind_gets_that_form(variant: str) -> None:
    assert recommended(a_case(variant), variant) == [variant]


@pytest.mark.parametrize("variant", ["", "ma_medication_pa", "spravato_pharmacy"])
def test_no_form_is_recommended_where_nothing_prescribes_it(variant: str) -> None:
    assert recommended(a_case(variant), variant) == [""]


@pytest.mark.parametrize(
    ("variant", "treatment", "plan_type", "why"),
    [
        ("medicare_part_d", "esketamine_nasal", "aca_individual", "Only a Part D plan"),
        ("medicare_part_d", "ketamine_iv", "medicare_part_d", "not a Part D drug"),
        ("spravato_pharmacy", "ketamine_iv", "medicaid_managed_care", "esketamine alone"),
        ("ca_61_211", "esketamine_nasal", "medicare_advantage", "not made for Medicare"),
    ],
)
def test_a_form_is_not_written_for_what_it_may_not_be_used_for(
    variant: str, treatment: str, plan_type: str, why: str
) -> None:
    knowledge, case = load_knowledge(), a_case(variant)
    case["request"]["treatment"], case["insurance"]["plan_type"] = treatment, plan_type
    reviewed = review(case, knowledge, _day(variant))
    with pytest.raises(InvalidCase) as caught:
        plan_documents([{"kind": KIND, "variant": variant}], case, reviewed, knowledge)
    problem = caught.value.problems[0]
    assert problem.code == "kind_not_for_case"
    assert why in problem.message


def test_a_new_form_is_new_files_and_no_code(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "forms").mkdir(parents=True)
    text = text_of_form().replace('"tx_nofr002"', '"zz_form"').replace("Justification", "Reasons")
    (site / "forms" / "zz_form.toml").write_text(text, encoding="utf-8")
    more = (
        '[[variants]]\nid = "zz_form"\ntitle = "Another form"\nwhen_to_use = "In a test."\n'
        'titled = "own"\nform = "zz_form"\nlayout = "prescribed_form"\npassages = ["severity", '
        '"function", "psychotherapy", "procedures", "current_medicine"]\n\n[packet]'
    )
    kinds = kinds_with(tmp_path, "[packet]", more)
    tree = written("zz_form", a_case("tx_nofr002"), load_knowledge(site, kinds))
    assert "Reasons *" in boxes(tree)
    assert boxes(tree)["Prescriber NPI"] == "2000000036"
