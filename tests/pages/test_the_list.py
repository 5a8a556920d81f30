"""The first page shows each packet once, under what it waits for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from storage.store import Store
from tests.pages.conftest import Visitor, words
from tests.service.conftest import Caller, Clock, a_case

Person = Callable[..., Visitor]
Write = Callable[..., None]


def group_of(page: str, reference: str) -> str:
    """Return the heading that a packet stands under."""
    for section in re.findall(r"<section.*?</section>", page, flags=re.DOTALL):
        if f">{reference}<" in section:
            return str(re.search(r'<h2 id="(\w+)"', section)[1])  # type: ignore[index]
    return ""


def event(willow: Caller, packet: dict[str, Any], **said: str) -> None:
    assert willow.post(f"/v1/packets/{packet['id']}/events", said).status_code == 201


@pytest.fixture
def robin(person: Person) -> Visitor:
    return person("reader")


def test_a_packet_moves_from_being_written_to_needs_facts(
    willow: Caller, robin: Visitor, write: Write
) -> None:
    packet = willow.packet(reference="case-1")
    assert group_of(robin.get("/staff/").text, "case-1") == "writing"
    write(packet["id"])
    page = robin.get("/staff/")
    assert group_of(page.text, "case-1") == "needs_facts"
    assert "1 fact missing" in words(page)


def test_a_failed_packet_stands_under_failed(willow: Caller, robin: Visitor, write: Write) -> None:
    packet = willow.packet(reference="case-1", documents=["appeal_letter"])
    write(packet["id"], failing=("appeal_letter",))
    assert group_of(robin.get("/staff/").text, "case-1") == "failed"


def test_what_is_due_within_two_weeks_stands_first(
    willow: Caller, robin: Visitor, write: Write, clock: Clock
) -> None:
    packet = willow.packet(reference="case-1")
    write(packet["id"])
    before = robin.get("/staff/").text
    clock.forward(days=28)
    near = a_case()
    near["denial"] |= {"notice_date": "2026-07-03", "received_date": "2026-07-05"}
    late = willow.packet(case=near, reference="case-2")
    write(late["id"])
    robin.sign_in(robin.code)
    page = robin.get("/staff/").text
    assert group_of(before, "case-1") == "needs_facts"
    assert group_of(page, "case-2") == "due_soon"
    assert page.index(">case-2<") < page.index(">case-1<")


def test_a_sent_packet_waits_then_is_overdue_at_the_plan_then_decided(
    willow: Caller, person: Person, write: Write, clock: Clock
) -> None:
    packet = willow.packet(reference="case-1")
    write(packet["id"])
    event(willow, packet, type="sent", at="2026-11-23")
    assert group_of(person().get("/staff/").text, "case-1") == "waiting"
    event(willow, packet, type="received", at="2026-11-24")
    clock.forward(days=29)
    assert group_of(person().get("/staff/").text, "case-1") == "waiting"
    # Thirty days from receipt for the appeal: 29 CFR 2560.503-1(i)(2)(ii).
    clock.now = datetime(2026, 12, 25, 17, 0, tzinfo=UTC)
    assert group_of(person().get("/staff/").text, "case-1") == "plan_late"
    event(willow, packet, type="decided", at="2026-12-25", outcome="approved")
    assert group_of(person().get("/staff/").text, "case-1") == "decided"


def test_another_accounts_packets_are_not_there(cedar: Caller, robin: Visitor) -> None:
    cedar.packet(reference="cedar-1")
    assert "cedar-1" not in robin.get("/staff/").text


def test_an_erased_packet_is_not_there(willow: Caller, robin: Visitor, store: Store) -> None:
    packet = willow.packet(reference="case-1")
    store.packets.erase("willow", packet["id"], "test")
    assert "No packets yet" in words(robin.get("/staff/"))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"reference": "CASE-1"}, {"case-1", "case-12"}),
        ({"payer": "other"}, {"case-2"}),
        ({"status": "writing"}, {"case-1", "case-12", "case-2"}),
        ({"status": "failed"}, set()),
        ({"from": "2026-11-25"}, set()),
        ({"until": "2026-11-24"}, {"case-1", "case-12", "case-2"}),
        ({"from": "nonsense", "status": "nonsense"}, {"case-1", "case-12", "case-2"}),
    ],
)
def test_the_search_narrows_the_list(
    willow: Caller, robin: Visitor, asked: dict[str, str], found: set[str]
) -> None:
    other = a_case()
    other["insurance"]["payer"]["name"] = "Another Plan, the OTHER one"
    willow.packet(reference="case-1")
    willow.packet(reference="case-12")
    willow.packet(reference="case-2", case=other)
    page = robin.get("/staff/", query_string=asked).text
    assert {each for each in ("case-1", "case-12", "case-2") if f">{each}<" in page} == found


def test_no_title_and_no_address_holds_patient_data(willow: Caller, robin: Visitor) -> None:
    case = a_case()
    case["patient"]["last_name"] = "Quillfeather"
    packet = willow.packet(case=case, reference="case-1")
    for path in ("/staff/", f"/staff/packets/{packet['id']}"):
        page = robin.get(path).text
        assert "Quillfeather" in page
        assert "Quillfeather" not in re.search(r"<title>.*?</title>", page)[0]  # type: ignore[index]
        assert not any("Quillfeather" in each for each in re.findall(r'href="([^"]*)"', page))


def test_text_of_a_case_is_text_and_never_markup(willow: Caller, robin: Visitor) -> None:
    case = a_case()
    case["insurance"]["payer"]["name"] = "<script>alert(1)</script> & Sons"
    packet = willow.packet(case=case, reference="case-1")
    for path in ("/staff/", f"/staff/packets/{packet['id']}"):
        page = robin.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Sons" in page


def due_lines(page: str) -> int:
    return page.count('class="due')


def test_a_packet_that_a_newer_one_replaced_shows_no_deadline_of_its_own(
    willow: Caller, robin: Visitor, write: Write
) -> None:
    older = willow.packet(reference="case-1")
    write(older["id"])
    listed, calendar = robin.get("/staff/").text, words(robin.get("/staff/calendar"))
    assert due_lines(listed) == 1
    assert "case-1" in calendar
    newer = {"based_on": older["id"], "reference": "case-2"}
    made = willow.post("/v1/packets", newer).json
    write(made["id"])
    page = robin.get("/staff/").text
    assert (group_of(page, "case-1"), group_of(page, "case-2")) == ("replaced", "needs_facts")
    assert due_lines(page) == 1
    calendar = words(robin.get("/staff/calendar"))
    assert ("case-1" in calendar, "case-2" in calendar) == (False, True)
    shown = words(robin.get(f"/staff/packets/{older['id']}"))
    assert "A newer packet was made from this one" in shown
    assert "A newer packet" not in words(robin.get(f"/staff/packets/{made['id']}"))


def test_a_newer_packet_that_failed_or_was_erased_replaces_nothing(
    willow: Caller, robin: Visitor, write: Write, store: Store
) -> None:
    older = willow.packet(reference="case-1", documents=["appeal_letter"])
    write(older["id"])
    newer = {"based_on": older["id"], "documents": ["appeal_letter"]}
    failed, erased = (willow.post("/v1/packets", newer).json["id"] for _ in range(2))
    write(failed, failing=("appeal_letter",))
    store.packets.erase("willow", erased, "test")
    assert group_of(robin.get("/staff/").text, "case-1") == "needs_facts"
    assert "case-1" in words(robin.get("/staff/calendar"))


def test_the_list_follows_what_is_being_written(
    willow: Caller, cedar: Caller, robin: Visitor, write: Write, store: Store
) -> None:
    own, other = willow.packet()["id"], cedar.packet()["id"]
    assert f'data-progress="{own}"' in robin.get("/staff/").text
    lines = len(store.audit.entries("willow"))

    def told() -> dict[str, Any]:
        answer = robin.get(f"/staff/progress?packet={own}&packet={other}&packet=nonsense")
        found: dict[str, Any] = answer.json
        return found

    assert (set(told()), told()[own]["open"]) == ({own}, True)
    assert told()[own]["said"].startswith("0 of ")
    assert len(store.audit.entries("willow")) == lines
    write(own)
    assert (told()[own]["open"], "Load the list again" in told()[own]["said"]) == (False, True)
