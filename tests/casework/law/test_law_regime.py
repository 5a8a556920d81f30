from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.knowledge_base.load import load_knowledge
from casework.regime import CITABLE, Regime, may_cite, regime
from tests.casework.law.law_cases import a_case, denied, urgent

KNOWLEDGE = load_knowledge()
PLANS = sorted(KNOWLEDGE.appeal_steps)
LEVELS = ("initial", "first_appeal", "second_appeal", "external")


def at(plan_type: str, level: str = "initial", *, fast: bool = False, **insurance: str) -> Regime:
    case = denied(a_case(plan_type, **insurance), "2026-10-12", "2026-10-15", level=level)
    return regime(urgent(case) if fast else case, KNOWLEDGE)


def printed(found: Regime) -> str:
    """Everything a letter may print of a regime."""
    parts: list[Any] = [found.name, found.title, found.next_step, found.who_may_file_citation]
    parts += [owed.words for owed in (found.file_by, found.decision_owed) if owed]
    parts += [f"{right.text} ({right.citation})" for right in (*found.rights, *found.silence)]
    if found.urgency_test:
        parts += [found.urgency_test.words, found.urgency_test.citation]
    return "\n".join(parts)


@pytest.mark.parametrize(
    ("plan_type", "name"),
    [
        ("erisa_self_funded", "internal appeal"),
        ("medicare_advantage", "request for reconsideration"),
        ("medicare_part_d", "request for redetermination"),
        ("original_medicare", "request for redetermination"),
        ("medicaid_managed_care", "plan appeal"),
        ("medicaid_ffs", "request for a fair hearing"),
        ("tricare", "request for reconsideration"),
        ("fehb", "request for reconsideration"),
        ("va", "clinical appeal"),
        ("church_plan", "appeal"),
    ],
)
def test_the_first_step_bears_its_legal_name(plan_type: str, name: str) -> None:
    assert at(plan_type).name == name


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("plan_type", PLANS)
def test_a_plan_that_is_not_under_erisa_never_names_it(plan_type: str, level: str) -> None:
    found = at(plan_type, level, state="CA")
    if found.erisa:
        return
    text = printed(found)
    assert "ERISA" not in text
    assert "502" not in text
    if plan_type not in ("aca_individual", "non_federal_governmental"):
        assert "2560.503" not in text
    assert "29 CFR 2590" not in text


@pytest.mark.parametrize("level", LEVELS)
def test_the_adopted_rule_is_cited_through_the_adopting_one(level: str) -> None:
    for plan_type in ("aca_individual", "non_federal_governmental"):
        for line in printed(at(plan_type, level)).splitlines():
            assert "2560.503" not in line or "adopting" in line


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("state", ["CA", "NY", "TX", "MA", "WA"])
def test_a_self_funded_plan_never_cites_state_law(level: str, state: str) -> None:
    found = at("erisa_self_funded", level, state=state)
    assert not any(law.startswith("state_") for law in found.laws)
    for sign in ("Cal.", "N.Y.", "Tex.", "CMR", "WAC", "RCW", "M.G.L."):
        assert sign not in printed(found)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("plan_type", PLANS)
def test_no_letter_threatens_a_penalty(plan_type: str, level: str) -> None:
    assert "$" not in printed(at(plan_type, level, state="NY"))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("plan_type", PLANS)
def test_only_verified_rights_of_this_plan_are_printed(plan_type: str, level: str) -> None:
    rights = {right.id: right for law in KNOWLEDGE.laws.values() for right in law.right}
    for offered in at(plan_type, level, state="MA").rights:
        assert rights[offered.id].verified
        assert rights[offered.id].verification in CITABLE
        assert plan_type in rights[offered.id].applies_to
        assert not offered.text.endswith(".")


def test_the_reference_case_tells_its_time_and_what_is_owed(cases) -> None:
    found = regime(cases["depression_commercial_denied"], KNOWLEDGE)
    assert found.file_by is not None
    assert found.file_by.words == (
        "The rule gives at least 180 days from the day the notice arrived, until April 13, 2027 "
        "(29 CFR 2560.503-1(h)(3)(i))."
    )
    assert found.decision_owed is not None
    assert found.decision_owed.words == (
        "A decision is owed within 30 days after you receive it (29 CFR 2560.503-1(i)(2)(ii))."
    )
    assert found.internal


def test_medicare_advantage_names_both_clocks_of_a_clinic_drug(cases) -> None:
    owed = regime(cases["medicare_advantage_denial"], KNOWLEDGE).decision_owed
    assert owed is not None
    assert owed.words == (
        "A decision is owed within seven days after you receive it as a Part B drug "
        "(42 CFR 422.590) or within 30 days as another item or service (42 CFR 422.590(a))."
    )


def test_new_yorks_two_business_days_do_not_hide_the_federal_72_hours() -> None:
    owed = at("aca_individual", fast=True, state="NY").decision_owed
    assert owed is not None
    assert "two business days" in owed.words
    assert "72 hours" in owed.words


def test_a_state_whose_decision_time_is_unread_gets_the_federal_ceiling() -> None:
    owed = at("fully_insured_group", "first_appeal", state="PA").decision_owed
    assert owed is not None
    assert "within 45 days" in owed.words
    assert "147.136(c)(2)(xii)" in owed.words


def test_a_presumed_arrival_is_told_as_presumed() -> None:
    case = denied(a_case("medicare_part_d"), "2026-01-15")
    owed = regime(case, KNOWLEDGE).file_by
    assert owed is not None
    assert "presumed five days after its date, until March 21, 2026" in owed.words


def test_a_day_that_has_passed_is_not_printed_as_time_in_hand() -> None:
    case = denied(a_case("medicaid_managed_care"), "2026-06-01")
    assert regime(case, KNOWLEDGE).file_by is not None
    assert regime(case, KNOWLEDGE, today=date(2026, 11, 20)).file_by is None


@pytest.mark.parametrize("plan_type", ["unknown", "church_plan", "self_pay"])
def test_a_plan_without_rules_prints_no_time_right_or_law(plan_type: str) -> None:
    found = at(plan_type)
    assert not found.known
    assert (found.file_by, found.decision_owed, found.rights) == (None, None, ())
    assert found.who_may_file == ()
    # The good faith estimate is the one law that reaches a patient without a plan.
    assert found.laws == (("no_surprises_act",) if plan_type == "self_pay" else ())


def test_a_physician_may_file_under_medicare_advantage_only_before_the_service() -> None:
    plan = a_case("medicare_advantage")
    nurse = {**plan, "prescriber": {**plan["prescriber"], "credentials": "PMHNP-BC"}}
    given = denied(plan, "2026-11-09", timing="post_service")
    assert "provider" in regime(denied(plan, "2026-11-09"), KNOWLEDGE).who_may_file
    assert "provider" not in regime(given, KNOWLEDGE).who_may_file
    assert "provider" not in regime(denied(nurse, "2026-11-09"), KNOWLEDGE).who_may_file


def test_a_clinician_may_act_without_a_form_under_erisa_only_when_urgent() -> None:
    assert "provider" not in at("erisa_self_funded").who_may_file
    assert "provider" in at("erisa_self_funded", fast=True).who_may_file


def test_a_network_clinic_may_never_appeal_under_tricare() -> None:
    plan = a_case("tricare")
    outside = {**plan, "prescriber": {**plan["prescriber"], "network": "out"}}
    inside = {**plan, "prescriber": {**plan["prescriber"], "network": "in"}}
    assert "provider" in regime(denied(outside, "2026-10-23"), KNOWLEDGE).who_may_file
    assert "provider" not in regime(denied(inside, "2026-10-23"), KNOWLEDGE).who_may_file
    assert "provider" not in regime(denied(plan, "2026-10-23"), KNOWLEDGE).who_may_file


def test_a_cut_of_running_care_adds_the_right_to_an_answer_first() -> None:
    cut = denied(a_case(), "2026-10-12", timing="concurrent")
    ids = [right.id for right in regime(cut, KNOWLEDGE).rights]
    assert "erisa.right.concurrent_care" in ids
    assert "erisa.right.concurrent_care" not in [right.id for right in at(PLANS[0]).rights]


def test_fee_for_service_medicaid_has_no_internal_step() -> None:
    assert not at("medicaid_ffs").internal
    assert not at("erisa_self_funded", "first_appeal").internal


def test_a_law_may_be_cited_only_where_its_file_lists_the_plan() -> None:
    assert may_cite(at("erisa_self_funded"), "mhpaea")
    assert not may_cite(at("medicare_advantage"), "mhpaea")
