"""Starting and killing the real processes of Necessity."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 60.0
_PLAIN_SETTINGS = {"PORT", "REDIS_URL", "DATABASE_URL"}


def start(*words: str, environ: Mapping[str, str], **options: object) -> subprocess.Popen[str]:
    """Start `necessity` with these words and no other settings, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "cli", *words],
        cwd=ROOT,
        env={**own_environment(), **environ},
        start_new_session=True,
        text=True,
        **options,
    )


def own_environment() -> dict[str, str]:
    """Return this process's variables without the settings of Necessity."""
    return {name: value for name, value in os.environ.items() if not _is_setting(name)}


def _is_setting(name: str) -> bool:
    return (
        name.startswith(("NECESSITY_", "STORE_")) or name.removesuffix("_FILE") in _PLAIN_SETTINGS
    )


def until(what: Callable[[], object], process: subprocess.Popen[str] | None = None) -> None:
    """Wait until `what` is true; fail when it never is, or the process ends before."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < deadline, "it never came about"
        assert process is None or process.poll() is None, "the process ended before"
        time.sleep(0.05)


def descendants(pid: int) -> list[int]:
    """Return the ids of a process's children and theirs."""
    children = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [*children, *(far for near in children for far in descendants(near))]


def kill_tree(process: subprocess.Popen[str]) -> None:
    """Kill a process and all that it started, as a host that dies would."""
    for pid in [process.pid, *descendants(process.pid)]:
        os.kill(pid, signal.SIGKILL)
    process.wait()
