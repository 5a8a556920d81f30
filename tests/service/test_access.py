"""Who may ask what, and how often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from casework.knowledge_base.load import load_knowledge
from service import create_app
from service.rate_limits import Rates
from settings import Settings
from storage.store import Store
from tests.service.conftest import Caller, a_case


@pytest.mark.parametrize(
    "header",
    [
        None,
        "Bearer",
        "Bearer ",
        "Bearer nk_live_aaaaaaaaaa_" + "b" * 32,
        "Bearer kéy",
        "Basic d2lsbG93Og==",
        "Bearer a b",
        "Bearer " + "x" * 5000,
    ],
)
def test_without_a_valid_key_nothing_is_told(anybody: Caller, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    answer = anybody.get("/v1/packets", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_addresses_that_do_not_exist_are_told_to_nobody(anybody: Caller) -> None:
    assert anybody.get("/v1/secrets").status_code == 401
    assert anybody.ask("PUT", "/v1/packets").status_code == 401


def test_a_revoked_key_is_refused(store: Store, calling_with: Callable[[str], Caller]) -> None:
    key = store.keys.create("willow")
    caller = calling_with(key.text)
    assert caller.get("/v1/packets").status_code == 200
    store.keys.revoke(key.key.prefix)
    assert caller.get("/v1/packets").status_code == 401


def test_a_reading_key_may_not_write(store: Store, calling_with: Callable[[str], Caller]) -> None:
    reader = calling_with(store.keys.create("willow", scopes=("read",)).text)
    assert reader.get("/v1/packets").status_code == 200
    assert reader.post("/v1/reviews", {"case": a_case()}).status_code == 200
    answer = reader.post("/v1/packets", {"case": a_case()})
    assert (answer.status_code, answer.json["code"]) == (403, "missing_scope")
    assert "write" in answer.json["detail"]


def test_every_address_of_v1_says_which_scope_it_needs(app: Flask) -> None:
    document = app.test_client().get("/openapi.json").json
    for path, entry in document["paths"].items():
        for operation in entry.values():
            assert bool(operation["security"]) == path.startswith("/v1"), path


def test_a_method_that_is_not_taken_names_those_that_are(willow: Caller) -> None:
    answer = willow.ask("PUT", "/v1/packets")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


class TestWithFewRequestsAllowed:
    @pytest.fixture
    def rates(self) -> Rates:
        return Rates(per_key=3, per_address=5)

    def test_a_key_that_asks_too_often_is_told_when_to_come_back(self, willow: Caller) -> None:
        answers = [willow.get("/v1/packets") for _ in range(4)]
        assert [each.status_code for each in answers] == [200, 200, 200, 429]
        assert answers[3].json["code"] == "too_many_requests"
        assert 1 <= int(answers[3].headers["Retry-After"]) <= 61

    def test_another_key_is_not_held_up(self, willow: Caller, cedar: Caller) -> None:
        for _ in range(4):
            willow.get("/v1/packets")
        assert cedar.get("/v1/packets").status_code == 200

    def test_guessing_keys_is_counted_by_address(self, anybody: Caller) -> None:
        answers = [
            anybody.get("/v1/packets", headers={"Authorization": f"Bearer guess{number}"})
            for number in range(6)
        ]
        assert answers[-1].status_code == 429

    def test_probes_are_never_held_up(self, anybody: Caller) -> None:
        assert {anybody.get("/healthz").status_code for _ in range(10)} == {200}


def test_requests_are_answered_while_the_server_that_counts_them_is_away(
    settings: Settings, store: Store
) -> None:
    away = replace(settings, redis_url="redis://127.0.0.1:1/0")
    client = create_app(away, store, load_knowledge(), rates=Rates(per_address=2)).test_client()
    assert [client.get("/docs").status_code for _ in range(3)] == [200, 200, 429]


def test_all_processes_count_a_key_together(
    settings: Settings, store: Store, redis_url: str
) -> None:
    shared = replace(settings, redis_url=redis_url)
    rates = Rates(per_key=3)
    first, second = (
        create_app(shared, store, load_knowledge(), rates=rates).test_client() for _ in range(2)
    )
    headers = {"Authorization": f"Bearer {store.keys.create('willow').text}"}
    answers = [
        client.get("/v1/packets", headers=headers) for client in (first, second, first, second)
    ]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]


def test_an_address_that_a_caller_claims_to_come_from_counts_for_nothing(
    settings: Settings, store: Store
) -> None:
    client = create_app(settings, store, load_knowledge(), rates=Rates(per_address=2)).test_client()
    answers = [
        client.get("/v1/packets", headers={"X-Forwarded-For": f"198.51.100.{number}"})
        for number in range(3)
    ]
    assert [each.status_code for each in answers] == [401, 401, 429]
