"""What all tests share: knowledge, cases, a store in a fresh folder, a real queue's server.

Parts are imported when a test asks for them, so that a test of one room needs no other room.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from casework.knowledge_base.model import Knowledge
    from settings import Settings
    from storage.store import Store

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases"

_NEEDS = {
    "pages": (("soffice", "libreoffice-writer-nogui"), ("pdftoppm", "poppler-utils")),
    "browser": (("chromium", "chromium"),),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose programs are missing, saying how to get them.

    With NECESSITY_NO_SKIPS=1 that is a failure: where all is installed, nothing may go unproven.
    """
    for marker, programs in _NEEDS.items():
        absent = [(name, package) for name, package in programs if shutil.which(name) is None]
        if item.get_closest_marker(marker) and absent:
            _give_up_on(absent)


def _give_up_on(absent: list[tuple[str, str]]) -> None:
    names = ", ".join(name for name, _ in absent)
    packages = " ".join(package for _, package in absent)
    said = f"needs {names}; on Debian and Ubuntu: sudo apt-get install {packages}"
    if os.environ.get("NECESSITY_NO_SKIPS") == "1":
        pytest.fail(f"{said} (NECESSITY_NO_SKIPS=1)", pytrace=False)
    pytest.skip(said)


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
