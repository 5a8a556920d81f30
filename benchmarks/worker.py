"""What a job costs beside the work in it: `python -m benchmarks.worker`.

A queue is filled, a worker is started on it, and the time from the end of its first job to that of
its last is shared among the jobs, so that neither its start nor ours counts.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from redis import Redis
from rq import Queue
from rq.job import Job

from benchmarks import queued
from benchmarks.interleaved import (
    Contender,
    Goal,
    Timed,
    compared,
    print_goals,
    print_machine,
    print_table,
)
from cli.embedded import EmbeddedServer

OURS, THEIRS = "ours", "rq.Worker"
_RENDERING, _LETTER = "ours, a letter's rendering in each job", "ours, a whole letter in each job"


def main() -> None:
    """Compare the workers and print the goals."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worker")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--jobs", type=int, default=60)
    arguments = parser.parse_args()
    print_machine(("rq", "redis"))
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer(Path(folder) / "queue") as server:
        server.start()
        found = compared(_contenders(server.url, arguments.jobs), arguments.rounds, warm_up=1)
    print(f"{arguments.rounds} rounds of {arguments.jobs} jobs, wall clock, ms a job.")
    print_table("Jobs", list(found.values()), found[OURS])
    print_goals(goals(found))


def goals(found: dict[str, Timed]) -> list[Goal]:
    """Return the ratios beside what was aimed at."""
    return [
        Goal("no-op job: rq.Worker / ours", "≥ 4", found[THEIRS].over(found[OURS])),
        Goal("rendering job / no-op job", "≤ 1.3", found[_RENDERING].over(found[OURS])),
        Goal(
            "letter job, context and gate with it / no-op job", "", found[_LETTER].over(found[OURS])
        ),
    ]


def _contenders(url: str, jobs: int) -> list[Contender]:
    once = partial(_round, url, jobs)
    idle = [Contender(name, partial(once, name, queued.nothing)) for name in queued.WORKERS]
    return [
        *idle,
        Contender(_RENDERING, partial(once, OURS, queued.rendering)),
        Contender(_LETTER, partial(once, OURS, queued.letter)),
    ]


def _round(url: str, count: int, name: str, work: Callable[[], object]) -> float:
    with Redis.from_url(url) as redis:
        redis.flushall()
        queue = Queue(queued.QUEUE, connection=redis)
        ids = [each.id for each in queue.enqueue_many([_job(work) for _ in range(count + 1)])]
        subprocess.run(
            [sys.executable, "-m", "benchmarks.queued", name, url],
            check=True,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
        done = Job.fetch_many(ids, connection=redis)
    ends = sorted(job.ended_at for job in done if job is not None and job.ended_at)
    if len(ends) != count + 1:
        raise ValueError(f"{name} did {len(ends)} of {count + 1} jobs")
    return (ends[-1] - ends[0]).total_seconds() * 1e3 / count


def _job(work: Callable[[], object]) -> object:
    return Queue.prepare_data(work, timeout=60, result_ttl=600)


if __name__ == "__main__":
    sys.exit(main())
