"""What a name in a chart means, and when it means nothing surely enough."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.knowledge_base import load_knowledge
from casework.medicines import resolve

KNOWN = sorted(
    medicine.title
    for medicine in load_knowledge().medicines.values()
    if medicine.role in ("antidepressant", "augmentation", "mood_stabilizer")
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Zoloft", "sertraline"),
        ("Effexor XR", "venlafaxine_xr"),
        ("Paxil CR", "paroxetine_cr"),
        ("Auvelity", "dextromethorphan_bupropion"),
        ("Emsam", "selegiline_transdermal"),
        ("Caplyta", "lumateperone"),
    ],
)
def test_a_brand_is_read_as_its_medicine_and_said_so(typed, meant, knowledge) -> None:
    found = resolve(typed, knowledge)
    assert found.medicine is not None
    assert found.medicine.id == meant
    assert f"{typed} is a brand of" in found.note


@pytest.mark.parametrize(
    "typed",
    [
        "sertraline",
        "Sertraline",
        "  SERTRALINE ",
        "sertraline HCl",
        "sertraline 100 mg tablets daily",
    ],
)
def test_case_salt_strength_and_form_need_no_note(typed, knowledge) -> None:
    found = resolve(typed, knowledge)
    assert (found.medicine and found.medicine.id, found.note) == ("sertraline", "")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("venlafaxine ER", "venlafaxine_xr"), ("venlafaxine XR 150 mg", "venlafaxine_xr"),
        ("venlafaxine", "venlafaxine"), ("paroxetine CR", "paroxetine_cr"),
        ("bupropion XL", "bupropion"), ("divalproex", "valproate"), ("T3", "liothyronine"),
    ],
)  # fmt: skip
def test_a_release_form_with_an_entry_of_its_own_is_that_entry(typed, meant, knowledge) -> None:
    found = resolve(typed, knowledge).medicine
    assert found is not None
    assert found.id == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("LiCO3", "lithium"), ("VPA", "valproate"), ("OFC", "olanzapine_fluoxetine"), ("LTG", "lamotrigine")],
)  # fmt: skip
def test_an_abbreviation_is_read_and_said_so(typed, meant, knowledge) -> None:
    found = resolve(typed, knowledge)
    assert found.medicine is not None
    assert found.medicine.id == meant
    assert f"“{typed}” was read as {found.medicine.title}." == found.note


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("setraline", "sertraline"), ("buproprion XL", "bupropion"), ("mirtazipine", "mirtazapine"),
        ("escitaloprem", "escitalopram"), ("venlafaxin XR", "venlafaxine_xr"), ("Zolofft", "sertraline"),
    ],
)  # fmt: skip
def test_a_small_slip_is_read_and_said_so(typed, meant, knowledge) -> None:
    found = resolve(typed, knowledge)
    assert found.medicine is not None
    assert found.medicine.id == meant
    assert found.note.startswith(f"“{typed}” was read as")


@pytest.mark.parametrize(
    "typed",
    ["armodafinil", "dexmethylphenidate", "ketamine", "clonazepam", "gabapentin", "x", "!!"],
)
def test_another_drug_is_never_read_as_one_of_the_list(typed, knowledge) -> None:
    found = resolve(typed, knowledge)
    assert found.medicine is None
    assert found.note


@pytest.mark.parametrize("typed", ["SSRI", "an antidepressant", "tricyclic", "mood stabilizer"])
def test_a_class_is_no_medicine(typed, knowledge) -> None:
    assert resolve(typed, knowledge).medicine is None


def test_a_class_is_asked_back_by_name(knowledge) -> None:
    assert resolve("SSRI", knowledge).note == (
        "“SSRI” is a class of medicines; name the medicine itself."
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("olanzapine-fluoxetine", "olanzapine_fluoxetine"),
        ("fluoxetine/olanzapine", "olanzapine_fluoxetine"),
        ("Symbyax", "olanzapine_fluoxetine"),
        ("bupropion/dextromethorphan", "dextromethorphan_bupropion"),
    ],
)
def test_a_combination_product_is_one_medicine_in_either_order(typed, meant, knowledge) -> None:
    found = resolve(typed, knowledge).medicine
    assert found is not None
    assert found.id == meant


@pytest.mark.parametrize(
    "typed", ["sertraline and bupropion", "sertraline + bupropion", "sertraline/bupropion XL", "Zoloft, Abilify"]
)  # fmt: skip
def test_two_medicines_in_one_row_are_asked_back_as_two(typed, knowledge) -> None:
    found = resolve(typed, knowledge)
    assert found.medicine is None
    assert "Give each medicine its own row" in found.note


@pytest.mark.parametrize(
    ("populations", "meant"),
    [(("mdd",), "quetiapine"), (("bipolar_depression",), "quetiapine_bipolar"), ((), "quetiapine")],
)
@pytest.mark.parametrize("typed", ["quetiapine", "Seroquel XR"])
def test_one_molecule_with_two_uses_is_read_by_the_diagnosis(
    typed, populations, meant, knowledge
) -> None:
    found = resolve(typed, knowledge, populations).medicine
    assert found is not None
    assert found.id == meant


@given(name=st.sampled_from(KNOWN), upper=st.booleans(), around=st.sampled_from(["", " ", "  \t"]))
def test_every_name_of_the_list_means_itself_however_it_is_set(name, upper, around) -> None:
    found = resolve(f"{around}{name.upper() if upper else name}{around}", load_knowledge())
    assert found.medicine is not None
    assert found.medicine.title == name


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading_and_what_is_not_known_carries_a_note(name) -> None:
    found = resolve(name, load_knowledge())
    assert found.medicine is not None or found.note


@given(name=st.sampled_from([n for n in KNOWN if len(n) > 6 and n.isalpha()]), data=st.data())
def test_one_letter_left_out_is_never_read_as_another_medicine(name, data) -> None:
    at = data.draw(st.integers(1, len(name) - 2))
    found = resolve(name[:at] + name[at + 1 :], load_knowledge())
    assert found.medicine is None or found.medicine.title == name
