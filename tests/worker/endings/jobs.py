"""Jobs that end in every way a job can end."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from rq import Retry, get_current_job


def add(one: int, other: int) -> int:
    return one + other


def raise_an_error() -> None:
    raise ValueError("this job is broken")


def leave() -> None:
    raise SystemExit(3)


def leave_at_once() -> None:
    os._exit(3)


def kill_itself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def overflow_the_stack() -> None:
    import ctypes

    ctypes.string_at(0)


def loop() -> None:
    while True:
        pass


def wait(seconds: float, begun: str | None = None) -> str:
    if begun:
        Path(begun).touch()
    time.sleep(seconds)
    return "waited"


def wait_with_a_child(begun: str) -> None:
    child = subprocess.Popen(["sleep", "30"])
    Path(begun).write_text(str(child.pid))
    child.wait()


def fail_until(count_file: str, times: int) -> str:
    """Fail so many times, then succeed."""
    if _counted(count_file) <= times:
        raise ValueError("not yet")
    return "at last"


def die_until(count_file: str, times: int) -> str:
    if _counted(count_file) <= times:
        kill_itself()
    return "at last"


def ask_again(count_file: str, times: int) -> str | Retry:
    return Retry(max=5) if _counted(count_file) <= times else "at last"


def _counted(count_file: str) -> int:
    path = Path(count_file)
    number = len(path.read_text()) + 1 if path.exists() else 1
    path.write_text("x" * number)
    return number


def who() -> list[object]:
    job = get_current_job()
    return [job.id, os.environ["RQ_JOB_ID"], os.environ["RQ_WORKER_ID"], os.getpid()]


def note_success(job: object, _connection: object, result: object) -> None:
    Path(os.environ["NOTES"]).write_text(f"success {result}")


def note_failure(job: object, _connection: object, kind: type, *_: object) -> None:
    Path(os.environ["NOTES"]).write_text(f"failure {kind.__name__}")
