"""Processes that are killed in the middle of their work leave no packet stuck."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from redis import Redis
from sqlalchemy import update

from settings import read_settings
from storage.attempts import LEASE
from storage.database import utc_now
from storage.records import Packet
from storage.store import Store, open_store
from storage.tables import packets
from tests.processes import descendants, kill_tree, start, until
from worker.bench import Bench
from worker.jobs import write
from worker.templates import Templates

if TYPE_CHECKING:
    from casework.knowledge_base.model import Knowledge
    from settings import Settings

Accept = Callable[..., Packet]
ACCOUNT = "willow"
MANY = ["letter_of_medical_necessity"] * 20
AHEAD = timedelta(seconds=10)
LEFT_OF_THE_LEASE_SECONDS = (LEASE - AHEAD).total_seconds()


@pytest.fixture
def environment(environment: dict[str, str], redis_url: str) -> dict[str, str]:
    return {**environment, "REDIS_URL": redis_url}


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    return read_settings(environment)


@pytest.fixture
def sweeping_later(settings: Settings) -> Iterator[Store]:
    """A store for which the grace after a ticket is over."""
    opened = open_store(settings, lambda: utc_now() + AHEAD)
    yield opened
    opened.close()


def let_the_lease_run_out(store: Store, packet: Packet) -> None:
    with store.database.writing() as connection:
        connection.execute(
            update(packets)
            .where(packets.c.id == packet.id)
            .values(lease_until=utc_now() - timedelta(seconds=1))
        )


def finish(environment: dict[str, str]) -> None:
    worker = start("work", "--burst", environ=environment)
    assert worker.wait(60) == 0


def found(store: Store, packet: Packet) -> Packet:
    return store.packets.find(ACCOUNT, packet.id)


def test_a_worker_killed_midway_leaves_a_packet_that_another_finishes(
    store: Store, sweeping_later: Store, accept: Accept, environment: dict[str, str]
) -> None:
    packet = accept(store, *MANY)
    worker = start("work", environ=environment)
    until(lambda: found(store, packet).done, worker)
    kill_tree(worker)
    left = found(store, packet)
    assert left.status == "writing"
    assert left.done < left.total

    let_the_lease_run_out(store, packet)
    assert sweeping_later.sweeper.sweep().signalled == 1
    finish(environment)
    ended = found(store, packet)
    assert (ended.status, ended.attempt) == ("ready", 2)
    assert ended.documents[0] == left.documents[0]


def test_a_job_killed_under_its_worker_is_done_again_by_the_same_worker(
    store: Store, sweeping_later: Store, accept: Accept, environment: dict[str, str]
) -> None:
    packet = accept(store, *MANY)
    worker = start("work", environ=environment)
    until(lambda: found(store, packet).done, worker)
    for job in descendants(worker.pid):
        os.kill(job, signal.SIGKILL)
    # Its worker has seen it die: what is left of the lease is not waited for.
    killed = time.monotonic()
    until(lambda: sweeping_later.sweeper.sweep().signalled, worker)
    assert time.monotonic() - killed < LEFT_OF_THE_LEASE_SECONDS / 2
    until(lambda: found(store, packet).status == "ready", worker)
    worker.terminate()
    assert worker.wait(30) == 0


def test_a_wiped_queue_loses_no_packet(
    store: Store,
    sweeping_later: Store,
    accept: Accept,
    environment: dict[str, str],
    redis_url: str,
) -> None:
    waiting = [accept(store, "appeal_letter") for _ in range(5)]
    Redis.from_url(redis_url).flushall()
    assert sweeping_later.sweeper.sweep().signalled == 5
    finish(environment)
    assert {found(store, packet).status for packet in waiting} == {"ready"}


def test_a_packet_accepted_while_the_queue_was_away_is_signalled_by_tend(
    store: Store,
    accept: Accept,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    alone = open_store(read_settings({**environment, "REDIS_URL": "redis://127.0.0.1:1/0"}))
    packet = accept(alone, "appeal_letter")
    alone.close()
    tend = start("tend", environ=environment)
    until(store.queue.waiting, tend)
    tend.terminate()
    assert tend.wait(30) == 0
    finish(environment)
    assert found(store, packet).status == "ready"


def test_a_folder_that_goes_away_and_comes_back_costs_no_attempt(
    store: Store, sweeping_later: Store, accept: Accept, environment: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "var" / "documents"
    log = tmp_path / "log"
    with log.open("w") as lines:
        worker = start("work", environ=environment, stderr=lines)
    until(store.workers.alive, worker)
    folder.rename(tmp_path / "away")
    packet = accept(store, "appeal_letter")
    until(lambda: "job broken off" in log.read_text(), worker)
    assert found(store, packet) == packet

    (tmp_path / "away").rename(folder)
    sweeping_later.sweeper.sweep()
    until(lambda: found(store, packet).status == "ready", worker)
    worker.terminate()
    assert worker.wait(30) == 0
    assert found(store, packet).attempt == 1
    assert "Traceback" not in log.read_text()


def test_a_case_that_always_kills_its_worker_is_given_up(
    store: Store, sweeping_later: Store, accept: Accept
) -> None:
    packet = accept(store, "appeal_letter")
    while store.attempts.claim(packet.id) is not None:
        let_the_lease_run_out(store, packet)
    assert sweeping_later.sweeper.sweep().given_up == 1
    ended = found(store, packet)
    assert (ended.status, ended.error.code) == ("failed", "gave_up")
    assert ended.documents[0].error.code == "gave_up"


def test_a_job_that_was_frozen_wakes_up_replaced_and_changes_nothing(
    store: Store, sweeping_later: Store, accept: Accept, environment: dict[str, str]
) -> None:
    packet = accept(store, *MANY)
    # A process for this packet alone: it is gone once its job is.
    frozen = start("work", environ={**environment, "NECESSITY_JOBS_PER_CHILD": "1"})
    until(lambda: found(store, packet).done, frozen)
    still = [frozen.pid, *descendants(frozen.pid)]
    for pid in still:
        os.kill(pid, signal.SIGSTOP)
    let_the_lease_run_out(store, packet)
    sweeping_later.sweeper.sweep()
    finish(environment)
    ended = found(store, packet)
    assert (ended.status, ended.attempt) == ("ready", 2)

    for pid in still:
        os.kill(pid, signal.SIGCONT)
    until(lambda: not descendants(frozen.pid), frozen)
    assert found(store, packet) == ended
    assert len(store.packets.read_all(ACCOUNT, packet.id, "key:x")) == packet.total
    assert ends(store, packet) == ["packet.ready"]
    kill_tree(frozen)


def test_a_host_whose_clock_is_ahead_may_take_a_packet_over_and_it_ends_once(
    store: Store, settings: Settings, accept: Accept, knowledge: Knowledge
) -> None:
    ahead = open_store(settings, lambda: utc_now() + timedelta(minutes=10))
    templates = Templates()
    packet = accept(store, "appeal_letter", "fax_cover")
    held = store.attempts.claim(packet.id)
    write(packet.id, Bench(settings, ahead, knowledge, templates))
    assert found(store, packet).status == "ready"
    assert store.attempts.publish(held) is None
    assert ends(store, packet) == ["packet.ready"]
    ahead.close()


def ends(store: Store, packet: Packet) -> list[str]:
    """Return each time that the packet came to an end."""
    lines = store.audit.entries(packet_id=packet.id)
    return [line.action for line in lines if line.action in {"packet.ready", "packet.failed"}]
