"""Child processes: started again when they die, stopped in patience, then not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.children import Child, KeepsDying, Signals, keep_running, stop

PATIENT = "import signal, time, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"


def python(code: str, name: str = "a child") -> Child:
    return Child(name, [sys.executable, "-c", code], os.environ)


@pytest.fixture
def child() -> Iterator[Child]:
    made = python(PATIENT)
    made.start()
    yield made
    made.kill()


def test_a_child_that_dies_is_started_again(
    child: Child, capsys: pytest.CaptureFixture[str]
) -> None:
    first = child.pid
    os.kill(first, signal.SIGKILL)
    keep_running([child], Signals(), until=lambda: child.pid != first)
    assert child.ended() is None
    assert "a child ended (signal 9); started again" in capsys.readouterr().err


def test_a_child_that_keeps_dying_is_named() -> None:
    child = python("raise SystemExit(3)", "worker 1")
    child.start()
    with pytest.raises(KeepsDying, match=r"worker 1 keeps ending \(exit code 3\)"):
        keep_running([child], Signals())


def test_a_signal_ends_the_keeping(child: Child) -> None:
    signals = Signals()
    with signals.caught():
        os.kill(os.getpid(), signal.SIGTERM)
        keep_running([child], signals)
    assert signals.count == 1


def test_a_child_finishes_what_it_has_in_hand(child: Child) -> None:
    time.sleep(0.3)
    stop([child], Signals())
    assert child.ended() == 0


def test_a_second_signal_ends_the_patience(tmp_path: Path) -> None:
    child = python(STUBBORN)
    child.start()
    time.sleep(0.3)
    signals = Signals()
    with signals.caught():
        hurry = subprocess.Popen(["sh", "-c", f"sleep 0.3; kill -TERM {os.getpid()}"])
        stop([child], signals)
        hurry.wait()
    assert child.ended() == -signal.SIGKILL


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a child of its parent's death"
)
def test_no_child_outlives_a_killed_parent(tmp_path: Path) -> None:
    code = (
        "import os, sys, time; from cli.children import Child;"
        f"child = Child('x', [sys.executable, '-c', {PATIENT!r}], os.environ);"
        "child.start(); print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    assert _gone(pid)


def _gone(pid: int) -> bool:
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False
