"""Asking to be called back, and what an account sees of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator

from settings import Settings
from storage.outbox import TYPES
from storage.store import Store
from tests.service.conftest import CANARY, Caller, a_case, errors
from worker.webhooks.message import body_of

URL = "https://hooks.example.org/necessity"
LETTER = "letter_of_medical_necessity"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, webhook_hosts=("hooks.example.org",), dev=False)


@pytest.fixture
def told(willow: Caller, store: Store, write: Callable[..., None]) -> dict[str, Any]:
    """A packet that ended, and its message, given up."""
    store.webhook_secrets.make("willow")
    packet = willow.packet(documents=[LETTER], callback_url=URL, reference="case-4711")
    write(packet["id"])
    call = store.webhook_calls.claim()
    assert call is not None
    store.webhook_calls.finish(call, "410", "gone")
    (message,) = willow.get("/v1/webhooks").json["items"]
    return message  # type: ignore[no-any-return]


def refusal(willow: Caller, url: Any) -> dict[str, str]:
    answer = willow.post("/v1/packets", {"case": a_case(), "callback_url": url})
    assert answer.status_code == 422
    assert "hooks" not in answer.text
    assert CANARY not in answer.text
    return errors(answer)


def test_a_packet_with_an_address_is_accepted_once_its_account_can_sign(
    willow: Caller, store: Store
) -> None:
    assert refusal(willow, URL) == {"/callback_url": "no_webhook_secret"}
    store.webhook_secrets.make("willow")
    assert willow.packet(callback_url=URL)["status"] == "queued"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hooks.example.org/", "bad_callback_url"),
        (f"https://user:{CANARY}@hooks.example.org/", "bad_callback_url"),
        (f"https://hooks.example.org/#{CANARY}", "bad_callback_url"),
        ("https://127.0.0.1/", "callback_host_not_allowed"),
        (f"https://{CANARY}.hooks.example.org/", "callback_host_not_allowed"),
        (7, "wrong_type"),
        ({"url": URL}, "wrong_type"),
        ("", "bad_callback_url"),
    ],
)
def test_an_address_that_would_not_be_called_is_refused_when_it_is_given(
    willow: Caller, store: Store, url: Any, code: str
) -> None:
    store.webhook_secrets.make("willow")
    assert refusal(willow, url) == {"/callback_url": code}
    assert willow.get("/v1/packets").json["items"] == []


def test_what_is_wrong_with_the_address_is_listed_beside_what_is_wrong_with_the_case(
    willow: Caller,
) -> None:
    answer = willow.post(
        "/v1/packets", {"case": a_case(patient={}), "callback_url": "ftp://x", "reference": "a b"}
    )
    assert {"/callback_url", "/reference", "/case/patient/last_name"} <= set(errors(answer))


def test_a_packet_without_an_address_is_told_nowhere(
    willow: Caller, write: Callable[..., None]
) -> None:
    write(willow.packet(documents=[LETTER], callback_url=None)["id"])
    assert willow.get("/v1/webhooks").json == {"items": [], "next": None}


def test_a_dead_letter_is_listed_and_sent_again(willow: Caller, told: dict[str, Any]) -> None:
    assert (told["type"], told["status"]) == ("packet.ready", "dead")
    assert (told["attempts"], told["last_result"]) == (1, "410")
    assert told["finished_at"]
    assert told["next_attempt_at"] is None
    answer = willow.post(f"/v1/webhooks/{told['id']}/resend")
    assert (answer.status_code, answer.json["status"]) == (202, "waiting")
    assert answer.json["next_attempt_at"]
    assert willow.get("/v1/webhooks?status=dead").json["items"] == []
    listed = willow.get(f"/v1/webhooks?packet_id={told['packet_id']}").json["items"]
    assert [each["id"] for each in listed] == [told["id"]]


def test_another_accounts_messages_are_none(cedar: Caller, told: dict[str, Any]) -> None:
    assert cedar.get("/v1/webhooks").json["items"] == []
    assert cedar.post(f"/v1/webhooks/{told['id']}/resend").status_code == 404
    assert cedar.get("/v1/webhooks/not-an-id/resend").status_code == 404


def test_reading_needs_read_and_sending_again_needs_write(
    store: Store, calling_with: Callable[[str], Caller], told: dict[str, Any]
) -> None:
    reader = calling_with(store.keys.create("willow", scopes=("read",)).text)
    writer = calling_with(store.keys.create("willow", scopes=("write",)).text)
    assert reader.get("/v1/webhooks").status_code == 200
    assert reader.post(f"/v1/webhooks/{told['id']}/resend").status_code == 403
    assert writer.get("/v1/webhooks").status_code == 403
    assert writer.post(f"/v1/webhooks/{told['id']}/resend").status_code == 202


@pytest.mark.parametrize("query", ["status=lost", "packet_id=4711", "cursor=x", "limit=0"])
def test_a_list_that_is_asked_for_wrongly_is_refused(willow: Caller, query: str) -> None:
    assert willow.get(f"/v1/webhooks?{query}").status_code == 400


def test_the_address_is_shown_nowhere(
    willow: Caller, told: dict[str, Any], log: Any, anybody: Caller
) -> None:
    shown = [
        willow.get(f"/v1/packets/{told['packet_id']}").text,
        willow.get("/v1/packets").text,
        willow.get("/v1/webhooks").text,
        anybody.get("/metrics").text,
        log.getvalue(),
    ]
    assert not any("hooks.example" in each for each in shown)


def test_metrics_count_dead_letters(anybody: Caller, told: dict[str, Any]) -> None:
    assert 'necessity_webhooks{status="dead"} 1.0' in anybody.get("/metrics").text


def test_the_document_shows_what_is_sent(
    app: Flask, willow: Caller, store: Store, told: dict[str, Any]
) -> None:
    document = app.test_client().get("/openapi.json").json
    assert set(document["webhooks"]) == set(TYPES)
    willow.post(f"/v1/webhooks/{told['id']}/resend")
    call = store.webhook_calls.claim()
    assert call is not None
    shape = document["components"]["schemas"]["Webhook"]
    whole = {"components": document["components"], **shape}
    Draft202012Validator(whole).validate(json.loads(body_of(call)))
    with_deadline = json.loads(body_of(replace(call, deadline="erisa.appeal.file")))
    Draft202012Validator(whole).validate(with_deadline)
    assert set(with_deadline["data"]) == set(
        document["components"]["schemas"]["WebhookData"]["properties"]
    )
