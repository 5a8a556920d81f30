"""Real servers that tests start for themselves: PostgreSQL, and a bucket."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from tests.processes import descendants

_PATIENCE_SECONDS = 30.0
_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def postgresql_program(name: str) -> str | None:
    """Return the path of one of the server's programs, which Debian does not put on PATH."""
    return shutil.which(name, path=os.pathsep.join([*map(str, _PROGRAMS), os.environ["PATH"]]))


class PostgresServer:
    """A server of our own in a temporary folder, reached through a socket there.

    `durable` brings each commit to the disk, as a server that somebody relies on does.
    """

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self._folder = folder
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Return the id of the first process, which all others are children of."""
        return self._process.pid if self._process else None

    def make(self) -> None:
        """Make the files of an empty server."""
        _let_server_own(self._folder)
        more = [] if self._durable else ["--no-sync"]
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", *more)

    def start(self) -> None:
        """Start the server, after a crash too, and wait until it answers."""
        program = postgresql_program("postgres")
        assert program is not None
        options = {"listen_addresses": "", "unix_socket_directories": str(self._folder)}
        options |= {"max_connections": "150"}
        options |= {} if self._durable else {"fsync": "off"}
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [program, "-D", self._data, *words],
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **_as_server(),
            )
        _await(self._answers)

    def crash(self) -> None:
        """Kill every process of the server at once, as a host that dies would."""
        assert self._process is not None
        # Each of them is in a session of its own.
        for pid in [self._process.pid, *descendants(self._process.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Stop the server at once, without waiting for its clients."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(_PATIENCE_SECONDS)

    def url(self, name: str) -> str:
        """Return the DATABASE_URL of one of its databases."""
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def new_database(self, template: str = "template1") -> str:
        """Make a database, as a copy of another one, and return its name."""
        name = f"n{uuid4().hex}"
        self._sql("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return name

    def _answers(self) -> bool:
        return self._sql("postgres", "SELECT 1", check=False) == 0

    def _sql(self, database: str, statement: str, *, check: bool = True) -> int:
        words = ["-h", str(self._folder), "-U", "postgres", "-d", database, "-q", "-c", statement]
        return self._run("psql", *words, check=check)

    def _run(self, program: str, *words: str, check: bool = True) -> int:
        found = postgresql_program(program)
        assert found is not None
        done = subprocess.run(
            [found, *words], capture_output=True, cwd="/", check=check, **_as_server()
        )
        return done.returncode

    @property
    def _data(self) -> str:
        return str(self._folder / "data")


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Give a running server, whose files go with it."""
    # A socket's path may have 107 bytes at most, and a folder of pytest's is closed to others.
    folder = Path(tempfile.mkdtemp(prefix="necessity-pg-"))
    server = PostgresServer(folder, durable=durable)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _let_server_own(folder: Path) -> None:
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")


def _as_server() -> dict[str, str]:
    # PostgreSQL refuses to run as root.
    return {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}


@contextmanager
def bucket_server() -> Iterator[str]:
    """Give the address of a running S3-compatible server with nothing in it."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(lambda: _reached(address))
        yield address
    finally:
        server.kill()
        server.wait()


def new_bucket(address: str) -> str:
    """Make an empty bucket and return its name."""
    name = f"papers-{uuid4().hex}"
    urllib.request.urlopen(urllib.request.Request(f"{address}/{name}", method="PUT")).close()
    return name


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _reached(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _await(answers: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not answers():
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.1)
