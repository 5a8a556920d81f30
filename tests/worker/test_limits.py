"""What one paper may take from the machine."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from worker.exceptions import place
from worker.limits import TooSlow, cpu_limit


def compute_for_ever() -> None:
    while True:
        pass


def test_a_paper_that_computes_too_long_is_stopped() -> None:
    with pytest.raises(TooSlow), cpu_limit(0.05):
        compute_for_ever()


def test_a_library_that_catches_everything_does_not_swallow_the_limit() -> None:
    def stubborn() -> None:
        while True:
            try:
                sum(range(1000))
            except Exception:  # noqa: BLE001 - what a careless library does
                continue

    with pytest.raises(TooSlow), cpu_limit(0.05):
        stubborn()


def test_the_limit_leaves_the_alarm_clock_of_the_job_alone() -> None:
    signal.alarm(100)
    try:
        with cpu_limit(5.0):
            pass
        assert signal.alarm(0) > 90
    finally:
        signal.alarm(0)


def test_a_job_that_wants_all_the_memory_gets_a_memory_error() -> None:
    code = "from worker.limits import confine_job; confine_job(40); bytearray(3 * 2**30)"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert "MemoryError" in ended.stderr


def test_the_place_of_an_exception_is_told_without_its_text() -> None:
    try:
        cpu_limit("Quillfeather").__enter__()
    except TypeError as error:
        told = place(error)
    assert told.startswith("worker/limits.py:")
    assert "Quillfeather" not in told


def test_each_job_of_a_process_has_its_own_computing_time() -> None:
    code = (
        "import resource, time\n"
        "from worker.limits import confine_job\n"
        "confine_job(40)\n"
        "while time.process_time() < 1.2: pass\n"
        "confine_job(40)\n"
        "print(resource.getrlimit(resource.RLIMIT_CPU)[0])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert int(ended.stdout) == 2 + 40 + 30, ended.stderr
