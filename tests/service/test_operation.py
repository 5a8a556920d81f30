"""What the platform asks, and what is written down of each request."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from flask import Flask

from storage.faults import StorageFull, StorageUnavailable
from storage.store import Store
from tests.service.conftest import CANARY, Caller, Clock, a_case


def test_health_asks_nobody(anybody: Caller) -> None:
    assert anybody.get("/healthz").json["status"] == "alive"


def test_without_queue_and_worker_it_is_not_ready(anybody: Caller) -> None:
    answer = anybody.get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (503, "not_ready")
    assert answer.json["checks"]["rows"] == "ok"
    assert answer.json["checks"]["queue"] != "ok"
    assert answer.json["checks"]["workers"] != "ok"


def test_readiness_tells_what_the_workers_can_do(anybody: Caller, store: Store) -> None:
    store.workers.beat("w1", capabilities=("pdf",))
    answer = anybody.get("/readyz").json
    assert answer["checks"]["workers"] == "ok"
    assert answer["capabilities"] == ["pdf"]


def test_metrics_count_packets_of_all_accounts(
    anybody: Caller, willow: Caller, cedar: Caller, clock: Clock
) -> None:
    willow.packet()
    cedar.packet()
    clock.forward(seconds=90)
    text = anybody.get("/metrics").text
    assert 'necessity_packets{status="queued"} 2.0' in text
    assert "necessity_oldest_waiting_seconds 90.0" in text
    assert "necessity_workers 0.0" in text


def test_a_request_id_is_taken_over_and_a_strange_one_replaced(anybody: Caller) -> None:
    assert (
        anybody.get("/healthz", headers={"X-Request-ID": "abc-1"}).headers["X-Request-ID"]
        == "abc-1"
    )
    strange = anybody.get("/healthz", headers={"X-Request-ID": "a b<script>"})
    assert strange.headers["X-Request-ID"].isalnum()
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    assert anybody.get("/healthz", headers={"traceparent": trace}).headers["traceparent"] == trace


def test_each_answer_keeps_browsers_and_caches_away(willow: Caller, anybody: Caller) -> None:
    for answer in (
        willow.get("/v1/packets"),
        anybody.get("/d/nothing"),
        anybody.get("/v1/packets"),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_no_patient_data_is_logged(
    willow: Caller, log: io.StringIO, write: Callable[..., None], capfd: pytest.CaptureFixture[str]
) -> None:
    case = a_case()
    case["patient"]["last_name"] = CANARY
    packet = willow.packet(case=case)
    write(packet["id"])
    read = willow.get(packet["links"]["self"]).json
    willow.get(read["documents"][0]["download_url"])
    willow.post("/v1/packets", {"case": case | {CANARY: 1}})
    willow.get(f"/v1/packets?reference={CANARY}&cursor={CANARY}")
    willow.get(f"/{CANARY}")
    written = log.getvalue() + "".join(capfd.readouterr())
    assert CANARY not in written
    assert read["documents"][0]["download_url"].rpartition("/")[2] not in written
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {"POST /v1/packets", "GET /d/<token:token>"} <= {
        f"{line['method']} {line['route']}" for line in lines
    }


def test_a_failure_of_ours_is_500_and_its_text_stays_inside(
    app: Flask, willow: Caller, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError(f"could not write {CANARY}")

    monkeypatch.setattr("service.packet_views.summary_json", fails)
    willow.packet()
    answer = willow.get("/v1/packets")
    assert (answer.status_code, answer.json["code"]) == (500, "internal_error")
    assert CANARY not in answer.text + log.getvalue()
    failure = next(
        line
        for line in map(json.loads, log.getvalue().splitlines())
        if line["event"] == "request failed"
    )
    assert failure["request_id"] == answer.json["request_id"]
    assert failure["exception"] == "RuntimeError"


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (StorageFull("no room"), 507, "storage_full"),
        (StorageUnavailable("locked"), 503, "unavailable"),
        (OSError(28, "No space left on device"), 507, "storage_full"),
    ],
)
def test_storage_in_trouble_says_to_try_again(
    willow: Caller, monkeypatch: pytest.MonkeyPatch, fault: Exception, status: int, code: str
) -> None:
    def fails(*_: object) -> None:
        raise fault

    monkeypatch.setattr("storage.packets.Packets.accept", fails)
    answer = willow.post("/v1/packets", {"case": a_case()})
    assert (answer.status_code, answer.json["code"]) == (status, code)
