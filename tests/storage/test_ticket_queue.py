"""Redis carries ids only, and its absence stops nothing."""

from __future__ import annotations

import json
import pickle
import sys
import time
import zlib
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from redis import Redis
from rq import Queue, SimpleWorker
from rq.job import Job

from settings import read_settings
from storage.faults import EvictingQueue
from storage.queue import WRITE_PACKET, Ticket, TicketQueue
from storage.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from settings import Settings
    from storage.records import NewPacket
    from storage.store import Store
    from tests.storage.conftest import Clock

    Build = Callable[..., NewPacket]

PACKET = "pkt_" + "a" * 26
DEAD = "redis://127.0.0.1:1/0"


def as_stored(name: str, value: object) -> bytes:
    if value == "pickle":
        return pickle.dumps((WRITE_PACKET, None, [PACKET], {}))
    return json.dumps(value).encode() if name == "data" else str(value).encode()


def next_job(queue: TicketQueue, redis_url: str) -> Job | None:
    """Take what a worker would take, without waiting."""
    taken = Queue.dequeue_any(
        [queue.rq()],
        None,
        connection=Redis.from_url(redis_url),
        job_class=queue.rq().job_class,
        serializer="json",
    )
    return None if taken is None else taken[0]


def test_an_accepted_packet_is_signalled_by_its_id(
    signalling_store: Store, a_packet: Build, redis_url: str
) -> None:
    packet = signalling_store.packets.accept(a_packet()).packet
    assert signalling_store.queue.waiting() == frozenset({packet.id})
    job = next_job(signalling_store.queue, redis_url)
    assert job is not None
    assert (job.func_name, list(job.args), job.kwargs) == (WRITE_PACKET, [packet.id], {})
    assert job.timeout == 50


def test_a_worker_runs_the_writing_of_that_packet_once(
    signalling_store: Store, a_packet: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    jobs = ModuleType("worker.jobs")
    vars(jobs)["write_packet"] = ran.append
    monkeypatch.setitem(sys.modules, "worker.jobs", jobs)
    packet = signalling_store.packets.accept(a_packet()).packet
    queue = signalling_store.queue.rq()
    worker = SimpleWorker(
        [queue], connection=queue.connection, job_class=queue.job_class, serializer="json"
    )
    worker.work(burst=True, logging_level="ERROR")
    assert ran == [packet.id]
    assert signalling_store.queue.length() == 0


def test_redis_holds_nothing_of_the_case(
    signalling_store: Store, a_packet: Build, redis_url: str, canary: str
) -> None:
    signalling_store.packets.accept(a_packet(reference="visit-7"))
    redis = Redis.from_url(redis_url)
    hashes = list(redis.scan_iter("rq:job:*"))
    assert len(hashes) == 1
    said: dict[bytes, bytes] = redis.hgetall(hashes[0])  # type: ignore[assignment]  # undecoded
    plain = zlib.decompress(said.pop(b"data")) + b"".join(said.values())
    assert b"pkt_" in plain
    for text in (canary, "visit-7", "willow"):
        assert text.encode() not in plain


def test_accepting_survives_a_dead_redis_quickly(
    environment: dict[str, str], a_packet: Build, clock: Clock, redis_url: str
) -> None:
    store = open_store(read_settings({**environment, "REDIS_URL": DEAD}), clock)
    store.keys.create("willow")
    began = time.monotonic()
    packets = [store.packets.accept(a_packet()).packet for _ in range(5)]
    assert time.monotonic() - began < 5
    assert {store.packets.find("willow", packet.id).status for packet in packets} == {"queued"}
    assert (store.queue.waiting(), store.queue.length()) == (None, None)
    assert not store.queue.answers()
    store.queue.check_policy()
    clock.forward(seconds=6)
    assert store.sweeper.sweep().signalled == 0
    store.close()

    revived = open_store(read_settings({**environment, "REDIS_URL": redis_url}), clock)
    assert revived.sweeper.sweep().signalled == 5
    assert revived.queue.waiting() == frozenset(packet.id for packet in packets)
    revived.close()


def test_tickets_are_written_together(redis_url: str) -> None:
    queue = TicketQueue(redis_url)
    others = [f"pkt_{letter * 26}" for letter in "bcd"]
    assert queue.signal_all([Ticket(each, 1, 2) for each in (PACKET, *others)])
    assert queue.waiting() == {PACKET, *others}
    assert queue.signal_all(())


@pytest.mark.parametrize(
    "changes",
    [
        {"data": ["os.system", None, ["id"], {}]},
        {"data": [WRITE_PACKET, None, ["not an id"], {}]},
        {"data": [WRITE_PACKET, None, [PACKET, PACKET], {}]},
        {"data": [WRITE_PACKET, None, [PACKET], {"more": 1}]},
        {"data": "pickle"},
        {"success_callback_name": "os.system"},
        {"failure_callback_name": "os.system"},
        {"stopped_callback_name": "os.system"},
    ],
)
def test_a_job_that_is_no_ticket_is_never_given_to_a_worker(
    redis_url: str, changes: dict[str, object]
) -> None:
    queue = TicketQueue(redis_url)
    queue.signal_all((Ticket(PACKET, 1, 1),))
    queue.signal_all((Ticket(PACKET, 2, 1),))
    forged = {name: as_stored(name, value) for name, value in changes.items()}
    Redis.from_url(redis_url).hset(f"rq:job:{PACKET}-1", mapping=forged)  # type: ignore[arg-type]  # invariant
    job = next_job(queue, redis_url)
    assert job is not None
    assert job.id == f"{PACKET}-2"


def test_a_server_that_evicts_is_refused(redis_url: str) -> None:
    queue, redis = TicketQueue(redis_url), Redis.from_url(redis_url)
    queue.check_policy()
    redis.config_set("maxmemory-policy", "allkeys-lru")
    try:
        with pytest.raises(EvictingQueue, match="noeviction"):
            queue.check_policy()
    finally:
        redis.config_set("maxmemory-policy", "noeviction")


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("maxmemory-policy", "allkeys-lru", "maxmemory-policy should be noeviction"),
        ("maxmemory-policy", "volatile-ttl", "maxmemory-policy should be noeviction"),
        ("maxmemory", "1", "takes nothing"),
        ("min-replicas-to-write", "1", "takes nothing"),
    ],
)
def test_a_server_that_would_not_keep_a_ticket_is_not_ready(
    signalling_store: Store, redis_url: str, setting: str, value: str, said: str
) -> None:
    signalling_store.workers.beat("host-1")
    assert signalling_store.readiness().ready
    redis = Redis.from_url(redis_url)
    usual = redis.config_get(setting)[setting]
    redis.config_set(setting, value)
    try:
        found = signalling_store.readiness()
    finally:
        redis.config_set(setting, usual)
    assert (found.ready, found.queue) == (False, False)
    assert said in "".join(found.faults)
    assert signalling_store.readiness().ready


def test_a_wiped_redis_is_signalled_again(
    signalling_store: Store, a_packet: Build, redis_url: str, clock: Clock
) -> None:
    packet = signalling_store.packets.accept(a_packet()).packet
    Redis.from_url(redis_url).flushall()
    clock.forward(seconds=6)
    assert signalling_store.sweeper.sweep().signalled == 1
    assert signalling_store.queue.waiting() == frozenset({packet.id})


def test_a_store_without_a_queue_accepts_and_says_so(
    settings: Settings, store: Store, a_packet: Build
) -> None:
    assert settings.redis_url is None
    assert store.packets.accept(a_packet()).packet.status == "queued"
    with pytest.raises(RuntimeError, match="REDIS_URL"):
        store.queue.rq()
