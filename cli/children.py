"""Child processes that belong together: started, started again when they die, stopped in order.

Each has a session of its own, so that Ctrl-C reaches this process alone and it decides what stops
first: with one process group the queue's server died under running jobs.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

_POLL_SECONDS = 0.1
_STOP_SECONDS = 120.0
_COLD_SECONDS = 3.0
_MOST_DEATHS = 5
_DEATHS_WITHIN_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class KeepsDying(Exception):
    """A child died again and again; the text names it and how it ended."""


class Child:
    """One process: a name for people, a command, an environment."""

    def __init__(self, name: str, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self.name = name
        self._command = command
        self._environ = environ
        self._process: subprocess.Popen[bytes] | None = None
        self._deaths: deque[float] = deque(maxlen=_MOST_DEATHS)

    @property
    def pid(self) -> int | None:
        """Return the process id while it runs, or ran last."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process in its own session; it ends when this process is killed."""
        self._process = subprocess.Popen(  # noqa: S603 - our own commands
            self._command,
            env=dict(self._environ),
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - this process has no threads
        )

    def ended(self) -> int | None:
        """Return the exit code of a process that ended, negative for a signal; else None."""
        return self._process.poll() if self._process else None

    def died(self) -> bool:
        """Note a death; return whether it was one too many to start it again."""
        self._deaths.append(time.monotonic())
        often = len(self._deaths) == _MOST_DEATHS
        return often and self._deaths[-1] - self._deaths[0] < _DEATHS_WITHIN_SECONDS

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        if self._process is not None:
            self._process.terminate()

    def kill(self) -> None:
        """End the process and what it started in its group, at once."""
        if self._process is not None and self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def _die_with_parent() -> None:
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Signals:
    """How often this process was asked to stop, while `caught` is open."""

    def __init__(self) -> None:
        self.count = 0

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Count Ctrl-C, SIGTERM and a closed terminal instead of dying of them."""
        before = {each: signal.signal(each, self._count) for each in _STOPPING}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def _count(self, _signal: int, _frame: FrameType | None) -> None:
        self.count += 1


_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def keep_running(
    children: Sequence[Child], signals: Signals, until: Callable[[], bool] = lambda: False
) -> None:
    """Start again whatever dies, until a signal comes or `until` says so.

    Raises:
        KeepsDying: a child died five times within a minute.
    """
    while signals.count == 0 and not until():
        for child in children:
            code = child.ended()
            if code is not None:
                _start_again(child, code)
        time.sleep(_POLL_SECONDS)


def _start_again(child: Child, code: int) -> None:
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    if child.died():
        raise KeepsDying(f"{child.name} keeps ending ({how}); its lines above say why")
    print(f"{child.name} ended ({how}); started again", file=sys.stderr, flush=True)
    child.start()


def stop(children: Sequence[Child], signals: Signals) -> None:
    """Stop the children, in parallel, letting each finish what it has in hand.

    A further signal meanwhile, or two minutes, end the patience.
    """
    asked = signals.count
    for child in children:
        child.ask_to_stop()
    if _wait(children, _STOP_SECONDS, lambda: signals.count > asked):
        return
    # A worker takes its job's process down with it at its second signal.
    for child in children:
        child.ask_to_stop()
    _wait(children, _COLD_SECONDS, lambda: False)
    for child in children:
        child.kill()


def _wait(children: Sequence[Child], seconds: float, hurried: Callable[[], bool]) -> bool:
    """Return whether all ended in time."""
    until = time.monotonic() + seconds
    while any(child.pid is not None and child.ended() is None for child in children):
        if hurried() or time.monotonic() > until:
            return False
        time.sleep(_POLL_SECONDS)
    return True
