"""A paper of nobody before the first fork, so that no job pays for what is done once.

Modules are imported, patterns compiled and caches filled at their first use: without this in the
first job of each forked process, which then took 200 ms.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import structlog

from casework.schema import load_case
from worker.bench import Bench
from worker.exceptions import place
from worker.templates import BUILT_IN
from worker.writing import open_case, write_document

_log = structlog.get_logger()


@dataclass(frozen=True)
class _Paper:
    kind: str = "letter_of_medical_necessity"
    variant: str = ""
    language: str = "en"


def rehearse(bench: Bench) -> None:
    """Write the letter of its kind's sample, which is kept nowhere; rows and bucket are not asked.

    A bucket's client has threads, and does not work in a forked process once it was used before.
    A fault is only logged: a job will tell it better.
    """
    try:
        _write(bench)
    except Exception as error:  # noqa: BLE001 - a site's own knowledge may not fit the sample
        _log.warning("no rehearsal", exception=type(error).__name__, at=place(error))


def _write(bench: Bench) -> None:
    paper = _Paper()
    sample = json.loads((BUILT_IN / paper.kind / "sample.json").read_text(encoding="utf-8"))
    day = bench.knowledge.kinds[paper.kind].sample_date
    case = load_case(sample, bench.knowledge)
    write_document(open_case(case, bench.knowledge, day, sample=True), paper, bench.templates)
