"""Tickets in Redis: each says that a packet or a template has work. The rows know everything else.

A ticket that is lost is written again by the sweeper; one too many finds nothing to claim.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry
from rq import Queue
from rq.exceptions import DeserializationError, DuplicateJobError, NoSuchJobError
from rq.job import Job
from rq.queue import EnqueueData

from storage.faults import EvictingQueue
from storage.ids import PACKET_ID, TEMPLATE_ID, VERSION_ID

if TYPE_CHECKING:
    from collections.abc import Sequence

PACKETS = "packets"
WRITE_PACKET = "worker.jobs.write_packet"
CHECK_TEMPLATE = "worker.template_jobs.check_template"
COMPARE_PAPER = "worker.compare_jobs.compare_paper"
_IDS = {WRITE_PACKET: PACKET_ID, CHECK_TEMPLATE: TEMPLATE_ID, COMPARE_PAPER: VERSION_ID}
_SHOWN = {
    WRITE_PACKET: "write packet",
    CHECK_TEMPLATE: "check template",
    COMPARE_PAPER: "compare paper",
}

_log = structlog.get_logger()

_TICKET_TTL = 600
_RESULT_TTL = 60
JOB_SECONDS = 30
DOCUMENT_SECONDS = 10
_TEMPLATE_SECONDS = 60  # an edited paper's too
_SIGNAL_PATIENCE = 2.0
# After a failure, requests are spared the wait for a server that does not answer.
_PAUSE_SECONDS = 3.0
_SERIALIZER = "json"
_PROBE = "necessity:probe"
_PROBE_TTL = 60
# A managed server may not tell its policy.
_KEEPING = ("noeviction", None)
_EVICTS = "the server's maxmemory-policy should be noeviction"


@dataclass(frozen=True)
class Ticket:
    """A signal that a packet of so many documents has work; `number` counts the packet's tickets.

    A number is given out in the transaction that counts it up, so nobody else writes the same one.
    """

    packet_id: str
    number: int
    documents: int


class TicketJob(Job):  # type: ignore[misc]  # rq's types are not followed
    """A job that can only be one of ours with one id of its kind.

    Whoever writes to Redis could otherwise name any function, as the work or as a callback.
    """

    def restore(self, raw_data: Any) -> Any:  # as rq declares it
        """Load the job from Redis; one that is not a ticket counts as gone."""
        super().restore(raw_data)
        if not self._is_ticket():
            _log.warning("foreign job refused", job_id=self.id)
            raise NoSuchJobError("not a ticket")

    def _is_ticket(self) -> bool:
        try:
            named = self.func_name in _IDS and self.instance is None and not self.kwargs
            return named and _is_id(self.func_name, self.args) and not self._calls_back()
        except DeserializationError:
            return False

    def _calls_back(self) -> bool:
        names = (
            self._success_callback_name,
            self._failure_callback_name,
            self._stopped_callback_name,
        )
        return bool(self.webhooks) or any(isinstance(name, str) for name in names)


class TicketQueue:
    """The queue's server at a URL; without one nothing is ever signalled."""

    def __init__(self, url: str | None) -> None:
        self._redis = _connect(url) if url else None
        self._silent_until = 0.0

    def signal_all(self, tickets: Sequence[Ticket]) -> bool:
        """Put tickets in one exchange with the server; return whether they are there now."""
        if self._redis is None or time.monotonic() < self._silent_until:
            return False
        try:
            self._put_all(tickets)
        except RedisError as fault:
            self._silent_until = time.monotonic() + _PAUSE_SECONDS
            _log.warning("queue away", tickets=len(tickets), fault=type(fault).__name__)
            return False
        return True

    def signal_check(self, template_id: str, ticket: int) -> bool:
        """Put a ticket for the check of a template before all packets: somebody waits for it."""
        return self._signalled(CHECK_TEMPLATE, template_id, ticket, _TEMPLATE_SECONDS)

    def signal_comparison(self, version_id: str, ticket: int) -> bool:
        """Put a ticket for an edited paper before all packets: somebody waits for it."""
        return self._signalled(COMPARE_PAPER, version_id, ticket, _TEMPLATE_SECONDS)

    def _signalled(self, function: str, about: str, ticket: int, seconds: int) -> bool:
        if self._redis is None or time.monotonic() < self._silent_until:
            return False
        try:
            self._put(function, about, ticket, seconds)
        except RedisError as fault:
            self._silent_until = time.monotonic() + _PAUSE_SECONDS
            _log.warning("queue away", about=about, fault=type(fault).__name__)
            return False
        return True

    def waiting(self) -> frozenset[str] | None:
        """Return the ids of packets and templates with a ticket in the queue; None when it cannot be asked."""
        try:
            jobs = self._rows_of_queue()
        except RedisError:
            return None
        return None if jobs is None else frozenset(job.rpartition("-")[0] for job in jobs)

    def length(self) -> int | None:
        """Return the number of waiting tickets; None when it cannot be asked."""
        try:
            return None if self._redis is None else int(self.rq().count)
        except RedisError:
            return None

    def answers(self) -> bool:
        """Return whether the queue's server answers now."""
        try:
            return self._redis is not None and bool(self._redis.ping())
        except RedisError:
            return False

    def fault(self) -> str | None:
        """Return why a ticket put down now would not be there or would not stay; else None."""
        if self._redis is None:
            return "REDIS_URL is not set"
        try:
            # A server that is out of memory, cannot write its log or only follows another answers
            # a ping and takes nothing.
            self._redis.set(_PROBE, "1", ex=_PROBE_TTL)
        except ResponseError as fault:
            return f"the server at REDIS_URL takes nothing: {fault}"
        except RedisError:
            return "the server at REDIS_URL does not answer"
        return None if self._policy() in _KEEPING else _EVICTS

    def check_policy(self) -> None:
        """Refuse a server that throws keys away when its memory is full.

        A managed server may not tell; then only a warning is logged. One that is away is no fault.

        Raises:
            EvictingQueue: `maxmemory-policy` is anything but noeviction.
        """
        if self._redis is None:
            return
        policy = self._policy()
        if policy is None:
            _log.warning("queue does not tell its maxmemory-policy; it must be noeviction")
        if policy not in _KEEPING:
            raise EvictingQueue(f"REDIS_URL: {_EVICTS}")

    def rq(self, name: str = PACKETS) -> Queue:
        """Return RQ's queue as a worker needs it; a worker listens to one queue only.

        Raises:
            RuntimeError: no server was configured.
        """
        if self._redis is None:
            raise RuntimeError("REDIS_URL is not set")
        return Queue(name, connection=self._redis, serializer=_SERIALIZER, job_class=TicketJob)

    def close(self) -> None:
        """Close the connections."""
        if self._redis is not None:
            self._redis.close()

    def _policy(self) -> str | None:
        """Return what the server does when its memory is full; None when it does not tell."""
        assert self._redis is not None
        try:
            policy = self._redis.config_get("maxmemory-policy").get("maxmemory-policy")
        except RedisError:
            return None
        return policy.decode() if isinstance(policy, bytes) else policy

    def _put(self, function: str, about: str, ticket: int, seconds: int) -> None:
        try:
            self.rq().enqueue_call(
                function,
                args=(about,),
                job_id=f"{about}-{ticket}",
                unique=True,
                at_front=function != WRITE_PACKET,
                timeout=seconds,
                ttl=_TICKET_TTL,
                result_ttl=_RESULT_TTL,
                failure_ttl=_RESULT_TTL,
                description=_SHOWN[function],
            )
        except DuplicateJobError:
            return

    def _put_all(self, tickets: Sequence[Ticket]) -> None:
        if tickets:
            self.rq().enqueue_many(map(_job, tickets))

    def _rows_of_queue(self) -> list[str] | None:
        return None if self._redis is None else list(self.rq().get_job_ids())


def _job(ticket: Ticket) -> EnqueueData:
    return Queue.prepare_data(
        WRITE_PACKET,
        args=(ticket.packet_id,),
        job_id=f"{ticket.packet_id}-{ticket.number}",
        timeout=JOB_SECONDS + DOCUMENT_SECONDS * ticket.documents,
        ttl=_TICKET_TTL,
        result_ttl=_RESULT_TTL,
        failure_ttl=_RESULT_TTL,
        description="write packet",
    )


def _is_id(function: str, args: object) -> bool:
    if not isinstance(args, list | tuple) or len(args) != 1 or not isinstance(args[0], str):
        return False
    return _IDS[function].fullmatch(args[0]) is not None


def _connect(url: str) -> Redis:
    # A POST must not hang on a server that is away: the sweeper signals later.
    return Redis.from_url(
        url,
        socket_connect_timeout=_SIGNAL_PATIENCE,
        socket_timeout=_SIGNAL_PATIENCE,
        retry=Retry(NoBackoff(), 1),
    )
