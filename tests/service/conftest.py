"""The real application over a real store in a fresh folder, asked through a client that checks.

Every answer of every test is held against the OpenAPI document.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from casework.knowledge_base.load import load_knowledge
from service import create_app
from service.rate_limits import Rates
from settings import Settings, read_settings
from storage.records import Failure, WrittenDocument
from storage.store import Store, open_store
from tests.service.shown_shapes import ShownShapes

CASES = Path(__file__).parents[1] / "cases"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CANARY = "Quillfeather"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


class Caller:
    """Someone with an API key (or without), whose answers are held against the document."""

    def __init__(self, client: FlaskClient, shapes: ShownShapes, key: str = "") -> None:
        self._client = client
        self._shapes = shapes
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any
    ) -> TestResponse:
        path = path.removeprefix("http://127.0.0.1:8000")
        answer = self._client.open(
            path, method=method, headers={**self._headers, **(headers or {})}, **more
        )
        self._shapes.hold(method, path.partition("?")[0], answer)
        return answer

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> TestResponse:
        return self.ask("POST", path, json=body, **more)

    def post_raw(
        self, path: str, data: bytes, content_type: str = "application/json"
    ) -> TestResponse:
        return self.ask("POST", path, data=data, content_type=content_type)

    def delete(self, path: str) -> TestResponse:
        return self.ask("DELETE", path)

    def packet(self, **body: Any) -> dict[str, Any]:
        """Post a packet that is accepted and return it."""
        answer = self.post("/v1/packets", {"case": a_case(), **body})
        assert answer.status_code == 202, answer.text
        accepted: dict[str, Any] = answer.json
        return accepted


def a_case(name: str = "depression_commercial_denied", **changes: Any) -> dict[str, Any]:
    """Return a whole sample case, sections replaced by `changes`."""
    case: dict[str, Any] = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return case | changes


def errors(answer: TestResponse) -> dict[str, str]:
    """Return the codes of a problem's errors by pointer."""
    return {each["pointer"]: each["code"] for each in answer.json["errors"]}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"NECESSITY_DATA_DIR": str(tmp_path / "var"), "NECESSITY_DEV": "1"})


@pytest.fixture
def store(settings: Settings, clock: Clock) -> Iterator[Store]:
    opened = open_store(settings, clock)
    yield opened
    opened.close()


@pytest.fixture
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def rates() -> Rates:
    return Rates()


@pytest.fixture
def app(settings: Settings, store: Store, clock: Clock, log: io.StringIO, rates: Rates) -> Flask:
    return create_app(settings, store, load_knowledge(), clock=clock, rates=rates, log=log)


@pytest.fixture
def shapes(app: Flask) -> ShownShapes:
    return ShownShapes(app.test_client().get("/openapi.json").json)


@pytest.fixture
def anybody(app: Flask, shapes: ShownShapes) -> Caller:
    """Someone without a key."""
    return Caller(app.test_client(), shapes)


@pytest.fixture
def calling_with(app: Flask, shapes: ShownShapes) -> Callable[[str], Caller]:
    return lambda key: Caller(app.test_client(), shapes, key)


@pytest.fixture
def willow(store: Store, calling_with: Callable[[str], Caller]) -> Caller:
    """A clinic's software."""
    return calling_with(store.keys.create("willow").text)


@pytest.fixture
def cedar(store: Store, calling_with: Callable[[str], Caller]) -> Caller:
    """Another account."""
    return calling_with(store.keys.create("cedar").text)


@pytest.fixture
def write(store: Store) -> Callable[..., None]:
    """Do a worker's part: write all papers of a packet, or let the kinds named `failing` fail."""

    def written(packet_id: str, failing: tuple[str, ...] = ()) -> None:
        claim = store.attempts.claim(packet_id)
        assert claim is not None
        for document in claim.documents:
            if document.kind in failing:
                failure = Failure("render_failed", "The template broke.")
                store.attempts.fail_document(claim, document.id, failure)
            else:
                store.attempts.save_document(claim, document.id, a_paper(document.kind))
        store.attempts.publish(claim)

    return written


def a_paper(kind: str) -> WrittenDocument:
    return WrittenDocument(
        content=f"bytes of {kind}".encode(),
        media_type=WORD,
        template_version="0123abc",
        draft=True,
        missing=("/insurance/member_id",),
        findings=("no_ndc",),
        pages=2,
        provenance={"passages": [{"id": "ask", "from": ["/request"]}]},
    )
