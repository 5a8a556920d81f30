"""`necessity run`: everything on one machine, for development and for a first look."""

from __future__ import annotations

import argparse
import fcntl
import os
import shlex
import socket
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from casework.knowledge_base import load_knowledge
from cli.children import Child, KeepsDying, Signals, keep_running, stop
from cli.embedded import EmbeddedServer, NoServer
from settings import Settings, read_settings
from storage.store import Store, open_store
from worker.templates import Templates

_ROOT = Path(__file__).resolve().parent.parent
_EXAMPLE = _ROOT / "tests" / "cases" / "depression_commercial.json"
_ACCOUNT = "development"
_HOST = "127.0.0.1"
_READY_SECONDS = 60.0


class CannotRun(Exception):
    """This machine is not as `run` needs it; the text says what to do."""


def register(subparsers: Any) -> None:  # argparse's own type is private
    """Add `run`."""
    run = subparsers.add_parser(
        "run", help="all of it on this machine: queue, API, workers; prints a key and a curl"
    )
    run.set_defaults(run=_run)


def _run(_arguments: argparse.Namespace) -> int:
    os.environ.setdefault("NECESSITY_DEV", "1")
    settings = read_settings()
    signals = Signals()
    try:
        with signals.caught(), _alone(settings.data_dir):
            _refuse_taken_port(settings.port)
            key = _prepare(settings)
            _run_all(settings, key, signals)
    except (CannotRun, NoServer, KeepsDying) as fault:
        print(f"necessity: {fault}", file=sys.stderr)
        return 1
    return 0


def _run_all(settings: Settings, key: str, signals: Signals) -> None:
    with _queue(settings) as (queue, redis_url):
        others = _children(settings, redis_url)
        print(f"starting the API and its workers ({settings.workers})", flush=True)
        try:
            for child in others:
                child.start()
            keep_running([*queue, *others], signals, until=_readiness(settings))
            if signals.count == 0:
                print(_welcome(settings, key), flush=True)
            keep_running([*queue, *others], signals)
            print("stopping; running jobs finish first (again to stop at once)", flush=True)
        finally:
            stop(others, signals)


@contextmanager
def _queue(settings: Settings) -> Iterator[tuple[list[Child], str]]:
    """Give the queue's address, and its server where that is ours; it is stopped last."""
    if settings.redis_url is not None:
        yield [], settings.redis_url
        return
    with EmbeddedServer(settings.data_dir / "queue") as server:
        server.start()
        yield [server], server.url


def _children(settings: Settings, redis_url: str) -> list[Child]:
    environ = {**os.environ, "PYTHONPATH": _python_path()}
    if settings.redis_url is None:
        environ["REDIS_URL"] = redis_url
    workers = [
        Child(f"worker {number}", _command("work"), environ)
        for number in range(1, settings.workers + 1)
    ]
    api = Child("the API", _command("serve", "--host", _HOST), environ)
    return [api, *workers, Child("tend", _command("tend"), environ)]


def _command(*words: str) -> list[str]:
    # -P: the folder that the user stands in must not lend us its modules.
    return [sys.executable, "-P", "-m", "cli", *words]


def _python_path() -> str:
    return os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))


def _prepare(settings: Settings) -> str:
    """Find faults once, here, rather than in every child; return the development key."""
    Templates().load(load_knowledge(settings.knowledge).kinds.values())
    store = open_store(settings)
    try:
        return _development_key(store, settings.data_dir / "dev-key")
    finally:
        store.close()


def _development_key(store: Store, path: Path) -> str:
    if path.exists():
        known = path.read_text(encoding="ascii").strip()
        if store.keys.authenticate(known) is not None:
            return known
    made = store.keys.create(_ACCOUNT, "made by necessity run").text
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{made}\n")
    return made


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Refuse a second run on the same data folder: two queues' servers would share one file."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (data_dir / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(
                f"necessity already runs on {data_dir}; stop it, or set NECESSITY_DATA_DIR"
            ) from None
        yield


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as fault:
            raise CannotRun(
                f"port {port} cannot be used ({fault.strerror}); choose another: PORT={port + 1}"
            ) from None


def _readiness(settings: Settings) -> Callable[[], bool]:
    # Straight to this machine, whatever proxy the environment names.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    url = f"http://{_HOST}:{settings.port}/readyz"
    patience = time.monotonic() + _READY_SECONDS

    def ready() -> bool:
        try:
            with opener.open(url, timeout=5):
                return True
        except OSError as fault:
            if time.monotonic() > patience:
                raise CannotRun(f"not ready after {_READY_SECONDS:.0f} seconds: {fault}") from None
            return False

    return ready


def _welcome(settings: Settings, key: str) -> str:
    key_file = settings.data_dir / "dev-key"
    return f"""
Necessity runs at {settings.public_url} (documentation: {settings.public_url}/docs)
Development key:  {key}  (also in {_shown(key_file)})
Staff pages:      {settings.public_url}/staff/  (a code: necessity staff add {_ACCOUNT} "Your Name")

Try it in another terminal:

curl -s {settings.public_url}/v1/packets \\
  -H "Authorization: Bearer {key}" \\
  -H "Content-Type: application/json" \\
  -d "{{\\"case\\": $(cat {shlex.quote(_shown(_EXAMPLE))}), \\"documents\\": \\"recommended\\"}}"

The answer names the packet's address; its documents have links that open in a browser.
Ctrl-C stops everything.
"""


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
