"""From a notice's words and codes to its reasons: all of them, and none that is not there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.denials import StatedReason, match_codes, match_text, stated_reasons
from casework.knowledge_base import load_knowledge

EXAMPLES = load_knowledge().denial_vocabulary["match_tests"]


def reasons(knowledge: Any, *listed: dict[str, Any], **denial: Any) -> tuple[StatedReason, ...]:
    return stated_reasons({"reasons": list(listed), **denial}, knowledge)


def ids(reason: StatedReason) -> list[str]:
    return [match.reason.id for match in reason.matches]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Ketamine for depression is considered investigational.", "experimental_investigational"),
        ("The service is NOT MEDICALLY NECESSARY.", "not_medically_necessary"),
        ("The member must try and fail two other drugs.", "step_therapy_not_met"),
        ("This drug is not FDA approved for depression.", "off_label_not_fda_approved"),
        ("Excluded under your plan.", "excluded_benefit"),
        ("No prior authorization on file.", "no_prior_authorization"),
        ("Services by an out-of-network provider.", "out_of_network"),
        ("The timely filing limit has passed.", "timely_filing"),
        ("This is a duplicate claim.", "duplicate"),
        ("Quantity limit exceeded.", "quantity_frequency_limit"),
        ("There was no documented response.", "no_documented_response"),
        ("The place of service is not covered for this drug.", "wrong_site_of_care"),
    ],
)
def test_a_payer_s_words_lead_to_their_reason(words, reason, knowledge) -> None:
    assert reason in ids(reasons(knowledge, {"quote": words})[0])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each["expect"][0])
def test_the_vocabulary_s_own_examples_hold(example, knowledge) -> None:
    found = [match.reason.id for match in match_text(example["text"], knowledge)]
    assert set(example["expect"]) <= set(found)


def test_words_broken_over_lines_are_read_as_one(knowledge) -> None:
    assert ids(reasons(knowledge, {"quote": "not\n  medically   necessary"})[0]) == [
        "not_medically_necessary"
    ]


def test_the_phrase_that_matched_is_kept_for_a_person_to_confirm(knowledge) -> None:
    match = match_text("The request is NOT medically necessary.", knowledge)[0]
    assert match.phrase == "not medically necessary"


def test_an_unknown_reason_stays_as_it_stands_and_matches_nothing(knowledge) -> None:
    reason = reasons(knowledge, {"quote": "The committee was not convinced."})[0]
    assert (reason.words, reason.matches, reason.first) == (
        "The committee was not convinced.",
        (),
        None,
    )
    assert not reason.administrative


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("50", "not_medically_necessary"), ("CO-50", "not_medically_necessary"),
        ("PR 204", "excluded_benefit"), ("co55", "experimental_investigational"),
        ("197", "no_prior_authorization"), ("29", "timely_filing"), ("18", "duplicate"),
        ("B15", "step_therapy_not_met"), ("MA130", "coding_error"), ("N704", "coding_error"),
    ],
)  # fmt: skip
def test_a_code_leads_to_its_reason_however_it_is_prefixed(code, reason, knowledge) -> None:
    assert reason in [match.reason.id for match in match_codes([code], knowledge)]


def test_a_sure_code_goes_before_one_that_is_often_seen(knowledge) -> None:
    assert [each.reason.id for each in match_codes(["50"], knowledge)] == [
        "not_medically_necessary"
    ]


def test_a_code_often_seen_with_many_reasons_bears_out_the_words_and_names_no_more(
    knowledge,
) -> None:
    told = ids(reasons(knowledge, {"quote": "considered investigational", "carc": ["272"]})[0])
    assert told == ["experimental_investigational"]


def test_such_a_code_stands_alone_where_there_are_no_words(knowledge) -> None:
    assert len(ids(reasons(knowledge, {"carc": ["272"]})[0])) > 1


def test_204_is_a_service_not_covered_by_the_plan_and_no_matter_of_teeth(knowledge) -> None:
    assert [each.reason.id for each in match_codes(["204"], knowledge)] == ["excluded_benefit"]


def test_a_code_that_is_not_held_leads_nowhere(knowledge) -> None:
    assert match_codes(["999"], knowledge) == ()


@pytest.mark.parametrize("code", ["16", "96", "A1"])
def test_a_generic_code_by_itself_is_no_answer(code, knowledge) -> None:
    assert reasons(knowledge, {"carc": [code]})[0].matches == ()


def test_a_generic_code_beside_its_remark_is_one(knowledge) -> None:
    assert ids(reasons(knowledge, {"carc": ["16"], "rarc": ["N706"]})[0]) == [
        "insufficient_documentation"
    ]


def test_the_words_beside_a_generic_code_decide(knowledge) -> None:
    told = ids(reasons(knowledge, {"quote": "considered investigational", "carc": ["96"]})[0])
    assert told == ["experimental_investigational"]


def test_a_code_and_words_that_agree_are_one_reason(knowledge) -> None:
    told = reasons(knowledge, {"quote": "not medically necessary", "carc": ["50"]})[0]
    assert ids(told) == ["not_medically_necessary"]
    assert told.codes == ("50",)


def test_a_code_goes_before_words_that_say_something_else(knowledge) -> None:
    told = ids(reasons(knowledge, {"quote": "considered investigational", "carc": ["197"]})[0])
    assert told == ["no_prior_authorization", "experimental_investigational"]


def test_what_the_words_say_beyond_an_agreeing_code_is_not_lost(knowledge) -> None:
    words = "not medically necessary and considered investigational"
    told = ids(reasons(knowledge, {"quote": words, "carc": ["50"]})[0])
    assert told[0] == "not_medically_necessary"
    assert "experimental_investigational" in told


def test_an_id_given_by_the_caller_is_taken_at_its_word(knowledge) -> None:
    told = reasons(knowledge, {"id": "step_therapy_not_met", "quote": "considered investigational"})
    assert ids(told[0]) == ["step_therapy_not_met"]


def test_several_listed_reasons_stay_in_the_notice_s_order(knowledge) -> None:
    told = reasons(
        knowledge,
        {"quote": "The committee was not convinced."},
        {"carc": ["204"]},
        {"quote": "considered investigational", "names": ["ect"]},
    )
    assert [each.pointer for each in told] == [f"/denial/reasons/{i}" for i in range(3)]
    assert [ids(each)[:1] for each in told] == [
        [],
        ["excluded_benefit"],
        ["experimental_investigational"],
    ]
    assert told[2].names == ("ect",)


def test_without_a_list_the_letter_s_text_gives_each_reason_with_its_sentence(knowledge) -> None:
    text = (
        "Dear member. There is no prior authorization on file. "
        "Your plan excludes it: not a covered benefit. The infusion is not medically necessary."
    )
    told = stated_reasons({"letter_text": text}, knowledge)
    found = {ids(each)[0]: each.words for each in told}
    assert found["not_medically_necessary"] == "The infusion is not medically necessary."
    assert found["no_prior_authorization"] == "There is no prior authorization on file."
    assert {each.pointer for each in told} == {"/denial/letter_text"}


def test_reasons_read_from_a_letter_come_clinical_contractual_administrative(knowledge) -> None:
    text = "No prior authorization on file; not a covered benefit; not medically necessary."
    kinds = [
        each.first.appealable
        for each in stated_reasons({"letter_text": text}, knowledge)
        if each.first
    ]
    order = ["clinical", "contractual", "administrative"]
    assert kinds == sorted(kinds, key=order.index)
    assert set(kinds) == set(order)


def test_a_denial_without_words_or_codes_has_no_reason(knowledge) -> None:
    assert stated_reasons({}, knowledge) == ()
    assert stated_reasons({"letter_text": "Dear member, we have decided."}, knowledge) == ()


@pytest.mark.parametrize(
    ("entry", "administrative"),
    [
        ({"carc": ["197"]}, True), ({"carc": ["29"]}, True), ({"carc": ["50"]}, False),
        ({"carc": ["204"]}, False), ({"quote": "The committee was not convinced."}, False),
    ],
)  # fmt: skip
def test_only_an_administrative_reason_is_mended_by_a_corrected_claim(
    entry, administrative, knowledge
) -> None:
    assert reasons(knowledge, entry)[0].administrative is administrative


def test_a_reason_with_a_clinical_part_is_not_administrative(knowledge) -> None:
    words = "No prior authorization on file, and not medically necessary."
    assert not reasons(knowledge, {"quote": words})[0].administrative


def test_an_exclusion_is_contractual_and_not_clinical(knowledge) -> None:
    first = reasons(knowledge, {"quote": "Excluded under your plan."})[0].first
    assert first is not None
    assert first.appealable == "contractual"


@given(st.text(max_size=500))
def test_whatever_a_notice_says_its_words_are_kept_as_they_stand(words) -> None:
    assert stated_reasons({"reasons": [{"quote": words}]}, load_knowledge())[0].words == words


@given(
    st.lists(st.sampled_from(["50", "197", "204", "16", "N706", "55", "29", "999"]), unique=True)
)
def test_the_order_of_the_codes_does_not_change_what_they_lead_to(codes) -> None:
    knowledge = load_knowledge()
    forward = {each.reason.id for each in match_codes(codes, knowledge)}
    assert forward == {each.reason.id for each in match_codes(codes[::-1], knowledge)}
