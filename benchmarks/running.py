"""Real processes and real requests for the comparisons that go through HTTP."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.embedded import EmbeddedServer
from settings import read_settings
from storage.store import open_store

_ROOT = Path(__file__).resolve().parent.parent
_CASE = _ROOT / "tests" / "cases" / "depression_commercial_denied.json"
_READY_SECONDS = 60.0


@dataclass(frozen=True)
class Site:
    """A data folder, the queue's server, an API key, and the environment that names them."""

    environ: Mapping[str, str]
    key: str
    folder: Path


class Client:
    """One caller who keeps a connection."""

    def __init__(self, port: int, key: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}

    def post(self, body: bytes) -> tuple[float, Any]:
        """Post a case; return how many milliseconds the answer took, and the answer."""
        try:
            return self._posted(body)
        except (ConnectionError, http.client.BadStatusLine):
            # The server has closed a connection that was idle for two seconds.
            self._connection.close()
            return self._posted(body)

    def _posted(self, body: bytes) -> tuple[float, Any]:
        before = time.perf_counter()
        self._connection.request("POST", "/v1/packets", body, self._headers)
        answer = self._connection.getresponse()
        told = answer.read()
        took = (time.perf_counter() - before) * 1e3
        if answer.status != http.client.ACCEPTED:
            raise ValueError(f"{answer.status} instead of 202")
        return took, json.loads(told)


def a_body() -> bytes:
    """Return a request for one letter of the sample case."""
    case = json.loads(_CASE.read_text(encoding="utf-8"))
    return json.dumps({"case": case, "documents": ["letter_of_medical_necessity"]}).encode()


@contextmanager
def a_site() -> Iterator[Site]:
    """Give a fresh site, whose queue's server runs."""
    with (
        tempfile.TemporaryDirectory() as name,
        EmbeddedServer(Path(name) / "queue") as server,
    ):
        server.start()
        environ = {
            "NECESSITY_DATA_DIR": name,
            "NECESSITY_DEV": "1",
            "REDIS_URL": server.url,
            "PORT": str(free_port()),
        }
        store = open_store(read_settings(environ))
        key = store.keys.create("benchmark").text
        store.close()
        yield Site(environ, key, Path(name))


@contextmanager
def running(site: Site, *commands: Sequence[str]) -> Iterator[None]:
    """Run programs of ours until the end of the block."""
    environ = {**os.environ, **site.environ, "PYTHONWARNINGS": "ignore"}
    with ExitStack() as stack, (site.folder / "log").open("a") as log:
        for command in commands:
            process = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=_ROOT, env=environ, stdout=log, stderr=log
            )
            stack.callback(_end, process)
        yield


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(30)


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_it_listens(port: int) -> None:
    """Wait for a server."""
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the server does not listen")
