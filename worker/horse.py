"""A work horse that lasts: one forked process that does job after job for its worker.

RQ forks a process for each job, which then opens its own connections: 20 ms for a job of one.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import RLock

_LONGEST_ORDER = 4096
_DONE = b"d"
_RETIRED = b"r"
# What a paper of great size leaves behind goes with the process.
_MOST_KILOBYTES = 512 * 1024


@dataclass(frozen=True)
class Ended:
    """How a job ended for its horse: `status` as waitpid gives it, 0 for one that lives on."""

    pid: int
    status: int


class Horse:
    """A forked process and the socket by which it is given jobs.

    `work` does one job in it and says whether the process may be trusted with another.
    """

    def __init__(self, work: Callable[[bytes], bool], most_jobs: int) -> None:
        self._jobs = 0
        self._most_jobs = most_jobs
        self._killed = False
        self._busy = False
        # A thread that takes commands may kill; it must never hit a process that has gone on.
        self._lock = RLock()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            self._socket.close()
            _serve(theirs, work, most_jobs)
        theirs.close()

    def give(self, order: bytes) -> bool:
        """Give it a job; return False where it can take none any more."""
        with self._lock:
            if self._killed or self._jobs >= self._most_jobs:
                return False
            try:
                self._socket.send(order)
            except OSError:
                return False
            self._jobs += 1
            self._busy = True
            return True

    def wait(self, seconds: float) -> Ended | None:
        """Wait so long at most for the end of its job; return how it ended."""
        if not select.select([self._socket], [], [], seconds)[0]:
            return None
        with self._lock:
            said = self._heard()
            self._busy = False
            if said == _DONE:
                return Ended(self.pid, 0)
            self._killed = True
        # It has said that it goes, or has gone without a word.
        ended = self._reaped()
        return Ended(self.pid, 0) if said == _RETIRED else ended

    def kill(self, number: signal.Signals) -> bool:
        """Send a signal to it and what it started, if it is at a job; return whether it was."""
        with self._lock:
            if not self._busy:
                return False
            self._killed = True
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)
            return True

    def dismiss(self) -> None:
        """Let it go, after its job, and wait for that."""
        self._socket.close()
        self._reaped()

    def _heard(self) -> bytes:
        try:
            return self._socket.recv(1)
        except OSError:
            return b""

    def _reaped(self) -> Ended:
        try:
            _, status = os.waitpid(self.pid, 0)
        except ChildProcessError:
            return Ended(self.pid, 0)
        return Ended(self.pid, status)


def _serve(orders: socket.socket, work: Callable[[bytes], bool], most_jobs: int) -> None:
    """Do jobs in the forked process until one goes wrong, enough are done, or the worker is gone."""
    try:
        # So that a kill reaches what it starts, and a signal to the worker's group passes it by.
        os.setpgrp()
        for left in reversed(range(most_jobs)):
            order = orders.recv(_LONGEST_ORDER)
            if not order:
                os._exit(0)
            stays = work(order) and left > 0 and not _has_grown()
            # A worker that was killed hears nothing; its job is done all the same.
            with suppress(ConnectionError):
                orders.send(_DONE if stays else _RETIRED)
            if not stays:
                os._exit(0)
    finally:
        # Reached by an exception: what the worker set up to run at its exit is not ours to run.
        os._exit(1)


def _has_grown() -> bool:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > _MOST_KILOBYTES
