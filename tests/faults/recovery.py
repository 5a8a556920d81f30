"""How long each fault delays a packet: `python -m tests.faults.recovery [--postgresql]`.

A packet of many papers is begun, one thing is killed, and the clock runs until the packet is ready,
beside the same packet without a fault. A second worker idles, as on a host of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import date
from pathlib import Path

from casework.knowledge_base import load_knowledge
from casework.knowledge_base.model import Knowledge
from casework.schema import load_case
from storage.faults import StorageFault
from storage.records import AskedDocument, Contents, NewPacket, Packet
from storage.store import Store, open_store
from tests.faults.callers import ask
from tests.faults.installation import Installation, Plan
from tests.processes import ROOT, descendants

_CASE = ROOT / "tests" / "cases" / "depression_commercial.json"
_PAPERS = 40
_PATIENCE_SECONDS = 120.0
_ACCOUNT = "recovery"

Fault = Callable[[Installation], None]


def no_fault(_installation: Installation) -> None:
    """Leave everything as it is."""


def job(installation: Installation) -> None:
    """Kill the running job under its worker."""
    installation.kill_job(random.Random(0))


def host(installation: Installation) -> None:
    """Kill the worker that writes and its job, and do not start it again yet."""
    for worker in installation.workers:
        if worker.pid and descendants(worker.pid):
            _kill(*descendants(worker.pid), worker.pid)


def worker_alone(installation: Installation) -> None:
    """Kill the worker that writes; its job goes on."""
    for worker in installation.workers:
        if worker.pid and descendants(worker.pid):
            _kill(worker.pid)


def queue(installation: Installation) -> None:
    """Kill the queue's server and wipe its data."""
    installation.kill_queue(_Always(0.9))


def sweeper(installation: Installation) -> None:
    """Kill the sweeper."""
    installation.kill_tend(random.Random(0))


def api(installation: Installation) -> None:
    """Kill all processes of the API."""
    installation.kill_api(_Always(0.1))


def everything(installation: Installation) -> None:
    """Kill every process at once, the rows' server too."""
    installation.stop()
    if installation.rows is not None:
        installation.kill_rows(random.Random(0))


def rows(installation: Installation) -> None:
    """Crash PostgreSQL."""
    installation.kill_rows(random.Random(0))


class _Always(random.Random):
    """Chance that always falls the same way."""

    def __init__(self, value: float) -> None:
        super().__init__(0)
        self._value = value

    def random(self) -> float:
        return self._value


_FAULTS: tuple[Fault, ...] = (
    no_fault, job, host, worker_alone, queue, sweeper, api, everything,
)  # fmt: skip


def measure(*, postgresql: bool) -> dict[str, dict[str, float]]:
    """Return, for each fault, the seconds until the packet was ready and until the API answered."""
    plan = Plan(workers=2, postgresql=postgresql)
    with tempfile.TemporaryDirectory(prefix="necessity-recovery-") as made, ExitStack() as stack:
        installation = Installation(plan, Path(made), stack)
        installation.start()
        stack.callback(installation.stop)
        store = open_store(installation.settings)
        stack.callback(store.close)
        store.keys.create(_ACCOUNT)
        knowledge = load_knowledge()
        faults = (*_FAULTS, rows) if postgresql else _FAULTS
        return {
            fault.__name__: _measure_one(fault, installation, store, knowledge) for fault in faults
        }


def _measure_one(
    fault: Fault, installation: Installation, store: Store, knowledge: Knowledge
) -> dict[str, float]:
    _until(lambda: store.readiness().ready and _serves(installation), installation)
    packet_id = _accept(store, knowledge)
    _until(lambda: _found(store, packet_id).done, installation)
    began = time.monotonic()
    fault(installation)
    ready = answering = 0.0
    while not (ready and answering):
        passed = time.monotonic() - began
        ready = ready or (0.0 if _is_open(store, packet_id) else passed)
        answering = answering or (passed if _serves(installation) else 0.0)
        installation.revive()
        time.sleep(0.05)
        assert passed < _PATIENCE_SECONDS, "it never came back"
    ended = _found(store, packet_id)
    assert ended.status == "ready"
    return {"ready": round(ready, 1), "answering": round(answering, 1), "attempts": ended.attempt}


def _accept(store: Store, knowledge: Knowledge) -> str:
    """Accept a packet of many papers; the API itself asks for each paper once."""
    case = load_case(json.loads(_CASE.read_text(encoding="utf-8")), knowledge)
    paper = AskedDocument("letter_of_medical_necessity", "", "en")
    new = NewPacket(
        account_id=_ACCOUNT,
        actor="key:abcdefghij",
        contents=Contents(case=case, review={}, options={}),
        documents=(paper,) * _PAPERS,
        letter_date=date(2026, 10, 19),
        knowledge_version=knowledge.version,
    )
    return store.packets.accept(new).packet.id


def _found(store: Store, packet_id: str) -> Packet:
    return store.packets.find(_ACCOUNT, packet_id)


def _is_open(store: Store, packet_id: str) -> bool:
    with suppress(StorageFault):
        return _found(store, packet_id).status in {"queued", "writing"}
    return True


def _serves(installation: Installation) -> bool:
    try:
        return ask(installation.ports[0], "", "/healthz")[0] == 200
    except OSError:
        return False


def _until(what: Callable[[], object], installation: Installation) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < deadline, "it never came about"
        installation.revive()
        time.sleep(0.02)


def _kill(*pids: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--postgresql", action="store_true")
    found = measure(postgresql=parser.parse_args().postgresql)
    print(json.dumps(found, indent=2))  # noqa: T201 - a program of its own
    return 0


if __name__ == "__main__":
    sys.exit(main())
