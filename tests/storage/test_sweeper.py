"""Whatever died, every packet comes to an end, and what has expired is gone."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from redis import Redis

from storage.faults import Unreadable
from storage.packets import ATTEMPTS
from storage.records import Swept
from storage.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from settings import Settings
    from storage.records import NewPacket, WrittenDocument
    from storage.store import Store
    from tests.storage.conftest import Clock

    Build = Callable[..., NewPacket]
    Paper = Callable[..., WrittenDocument]


def test_a_packet_with_a_ticket_is_left_alone_however_long_it_waits(
    signalling_store: Store, a_packet: Build, clock: Clock
) -> None:
    signalling_store.packets.accept(a_packet())
    for _ in range(3):
        clock.forward(minutes=1)
        assert signalling_store.sweeper.sweep() == Swept()
    assert signalling_store.queue.length() == 1


def test_a_lapsed_lease_is_signalled_again_and_a_running_one_is_not(
    signalling_store: Store, a_packet: Build, clock: Clock, redis_url: str
) -> None:
    packet = signalling_store.packets.accept(a_packet()).packet
    assert signalling_store.attempts.claim(packet.id) is not None
    Redis.from_url(redis_url).flushall()
    clock.forward(seconds=20)
    assert signalling_store.sweeper.sweep() == Swept()
    clock.forward(seconds=10)
    assert signalling_store.sweeper.sweep() == Swept(signalled=1)
    assert signalling_store.sweeper.sweep() == Swept()
    claim = signalling_store.attempts.claim(packet.id)
    assert claim is not None
    assert claim.attempt == 2


def test_a_packet_whose_attempts_ran_out_is_failed_with_a_reason(
    signalling_store: Store, a_packet: Build, clock: Clock
) -> None:
    packet = signalling_store.packets.accept(a_packet()).packet
    for _ in range(ATTEMPTS):
        assert signalling_store.attempts.claim(packet.id) is not None
        assert signalling_store.sweeper.sweep().given_up == 0
        clock.forward(minutes=1)
    assert signalling_store.sweeper.sweep() == Swept(given_up=1)
    found = signalling_store.packets.find("willow", packet.id)
    assert found.status == "failed"
    assert found.error is not None
    assert found.error.code == "gave_up"
    assert {document.status for document in found.documents} == {"failed"}
    assert signalling_store.sweeper.sweep() == Swept()


def test_a_packet_is_erased_when_its_time_has_passed_and_a_sample_after_a_day(
    store: Store, a_packet: Build, clock: Clock
) -> None:
    kept = store.packets.accept(a_packet()).packet
    sample = store.packets.accept(a_packet(sample=True)).packet
    clock.forward(hours=25)
    assert store.sweeper.sweep().erased == 1
    assert store.packets.find("willow", sample.id).status == "erased"
    clock.forward(days=28)
    assert store.sweeper.sweep().erased == 0
    clock.forward(days=1)
    assert store.sweeper.sweep().erased == 1
    assert store.packets.find("willow", kept.id).status == "erased"
    assert store.audit.entries(packet_id=kept.id)[0].actor == "retention"


def test_files_without_a_row_are_removed_after_an_hour_and_others_stay(
    store: Store, a_packet: Build, a_paper: Paper, clock: Clock, settings: Settings
) -> None:
    packet = store.packets.accept(a_packet()).packet
    claim = store.attempts.claim(packet.id)
    assert claim is not None
    for document in claim.documents:
        store.attempts.save_document(claim, document.id, a_paper(b"kept"))
    kept = {path for path in settings.documents_dir.rglob("*") if path.is_file()}
    store.documents.put(f"{packet.documents[0].id}.99", b"of a lost attempt")
    store.documents.put("doc_" + "z" * 26 + ".1", b"of an erased packet")
    for path in settings.documents_dir.rglob("*"):
        os.utime(path, (clock.now.timestamp(), clock.now.timestamp()))
    assert store.sweeper.tidy().files_removed == 0
    clock.forward(minutes=61)
    assert store.sweeper.tidy().files_removed == 2
    assert {path for path in settings.documents_dir.rglob("*") if path.is_file()} == kept


def test_workers_are_alive_while_they_are_heard_of(store: Store, clock: Clock) -> None:
    store.workers.beat("host-1", capabilities=("pdf",))
    clock.forward(seconds=40)
    store.workers.beat("host-2")
    assert [worker.id for worker in store.workers.alive()] == ["host-1", "host-2"]
    assert store.workers.alive()[0].capabilities == ("pdf",)
    clock.forward(seconds=40)
    assert [worker.id for worker in store.workers.alive()] == ["host-2"]
    store.workers.beat("host-1")
    store.workers.forget("host-2")
    assert [worker.id for worker in store.workers.alive()] == ["host-1"]


def test_counts_and_the_oldest_waiting_packet_are_told(
    store: Store, a_packet: Build, clock: Clock
) -> None:
    assert (store.packets.counts(), store.packets.oldest_waiting()) == ({}, None)
    first = store.packets.accept(a_packet()).packet
    clock.forward(minutes=1)
    second = store.packets.accept(a_packet()).packet
    store.attempts.claim(second.id)
    assert store.packets.counts() == {"queued": 1, "writing": 1}
    assert store.packets.oldest_waiting() == first.created_at
    store.packets.erase("willow", first.id, "key:x")
    assert store.packets.oldest_waiting() == second.created_at


def test_a_packet_that_cannot_be_opened_any_more_is_failed_and_stops_no_other(
    settings: Settings, store: Store, a_packet: Build, clock: Clock
) -> None:
    lost = store.packets.accept(a_packet()).packet
    other = open_store(replace(settings, master_keys=(b"n" * 32,)), clock)
    fine = other.packets.accept(a_packet()).packet
    for _ in range(ATTEMPTS):
        with pytest.raises(Unreadable):
            other.attempts.claim(lost.id)
        assert other.attempts.claim(fine.id) is not None
        clock.forward(minutes=1)
    assert other.sweeper.sweep().given_up == 2
    assert other.packets.counts() == {"failed": 2}
    clock.forward(days=31)
    assert other.sweeper.sweep().erased == 2
    other.close()


def test_a_queue_that_is_long_to_read_is_not_read_each_second(
    signalling_store: Store, a_packet: Build, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []

    def long_to_read() -> frozenset[str]:
        looks.append(time.monotonic())
        time.sleep(0.06)
        return frozenset()

    monkeypatch.setattr(signalling_store.queue, "waiting", long_to_read)
    signalling_store.packets.accept(a_packet())
    for _ in range(8):
        clock.forward(seconds=10)
        signalling_store.sweeper.sweep()
        time.sleep(0.2)
    assert 2 <= len(looks) < 6
    assert looks[1] - looks[0] > 1
