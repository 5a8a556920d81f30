"""What a worker does before its first ticket."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.processes import ROOT

if TYPE_CHECKING:
    import pytest

    from worker.bench import Bench


def test_a_rehearsal_asks_neither_rows_nor_documents(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bucket's client that was used before a fork does not answer after it."""
    from worker.rehearsal import rehearse

    rehearse(replace(bench, store=None))  # type: ignore[arg-type]  # what it must not touch
    assert "no rehearsal" not in capsys.readouterr().out


def test_a_rehearsal_writes_a_letter(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    from worker import rehearsal

    written = []

    def noted(*paper: object) -> None:
        written.append(write_document(*paper))  # type: ignore[arg-type]

    write_document = rehearsal.write_document
    monkeypatch.setattr(rehearsal, "write_document", noted)
    rehearsal.rehearse(bench)
    assert len(written) == 1


def test_a_rehearsal_that_fails_stops_no_worker(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from worker import rehearsal

    def away(*_: object) -> None:
        raise ValueError("Quillfeather")

    monkeypatch.setattr(rehearsal, "write_document", away)
    rehearsal.rehearse(bench)
    told = capsys.readouterr().out
    assert "ValueError" in told
    assert "Quillfeather" not in told


def test_a_worker_imports_its_job_before_any_fork() -> None:
    """RQ imports a job by its name, in the forked process, where it would be done again each time."""
    code = "import sys, worker.process; print('worker.jobs' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "True"
