"""One service for a whole file of hostile requests: each must leave it answering for the next."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from casework.knowledge_base.load import load_knowledge
from service import create_app
from service.rate_limits import Rates
from settings import Settings, read_settings
from storage.store import Store, open_store
from tests.service.conftest import CANARY, Caller, Clock
from tests.service.hostile.refusals import Refusals
from tests.service.shown_shapes import ShownShapes


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("var")
    return read_settings({"NECESSITY_DATA_DIR": str(folder), "NECESSITY_DEV": "1"})


@pytest.fixture(scope="module")
def store(settings: Settings, clock: Clock) -> Iterator[Store]:
    opened = open_store(settings, clock)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(scope="module")
def app(settings: Settings, store: Store, clock: Clock, log: io.StringIO) -> Flask:
    rates = Rates(per_key=100_000, per_address=100_000)
    return create_app(settings, store, load_knowledge(), clock=clock, rates=rates, log=log)


@pytest.fixture(scope="module")
def shapes(app: Flask) -> ShownShapes:
    return ShownShapes(app.test_client().get("/openapi.json").json)


@pytest.fixture(scope="module")
def calling_with(app: Flask, shapes: ShownShapes) -> Callable[[str], Caller]:
    return lambda key: Caller(app.test_client(), shapes, key)


@pytest.fixture(scope="module")
def anybody(calling_with: Callable[[str], Caller]) -> Caller:
    return calling_with("")


@pytest.fixture(scope="module")
def willow(store: Store, calling_with: Callable[[str], Caller]) -> Caller:
    return calling_with(store.keys.create("willow").text)


@pytest.fixture(scope="module")
def cedar(store: Store, calling_with: Callable[[str], Caller]) -> Caller:
    return calling_with(store.keys.create("cedar").text)


@dataclass(frozen=True)
class Mine:
    """A finished packet of account "willow", which others would like to read."""

    packet: str
    document: str
    link: str


@pytest.fixture(scope="module")
def mine(willow: Caller, store: Store) -> Mine:
    from tests.service.conftest import a_paper

    packet = willow.packet(documents=["appeal_letter"])
    claim = store.attempts.claim(packet["id"])
    assert claim is not None
    store.attempts.save_document(claim, claim.documents[0].id, a_paper("appeal_letter"))
    store.attempts.publish(claim)
    (document,) = willow.get(f"/v1/packets/{packet['id']}").json["documents"]
    return Mine(packet["id"], document["id"], document["download_url"].rpartition("/")[2])


@pytest.fixture
def refuses(willow: Caller, log: io.StringIO) -> Iterator[Refusals]:
    """Hold an answer against docs/errors.md; afterwards nothing was stored and all is well."""
    before, written = willow.get("/v1/packets?limit=100").json["items"], len(log.getvalue())
    yield Refusals()
    assert willow.get("/healthz").json["status"] == "alive"
    assert willow.get("/v1/packets?limit=100").json["items"] == before
    told = log.getvalue()[written:]
    assert "request failed" not in told
    assert CANARY.lower() not in told.lower()
