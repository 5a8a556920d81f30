"""Bounds on what one paper, or one job, may take from the machine."""

from __future__ import annotations

import math
import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

DOCUMENT_CPU_SECONDS = 10.0
_JOB_MEMORY_BYTES = 2 * 2**30
_JOB_CPU_GRACE_SECONDS = 30


class TooSlow(BaseException):
    """A paper took more computing time than it may.

    Not an `Exception`: a library that catches those broadly would swallow it.
    """


@contextmanager
def cpu_limit(seconds: float = DOCUMENT_CPU_SECONDS) -> Iterator[None]:
    """Raise TooSlow inside the block once it has computed for so long.

    It counts computing, not waiting, and leaves the alarm clock to RQ's own job limit. Outside the
    main thread, where no signal arrives, there is no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGPROF, _stop)
    # Again each second: Python drops what is raised inside a finalizer.
    signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow


def confine_job(seconds: int) -> None:
    """Bound this process for one job of so many seconds: memory, and computing in C code too.

    A signal handler does not run while C code computes; the kernel's own limit holds all the same.
    It counts from the beginning of the process, so the next job's bound lies beyond this one's.
    """
    _lower(resource.RLIMIT_AS, _JOB_MEMORY_BYTES)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    used = math.ceil(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds + _JOB_CPU_GRACE_SECONDS, most))
    _lower(resource.RLIMIT_CORE, 0)  # a core file would hold the case in clear


def _lower(which: int, bound: int) -> None:
    _, hard = resource.getrlimit(which)
    if hard == resource.RLIM_INFINITY or bound < hard:
        resource.setrlimit(which, (bound, bound))
