"""POST /v1/packets with many packets: each is accepted or refused by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from service.packet_request import _in_formats
from storage.audit import append
from storage.faults import StorageFull
from storage.store import Store
from tests.service.conftest import CANARY, Caller, a_case, errors

LETTER = "letter_of_medical_necessity"


def an_item(**more: Any) -> dict[str, Any]:
    return {"case": a_case(), "documents": [LETTER], **more}


def post(caller: Caller, *items: Any, **more: Any) -> TestResponse:
    return caller.post("/v1/packets", {"packets": list(items)}, **more)


def statuses(answer: TestResponse) -> list[int]:
    return [each["status"] for each in answer.json["results"]]


def codes(result: dict[str, Any]) -> dict[str, str]:
    return {each["pointer"]: each["code"] for each in result["problem"]["errors"]}


def listed(caller: Caller) -> int:
    return len(caller.get("/v1/packets?limit=100").json["items"])


def test_every_case_of_a_batch_becomes_a_packet_in_the_order_sent(willow: Caller) -> None:
    answer = post(willow, *(an_item(reference=f"case-{number}") for number in range(5)))
    assert answer.status_code == 200
    packets = [each["packet"] for each in answer.json["results"]]
    assert statuses(answer) == [202] * 5
    assert [each["reference"] for each in packets] == [f"case-{number}" for number in range(5)]
    assert listed(willow) == 5


def test_a_packet_of_a_batch_is_told_as_one_alone(willow: Caller) -> None:
    (result,) = post(willow, an_item(reference="a")).json["results"]
    packet = willow.get(f"/v1/packets/{result['packet']['id']}").json
    assert result["packet"] == packet
    assert packet["findings"]


def test_what_is_wrong_with_one_packet_does_not_hold_up_the_others(willow: Caller) -> None:
    bad_case = a_case()
    del bad_case["request"]
    answer = post(willow, an_item(), an_item(case=bad_case), 7, an_item(referense="x"), an_item())
    first, missing, number, misspelt, last = answer.json["results"]
    assert statuses(answer) == [202, 422, 422, 422, 202]
    assert codes(missing) == {"/packets/1/case/request": "required"}
    assert codes(number) == {"/packets/2": "wrong_type"}
    assert codes(misspelt) == {"/packets/3/referense": "unknown_field"}
    assert "problem" not in first
    assert "packet" not in missing
    assert last["packet"]["status"] == "queued"
    assert listed(willow) == 2


def test_a_refused_packet_tells_all_its_problems_as_a_problem_alone(willow: Caller) -> None:
    item = an_item(documents=["apeal_letter"], options={"formats": ["odt"]})
    alone = willow.post("/v1/packets", item)
    (result,) = post(willow, item).json["results"]
    assert codes(result) == {f"/packets/0{at}": code for at, code in errors(alone).items()}
    assert {**result["problem"], "request_id": "", "errors": []} == {
        **alone.json,
        "request_id": "",
        "errors": [],
    }


def test_a_packet_that_must_not_have_gaps_is_refused_alone(willow: Caller) -> None:
    case = a_case()
    del case["insurance"]["member_id"]
    strict = an_item(case=case, options={"on_missing": "refuse"})
    _, refused = post(willow, an_item(case=case), strict).json["results"]
    assert refused["problem"]["code"] == "blocked"
    assert codes(refused)["/packets/1/case/insurance/member_id"] == "fact_missing"


def test_a_batch_sent_again_gives_the_same_packets(willow: Caller) -> None:
    items = [an_item(idempotency_key=f"night-{number}") for number in range(3)]
    first = post(willow, *items)
    second = post(willow, *items)
    assert (statuses(first), statuses(second)) == ([202] * 3, [200] * 3)
    ids = [[each["packet"]["id"] for each in answer.json["results"]] for answer in (first, second)]
    assert ids[0] == ids[1]
    assert listed(willow) == 3


def test_what_was_refused_is_sent_again_with_the_same_key_once_corrected(willow: Caller) -> None:
    wrong = an_item(idempotency_key="one", reference="Dana Smith")
    assert statuses(post(willow, wrong, an_item(idempotency_key="two"))) == [422, 202]
    right = an_item(idempotency_key="one", reference="case-1")
    assert statuses(post(willow, right, an_item(idempotency_key="two"))) == [202, 200]


def test_the_order_of_members_is_no_other_body(willow: Caller) -> None:
    item = an_item(idempotency_key="one")
    backwards = dict(reversed(item.items()))
    assert statuses(post(willow, item, backwards)) == [202, 200]


def test_a_key_twice_in_a_batch_names_one_packet(willow: Caller) -> None:
    item = an_item(idempotency_key="one")
    answer = post(willow, item, item, an_item(idempotency_key="one", reference="other"))
    first, again, other = answer.json["results"]
    assert statuses(answer) == [202, 200, 422]
    assert again["packet"]["id"] == first["packet"]["id"]
    assert other["problem"]["code"] == "idempotency_key_reused"
    assert listed(willow) == 1


def test_the_same_case_without_a_key_makes_two_packets(willow: Caller) -> None:
    one, other = post(willow, an_item(), an_item()).json["results"]
    assert one["packet"]["id"] != other["packet"]["id"]


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, 7, "é"])
def test_an_idempotency_key_that_cannot_be_one_refuses_its_packet(willow: Caller, key: Any) -> None:
    answer = post(willow, an_item(idempotency_key=key), an_item())
    assert statuses(answer) == [422, 202]
    assert "/packets/0/idempotency_key" in codes(answer.json["results"][0])


def test_the_header_cannot_stand_for_a_batch(willow: Caller) -> None:
    answer = post(willow, an_item(), headers={"Idempotency-Key": "one"})
    assert (answer.status_code, answer.json["errors"][0]["parameter"]) == (400, "Idempotency-Key")
    assert listed(willow) == 0


def test_a_packet_alone_takes_its_key_from_the_header_only(willow: Caller) -> None:
    answer = willow.post("/v1/packets", an_item(idempotency_key="one"))
    assert errors(answer) == {"/idempotency_key": "unknown_field"}


def test_a_batch_may_go_on_from_earlier_packets_of_the_account_only(
    willow: Caller, cedar: Caller
) -> None:
    mine, theirs = willow.packet()["id"], cedar.packet()["id"]
    answer = post(willow, {"based_on": mine}, {"based_on": theirs})
    assert statuses(answer) == [202, 422]
    assert codes(answer.json["results"][1]) == {"/packets/1/based_on": "unknown_packet"}


def test_an_erased_base_refuses_its_packet_alone(willow: Caller) -> None:
    erased = willow.packet()["id"]
    willow.delete(f"/v1/packets/{erased}")
    answer = post(willow, {"based_on": erased}, an_item())
    assert statuses(answer) == [409, 202]
    assert answer.json["results"][0]["problem"]["code"] == "base_erased"


@pytest.mark.parametrize(
    ("packets", "code"),
    [([], "too_few"), ([{}] * 101, "too_many"), ({}, "wrong_type"), ("all", "wrong_type")],
)
def test_a_batch_holds_one_to_a_hundred_packets(willow: Caller, packets: Any, code: str) -> None:
    answer = willow.post("/v1/packets", {"packets": packets})
    assert (answer.status_code, errors(answer)) == (422, {"/packets": code})


def test_a_hundred_packets_are_taken_at_once(willow: Caller, store: Store) -> None:
    answer = post(willow, *[an_item()] * 100)
    assert statuses(answer) == [202] * 100
    assert store.packets.counts() == {"queued": 100}
    assert store.audit.broken_at() is None


def test_no_other_field_stands_beside_a_batch(willow: Caller) -> None:
    answer = willow.post("/v1/packets", {"packets": [an_item()], **an_item()})
    assert errors(answer) == {"/case": "unknown_field", "/documents": "unknown_field"}
    assert listed(willow) == 0


def test_a_test_key_makes_samples_of_a_batch(
    store: Store, calling_with: Callable[[str], Caller]
) -> None:
    tester = calling_with(store.keys.create("willow", test=True).text)
    (result,) = post(tester, an_item()).json["results"]
    assert result["packet"]["sample"] is True


def test_a_full_disk_keeps_none_of_a_batch(
    willow: Caller, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = [append]

    def filling(*line: Any, **more: Any) -> None:
        if not room:
            raise StorageFull("there is no room left for rows")
        room.pop()(*line, **more)

    monkeypatch.setattr("storage.packets.audit.append", filling)
    answer = post(willow, an_item(), an_item())
    monkeypatch.undo()
    assert (answer.status_code, answer.json["code"]) == (507, "storage_full")
    assert store.packets.counts() == {}


def test_a_packet_that_breaks_us_does_not_hold_up_the_others(
    willow: Caller, monkeypatch: pytest.MonkeyPatch, log: Any
) -> None:
    def breaking(asked: Any, planned: Any) -> Any:
        if "reference" in asked:
            raise ValueError(CANARY)
        return _in_formats(asked, planned)

    monkeypatch.setattr("service.packet_request._in_formats", breaking)
    answer = post(willow, an_item(reference="a"), an_item())
    assert statuses(answer) == [500, 202]
    assert answer.json["results"][0]["problem"]["code"] == "internal_error"
    assert CANARY not in answer.text + log.getvalue()


@pytest.mark.parametrize("long", ["x" * 600_000, "é" * 300_000])
def test_a_case_over_half_a_megabyte_is_refused_in_a_batch_too(willow: Caller, long: str) -> None:
    answer = post(willow, an_item(reference=long), an_item())
    assert statuses(answer) == [413, 202]
    assert long[:50] not in answer.text


def test_a_batch_over_eight_megabytes_is_413(willow: Caller) -> None:
    answer = willow.post_raw("/v1/packets", b'{"packets": ["' + b"x" * 8_400_000 + b'"]}')
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
    assert "8388608 bytes (524288 bytes a case)" in answer.json["detail"]


def test_a_long_body_that_is_no_batch_is_not_read_as_json(willow: Caller) -> None:
    hidden = b'{"case": 1, "packets": [' + b" " * 600_000 + b"not json"
    assert willow.post_raw("/v1/packets", hidden).status_code == 413


def test_a_key_twice_in_one_case_refuses_the_whole_batch(willow: Caller) -> None:
    answer = willow.post_raw("/v1/packets", b'{"packets": [{}, {"case": {"dose": 1, "dose": 9}}]}')
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (400, "duplicate_key")


@pytest.mark.parametrize(
    "item",
    [
        None,
        [],
        {"packets": []},
        {"case": None},
        {"case": {"\ud800": 1}},
        {"case": {"patient": {"first_name": "\ud800"}}},
        {"idempotency_key": "\ud800", "case": {}},
        {"documents": [None], "case": {}},
    ],
)
def test_strange_packets_are_refused_by_themselves(willow: Caller, item: Any) -> None:
    answer = post(willow, item, an_item())
    assert statuses(answer) == [422, 202]
    assert all(at.startswith("/packets/0") for at in codes(answer.json["results"][0]))
