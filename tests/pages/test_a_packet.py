"""A packet's page: papers to download, what is found and due, what happened, erasing."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from settings import Settings
from storage.store import Store
from tests.pages.conftest import Visitor, words
from tests.service.conftest import WORD, Caller

Person = Callable[..., Visitor]
Write = Callable[..., None]
BOTH = ["letter_of_medical_necessity", "appeal_letter"]


@pytest.fixture
def packet(willow: Caller, write: Write) -> dict[str, Any]:
    """A packet of two papers, both written."""
    accepted = willow.packet(documents=BOTH, reference="case-4711")
    write(accepted["id"])
    return accepted


def home_of(packet: dict[str, Any]) -> str:
    return f"/staff/packets/{packet['id']}"


def said(store: Store, packet: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each.action, each.actor) for each in store.audit.entries(packet_id=packet["id"])]


def test_it_tells_what_a_reviewer_would_find_and_why_it_matters(
    willow: Caller, person: Person, packet: dict[str, Any]
) -> None:
    shown = words(person("reader").get(home_of(packet)))
    review = willow.get(packet["links"]["self"]).json
    for finding in review["findings"]:
        assert finding["message"] in shown
        assert f"Why it matters: {finding['why_it_matters']}" in shown
    for deadline in review["deadlines"]:
        assert deadline["title"] in shown
    assert "Severe episode: MADRS of 28 or more Met" in shown
    assert "venlafaxine XR" in shown


def test_each_paper_and_all_of_them_are_downloaded_in_a_persons_name(
    person: Person, packet: dict[str, Any], store: Store
) -> None:
    robin = person("reader")
    page = robin.get(home_of(packet)).text
    (first, _) = re.findall(r'href="(/staff/packets/\w+/documents/\w+)"', page)
    paper = robin.get(first)
    assert (paper.status_code, paper.mimetype) == (200, WORD)
    assert paper.data == b"bytes of letter_of_medical_necessity"
    assert re.fullmatch(
        r"attachment; filename=letter-of-medical-necessity-\w{8}\.docx",
        paper.headers["Content-Disposition"],
    )
    whole = robin.get(f"{home_of(packet)}/archive")
    assert len(zipfile.ZipFile(io.BytesIO(whole.data)).namelist()) == 4
    (someone,) = store.staff.list("willow")
    assert said(store, packet)[:4] == [
        ("document.read", someone.actor),
        ("document.read", someone.actor),
        ("document.read", someone.actor),
        ("packet.viewed", someone.actor),
    ]


def test_the_calendar_file_holds_no_patient_data(person: Person, packet: dict[str, Any]) -> None:
    calendar = person("reader").get(f"{home_of(packet)}/deadlines.ics")
    assert calendar.mimetype == "text/calendar"
    assert "case-4711" in calendar.text
    assert "Example-Rivera" not in calendar.text


@pytest.mark.parametrize("path", ["", "/papers", "/archive", "/deadlines.ics"])
def test_another_accounts_packet_does_not_exist(
    person: Person, packet: dict[str, Any], path: str
) -> None:
    answer = person(account="cedar").get(home_of(packet) + path)
    assert answer.status_code == 404
    assert "There is no such page" in words(answer)


def test_a_page_that_cannot_be_noted_is_not_shown(
    person: Person, packet: dict[str, Any], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    robin = person("reader")

    def full(*_a: object, **_k: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(type(store.audit), "note", full)
    answer = robin.get(home_of(packet))
    assert answer.status_code == 500
    assert "Example-Rivera" not in answer.text


def test_papers_that_are_being_written_are_followed_without_a_line_for_each_look(
    willow: Caller, person: Person, write: Write, store: Store
) -> None:
    packet = willow.packet(documents=BOTH)
    robin = person("reader")
    assert 'data-open="yes"' in robin.get(f"{home_of(packet)}/papers").text
    lines = len(store.audit.entries(packet_id=packet["id"]))
    robin.get(f"{home_of(packet)}/papers")
    assert len(store.audit.entries(packet_id=packet["id"])) == lines
    write(packet["id"])
    done = robin.get(f"{home_of(packet)}/papers")
    assert 'data-open="no"' in done.text
    assert "Draft: 1 blank" in words(done)
    assert "Member ID" in words(done)


def test_what_happened_is_recorded_once_however_often_the_button_is_pressed(
    willow: Caller, person: Person, packet: dict[str, Any]
) -> None:
    robin = person()
    page = robin.get(home_of(packet)).text
    once = re.search(r'name="once" value="([^"]+)"', page)[1]  # type: ignore[index]
    form = {"once": once, "type": "sent", "at": "2026-11-23", "channel": "fax", "note": "two pages"}
    for _ in range(2):
        answer = robin.post(f"{home_of(packet)}/events", **form)
        assert answer.status_code == 303
    (event,) = willow.get(f"/v1/packets/{packet['id']}/events").json["items"]
    assert (event["type"], event["note"]) == ("sent", "two pages")
    shown = words(robin.get(home_of(packet)))
    assert "Sent, November 23, 2026, by fax two pages" in shown
    assert "Ask the plan which day it received the papers" in shown


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"type": "sent", "at": "2026-11-26"}, "must not be after today"),
        ({"type": "", "at": "2026-11-23"}, "what happened is required"),
        ({"type": "decided", "at": "2026-11-23"}, "a decision has one of"),
        ({"type": "sent", "at": "soon"}, "when must be a date"),
    ],
)
def test_an_event_that_cannot_be_is_refused_at_the_place_and_stays_typed(
    willow: Caller, person: Person, packet: dict[str, Any], form: dict[str, str], why: str
) -> None:
    robin = person()
    answer = robin.post(f"{home_of(packet)}/events", **form, note="kept & typed")
    assert answer.status_code == 422
    assert why in words(answer)
    assert "kept &amp; typed" in answer.text
    assert willow.get(f"/v1/packets/{packet['id']}/events").json["items"] == []


def test_failed_papers_are_written_again(willow: Caller, person: Person, write: Write) -> None:
    packet = willow.packet(documents=BOTH)
    write(packet["id"], failing=("appeal_letter",))
    robin = person()
    assert "The template broke." in words(robin.get(home_of(packet)))
    assert robin.post(f"{home_of(packet)}/retry").status_code == 303
    assert willow.get(packet["links"]["self"]).json["status"] == "queued"
    assert robin.post(f"{home_of(packet)}/retry").status_code == 409


def test_a_reader_changes_nothing(person: Person, packet: dict[str, Any]) -> None:
    sam = person("reader")
    shown = sam.get(home_of(packet))
    assert "Record what happened" not in words(shown)
    for path in ("events", "retry", "erase"):
        assert sam.post(f"{home_of(packet)}/{path}", type="sent").status_code == 403


def test_erasing_asks_for_the_packets_name_and_an_administrator(
    willow: Caller, person: Person, packet: dict[str, Any], store: Store
) -> None:
    assert person("editor").get(f"{home_of(packet)}/erase").status_code == 403
    kim = person("administrator", name="Kim")
    assert "case-4711" in words(kim.get(f"{home_of(packet)}/erase"))
    assert kim.post(f"{home_of(packet)}/erase", name="case-4712").status_code == 422
    assert willow.get(packet["links"]["self"]).json["status"] == "ready"
    assert kim.post(f"{home_of(packet)}/erase", name="case-4711").status_code == 303
    assert willow.get(packet["links"]["self"]).json["status"] == "erased"
    assert "This packet was erased" in words(kim.get(home_of(packet)))
    kims = next(each for each in store.staff.list("willow") if each.name == "Kim")
    assert ("packet.erased", kims.actor) in said(store, packet)


def test_versions_lead_back_and_forth(
    willow: Caller, person: Person, packet: dict[str, Any]
) -> None:
    later = willow.post("/v1/packets", {"based_on": packet["id"], "reference": "case-4712"}).json
    robin = person("reader")
    assert f'href="/staff/packets/{later["id"]}"' in robin.get(home_of(packet)).text
    assert f'href="/staff/packets/{packet["id"]}"' in robin.get(home_of(later)).text


def test_an_administrator_reads_who_looked(person: Person, packet: dict[str, Any]) -> None:
    person("reader", name="Sam Reader").get(home_of(packet))
    shown = words(person("administrator").get(home_of(packet)))
    assert "Sam Reader packet.viewed" in shown
    assert "Audit trail" not in words(person("editor").get(home_of(packet)))


@pytest.fixture
def told(settings: Settings, willow: Caller, write: Write, store: Store) -> dict[str, Any]:
    """A packet whose callback address was told and did not want to hear."""
    store.webhook_secrets.make("willow")
    accepted = willow.packet(documents=BOTH, callback_url="https://hooks.example.org/necessity")
    write(accepted["id"])
    call = store.webhook_calls.claim()
    assert call is not None
    store.webhook_calls.finish(call, "410", "gone")
    return accepted


class TestWithACallbackAddress:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, webhook_hosts=("hooks.example.org",), dev=False)

    @pytest.fixture
    def robin(self, app: Flask, store: Store) -> Visitor:
        """Over HTTPS, as pages outside development want it."""
        someone = Visitor(app)
        someone.client.environ_base["wsgi.url_scheme"] = "https"
        someone.sign_in(store.staff.add("willow", "Robin", "editor").code)
        someone.get("/staff/")
        return someone

    def test_a_message_given_up_is_sent_again(
        self, told: dict[str, Any], robin: Visitor, store: Store
    ) -> None:
        page = robin.get(home_of(told))
        assert "Given up 1 attempt, last: 410" in words(page)
        (address,) = re.findall(r'action="(/staff/\S+/resend)"', page.text)
        assert robin.post(address).status_code == 303
        (message,) = store.webhooks.list("willow", packet_id=told["id"]).items
        assert message.status != "dead"
        assert message.due_at is not None

    def test_a_message_is_not_found_under_another_packet(
        self, told: dict[str, Any], robin: Visitor, willow: Caller, store: Store
    ) -> None:
        (message,) = store.webhooks.list("willow", packet_id=told["id"]).items
        other = willow.packet()
        assert robin.post(f"{home_of(other)}/messages/{message.id}/resend").status_code == 404
