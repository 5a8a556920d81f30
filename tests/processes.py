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


def start(*words: str, environ: Mapping[str, str], **options: object) -> subprocess.Popen[str]:
    """Start `necessity` with these words, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "cli", *words],
        cwd=ROOT,
        env={**os.environ, **environ},
        start_new_session=True,
        text=True,
        **options,
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
