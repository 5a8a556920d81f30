"""Packets that start from an earlier packet's case."""

from __future__ import annotations

from typing import Any

import pytest

from casework.problems import InvalidCase
from service.merge_patch import appended, merged
from storage.store import Store
from tests.service.conftest import Caller, a_case, errors


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_the_examples_of_rfc_7396(target: Any, patch: Any, result: Any) -> None:
    assert merged(target, patch) == result


def test_rows_are_added_to_lists_wherever_they_stand() -> None:
    case = {"trials": [{"id": "1", "side_effects": ["nausea"]}]}
    grown = appended(case, {"/trials/0/side_effects": ["rash"], "/assessments": [1]})
    assert grown == {
        "trials": [{"id": "1", "side_effects": ["nausea", "rash"]}],
        "assessments": [1],
    }
    assert case == {"trials": [{"id": "1", "side_effects": ["nausea"]}]}


@pytest.mark.parametrize(
    "pointer", ["", "trials", "/name", "/trials/9/x", "/absent/list", "/name/x"]
)
def test_rows_are_not_added_to_what_is_no_list(pointer: str) -> None:
    with pytest.raises(InvalidCase) as refused:
        appended({"trials": [], "name": "x"}, {pointer: [1]})
    assert refused.value.problems[0].code == "not_a_list"


def test_a_new_packet_takes_the_earlier_case_with_what_changed(
    willow: Caller, store: Store
) -> None:
    first = willow.packet()
    score = {"scale": "phq9", "date": "2026-11-20", "score": 17}
    second = willow.packet(
        based_on=first["id"],
        case={"patient": {"preferred_name": "Dee"}},
        append={"/assessments": [score]},
    )
    assert second["based_on"] == first["id"]
    old = store.packets.contents("willow", first["id"]).case
    new = store.packets.contents("willow", second["id"]).case
    assert new["patient"] == {**old["patient"], "preferred_name": "Dee"}
    assert new["assessments"][:-1] == old["assessments"]
    assert new["assessments"][-1].items() >= score.items()


def test_the_case_may_be_left_out_when_nothing_in_it_changed(willow: Caller) -> None:
    first = willow.packet()
    answer = willow.post("/v1/packets", {"based_on": first["id"]})
    assert answer.status_code == 202


def test_the_merged_case_is_checked_whole(willow: Caller) -> None:
    first = willow.packet()
    answer = willow.post("/v1/packets", {"based_on": first["id"], "case": {"request": None}})
    assert errors(answer) == {"/case/request": "required"}


def test_a_packet_of_another_account_is_no_base(willow: Caller, cedar: Caller) -> None:
    theirs = cedar.packet()
    answer = willow.post("/v1/packets", {"based_on": theirs["id"]})
    assert errors(answer) == {"/based_on": "unknown_packet"}


def test_an_erased_packet_is_no_base(willow: Caller) -> None:
    first = willow.packet()
    willow.delete(first["links"]["self"])
    answer = willow.post("/v1/packets", {"based_on": first["id"], "case": a_case()})
    assert (answer.status_code, answer.json["code"]) == (409, "base_erased")
