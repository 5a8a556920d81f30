"""A worker's bench in a fresh folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from casework.knowledge_base.model import Knowledge
    from settings import Settings
    from storage.store import Store
    from worker.bench import Bench


@pytest.fixture
def bench(settings: Settings, store: Store, knowledge: Knowledge) -> Bench:
    """The bench of a worker in this process, on the test's own store."""
    from worker.bench import Bench
    from worker.templates import Templates

    return Bench(settings, store, knowledge, Templates())
