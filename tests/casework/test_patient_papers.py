"""The patient's own papers: what is asked, what is offered to whom, and that no word is left untranslated."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from msgspec import structs

from casework.context import case_context, paper_context
from casework.knowledge_base import Knowledge, load_knowledge
from casework.review import review
from casework.schema import load_case
from tests.end_to_end.kind_folders import FOLDERS
from tests.end_to_end.numbers_in_text import source
from tests.end_to_end.written import LETTER_DATES, loaded, sent

TODAY = date(2026, 11, 20)
PRIVATE = {
    "erisa_self_funded",
    "fully_insured_group",
    "aca_individual",
    "grandfathered",
    "church_plan",
}
PLAN_TYPES = (*load_knowledge().appeal_steps, "church_plan", "unknown")
LANGUAGES = ("en", "es")
GUIDE, INQUIRY = "next_steps_guide", "coverage_inquiry"


def tree(
    case: dict[str, Any],
    kind: str,
    language: str = "en",
    *,
    variant: str = "",
    today: date = TODAY,
    knowledge: Knowledge = load_knowledge(),  # noqa: B008 - loaded once, never changed
) -> dict[str, Any]:
    checked = load_case(case, knowledge)
    context = case_context(checked, review(checked, knowledge, today), knowledge, today)
    return paper_context(context, kind, variant, language, sample=False)


def inquiry(section: str = "insurance", **changes: Any) -> dict[str, Any]:
    case = json.loads((FOLDERS / INQUIRY / "sample.json").read_text(encoding="utf-8"))
    case.setdefault(section, {}).update(changes)
    return tree(case, INQUIRY)


def asked(written: dict[str, Any], table: str = "plan_questions") -> str:
    return " ".join(row["question"] for row in written["table"][table])


def test_what_the_case_tells_is_not_asked() -> None:
    assert "self-funded" in asked(inquiry())
    assert "self-funded" not in asked(inquiry(funding="self_funded"))


def test_an_answer_that_is_unknown_is_asked() -> None:
    assert "self-funded" in asked(inquiry(funding="unknown"))


def test_a_question_that_takes_two_facts_is_asked_until_both_are_told() -> None:
    half = inquiry("finances", deductible=500)
    whole = inquiry("finances", deductible=500, used_so_far=100)
    assert ["deductible" in asked(each) for each in (half, whole)] == [True, False]


def test_a_question_about_one_treatment_is_asked_of_no_other() -> None:
    infusion, spray = inquiry(), inquiry("request", treatment="esketamine_nasal")
    assert "by IV" in asked(infusion)
    assert "Spravato" not in asked(infusion)
    assert "Spravato" in asked(spray)
    assert "by IV" not in asked(spray)


def test_questions_about_leaving_the_network_come_only_where_the_clinic_is_outside() -> None:
    assert "out of network" not in asked(inquiry())
    assert "out of network" in asked(inquiry("facility", network="out"))


def test_the_letter_asks_some_of_the_questions_of_the_call_in_their_order() -> None:
    rows = inquiry()["table"]
    call, letter = (
        [row["question"] for row in rows[name]] for name in ("plan_questions", "written_questions")
    )
    assert 0 < len(letter) < len(call)
    assert letter == [each for each in call if each in letter]


def test_each_group_is_named_once_at_its_first_question() -> None:
    named = [row["group"] for row in inquiry()["table"]["plan_questions"] if row["group"]]
    assert named[0] == "Start of the call"
    assert len(named) == len(set(named))


def test_a_letter_cites_the_right_to_the_criteria_only_where_the_plan_s_regime_has_it() -> None:
    case = sent("medicare_advantage_denial") | {"denial": None}
    case.pop("denial")
    medicare = tree(case, INQUIRY, variant="letter")["say"]["inquiry_close"][0]
    group = tree(sent("depression_commercial"), INQUIRY, variant="letter")["say"]["inquiry_close"][
        0
    ]
    assert "29 CFR 2590.712" in group["text"]
    assert "CFR" not in medicare["text"]


@pytest.mark.parametrize("plan_type", PLAN_TYPES)
def test_the_maker_s_savings_are_offered_to_private_insurance_alone(plan_type: str) -> None:
    case = sent("suicidal_crisis")
    case = case | {"insurance": case["insurance"] | {"plan_type": plan_type}}
    offers = [row["who"] for row in tree(case, GUIDE)["table"]["guide_money"]]
    assert ("SPRAVATO withMe" in offers) == (plan_type in PRIVATE)


@pytest.mark.parametrize(
    ("second", "offered"),
    [
        ({"plan_type": "medicaid_ffs"}, False),
        ({"plan_name": "Example Plan"}, False),
        ({"plan_type": "fully_insured_group"}, True),
    ],
)
def test_a_second_plan_shuts_out_from_the_maker_s_savings_unless_it_is_private(
    second: dict[str, str], offered: bool
) -> None:
    case = sent("suicidal_crisis")
    case = case | {"insurance": case["insurance"] | {"secondary": second}}
    offers = [row["who"] for row in tree(case, GUIDE)["table"]["guide_money"]]
    assert ("SPRAVATO withMe" in offers) == offered


def test_help_with_esketamine_is_not_offered_for_ketamine() -> None:
    offers = tree(sent("depression_commercial"), GUIDE)["table"]["guide_money"]
    assert "SPRAVATO" not in json.dumps(offers)


@pytest.mark.parametrize(
    "doubt", [{"verified": False}, {"active": False}, {"active_unconfirmed": True}, {"plain": ""}]
)
def test_help_that_is_in_doubt_is_not_printed(doubt: dict[str, Any]) -> None:
    knowledge = load_knowledge()
    peers = knowledge.resources["peer_support"]
    doubted = [structs.replace(each, **doubt) for each in peers.resource]
    changed = {**knowledge.resources, "peer_support": structs.replace(peers, resource=doubted)}
    case = sent("depression_commercial")
    before, after = (
        json.dumps(tree(case, GUIDE, knowledge=each)["table"]["guide_helpers"])
        for each in (knowledge, structs.replace(knowledge, resources=changed))
    )
    assert "NAMI" in before
    assert "NAMI" not in after


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [GUIDE, INQUIRY])
@pytest.mark.parametrize("name", LETTER_DATES)
def test_a_patient_s_paper_names_988(name: str, kind: str, language: str) -> None:
    told = " ".join(each["text"] for each in tree(sent(name), kind, language)["say"]["crisis_line"])
    assert "988" in told
    assert "911" in told


def test_veterans_are_told_of_their_own_line() -> None:
    tricare, group = (
        tree(sent(name), GUIDE)["say"]["crisis_line"][0]["text"]
        for name in ("ptsd", "depression_commercial")
    )
    assert "press 1" in tricare
    assert "press 1" not in group


def test_every_step_of_every_ladder_has_a_spanish_name_and_plain_words() -> None:
    for ladder in load_knowledge().appeal_steps.values():
        for level in ladder.level:
            assert level.name_es, (ladder.id, level.id)
            assert level.plain, (ladder.id, level.id)
            assert level.plain_es, (ladder.id, level.id)


def test_plain_words_come_in_both_languages() -> None:
    knowledge = load_knowledge()
    rows = [row for file in knowledge.resources.values() for row in file.resource]
    rights = [right for law in knowledge.laws.values() for right in law.right]
    assert [each.id for each in (*rows, *rights) if bool(each.plain) != bool(each.plain_es)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [GUIDE, INQUIRY])
@pytest.mark.parametrize("name", LETTER_DATES)
def test_every_paragraph_rests_on_something_that_is_there(
    name: str, kind: str, language: str
) -> None:
    case, knowledge = loaded(name), load_knowledge()
    for said in tree(sent(name), kind, language, today=LETTER_DATES[name])["say"].values():
        for each in said:
            assert each["from"], each["id"]
            for pointer in each["from"]:
                first = pointer.split("/")[1]
                held = (
                    first in case if pointer.startswith("/") else source(pointer, case, knowledge)
                )
                assert held, (each["id"], pointer)


@pytest.mark.parametrize("name", LETTER_DATES)
def test_the_guide_s_dates_are_those_of_the_review_or_earlier_working_days(name: str) -> None:
    knowledge, today = load_knowledge(), LETTER_DATES[name]
    found = review(loaded(name), knowledge, today).facts.deadlines
    due = {f"{day:%B} {day.day}, {day.year}" for each in found
           if (day := each.working_target or each.due_day)}  # fmt: skip
    rows = tree(sent(name), GUIDE, today=today)["table"]["guide_dates"]
    printed = {row["by"].partition(" (")[0] for row in rows if row["by"].endswith(("6", "7", ")"))}
    assert printed == due


def test_a_day_that_has_passed_says_so() -> None:
    rows = tree(sent("renewal_iv"), GUIDE, today=LETTER_DATES["renewal_iv"])["table"]["guide_dates"]
    assert rows[0]["by"] == "October 30, 2026 (this day has passed: call your clinic)"
    assert "passed" not in rows[1]["by"]


def test_a_step_that_comes_by_itself_is_not_told_as_one_to_take() -> None:
    told = tree(sent("medicare_advantage_denial"), GUIDE)["say"]["guide_if_no"][0]["text"]
    assert told.startswith("If the plan says no again, it must itself send your case on")


def test_an_unknown_plan_gets_no_step_no_right_and_no_date() -> None:
    guide = tree(sent("bare_minimum"), GUIDE)
    assert guide["table"]["guide_dates"] == []
    assert guide["say"]["guide_rights"] == []
    assert "next step" not in guide["say"]["guide_if_no"][0]["text"]


def test_the_notice_s_missing_date_is_a_blank() -> None:
    case = sent("depression_commercial_denied")
    denial = {key: value for key, value in case["denial"].items() if key != "notice_date"}
    where = tree(case | {"denial": denial}, GUIDE)["say"]["guide_where"][0]["text"]
    assert "In its notice of ⟦/denial/notice_date⟧" in where


def test_what_was_done_is_not_among_the_tasks() -> None:
    case = sent("depression_commercial_denied")
    without = {key: value for key, value in case.items() if key != "patient_voice"}
    told = case | {"patient_voice": {"day": "I stay in bed."}}
    tasks = [
        " ".join(row["task"] for row in tree(each, GUIDE)["table"]["to_do"])
        for each in (without, told)
    ]
    assert ["your own words" in each for each in tasks] == [True, False]
