"""Claims, fences and leases."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from storage.attempts import LEASE
from storage.packets import ATTEMPTS
from storage.records import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from settings import Settings
    from storage.records import Claim, NewPacket, WrittenDocument
    from storage.store import Store
    from tests.storage.conftest import Clock

    Build = Callable[..., NewPacket]
    Paper = Callable[..., WrittenDocument]


def claimed(store: Store, packet_id: str) -> Claim:
    claim = store.attempts.claim(packet_id)
    assert claim is not None
    return claim


def test_a_claim_gives_the_case_and_the_papers_to_write(store: Store, a_packet: Build) -> None:
    new = a_packet()
    packet = store.packets.accept(new).packet
    claim = claimed(store, packet.id)
    assert claim.contents == new.contents
    assert claim.documents == packet.documents
    assert store.packets.find("willow", packet.id).status == "writing"


def test_a_claim_is_exclusive(store: Store, a_packet: Build) -> None:
    packet = store.packets.accept(a_packet()).packet
    claims: list[Claim | None] = []
    threads = [
        threading.Thread(target=lambda: claims.append(store.attempts.claim(packet.id)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claims) == 8
    assert sum(claim is not None for claim in claims) == 1


def test_a_ticket_for_a_finished_erased_or_unknown_packet_is_stale(
    store: Store, a_packet: Build, a_paper: Paper
) -> None:
    finished = store.packets.accept(a_packet()).packet
    claim = claimed(store, finished.id)
    for document in claim.documents:
        store.attempts.save_document(claim, document.id, a_paper())
    store.attempts.publish(claim)
    erased = store.packets.accept(a_packet()).packet
    store.packets.erase("willow", erased.id, "key:x")
    for packet_id in (finished.id, erased.id, "pkt_" + "a" * 26):
        assert store.attempts.claim(packet_id) is None


def test_a_lapsed_lease_can_be_claimed_and_the_old_attempt_is_fenced_out(
    store: Store, a_packet: Build, a_paper: Paper, clock: Clock, settings: Settings
) -> None:
    packet = store.packets.accept(a_packet()).packet
    frozen = claimed(store, packet.id)
    clock.forward(seconds=LEASE.total_seconds() - 1)
    assert store.attempts.claim(packet.id) is None
    clock.forward(seconds=2)
    current = claimed(store, packet.id)
    assert current.attempt == frozen.attempt + 1

    first = packet.documents[0].id
    assert not store.attempts.save_document(frozen, first, a_paper(b"old"))
    assert not store.attempts.fail_document(frozen, first, Failure("late", "too late"))
    assert not store.attempts.renew(frozen)
    assert not store.attempts.give_back(frozen)
    assert not store.attempts.fail(frozen, Failure("late", "too late"))
    for document in current.documents:
        assert store.attempts.save_document(current, document.id, a_paper(b"new"))
    assert store.attempts.publish(frozen) is None
    assert store.attempts.publish(current) == "ready"
    assert store.packets.read_document("willow", packet.id, first, "key:x").content == b"new"
    assert len([path for path in settings.documents_dir.rglob("*") if path.is_file()]) == 2


def test_a_slow_twin_whose_lease_ran_out_unclaimed_may_still_publish(
    store: Store, a_packet: Build, a_paper: Paper, clock: Clock
) -> None:
    packet = store.packets.accept(a_packet()).packet
    claim = claimed(store, packet.id)
    clock.forward(minutes=5)
    for document in claim.documents:
        assert store.attempts.save_document(claim, document.id, a_paper())
    assert store.attempts.publish(claim) == "ready"


def test_a_paper_that_loses_the_race_after_its_file_was_written_leaves_no_file(
    store: Store,
    a_packet: Build,
    a_paper: Paper,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packet = store.packets.accept(a_packet()).packet
    claim = claimed(store, packet.id)
    keep = store.documents.put

    def erased_meanwhile(name: str, content: bytes) -> None:
        keep(name, content)
        store.packets.erase("willow", packet.id, "key:x")

    monkeypatch.setattr(store.documents, "put", erased_meanwhile)
    assert not store.attempts.save_document(claim, claim.documents[0].id, a_paper())
    assert [path for path in settings.documents_dir.rglob("*") if path.is_file()] == []


def test_progress_is_seen_and_the_lease_renewed_after_each_paper(
    store: Store, a_packet: Build, a_paper: Paper, clock: Clock
) -> None:
    packet = store.packets.accept(a_packet()).packet
    claim = claimed(store, packet.id)
    clock.forward(seconds=20)
    store.attempts.save_document(claim, claim.documents[0].id, a_paper())
    assert store.packets.find("willow", packet.id).done == 1
    clock.forward(seconds=20)
    assert store.attempts.claim(packet.id) is None


def test_a_later_attempt_keeps_the_papers_already_stored(
    store: Store, a_packet: Build, a_paper: Paper, clock: Clock
) -> None:
    packet = store.packets.accept(a_packet()).packet
    first = claimed(store, packet.id)
    store.attempts.save_document(first, first.documents[0].id, a_paper())
    clock.forward(minutes=1)
    second = claimed(store, packet.id)
    assert [document.id for document in second.documents] == [first.documents[1].id]


def test_a_packet_with_a_failed_paper_is_failed_and_its_others_can_be_read(
    store: Store, a_packet: Build, a_paper: Paper
) -> None:
    packet = store.packets.accept(a_packet()).packet
    claim = claimed(store, packet.id)
    good, bad = claim.documents
    store.attempts.save_document(claim, good.id, a_paper(b"good"))
    store.attempts.fail_document(claim, bad.id, Failure("gate", "a heading is missing"))
    assert store.attempts.publish(claim) == "failed"
    found = store.packets.find("willow", packet.id)
    assert found.error is not None
    assert found.error.code == "documents_failed"
    assert found.documents[1].error == Failure("gate", "a heading is missing")
    assert [file.content for file in store.packets.read_all("willow", packet.id, "k")] == [b"good"]


def test_a_packet_with_a_waiting_paper_is_never_published(store: Store, a_packet: Build) -> None:
    packet = store.packets.accept(a_packet()).packet
    claim = claimed(store, packet.id)
    with pytest.raises(ValueError, match="waiting"):
        store.attempts.publish(claim)
    assert store.packets.find("willow", packet.id).status == "writing"


def test_a_failed_packet_says_why_on_each_paper_it_did_not_write(
    store: Store, a_packet: Build
) -> None:
    packet = store.packets.accept(a_packet()).packet
    assert store.attempts.fail(claimed(store, packet.id), Failure("broken", "no template"))
    found = store.packets.find("willow", packet.id)
    assert (found.status, found.error) == ("failed", Failure("broken", "no template"))
    assert {document.error for document in found.documents} == {Failure("broken", "no template")}


def test_attempts_run_out_and_a_retry_grants_new_ones_beyond_the_old_fence(
    store: Store, a_packet: Build, clock: Clock
) -> None:
    packet = store.packets.accept(a_packet()).packet
    for number in range(1, ATTEMPTS + 1):
        assert claimed(store, packet.id).attempt == number
        clock.forward(minutes=1)
    assert store.attempts.claim(packet.id) is None
    assert store.sweeper.sweep().given_up == 1
    store.packets.retry_failed("willow", packet.id, "key:x")
    assert claimed(store, packet.id).attempt == ATTEMPTS + 1


def test_a_packet_given_back_is_queued_again(store: Store, a_packet: Build) -> None:
    packet = store.packets.accept(a_packet()).packet
    assert store.attempts.give_back(claimed(store, packet.id))
    assert store.packets.find("willow", packet.id).status == "queued"
    assert claimed(store, packet.id).attempt == 2


def test_a_worker_in_the_middle_of_an_erased_packet_is_fenced_out(
    store: Store, a_packet: Build, a_paper: Paper
) -> None:
    packet = store.packets.accept(a_packet()).packet
    claim = claimed(store, packet.id)
    store.packets.erase("willow", packet.id, "key:x")
    assert not store.attempts.save_document(claim, claim.documents[0].id, a_paper())
    assert store.attempts.publish(claim) is None
    assert store.packets.find("willow", packet.id).status == "erased"
