"""GET and DELETE of packets: where they are, and what is left of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from storage.store import Store
from tests.service.conftest import Caller, Clock

Write = Callable[..., None]


def test_a_finished_packet_gives_each_document_a_link(willow: Caller, write: Write) -> None:
    packet = willow.packet()
    write(packet["id"])
    read = willow.get(packet["links"]["self"]).json
    assert read["status"] == "ready"
    assert read["progress"] == {"done": len(read["documents"]), "total": len(read["documents"])}
    document = read["documents"][0]
    assert document["draft"] is True
    assert document["missing"] == ["/insurance/member_id"]
    assert document["expires_at"] == "2026-11-24T17:15:00Z"
    assert willow.get(document["download_url"]).status_code == 200


def test_times_are_utc_with_z(willow: Caller) -> None:
    assert willow.packet()["created_at"] == "2026-11-24T17:00:00Z"


def test_a_packet_counts_down_its_deadlines_day_by_day(willow: Caller, clock: Clock) -> None:
    packet = willow.packet()
    clock.forward(days=3)
    later = willow.get(packet["links"]["self"]).json["deadlines"]
    counted = [each["days_left"] for each in packet["deadlines"] if each["due"]]
    assert counted
    assert [each["days_left"] for each in later if each["due"]] == [left - 3 for left in counted]


def test_an_unchanged_packet_is_not_sent_again(willow: Caller) -> None:
    packet = willow.packet()
    tag = willow.get(packet["links"]["self"]).headers["ETag"]
    again = willow.get(packet["links"]["self"], headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_a_packet_that_changed_is_sent_again(willow: Caller, write: Write) -> None:
    packet = willow.packet()
    tag = willow.get(packet["links"]["self"]).headers["ETag"]
    write(packet["id"])
    assert willow.get(packet["links"]["self"], headers={"If-None-Match": tag}).status_code == 200


def test_not_modified_is_never_said_while_the_links_held_are_dead(
    willow: Caller, write: Write, clock: Clock
) -> None:
    packet = willow.packet()
    write(packet["id"])
    first = willow.get(packet["links"]["self"])
    link = first.json["documents"][0]["download_url"]
    for _ in range(30):
        clock.forward(seconds=60)
        unchanged = willow.get(
            packet["links"]["self"], headers={"If-None-Match": first.headers["ETag"]}
        )
        if unchanged.status_code == 304:
            assert willow.get(link).status_code == 200


def test_waiting_ends_when_the_packet_is_finished(willow: Caller, write: Write) -> None:
    packet = willow.packet()
    worker = threading.Timer(0.3, write, [packet["id"]])
    worker.start()
    started = time.monotonic()
    answer = willow.get(packet["links"]["self"], headers={"Prefer": "respond-async, wait=10"})
    worker.join()
    assert answer.json["status"] == "ready"
    assert answer.headers["Preference-Applied"] == "wait=10"
    assert time.monotonic() - started < 5


def test_waiting_ends_when_its_time_is_over(willow: Caller) -> None:
    packet = willow.packet()
    answer = willow.get(packet["links"]["self"], headers={"Prefer": "wait=1"})
    assert answer.json["status"] == "queued"


@pytest.mark.parametrize("prefer", ["wait=soon", "wait=-1", "wait", "", "waiter=20", "wait=²"])
def test_a_preference_that_cannot_be_read_is_passed_over(willow: Caller, prefer: str) -> None:
    packet = willow.packet()
    started = time.monotonic()
    willow.get(packet["links"]["self"], headers={"Prefer": prefer})
    assert time.monotonic() - started < 0.9


def test_a_list_shows_the_newest_first_page_by_page(willow: Caller, clock: Clock) -> None:
    made = []
    for number in range(3):
        made.append(willow.packet(reference=f"r{number}")["id"])
        clock.forward(minutes=1)
    first = willow.get("/v1/packets?limit=2").json
    rest = willow.get(f"/v1/packets?limit=2&cursor={first['next']}").json
    assert [each["id"] for each in first["items"] + rest["items"]] == made[::-1]
    assert rest["next"] is None


def test_a_list_holds_nothing_that_comes_from_the_case(willow: Caller) -> None:
    willow.packet()
    (item,) = willow.get("/v1/packets").json["items"]
    assert not {"findings", "deadlines", "documents", "case"} & set(item)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=queued", 2),
        ("status=ready", 0),
        ("reference=mine", 1),
        ("created_from=2026-11-25", 1),
        ("created_before=2026-11-25T00:00:00Z", 1),
        ("created_before=2026-11-25", 1),
        ("colour=blue", 2),
    ],
)
def test_a_list_is_narrowed(willow: Caller, clock: Clock, query: str, found: int) -> None:
    willow.packet(reference="mine")
    clock.forward(days=1)
    willow.packet()
    assert len(willow.get(f"/v1/packets?{query}").json["items"]) == found


@pytest.mark.parametrize(
    "query",
    [
        "status=done",
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=%00",
        "cursor=abc",
        "created_from=yesterday",
        "created_from=0001-01-01",
        "reference=a/b",
    ],
)
def test_a_query_that_cannot_be_read_names_its_parameter(willow: Caller, query: str) -> None:
    answer = willow.get(f"/v1/packets?{query}")
    assert (answer.status_code, answer.json["code"]) == (400, "bad_parameter")
    assert answer.json["errors"][0]["parameter"] == query.partition("=")[0]


def test_all_parameters_that_cannot_be_read_are_named(willow: Caller) -> None:
    answer = willow.get("/v1/packets?limit=x&status=done")
    assert {each["parameter"] for each in answer.json["errors"]} == {"limit", "status"}


def test_erasing_leaves_a_tombstone(willow: Caller, write: Write, store: Store) -> None:
    packet = willow.packet(reference="mine")
    write(packet["id"])
    link = willow.get(packet["links"]["self"]).json["documents"][0]
    assert willow.delete(packet["links"]["self"]).json["status"] == "erased"
    tombstone = willow.get(packet["links"]["self"]).json
    assert (tombstone["status"], tombstone["reference"]) == ("erased", None)
    assert tombstone["documents"] == tombstone["findings"] == tombstone["deadlines"] == []
    assert willow.get(link["download_url"]).status_code == 410
    assert willow.get(packet["links"]["archive"]).status_code == 410
    assert willow.get(packet["links"]["calendar"]).status_code == 410
    by_key = f"/v1/packets/{packet['id']}/documents/{link['id']}"
    assert willow.get(by_key).status_code == 410


def test_erasing_twice_is_the_same(willow: Caller) -> None:
    address = willow.packet()["links"]["self"]
    assert willow.delete(address).json == willow.delete(address).json


def test_a_failed_document_says_why_and_the_others_stay(willow: Caller, write: Write) -> None:
    packet = willow.packet(documents=["letter_of_medical_necessity", "appeal_letter"])
    write(packet["id"], failing=("appeal_letter",))
    read = willow.get(packet["links"]["self"]).json
    letter, appeal = read["documents"]
    assert read["status"] == "failed"
    assert appeal["error"] == {"code": "render_failed", "message": "The template broke."}
    assert appeal["download_url"] is None
    assert willow.get(letter["download_url"]).status_code == 200


def test_failed_documents_are_written_again(willow: Caller, write: Write) -> None:
    packet = willow.packet(documents=["letter_of_medical_necessity", "appeal_letter"])
    write(packet["id"], failing=("appeal_letter",))
    again = willow.post(f"{packet['links']['self']}/retry")
    assert (again.status_code, again.json["status"]) == (202, "queued")
    assert [each["status"] for each in again.json["documents"]] == ["ready", "waiting"]
    write(packet["id"])
    assert willow.get(packet["links"]["self"]).json["status"] == "ready"


def test_only_failed_packets_are_tried_again(willow: Caller) -> None:
    answer = willow.post(f"{willow.packet()['links']['self']}/retry")
    assert (answer.status_code, answer.json["code"]) == (409, "nothing_to_retry")


def packets_of(caller: Caller) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = caller.get("/v1/packets").json["items"]
    return items


def test_another_account_sees_nothing(willow: Caller, cedar: Caller, write: Write) -> None:
    packet = willow.packet()
    write(packet["id"])
    document = willow.get(packet["links"]["self"]).json["documents"][0]["id"]
    address = packet["links"]["self"]
    asked = [
        cedar.get(address),
        cedar.get(f"{address}/archive"),
        cedar.get(f"{address}/deadlines.ics"),
        cedar.get(f"{address}/documents/{document}"),
        cedar.post(f"{address}/retry"),
        cedar.delete(address),
    ]
    assert [each.status_code for each in asked] == [404] * 6
    assert packets_of(cedar) == []
    assert packets_of(willow) != []
