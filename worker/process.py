"""A worker process: one queue, one confined child at its jobs, a heartbeat in the rows.

RQ's own settings take 13 minutes to notice a dead host and write tracebacks, which may hold a value
of the case, to its log and to Redis; what is set here is set because of that. The packet's row, not
RQ's status, says what became of a packet.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from types import FrameType, TracebackType
from typing import Any
from uuid import uuid4

import structlog
from rq import Queue
from rq.job import Job

from settings import BadSettings
from storage.attempts import Attempts
from storage.faults import StorageFault
from storage.queue import TicketQueue
from storage.workers import Workers
from worker import jobs  # noqa: F401 - RQ would import it by its name in each forked process
from worker.bench import process_bench
from worker.exceptions import place
from worker.lasting import LastingWorker
from worker.limits import confine_job
from worker.pdf import CAPABILITY, forget_leftovers, office
from worker.rehearsal import rehearse

_log = structlog.get_logger()

_BEAT_SECONDS = 10.0
_WAIT_SECONDS = 2.0
_WORKER_TTL_SECONDS = 20
_MAINTENANCE_SECONDS = 30
_MONITORING_SECONDS = 5
_JOB_SECONDS = 180
_QUIET = "WARNING"


class PacketWorker(LastingWorker):
    """A worker that tells no more than types and places, and stops only between packets."""

    max_connection_wait_time = _WAIT_SECONDS

    def __init__(
        self, queue: Queue, workers: Workers, attempts: Attempts, jobs_per_horse: int
    ) -> None:
        super().__init__(
            [queue],
            name=f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}",
            worker_ttl=_WORKER_TTL_SECONDS,
            maintenance_interval=_MAINTENANCE_SECONDS,
            job_monitoring_interval=_MONITORING_SECONDS,
            log_job_description=False,
            job_class=queue.job_class,
            serializer=queue.serializer,
            jobs_per_horse=jobs_per_horse,
        )
        self.asked_to_stop = False
        self._workers = workers
        self._attempts = attempts
        self._capabilities = (CAPABILITY,) if office() else ()
        self._next_beat = 0.0

    def heartbeat(self, *args: Any, **kwargs: Any) -> None:  # as rq declares it
        """Beat in the rows, for readiness, and in Redis."""
        self.beat()
        super().heartbeat(*args, **kwargs)

    def beat(self) -> None:
        """Say in the rows that this worker lives, not more than every few seconds."""
        if self.is_horse or time.monotonic() < self._next_beat:
            return
        self._next_beat = time.monotonic() + _BEAT_SECONDS
        try:
            self._workers.beat(self.name, self.queues[0].name, self._capabilities)
        except StorageFault as fault:
            _log.warning("no heartbeat", code=fault.code)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Stop after the job at hand; a second signal stops at once."""
        self.asked_to_stop = True
        super().request_stop(signum, frame)

    def setup_work_horse_signals(self) -> None:
        """Let the job finish when a signal goes to every process; its worker waits for it."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def perform_job(self, job: Job, queue: Queue, execution: Any) -> bool:  # as rq declares it
        """Run the job in the forked process, confined."""
        confine_job(job.timeout or _JOB_SECONDS)
        return bool(super().perform_job(job, queue, execution))

    def handle_exception(
        self,
        job: Job,
        kind: type[BaseException],
        error: BaseException,
        _trace: TracebackType | None,
    ) -> None:
        """Log the type and the place; RQ would log the text and the call's arguments."""
        _log.error("job broken off", job_id=job.id, exception=kind.__name__, at=place(error))

    def handle_work_horse_killed(self, job: Job, *_how: Any) -> None:  # as rq declares it
        """Let another attempt begin at once; the lease would hold the packet for longer."""
        (packet_id,) = job.args
        _log.error("job killed", job_id=job.id)
        try:
            self._attempts.release(packet_id)
        except StorageFault as fault:
            _log.warning("lease stays", packet_id=packet_id, code=fault.code)

    def teardown(self) -> None:
        """Leave the lists of workers."""
        if not self.is_horse:
            try:
                self._workers.forget(self.name)
            except StorageFault as fault:
                _log.warning("worker stays listed", code=fault.code)
        super().teardown()


def work(*, burst: bool = False) -> bool:
    """Write packets until told to stop (with `burst`: until no ticket is left).

    Settings come from the environment. Returns whether it ended because it was asked to; otherwise
    it should be started again.

    Raises:
        BadSettings: a variable is wrong, or REDIS_URL is unset.
        StorageFault: rows or documents cannot be used, or the queue's server evicts.
        BrokenKnowledge, NoTemplate, BrokenTemplate: nothing could be written.
    """
    # Opened before any fork, so that jobs find it ready: measured fifty-fold.
    bench = process_bench()
    if bench.settings.redis_url is None:
        raise BadSettings(("REDIS_URL: is missing; a worker takes its tickets from there",))
    forget_leftovers()
    rehearse(bench)
    _await_queue(bench.settings.redis_url)
    store = bench.store
    worker = PacketWorker(
        store.queue.rq(), store.workers, store.attempts, bench.settings.jobs_per_child
    )
    worker.beat()
    worker.work(burst=burst, logging_level=_QUIET)
    return burst or worker.asked_to_stop


def _await_queue(url: str) -> None:
    """Wait until the queue's server answers, and refuse one that evicts.

    A client of its own: RQ needs longer time-outs than the connections it would find in a used one.
    """
    probe = TicketQueue(url)
    try:
        while not probe.answers():
            _log.warning("waiting for the queue's server")
            time.sleep(_WAIT_SECONDS)
        probe.check_policy()
    finally:
        probe.close()
