"""`python -m tests.worker.endings.run WORKER URL [--burst]`: one worker on the queue "endings"."""

from __future__ import annotations

import sys

from redis import Redis
from rq import Queue, Worker

from worker.lasting import LastingWorker

WORKERS = {
    "rq.Worker": lambda queue: Worker([queue], **_SETTINGS),
    "a lasting horse": lambda queue: LastingWorker([queue], **_SETTINGS),
    "a horse for each job": lambda queue: LastingWorker([queue], jobs_per_horse=1, **_SETTINGS),
}
_SETTINGS = {"job_monitoring_interval": 1, "worker_ttl": 20}


def main(name: str, url: str, *options: str) -> None:
    queue = Queue("endings", connection=Redis.from_url(url))
    WORKERS[name](queue).work(burst="--burst" in options, logging_level="WARNING")


if __name__ == "__main__":
    main(*sys.argv[1:])
