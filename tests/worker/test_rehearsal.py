"""What a worker does before its first ticket."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from storage.faults import StorageUnavailable
from tests.processes import ROOT

if TYPE_CHECKING:
    import pytest

    from worker.bench import Bench


def test_a_rehearsal_leaves_nothing(bench: Bench) -> None:
    from worker.rehearsal import rehearse

    rehearse(bench)
    assert bench.store.packets.counts() == {}
    assert not list(bench.settings.documents_dir.glob("**/*.*"))


def test_a_rehearsal_that_fails_stops_no_worker(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from worker import rehearsal

    def away(*_: object) -> None:
        raise StorageUnavailable("Quillfeather")

    monkeypatch.setattr(rehearsal, "write", away)
    rehearsal.rehearse(bench)
    told = capsys.readouterr().out
    assert "StorageUnavailable" in told
    assert "Quillfeather" not in told


def test_a_worker_imports_its_job_before_any_fork() -> None:
    """RQ imports a job by its name, in the forked process, where it would be done again each time."""
    code = "import sys, worker.process; print('worker.jobs' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "True"
