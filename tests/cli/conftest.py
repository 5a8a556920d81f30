"""The settings of a development machine, for commands that run in this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture
def commanded(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let `main` find a fresh data folder and nothing else."""
    for name in ("REDIS_URL", "DATABASE_URL", "STORE_URL", "PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    yield
    # A command logs to the standard error that pytest takes away with the test.
    structlog.reset_defaults()
