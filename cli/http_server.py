"""The API under gunicorn, whose threads finish the requests in flight when it is told to stop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from casework.knowledge_base import load_knowledge
from service import create_app
from settings import Settings
from storage.store import open_store

_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn's heartbeats, which a slow disk delays


def serve(settings: Settings, host: str, processes: int, threads: int) -> int:
    """Serve until told to stop; return the exit code.

    Raises:
        StorageFault, BrokenKnowledge: before anything is served.
    """
    store = open_store(settings)
    store.queue.check_policy()
    app = create_app(settings, store, load_knowledge(settings.knowledge))
    _Server(app, _options(settings, host, processes, threads)).run()
    return 0


def _options(settings: Settings, host: str, processes: int, threads: int) -> dict[str, Any]:
    return {
        "bind": f"{host}:{settings.port}",
        "workers": processes,
        "threads": threads,
        "worker_class": "gthread",
        "preload_app": True,
        "timeout": 60,
        "graceful_timeout": 30,
        "loglevel": "warning",
        "control_socket_disable": True,
        "worker_tmp_dir": str(_SHARED_MEMORY) if _SHARED_MEMORY.is_dir() else None,
    }


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    def __init__(self, app: Any, options: dict[str, Any]) -> None:
        self._app = app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._app
