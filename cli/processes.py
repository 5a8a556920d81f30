"""`necessity serve`, `work` and `tend`: the processes that a host runs, one command each."""

from __future__ import annotations

import argparse
import signal
from threading import Event
from typing import Any

from cli.logs import log_as_json
from settings import read_settings
from storage.store import open_store
from worker.process import work
from worker.tend import tend

_EVERYWHERE = "0.0.0.0"  # noqa: S104 - a container's own network
_MOST = 256


def register(subparsers: Any) -> None:  # argparse's own type is private
    """Add `serve`, `work` and `tend`."""
    serve = subparsers.add_parser("serve", help="the API, under gunicorn")
    serve.add_argument(
        "--host",
        default="127.0.0.1",
        help=f"address to listen on; {_EVERYWHERE} in a container (default: %(default)s)",
    )
    serve.add_argument("--processes", type=_count, default=2, help="(default: %(default)s)")
    serve.add_argument(
        "--threads",
        type=_count,
        default=16,
        help="per process; a waiting caller holds one (default: %(default)s)",
    )
    serve.set_defaults(run=_serve)
    working = subparsers.add_parser("work", help="one worker, which writes the papers")
    working.add_argument("--burst", action="store_true", help="stop when no ticket is left")
    working.set_defaults(run=_work)
    tending = subparsers.add_parser(
        "tend", help="keep packets moving and call back; one on each host"
    )
    tending.set_defaults(run=_tend)


def _serve(arguments: argparse.Namespace) -> int:
    # gunicorn and Flask are loaded only where they are needed.
    from cli.http_server import serve  # noqa: PLC0415

    log_as_json()
    return serve(read_settings(), arguments.host, arguments.processes, arguments.threads)


def _work(arguments: argparse.Namespace) -> int:
    log_as_json()
    return 0 if work(burst=arguments.burst) else 1


def _tend(_arguments: argparse.Namespace) -> int:
    log_as_json()
    settings = read_settings()
    # Rows and documents may both rest elsewhere; the sign of life does not.
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = open_store(settings)
    stop = Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    try:
        tend(store, settings, stop)
    finally:
        store.close()
    return 0


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST):
        raise argparse.ArgumentTypeError(f"should be a whole number from 1 to {_MOST}")
    return int(text)
