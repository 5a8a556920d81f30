"""RQ's worker with a lasting work horse and without the bookkeeping that says nothing new.

A job ends as it would under `rq.Worker`, whatever becomes of it: RQ's own code does and ends it in
the horse, and RQ's own code ends it in the worker when the horse dies.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from redis.client import Pipeline
from rq import Queue, Worker
from rq.executions import Execution
from rq.job import Job
from rq.utils import now

from worker.horse import Ended, Horse

JOBS_PER_HORSE = 500
# RQ's own grace, after which it kills a job whose time limit does not reach it.
_OVERDUE_SECONDS = 60
_BEAT_SECONDS = 5.0
_LOOK_SECONDS = 1.0


class LastingWorker(Worker):  # type: ignore[misc]  # rq's types are not followed
    """RQ's worker whose horse does up to `jobs_per_horse` jobs; 1 forks for each, as RQ does."""

    executions: dict[str, Execution]
    _is_horse: bool

    def __init__(self, *args: Any, jobs_per_horse: int = JOBS_PER_HORSE, **more: Any) -> None:
        super().__init__(*args, **more)
        self.jobs_per_horse = jobs_per_horse
        self._horse: Horse | None = None
        self._ended: Ended | None = None
        self._beaten = -_BEAT_SECONDS
        self._looked = -_LOOK_SECONDS

    # The horse.

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        """Give the job to the horse, a new one where the last cannot take it."""
        order = _order(job, queue, self.executions.values())
        if self._horse is None or not self._horse.give(order):
            self._let_go()
            self._horse = Horse(self._work, self.jobs_per_horse)
            self._horse.give(order)
        self._horse_pid = self._horse.pid
        self.procline(f"Gave {job.id} to {self._horse_pid} at {time.time()}")

    def monitor_work_horse(self, job: Job, queue: Queue, execution: Execution) -> None:
        """Wait for the end of the job, keeping heartbeats and its time limit; then end it as RQ."""
        assert self._horse is not None
        began = time.monotonic()
        job.started_at = now()
        while (ended := self._horse.wait(self.job_monitoring_interval)) is None:
            if job.timeout != -1 and time.monotonic() - began > job.timeout + _OVERDUE_SECONDS:
                self.heartbeat(self.job_monitoring_interval + _OVERDUE_SECONDS)
                self.kill_horse()
                continue
            self.maintain_heartbeats(job, execution)
        self._ended = ended
        super().monitor_work_horse(job, queue, execution)

    def wait_for_horse(self) -> tuple[int | None, int | None, Any]:
        """Return how the job's horse ended, waiting for it where that is not known yet."""
        while self._ended is None and self._horse is not None:
            self._ended = self._horse.wait(self.job_monitoring_interval)
        ended, self._ended = self._ended, None
        return (None, None, None) if ended is None else (ended.pid, ended.status, None)

    def kill_horse(self, sig: signal.Signals = signal.SIGKILL) -> None:
        """Kill the horse if it is at a job."""
        if self._horse is not None and self._horse.kill(sig):
            self.log.info("Worker %s: killed horse pid %s", self.name, self._horse.pid)

    def teardown(self) -> None:
        """Let the horse go and leave the lists of workers."""
        if not self.is_horse:
            self._let_go()
        super().teardown()

    def _let_go(self) -> None:
        if self._horse is not None:
            self._horse.dismiss()
            self._horse = None

    def _work(self, order: bytes) -> bool:
        """Do one job in the horse; return whether it went well."""
        if not self._is_horse:
            random.seed()
            self.setup_work_horse_signals()
            self._is_horse = True
        job, queue, execution = self._taken(json.loads(order))
        self.executions = {execution.id: execution}
        os.environ["RQ_WORKER_ID"], os.environ["RQ_JOB_ID"] = self.name, job.id
        return bool(self.perform_job(job, queue, execution))

    def _taken(self, order: dict[str, Any]) -> tuple[Job, Queue, Execution]:
        """Return what the worker has begun, as the worker holds it."""
        job = self.job_class.fetch(
            order["job"], connection=self.connection, serializer=self.serializer
        )
        job.redis_server_version = self.get_redis_server_version()
        execution = Execution(order["execution"], job.id, self.connection, self.name)
        execution.created_at = datetime.fromtimestamp(order["began"], UTC)
        queue = next(each for each in self.queues if each.name == order["queue"])
        return job, queue, execution

    # The bookkeeping.

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Beat with what is sent anyway; alone, not more than every few seconds."""
        if pipeline is not None:
            super().heartbeat(timeout, pipeline)
            return
        if timeout is None and time.monotonic() - self._beaten < _BEAT_SECONDS:
            return
        self._beaten = time.monotonic()
        with self.connection.pipeline() as together:
            super().heartbeat(timeout, together)
            together.execute()

    def check_for_suspension(self, burst: bool) -> None:
        """Look once a second whether workers are suspended."""
        if time.monotonic() - self._looked < _LOOK_SECONDS:
            return
        super().check_for_suspension(burst)
        self._looked = time.monotonic()

    def set_state(self, state: str, pipeline: Pipeline | None = None) -> None:
        """Write the state where it changes."""
        if pipeline is not None or state != self.get_state():
            super().set_state(state, pipeline)


def _order(job: Job, queue: Queue, executions: Iterable[Execution]) -> bytes:
    execution = next(each for each in executions if each.job_id == job.id)
    said = {
        "job": job.id,
        "queue": queue.name,
        "execution": execution.id,
        "began": execution.created_at.timestamp(),
    }
    return json.dumps(said).encode()
