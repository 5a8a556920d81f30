"""Money meanwhile: a superbill adds up and hides no gap; help is asked only where it may be given."""

from __future__ import annotations

import json
from typing import Any

import pytest

from casework.carrying import can_be_written, forbidden
from casework.context import case_context, paper_context
from casework.facts import Facts
from casework.findings import findings
from casework.knowledge_base import load_knowledge
from casework.paper.fields import fields
from casework.passages import assistance, superbill
from casework.passages.speaker import patient
from casework.problems import InvalidCase
from casework.review import review
from casework.schema import load_case
from casework.tables.claims import claim_diagnosis_rows, claim_line_rows, claim_sum_rows
from tests.end_to_end.kind_folders import FOLDERS
from tests.end_to_end.numbers_in_text import numbers, numbers_behind, source

KINDS = load_knowledge().kinds
SUPERBILL = KINDS["superbill"]
SAVINGS = KINDS["financial_assistance_request"].of("manufacturer")
TODAY = SUPERBILL.sample_date
GOVERNMENT = (
    "medicare_advantage", "medicare_part_d", "original_medicare", "medicaid_managed_care",
    "medicaid_ffs", "tricare", "va", "fehb",
)  # fmt: skip


def sample(folder: str, **sections: Any) -> dict[str, Any]:
    """The sample case of a kind's folder; a section given is laid over its own."""
    case = json.loads((FOLDERS / folder / "sample.json").read_text(encoding="utf-8"))
    for name, changes in sections.items():
        case[name] = {**case.get(name, {}), **changes} if isinstance(changes, dict) else changes
    return load_case(case, load_knowledge())


def facts(case: dict[str, Any]) -> Facts:
    return review(case, load_knowledge(), TODAY).facts


def billed(*lines: dict[str, Any], **claim: Any) -> Facts:
    """The superbill's sample with these lines in place of its own, without total and payment."""
    return facts(
        sample("superbill", claim={"lines": list(lines), "total": None, "paid": None, **claim})
    )


def helped(**sections: Any) -> Facts:
    return facts(sample("financial_assistance_request", **sections))


def told(said: tuple[Any, ...]) -> str:
    return " ".join(each.text for each in said)


def amounts(found: Facts) -> dict[str, str]:
    return {row["what"]: row["amount"] for row in claim_sum_rows(found)}


# Who may be sent a superbill.


@pytest.mark.parametrize("plan", ["medicaid_managed_care", "medicaid_ffs"])
def test_a_superbill_is_refused_with_the_rule_under_medicaid(plan: str) -> None:
    assert "42 CFR 447.10(d), 447.15" in forbidden(
        SUPERBILL, sample("superbill", insurance={"plan_type": plan})
    )


def test_medicaid_as_the_second_plan_refuses_it_too() -> None:
    second = {"secondary": {"plan_type": "medicaid_ffs"}}
    assert "Medicaid" in forbidden(SUPERBILL, sample("superbill", insurance=second))


@pytest.mark.parametrize("plan", ["original_medicare", "medicare_advantage", "medicare_part_d"])
def test_a_superbill_is_refused_with_the_rule_under_medicare(plan: str) -> None:
    assert "1395w-4(g)(4)" in forbidden(
        SUPERBILL, sample("superbill", insurance={"plan_type": plan})
    )


@pytest.mark.parametrize("plan", ["erisa_self_funded", "aca_individual", "tricare", "fehb"])
def test_a_superbill_is_written_where_a_member_may_claim(plan: str) -> None:
    assert can_be_written(SUPERBILL, sample("superbill", insurance={"plan_type": plan}))


def test_it_is_recommended_only_outside_the_network() -> None:
    outside = review(sample("superbill"), load_knowledge(), TODAY)
    inside = sample("superbill", facility={"network": "in"}, prescriber={"network": "in"})
    assert "superbill" in {each.kind for each in outside.recommended}
    within = review(inside, load_knowledge(), TODAY)
    assert "superbill" not in {each.kind for each in within.recommended}


def test_services_given_inside_the_network_are_found_to_be_the_clinic_s_to_claim() -> None:
    inside = sample("superbill", facility={"network": "in"}, prescriber={"network": "in"})
    assert "claim_is_the_clinic_s" in {each.id for each in findings(facts(inside))}
    assert "claim_is_the_clinic_s" not in {each.id for each in findings(facts(sample("superbill")))}


def test_a_refused_claim_is_the_denial_s_matter_and_no_such_finding() -> None:
    inside = sample(
        "superbill",
        facility={"network": "in"},
        denial={"notice_date": "2026-11-02", "level": "initial", "timing": "post_service"},
    )
    assert "claim_is_the_clinic_s" not in {each.id for each in findings(facts(inside))}


# A superbill adds up.


def test_the_total_is_the_sum_of_the_charges_to_the_cent() -> None:
    found = billed({"code": "99214", "charge": 0.1}, {"code": "96365", "charge": 0.2}, paid=0.1)
    assert amounts(found) == {
        "Total charges": "$0.30",
        "Paid by the patient": "$0.10",
        "Not yet paid": "$0.20",
    }


def test_a_total_that_is_not_the_sum_is_refused() -> None:
    with pytest.raises(InvalidCase):
        billed({"code": "99214", "charge": 100}, total=90)


def test_a_missing_charge_leaves_its_cell_and_the_total_blank() -> None:
    found = billed({"code": "99214", "charge": 100}, {"code": "96365"}, paid=100)
    assert claim_line_rows(found)[1]["charge"] == "⟦/claim/lines/1/charge⟧"
    assert amounts(found) == {"Total charges": "⟦/claim/total⟧", "Paid by the patient": "$100.00"}


def test_an_unknown_payment_is_a_blank_and_never_a_balance() -> None:
    found = billed({"code": "99214", "charge": 100})
    assert amounts(found) == {
        "Total charges": "$100.00",
        "Paid by the patient": "⟦/claim/paid⟧",
    }
    assert "paid" not in told(superbill.itemized(found))


@pytest.mark.parametrize(("paid", "asks"), [(100, True), (99.99, False)])
def test_the_plan_is_asked_to_pay_the_member_only_when_the_clinic_is_paid(
    paid: float, asks: bool
) -> None:
    found = billed({"code": "99214", "charge": 100}, paid=paid)
    assert ("to the member, not to the clinic" in told(superbill.itemized(found))) is asks


def test_a_line_has_its_own_day_or_that_of_the_claim_or_a_blank() -> None:
    lines = ({"code": "99214", "date": "2026-10-20"}, {"code": "96365"})
    days = [row["date"] for row in claim_line_rows(billed(*lines, date="2026-10-19"))]
    assert days == ["Oct 20, 2026", "Oct 19, 2026"]
    assert claim_line_rows(billed(*lines))[1]["date"] == "⟦/claim/lines/1/date⟧"


def test_a_line_points_to_its_diagnosis_by_letter() -> None:
    found = billed({"code": "99214", "diagnosis": "F41.1"}, {"code": "96365", "diagnosis": "F33.2"})
    assert [row["code"] for row in claim_diagnosis_rows(found)] == ["F33.2", "F41.1"]
    assert [row["diagnosis"] for row in claim_line_rows(found)] == ["B", "A"]


def test_a_line_that_names_no_diagnosis_among_several_is_a_blank_not_a_guess() -> None:
    found = billed({"code": "99214", "diagnosis": "F33.2"}, {"code": "96365"})
    assert claim_line_rows(found)[1]["diagnosis"] == "⟦/claim/lines/1/diagnosis⟧"
    assert [row["code"] for row in claim_diagnosis_rows(found)] == ["F33.2", "F41.1"]


def test_a_diagnosis_that_no_line_points_to_is_not_told_to_the_plan() -> None:
    found = billed({"code": "99214", "diagnosis": "F33.2"})
    assert [row["code"] for row in claim_diagnosis_rows(found)] == ["F33.2"]


def test_a_drug_without_a_code_of_its_own_asks_for_its_name_and_number() -> None:
    row = claim_line_rows(billed({"code": "J3490", "charge": 60}))[0]
    assert row["service"] == "⟦/claim/lines/0/drug⟧"
    assert row["detail"] == "NDC ⟦/claim/lines/0/ndc⟧"


def test_the_times_of_the_visit_stand_beside_the_infusion_alone() -> None:
    found = billed({"code": "99214"}, {"code": "96365"}, started="10:05", stopped="10:45")
    assert [row["detail"] for row in claim_line_rows(found)] == ["", "10:05 to 10:45"]


def test_the_number_of_another_place_is_not_the_biller_s() -> None:
    practice = {**sample("superbill")["prescriber"]["practice"], "tax_id": None}
    elsewhere = {"name": "Example County Hospital", "tax_id": "11-1111111"}
    case = sample("superbill", prescriber={"practice": practice}, facility=elsewhere)
    assert fields(facts(case))["billing_tax_id"] == "⟦/prescriber/practice/tax_id⟧"


# Help with the cost.


@pytest.mark.parametrize("plan", [*GOVERNMENT, "unknown", "self_pay"])
def test_manufacturer_savings_are_never_offered_to_the_government_insured(plan: str) -> None:
    folder = "financial_assistance_request/manufacturer"
    assert forbidden(SAVINGS, sample(folder, insurance={"plan_type": plan}))


@pytest.mark.parametrize("plan", GOVERNMENT)
def test_nor_where_the_government_insures_second(plan: str) -> None:
    folder = "financial_assistance_request/manufacturer"
    second = {"secondary": {"plan_type": plan}}
    assert forbidden(SAVINGS, sample(folder, insurance=second))


def test_nor_for_a_ketamine_that_has_no_such_program() -> None:
    assert "esketamine" in forbidden(SAVINGS, sample("financial_assistance_request"))
    for treatment in load_knowledge().treatments:
        refused = forbidden(
            SAVINGS, sample("financial_assistance_request", request={"treatment": treatment})
        )
        assert bool(refused) is (treatment != "esketamine_nasal")


def test_they_are_asked_for_where_a_commercial_plan_pays_for_esketamine() -> None:
    case = sample("financial_assistance_request/manufacturer")
    assert can_be_written(SAVINGS, case)
    assert assistance.savings_recipient(facts(case)) == [
        "SPRAVATO withMe (Johnson & Johnson)",
        "Fax 844-577-7282",
    ]


def test_the_manufacturer_is_told_no_income() -> None:
    case = sample("financial_assistance_request/manufacturer")
    found = review(case, load_knowledge(), TODAY)
    tree = paper_context(
        case_context(case, found, load_knowledge(), TODAY),
        "financial_assistance_request", "manufacturer", "en", sample=False,
    )  # fmt: skip
    assert "38,000" not in json.dumps(tree["say"])
    template = FOLDERS / "financial_assistance_request" / "manufacturer" / "template.txt"
    assert "table." not in template.read_text(encoding="utf-8")


def test_a_second_plan_of_unknown_kind_is_not_told_to_be_no_government_s() -> None:
    folder = "financial_assistance_request/manufacturer"
    found = facts(sample(folder, insurance={"secondary": {"plan_name": "Example Second Plan"}}))
    said = told(assistance.aid_savings(found, patient(found.who)))
    assert "⟦/insurance/secondary/plan_type⟧" in said
    assert "no coverage by a government" not in said


def test_a_hospital_is_asked_for_its_policy_and_a_clinic_for_its_price() -> None:
    hospital = helped(facility={"place_of_service": "22"})
    clinic = helped(facility={"place_of_service": "11"})
    assert "501(r)" in told(assistance.aid_terms(hospital))
    assert "501(r)" not in told(assistance.aid_terms(clinic))
    assert "whole course cost" in told(assistance.aid_terms(clinic))


@pytest.mark.parametrize(("plan", "asked"), [("self_pay", True), ("aca_individual", False)])
def test_only_one_who_pays_alone_asks_for_a_good_faith_estimate(plan: str, asked: bool) -> None:
    found = helped(insurance={"plan_type": plan})
    assert ("good faith estimate" in told(assistance.aid_terms(found))) is asked


@pytest.mark.parametrize("place", ["11", "22"])
def test_the_letter_takes_nothing_as_waived(place: str) -> None:
    found = helped(facility={"place_of_service": place})
    assert "nothing that is owed is taken as lowered or waived" in told(assistance.aid_terms(found))


def test_a_program_is_named_by_the_case_or_left_blank() -> None:
    assert assistance.program_recipient(helped(finances={"program": None})) == [
        "⟦/finances/program/name⟧",
        "⟦/finances/program/address⟧",
    ]


def test_a_hospital_is_not_written_to_at_the_practice_s_address() -> None:
    assert assistance.place_recipient(helped(facility={"address": None})) == [
        "Example County Hospital",
        "Financial Assistance",
        "⟦/facility/address⟧",
    ]


def test_what_every_program_asks_for_is_a_blank_and_the_rest_drops_out() -> None:
    found = helped(finances={"annual_income": None, "deductible": None})
    rows = {row["what"]: row["amount"] for row in assistance.aid_rows(found)}
    assert rows["Household income a year"] == "⟦/finances/annual_income⟧"
    assert "Plan’s deductible" not in rows


def test_the_need_is_told_in_the_patient_s_words_or_not_at_all() -> None:
    assert "“I went from full days" in told(assistance.aid_need(helped()))
    assert "⟦/finances/hardship⟧" in told(assistance.aid_need(helped(finances={"hardship": None})))


# Both rest on what is there.


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_every_refusal_rests_on_knowledge_that_exists(kind: Any) -> None:
    for each in (*kind.not_for, *(row for v in kind.variants for row in v.not_for or [])):
        assert source(each.source, {}, load_knowledge())


@pytest.mark.parametrize(
    ("kind", "variant"),
    [
        ("superbill", ""),
        ("financial_assistance_request", ""),
        ("financial_assistance_request", "foundation"),
        ("financial_assistance_request", "manufacturer"),
    ],
)
def test_every_number_told_stands_in_the_case_or_in_what_it_rests_on(
    kind: str, variant: str
) -> None:
    own = FOLDERS / kind / variant / "sample.json"
    case = sample(f"{kind}/{variant}" if variant and own.is_file() else kind)
    found = facts(case)
    speaker = patient(found.who)
    said = {
        "superbill": superbill.itemized(found),
        "": (*assistance.aid_asked(found, speaker), *assistance.aid_terms(found)),
        "foundation": assistance.aid_program(found),
        "manufacturer": assistance.aid_savings(found, speaker),
    }[variant or (kind if kind == "superbill" else "")]
    for each in said:
        held = numbers_behind(case)
        for rests in each.rests_on:
            assert source(rests, case, load_knowledge()) is not None, rests
            if not rests.startswith("/"):
                held |= numbers_behind(source(rests, case, load_knowledge()))
        assert numbers(each.text) - held == set(), each.text
