"""The peer of the whole way: docxtpl in a job of RQ's, as both document it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from rq import get_current_job

TEMPLATE, WRITTEN = "plain.docx", "plain"


def write(values: dict[str, Any]) -> None:
    """Fill the plain letter of `benchmarks.letter` and save it under the job's id."""
    folder = Path(os.environ["NECESSITY_DATA_DIR"])
    job = get_current_job()
    assert job
    document = DocxTemplate(folder / TEMPLATE)
    document.render(values)
    document.save(folder / WRITTEN / f"{job.id}.docx")
