"""POST and GET /v1/packets/{id}/events: what happened, and what follows from it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from storage.store import Store
from storage.tables import events
from tests.service.conftest import CANARY, Caller, Clock, a_case, errors

SENT = {"type": "sent", "at": "2026-11-20", "channel": "fax", "reference": "FX-2211"}
RECEIVED = {"type": "received", "at": "2026-11-21"}
DENIED = {"type": "decided", "at": "2026-11-23", "outcome": "denied"}
KEY = {"Idempotency-Key": "one-fax"}


@pytest.fixture
def packet(willow: Caller) -> dict[str, Any]:
    return willow.packet(documents=["appeal_letter"], reference="case-4711")


def record(caller: Caller, packet: dict[str, Any], event: Any, **more: Any) -> Any:
    return caller.post(packet["links"]["events"], event, **more)


def test_an_event_is_recorded_and_says_what_follows(willow: Caller, packet: Any) -> None:
    answer = record(willow, packet, SENT)
    assert answer.status_code == 201
    assert SENT.items() <= answer.json["event"].items()
    assert answer.json["event"]["note"] is None
    assert "requested" in answer.json["situation"]
    assert "received" in answer.json["next_step"]["text"]


def test_events_are_listed_in_the_order_in_which_they_happened(willow: Caller, packet: Any) -> None:
    record(willow, packet, RECEIVED)
    record(willow, packet, SENT)
    items = willow.get(packet["links"]["events"]).json["items"]
    assert [each["type"] for each in items] == ["sent", "received"]


def test_the_packet_s_deadlines_run_from_its_events(
    willow: Caller, packet: Any, clock: Clock
) -> None:
    def owed() -> Any:
        read = willow.get(packet["links"]["self"]).json
        return next(each for each in read["deadlines"] if each["owed_by"] == "plan")

    before = owed()
    record(willow, packet, SENT)
    record(willow, packet, RECEIVED)
    after = owed()
    assert (before["due"], after["due"]) == (None, "2026-12-21")
    assert (after["event_date"], after["days_left"], after["overdue"]) == ("2026-11-21", 27, False)
    clock.forward(days=28)
    late = willow.get(packet["links"]["self"]).json
    assert next(each for each in late["deadlines"] if each["id"] == after["id"])["overdue"]
    assert late["findings"][0]["id"].startswith("plan_late.")
    assert "ended on December 21, 2026" in late["next_step"]["text"]


def test_the_list_of_deadlines_and_the_calendar_follow_too(willow: Caller, packet: Any) -> None:
    record(willow, packet, SENT)
    record(willow, packet, RECEIVED)
    listed = willow.get("/v1/deadlines?before=2199-01-01").json["items"]
    assert {each["due"] for each in listed if each["owed_by"] == "plan"} == {"2026-12-21"}
    assert all(each["met_on"] for each in listed if each["owed_by"] == "member")
    calendar = Calendar.from_ical(willow.get(packet["links"]["calendar"]).data)
    shown = [each.decoded("dtstart").isoformat() for each in calendar.walk("VEVENT")]
    assert shown == ["2026-12-21"]


def test_a_change_of_the_packet_is_seen_by_its_tag(willow: Caller, packet: Any) -> None:
    tag = {"If-None-Match": willow.get(packet["links"]["self"]).headers["ETag"]}
    assert willow.get(packet["links"]["self"], headers=tag).status_code == 304
    record(willow, packet, SENT)
    assert willow.get(packet["links"]["self"], headers=tag).status_code == 200


def test_a_denial_never_fills_the_case(willow: Caller, store: Store) -> None:
    packet = willow.packet(case=a_case("depression_commercial"))
    before = store.packets.contents("willow", packet["id"])
    answer = record(willow, packet, DENIED)
    assert [each["id"] for each in answer.json["findings"]] == ["denial_needs_new_packet"]
    assert answer.json["situation"][0] == "denied"
    assert store.packets.contents("willow", packet["id"]) == before


def test_a_new_packet_takes_up_where_a_denied_one_ended(willow: Caller, store: Store) -> None:
    packet = willow.packet(case=a_case("depression_commercial"))
    record(willow, packet, DENIED)
    denial = a_case()["denial"]
    score = {"scale": "phq9", "date": "2026-11-20", "score": 17}
    appeal = willow.packet(
        based_on=packet["id"], case={"denial": denial}, append={"/assessments": [score]}
    )
    old = store.packets.contents("willow", packet["id"]).case
    new = store.packets.contents("willow", appeal["id"]).case
    assert "appeal_letter" in [each["kind"] for each in appeal["documents"]]
    assert new["denial"]["notice_date"] == denial["notice_date"]
    assert len(new["assessments"]) == len(old["assessments"]) + 1
    assert {name: new[name] for name in new if name not in ("denial", "assessments")} == {
        name: old[name] for name in old if name not in ("denial", "assessments")
    }
    assert willow.get(appeal["links"]["events"]).json["items"] == []
    assert not old.get("denial")


def test_the_same_key_records_an_event_once(willow: Caller, packet: Any) -> None:
    first = record(willow, packet, SENT, headers=KEY)
    second = record(willow, packet, SENT, headers=KEY)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.json["event"] == first.json["event"]
    assert len(willow.get(packet["links"]["events"]).json["items"]) == 1
    other = record(willow, packet, RECEIVED, headers=KEY)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("event", "wrong"),
    [
        ({}, {"/type": "required", "/at": "required"}),
        ({**SENT, "type": "lost"}, {"/type": "not_a_choice"}),
        ({**SENT, "at": "last week"}, {"/at": "not_a_moment"}),
        ({**SENT, "at": "2026-11-20T10:00:00"}, {"/at": "not_a_moment"}),
        ({**SENT, "at": "2026-11-25"}, {"/at": "in_the_future"}),
        ({**SENT, "channel": "pigeon"}, {"/channel": "not_a_choice"}),
        ({**SENT, "note": "\u202egnp"}, {"/note": "forbidden_character"}),
        ({**SENT, "reference": "7" * 101}, {"/reference": "too_long"}),
        ({**SENT, "outcome": "denied"}, {"/outcome": "outcome_of_decision"}),
        ({"type": "decided", "at": "2026-11-20"}, {"/outcome": "outcome_of_decision"}),
        ({**SENT, "chanel": "fax"}, {"/chanel": "unknown_field"}),
    ],
)
def test_an_event_that_cannot_be_right_is_refused(
    willow: Caller, packet: Any, event: Any, wrong: dict[str, str]
) -> None:
    answer = record(willow, packet, event)
    assert answer.status_code == 422
    assert errors(answer) == wrong
    assert willow.get(packet["links"]["events"]).json["items"] == []


def test_another_account_sees_no_events(willow: Caller, cedar: Caller, packet: Any) -> None:
    assert record(cedar, packet, SENT).status_code == 404
    assert cedar.get(packet["links"]["events"]).status_code == 404


def test_a_key_that_only_reads_records_nothing(
    store: Store, calling_with: Callable[[str], Caller], packet: Any
) -> None:
    reader = calling_with(store.keys.create("willow", scopes=("read",)).text)
    assert record(reader, packet, SENT).status_code == 403


def test_what_is_recorded_rests_sealed_and_is_no_secret_of_the_log(
    willow: Caller, packet: Any, store: Store, log: io.StringIO
) -> None:
    record(willow, packet, {**SENT, "note": f"spoke with {CANARY}"})
    with store.database.reading() as connection:
        (row,) = connection.execute(select(events)).all()
    assert CANARY.encode() not in row.sealed_event
    assert b"FX-2211" not in row.sealed_event
    assert CANARY not in log.getvalue()
    (line,) = [
        each for each in store.audit.entries(packet_id=packet["id"]) if "event" in each.action
    ]
    assert line.action == "event.recorded"
    assert store.audit.broken_at() is None


def test_erasing_a_packet_erases_its_events(willow: Caller, packet: Any, store: Store) -> None:
    record(willow, packet, SENT)
    willow.delete(packet["links"]["self"])
    answer = willow.get(packet["links"]["events"])
    assert (answer.status_code, answer.json["code"]) == (410, "erased")
    assert record(willow, packet, SENT).status_code == 410
    with store.database.reading() as connection:
        assert connection.execute(select(events)).all() == []


def test_a_running_authorization_is_among_the_deadlines(willow: Caller) -> None:
    packet = willow.packet(case=a_case("renewal_iv"), options={"letter_date": "2026-11-16"})
    found = {each["id"]: each for each in packet["deadlines"]}
    assert found["authorization.ends"]["due"] == "2026-11-30"
    assert found["authorization.renew"]["overdue"]
    calendar = willow.get(packet["links"]["calendar"]).text
    assert "The authorization ends" in calendar
    assert a_case("renewal_iv")["course_so_far"]["authorization"]["number"] not in calendar
