"""`necessity ready`: whether this installation, or one kind of process on this host, works."""

from __future__ import annotations

import argparse
import json
import socket
import time
from pathlib import Path
from typing import Any

from settings import read_settings
from storage.records import Readiness
from storage.store import open_store
from worker.tend import ALIVE

_FRESH_SECONDS = 60.0


def register(subparsers: Any) -> None:  # argparse's own type is private
    """Add `ready`."""
    ready = subparsers.add_parser("ready", help="say whether all parts answer (exit code 0 or 1)")
    ready.add_argument(
        "part",
        nargs="?",
        choices=("worker", "tend"),
        help="only this host's process of this kind (default: the whole installation)",
    )
    ready.add_argument("--json", action="store_true", help="as JSON")
    ready.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    if arguments.part == "tend":
        return _tell(_lately(settings.data_dir / ALIVE), arguments.part, as_json=arguments.json)
    store = open_store(settings)
    try:
        answer = store.readiness()
    finally:
        store.close()
    if arguments.part == "worker":
        return _tell(_worker_here(answer), arguments.part, as_json=arguments.json)
    return _tell(answer.ready, "necessity", answer.faults, as_json=arguments.json)


def _worker_here(answer: Readiness) -> bool:
    return any(worker.id.startswith(f"{socket.gethostname()}-") for worker in answer.workers)


def _lately(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime < _FRESH_SECONDS
    except FileNotFoundError:
        return False


def _tell(ready: bool, what: str, faults: tuple[str, ...] = (), *, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"ready": ready, "faults": list(faults)}))
    else:
        print(f"{what}: {'ready' if ready else 'not ready'}", *faults, sep="\n  ")
    return 0 if ready else 1
