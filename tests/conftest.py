"""What all tests share: knowledge, cases, a store in a fresh folder, a real queue's server.

Parts are imported when a test asks for them, so that a test of one room needs no other room.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.programs import need
from tests.servers import (
    PostgresServer,
    bucket_server,
    new_bucket,
    postgres_server,
    postgresql_program,
)

if TYPE_CHECKING:
    from casework.knowledge_base.model import Knowledge
    from settings import Settings
    from storage.records import Packet
    from storage.store import Store

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases"

_ACCOUNT = "willow"
_KINDS = ("letter_of_medical_necessity", "prior_authorization_request", "appeal_letter")
_LETTER_DATE = date(2026, 10, 19)
_NEEDS = {
    "pages": (("soffice", "libreoffice-writer-nogui"), ("pdftoppm", "poppler-utils")),
    "browser": (("chromium", "chromium"),),
    "postgresql": ((postgresql_program("initdb") or "initdb", "postgresql"),),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a marked test whose programs are missing, saying how to get them."""
    for marker, programs in _NEEDS.items():
        if item.get_closest_marker(marker):
            need(*programs)


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """All built-in knowledge, loaded once."""
    from casework.knowledge_base import load_knowledge

    return load_knowledge()


@pytest.fixture(scope="session")
def cases() -> dict[str, dict[str, Any]]:
    """The sample cases of tests/cases by file name, as a caller would POST them."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(CASES.glob("*.json"))
    }


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The variables of a development machine with a fresh data folder and no queue."""
    return {"NECESSITY_DATA_DIR": str(tmp_path / "var"), "NECESSITY_DEV": "1"}


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    from settings import read_settings

    return read_settings(environment)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """A store in a fresh folder; no queue."""
    from storage.store import open_store

    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def accept(cases: dict[str, dict[str, Any]], knowledge: Knowledge) -> Callable[..., Packet]:
    """Accept a packet of the denied sample case for account "willow", as the service would."""
    from casework.schema import load_case
    from storage.media import PDF
    from storage.records import AskedDocument, Contents, NewPacket

    case = load_case(cases["depression_commercial_denied"], knowledge)

    def accepted(
        store: Store,
        *kinds: str,
        sample: bool = False,
        pdf: bool = False,
        callback_url: str | None = None,
    ) -> Packet:
        word = tuple(AskedDocument(kind, "", "en") for kind in kinds or _KINDS)
        if not store.keys.list(_ACCOUNT):
            store.keys.create(_ACCOUNT)
        return store.packets.accept(
            NewPacket(
                account_id=_ACCOUNT,
                actor="key:abcdefghij",
                contents=Contents(case=case, review={}, options={}),
                documents=(*word, *(replace(each, media_type=PDF) for each in word if pdf)),
                letter_date=_LETTER_DATE,
                knowledge_version=knowledge.version,
                sample=sample,
                callback_url=callback_url,
            )
        ).packet

    return accepted


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Redis-compatible server, started once for the session."""
    from cli.embedded import EmbeddedServer

    with EmbeddedServer(tmp_path_factory.mktemp("queue")) as server:
        server.start()
        yield server.url


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The address of the server, emptied."""
    from redis import Redis

    Redis.from_url(redis_server).flushall()
    return redis_server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    """A real PostgreSQL server, started once for the session; tests that ask for it are marked."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def made_database(postgresql: PostgresServer) -> str:
    """A database whose tables are made, of which tests take copies."""
    from storage.database import Database
    from storage.migration import migrate

    name = postgresql.new_database()
    database = Database(postgresql.url(name))
    migrate(database)
    database.close()
    return name


@pytest.fixture(scope="session")
def bucket_address() -> Iterator[str]:
    """The address of a real S3-compatible server, started once for the session."""
    with bucket_server() as address:
        yield address


@pytest.fixture
def bucket_environment(bucket_address: str) -> dict[str, str]:
    """The variables that put documents into an empty bucket."""
    return {
        "STORE_URL": f"s3://{new_bucket(bucket_address)}/papers",
        "STORE_ENDPOINT": bucket_address,
        "STORE_KEY_ID": "id",
        "STORE_SECRET_KEY": "secret",
    }
