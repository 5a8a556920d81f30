"""An installation of one host or several, whose processes can be killed and started again."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from cli.children import Child
from cli.embedded import EmbeddedServer
from settings import read_settings
from tests.processes import ROOT, descendants, own_environment
from tests.servers import PostgresServer, bucket_server, free_port, new_bucket, postgres_server


@dataclass(frozen=True)
class Plan:
    """How a storm goes."""

    packets: int = 1000
    per_second: float = 14.0
    kill_seconds: float = 2.0
    hosts: int = 1
    workers: int = 3
    postgresql: bool = False
    seed: int = 1


class Installation:
    """The processes of one installation, each of which may die at any moment."""

    def __init__(self, plan: Plan, folder: Path, stack: ExitStack) -> None:
        self._logs = folder / "logs"
        self._logs.mkdir()
        self.rows = _rows(plan, stack)
        self.queue = stack.enter_context(EmbeddedServer(folder / "queue"))
        self._queue_folder = folder / "queue"
        shared = self._shared(plan, folder, stack)
        self.ports = tuple(free_port() for _ in range(plan.hosts))
        self.apis: list[Child] = []
        self.workers: list[Child] = []
        self.tends: list[Child] = []
        for number, port in enumerate(self.ports):
            # Hosts share no folder: rows, queue and documents are all that they have in common.
            data = folder / ("var" if plan.hosts == 1 else f"host-{number}")
            environ = {**shared, "NECESSITY_DATA_DIR": str(data), "PORT": str(port)}
            self.settings = read_settings(environ)
            self._add_host(number, plan, {**own_environment(), **environ})

    def children(self) -> list[Child]:
        """Return all processes but the rows' server."""
        return [self.queue, *self.apis, *self.workers, *self.tends]

    def start(self) -> None:
        """Start everything."""
        for child in self.children():
            child.start()

    def revive(self) -> None:
        """Start again what has died."""
        for child in self.children():
            if child.ended() is not None:
                child.start()

    def stop(self) -> None:
        """Kill what is left."""
        for child in self.children():
            _kill([child.pid, *_below(child)])

    def kill_api(self, chance: random.Random) -> str:
        """Kill an API's first process, or all of its processes."""
        child = chance.choice(self.apis)
        whole = chance.random() < 0.5
        _kill([child.pid, *(_below(child) if whole else ())])
        return "API" if whole else "API's first process"

    def kill_worker(self, chance: random.Random) -> str:
        """Kill a worker's parent alone: its job goes on and finds itself replaced."""
        _kill([chance.choice(self.workers).pid])
        return "worker"

    def kill_job(self, chance: random.Random) -> str:
        """Kill a running job under its worker; where none runs, wait a moment for one."""
        for _ in range(100):
            jobs = [pid for worker in self.workers for pid in _below(worker)]
            if jobs:
                _kill([chance.choice(jobs)])
                return "job"
            time.sleep(0.01)
        return "no job to kill"

    def kill_queue(self, chance: random.Random) -> str:
        """Kill the queue's server and wipe its data half of the time."""
        _kill([self.queue.pid])
        _wait(self.queue)
        if chance.random() < 0.5:
            return "queue"
        shutil.rmtree(self._queue_folder)
        return "queue, wiped"

    def kill_tend(self, chance: random.Random) -> str:
        """Kill a sweeper."""
        _kill([chance.choice(self.tends).pid])
        return "sweeper"

    def kill_rows(self, _chance: random.Random) -> str:
        """Crash PostgreSQL and start it again."""
        assert self.rows is not None
        self.rows.crash()
        self.rows.start()
        return "PostgreSQL"

    def _shared(self, plan: Plan, folder: Path, stack: ExitStack) -> dict[str, str]:
        first = read_settings({"NECESSITY_DATA_DIR": str(folder / "var"), "NECESSITY_DEV": "1"})
        keys = folder / "var" / "keys"
        shared = {
            "NECESSITY_MASTER_KEY_FILE": str(keys / "master-key"),
            "NECESSITY_LINK_KEY_FILE": str(keys / "link-key"),
            "REDIS_URL": self.queue.url,
        }
        assert first.dev
        if self.rows is not None:
            shared["DATABASE_URL"] = self.rows.url(self.rows.new_database())
        if plan.hosts > 1:
            address = stack.enter_context(bucket_server())
            shared |= {"STORE_URL": f"s3://{new_bucket(address)}", "STORE_ENDPOINT": address}
            shared |= {"STORE_KEY_ID": "id", "STORE_SECRET_KEY": "secret"}
        return shared

    def _add_host(self, number: int, plan: Plan, environ: dict[str, str]) -> None:
        def child(name: str, *words: str) -> Child:
            return _Logged(f"{name} {number}", words, environ, self._logs)

        self.apis.append(child("api", "serve", "--processes", "1"))
        per_host = max(1, plan.workers // plan.hosts)
        self.workers += [child(f"worker {each}", "work") for each in range(per_host)]
        self.tends.append(child("tend", "tend"))


class _Logged(Child):
    """A process whose lines go to a file of its own."""

    def __init__(
        self, name: str, words: tuple[str, ...], environ: dict[str, str], logs: Path
    ) -> None:
        said = logs / f"{name.replace(' ', '-')}.log"
        command = f'exec "$0" -P -m cli "$@" >> {said} 2>&1'
        environ = {**environ, "PYTHONPATH": os.pathsep.join(filter(None, _paths(environ)))}
        super().__init__(name, ["sh", "-c", command, sys.executable, *words], environ)


def _paths(environ: dict[str, str]) -> tuple[str, str]:
    return str(ROOT), environ.get("PYTHONPATH", "")


def _rows(plan: Plan, stack: ExitStack) -> PostgresServer | None:
    if not plan.postgresql:
        return None
    return stack.enter_context(postgres_server(durable=True))


def _below(child: Child) -> list[int]:
    try:
        return descendants(child.pid) if child.pid and child.ended() is None else []
    except (FileNotFoundError, ProcessLookupError):
        return []


def _kill(pids: list[int | None]) -> None:
    for pid in filter(None, pids):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _wait(child: Child) -> None:
    while child.ended() is None:
        time.sleep(0.01)
