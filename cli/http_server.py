"""The API under gunicorn, whose threads finish the requests in flight when it is told to stop."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.http.errors import (  # type: ignore[import-untyped]
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    ParseException,
)
from gunicorn.util import write_nonblock  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from casework.knowledge_base import load_knowledge
from service import create_app
from service.unread import unread_answer
from settings import Settings
from storage.store import open_store

_log = structlog.get_logger()

GRACEFUL_SECONDS = 30
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn's heartbeats, which a slow disk delays


def serve(settings: Settings, host: str, processes: int, threads: int) -> int:
    """Serve until told to stop; return the exit code.

    Raises:
        StorageFault, BrokenKnowledge: before anything is served.
    """
    store = open_store(settings, dispatching=True)
    store.queue.check_policy()
    app = create_app(settings, store, load_knowledge(settings.knowledge))
    options = _options(settings, host, processes, threads)
    # Each of gunicorn's processes writes the tickets that it still holds.
    options["worker_exit"] = lambda _server, _worker: store.close()
    _Server(app, options).run()
    return 0


def _options(settings: Settings, host: str, processes: int, threads: int) -> dict[str, Any]:
    return {
        "bind": f"{host}:{settings.port}",
        "workers": processes,
        "threads": threads,
        "worker_class": Quiet,
        "preload_app": True,
        "timeout": 60,
        "graceful_timeout": GRACEFUL_SECONDS,
        "loglevel": "warning",
        "control_socket_disable": True,
        "worker_tmp_dir": str(_SHARED_MEMORY) if _SHARED_MEMORY.is_dir() else None,
    }


class Quiet(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """Threads that refuse what is no HTTP as everything is refused here.

    gunicorn's own refusal is HTML; it repeats a line, a header's name or its value to the caller,
    and in the log.
    """

    def handle_error(self, _req: Any, client: Any, _addr: Any, exc: BaseException) -> None:
        """Answer with a problem; log the exception's type, never its text."""
        ours = isinstance(exc, InvalidResponseHeader | InvalidResponseHeaderName)
        code = "bad_request" if isinstance(exc, ParseException) and not ours else "internal_error"
        request_id, answer = unread_answer(self.wsgi, code)
        _log.warning("request not read", request_id=request_id, exception=type(exc).__name__)
        with suppress(OSError):
            write_nonblock(client, answer)


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
