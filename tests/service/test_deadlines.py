"""Deadlines as a list and as a calendar."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar

from service.countdown import days_left
from tests.service.conftest import Caller, a_case


def test_each_deadline_with_a_date_is_in_the_calendar(willow: Caller) -> None:
    packet = willow.packet(reference="case-4711")
    answer = willow.get(packet["links"]["calendar"])
    calendar = Calendar.from_ical(answer.data)
    shown = [event.decoded("dtstart").isoformat() for event in calendar.walk("VEVENT")]
    dated = [each for each in packet["deadlines"] if each["due"]]
    assert shown
    assert shown == [each["working_target"] or each["due"][:10] for each in dated]
    assert b"case-4711" in answer.data


def test_a_calendar_of_a_packet_without_reference_names_the_packet(willow: Caller) -> None:
    packet = willow.packet()
    assert packet["id"] in willow.get(packet["links"]["calendar"]).text.replace("\r\n ", "")


def test_a_calendar_tells_nothing_of_the_patient(willow: Caller) -> None:
    text = willow.get(willow.packet()["links"]["calendar"]).text.replace("\r\n ", "")
    case = a_case()
    assert case["patient"]["last_name"] not in text
    assert case["insurance"]["member_id"] not in text
    assert case["denial"]["reference"] not in text


def test_the_deadlines_of_all_packets_are_listed(willow: Caller, cedar: Caller) -> None:
    first, second = willow.packet(), willow.packet(reference="mine")
    cedar.packet()
    items = willow.get("/v1/deadlines").json["items"]
    assert {each["packet_id"] for each in items} == {first["id"], second["id"]}
    assert len(items) == 2 * len(first["deadlines"])


def test_the_deadlines_before_a_day_are_listed(willow: Caller) -> None:
    packet = willow.packet()
    due = sorted(each["due"] for each in packet["deadlines"] if each["due"])
    before = date.fromisoformat(due[0][:10])
    assert willow.get(f"/v1/deadlines?before={before}").json["items"] == []
    items = willow.get("/v1/deadlines?before=2199-01-01").json["items"]
    assert [each["due"] for each in items] == [
        each["due"] for each in packet["deadlines"] if each["due"]
    ]


def test_erased_packets_have_no_deadlines(willow: Caller) -> None:
    willow.delete(willow.packet()["links"]["self"])
    assert willow.get("/v1/deadlines").json["items"] == []


def test_days_are_counted_where_the_clinic_is() -> None:
    now = datetime(2026, 11, 24, 23, 30, tzinfo=ZoneInfo("America/New_York"))
    assert days_left("2026-11-25", now) == 1
    assert days_left("2026-11-24T20:00:00-05:00", now) == 0
    assert days_left("2026-11-25T06:00:00+00:00", now) == 1
    assert days_left(None, now) is None
