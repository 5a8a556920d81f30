"""The jobs that workers are compared by, and `python -m benchmarks.queued WORKER URL`: one worker."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from redis import Redis
from rq import Queue, SimpleWorker, Worker

from casework.context import paper_context
from casework.knowledge_base import load_knowledge
from worker.lasting import LastingWorker
from worker.render import render
from worker.templates import Templates
from worker.writing import Draft, open_case, write_document

QUEUE = "benchmark"
WORKERS: dict[str, Callable[[Queue], Worker]] = {
    "rq.Worker": lambda queue: Worker([queue]),
    "rq.SimpleWorker (no isolation)": lambda queue: SimpleWorker([queue]),
    "ours, a process for each job": lambda queue: LastingWorker([queue], jobs_per_horse=1),
    "ours": lambda queue: LastingWorker([queue]),
}
_CASE = Path(__file__).resolve().parent.parent / "tests/cases/depression_commercial_denied.json"
_DAY = date(2026, 10, 19)


@dataclass(frozen=True)
class Letter:
    """The paper of a letter job."""

    kind: str = "letter_of_medical_necessity"
    variant: str = ""
    language: str = "en"


@dataclass(frozen=True)
class Opened:
    """What a worker's process holds before its first job."""

    draft: Draft
    templates: Templates
    context: Mapping[str, Any]


@cache
def opened() -> Opened:
    """Open knowledge, template and case, once in a process."""
    knowledge, templates = load_knowledge(), Templates()
    templates.load([knowledge.kinds[Letter.kind]])
    case = json.loads(_CASE.read_text(encoding="utf-8"))
    draft = open_case(case, knowledge, _DAY, sample=False)
    context = paper_context(draft.context, Letter.kind, "", "en", sample=False)
    return Opened(draft, templates, context)


def nothing() -> None:
    """Do nothing."""


def rendering() -> int:
    """Fill the letter's template; return the letter's size."""
    return len(render(opened().templates.get(Letter.kind), opened().context).docx)


def letter() -> int:
    """Write a letter of a reviewed case: context, template, gate, provenance; return its size."""
    return len(write_document(opened().draft, Letter(), opened().templates).content)


def main(name: str, url: str) -> None:
    """Work until the queue is empty."""
    jobs = importlib.import_module("benchmarks.queued")  # as jobs name it, not as `__main__`
    jobs.letter()  # so that imports, templates and knowledge come before the first fork
    queue = Queue(QUEUE, connection=Redis.from_url(url))
    WORKERS[name](queue).work(burst=True, logging_level="ERROR")


if __name__ == "__main__":
    main(*sys.argv[1:])
