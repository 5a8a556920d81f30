"""Acceptance, finding, listing and erasing of packets."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from storage.faults import BadCursor, Erased, KeyReused, NotFound, WrongState
from storage.records import Failure, PacketFilter
from storage.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from settings import Settings
    from storage.records import NewPacket, Packet, WrittenDocument
    from storage.store import Store
    from tests.storage.conftest import Clock

    Build = Callable[..., NewPacket]
    Paper = Callable[..., WrittenDocument]


def written(store: Store, packet: Packet, paper: WrittenDocument) -> None:
    claim = store.attempts.claim(packet.id)
    assert claim is not None
    for document in claim.documents:
        assert store.attempts.save_document(claim, document.id, paper)
    assert store.attempts.publish(claim) == "ready"


def test_an_accepted_packet_is_queued_with_its_papers_in_order(
    store: Store, a_packet: Build
) -> None:
    packet = store.packets.accept(a_packet(reference="visit-7")).packet
    assert (packet.status, packet.reference, packet.done, packet.total) == (
        "queued",
        "visit-7",
        0,
        2,
    )
    assert [paper.kind for paper in packet.documents] == [
        "letter_of_medical_necessity",
        "appeal_letter",
    ]
    assert packet == store.packets.find("willow", packet.id)


def test_a_packet_outlives_the_process(
    settings: Settings, store: Store, a_packet: Build, clock: Clock, canary: str
) -> None:
    packet = store.packets.accept(a_packet()).packet
    store.close()
    again = open_store(settings, clock)
    assert again.packets.contents("willow", packet.id).case["patient"]["last_name"] == canary
    again.close()


def test_the_same_key_and_body_give_the_same_packet(store: Store, a_packet: Build) -> None:
    first = store.packets.accept(a_packet(idempotency_key="order-1"))
    second = store.packets.accept(a_packet(idempotency_key="order-1"))
    assert (first.replayed, second.replayed) == (False, True)
    assert first.packet == second.packet
    assert store.packets.counts() == {"queued": 1}


def test_the_same_key_with_another_body_is_refused(store: Store, a_packet: Build) -> None:
    store.packets.accept(a_packet(idempotency_key="order-1"))
    with pytest.raises(KeyReused):
        store.packets.accept(a_packet(idempotency_key="order-1", body=b"{}"))
    assert store.packets.counts() == {"queued": 1}


def test_two_accounts_may_choose_the_same_key(store: Store, a_packet: Build) -> None:
    store.packets.accept(a_packet(idempotency_key="order-1"))
    other = store.packets.accept(
        a_packet(idempotency_key="order-1", account_id="cedar", body=b"{}")
    )
    assert not other.replayed


def test_ten_clients_with_one_key_at_once_make_one_packet(store: Store, a_packet: Build) -> None:
    made: list[str] = []

    def post() -> None:
        made.append(store.packets.accept(a_packet(idempotency_key="order-1")).packet.id)

    threads = [threading.Thread(target=post) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 10
    assert len(set(made)) == 1


def test_another_accounts_packet_is_not_found(store: Store, a_packet: Build) -> None:
    packet = store.packets.accept(a_packet()).packet
    for ask in (
        lambda: store.packets.find("cedar", packet.id),
        lambda: store.packets.version("cedar", packet.id),
        lambda: store.packets.contents("cedar", packet.id),
        lambda: store.packets.read_document("cedar", packet.id, packet.documents[0].id, "key:x"),
        lambda: store.packets.read_all("cedar", packet.id, "key:x"),
        lambda: store.packets.retry_failed("cedar", packet.id, "key:x"),
        lambda: store.packets.erase("cedar", packet.id, "key:x"),
    ):
        with pytest.raises(NotFound):
            ask()
    assert store.packets.list("cedar").items == ()
    assert store.packets.find("willow", packet.id).status == "queued"


def test_a_list_is_walked_newest_first_without_gap_while_packets_are_added(
    store: Store, a_packet: Build, clock: Clock
) -> None:
    made = []
    for _ in range(5):
        made.append(store.packets.accept(a_packet()).packet.id)
        clock.forward(seconds=1)
    page = store.packets.list("willow", limit=2)
    store.packets.accept(a_packet())
    seen = [packet.id for packet in page.items]
    while page.next is not None:
        page = store.packets.list("willow", limit=2, cursor=page.next)
        seen += [packet.id for packet in page.items]
    assert seen == made[::-1]


def test_packets_of_one_moment_are_all_listed(store: Store, a_packet: Build) -> None:
    made = {store.packets.accept(a_packet()).packet.id for _ in range(5)}
    page = store.packets.list("willow", limit=3)
    rest = store.packets.list("willow", limit=3, cursor=page.next)
    assert {packet.id for packet in page.items + rest.items} == made
    assert rest.next is None


def test_a_list_is_narrowed_by_status_reference_date_and_sample(
    store: Store, a_packet: Build, clock: Clock
) -> None:
    early = store.packets.accept(a_packet(reference="visit-7", sample=True)).packet
    noon = clock.now
    clock.forward(hours=1)
    late = store.packets.accept(a_packet()).packet

    def ids(**only: object) -> list[str]:
        found = store.packets.list("willow", PacketFilter(**only))  # type: ignore[arg-type]
        return [packet.id for packet in found.items]

    assert ids(status="ready") == []
    assert ids(reference="visit-7") == [early.id]
    assert ids(created_from=noon + timedelta(minutes=1)) == [late.id]
    assert ids(created_before=noon + timedelta(minutes=1)) == [early.id]
    assert ids(sample=False) == [late.id]


@pytest.mark.parametrize("cursor", ["", "x", "é", "MjAyNg", "!!!!", "MjAyNi0xMS0yNCBwa3RfeA"])
def test_a_made_up_cursor_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(BadCursor):
        store.packets.list("willow", cursor=cursor)


def test_the_version_grows_with_every_visible_change(
    store: Store, a_packet: Build, a_paper: Paper
) -> None:
    packet = store.packets.accept(a_packet()).packet
    seen = [store.packets.version("willow", packet.id)]
    claim = store.attempts.claim(packet.id)
    assert claim is not None
    seen.append(store.packets.version("willow", packet.id))
    for document in claim.documents:
        store.attempts.save_document(claim, document.id, a_paper())
        seen.append(store.packets.version("willow", packet.id))
    store.attempts.publish(claim)
    seen.append(store.packets.version("willow", packet.id))
    assert seen == sorted(set(seen))


def test_a_finished_paper_is_read_as_it_was_written(
    store: Store, a_packet: Build, a_paper: Paper
) -> None:
    packet = store.packets.accept(a_packet()).packet
    written(store, packet, a_paper(b"the letter"))
    file = store.packets.read_document("willow", packet.id, packet.documents[0].id, "key:x")
    assert file.content == b"the letter"
    assert file.document.missing == ("/insurance/member_id",)
    assert file.provenance == {"ask-1": ["/patient/last_name"]}
    assert file.document.filename.startswith("letter-of-medical-necessity-")
    assert file.document.filename.endswith(".docx")


def test_an_unfinished_paper_cannot_be_read(store: Store, a_packet: Build) -> None:
    packet = store.packets.accept(a_packet()).packet
    with pytest.raises(WrongState):
        store.packets.read_document("willow", packet.id, packet.documents[0].id, "key:x")
    assert store.packets.read_all("willow", packet.id, "key:x") == ()


def test_a_link_reads_its_paper_until_the_packet_is_erased(
    store: Store, a_packet: Build, a_paper: Paper
) -> None:
    packet = store.packets.accept(a_packet()).packet
    written(store, packet, a_paper(b"the letter"))
    link = store.links.read(store.links.sign(packet.id, packet.documents[0].id).token)
    assert store.packets.read_linked(link).content == b"the letter"
    store.packets.erase("willow", packet.id, "key:x")
    with pytest.raises(Erased):
        store.packets.read_linked(link)


def test_only_a_failed_packet_is_tried_again_and_keeps_its_good_papers(
    store: Store, a_packet: Build, a_paper: Paper
) -> None:
    packet = store.packets.accept(a_packet()).packet
    with pytest.raises(WrongState):
        store.packets.retry_failed("willow", packet.id, "key:x")
    claim = store.attempts.claim(packet.id)
    assert claim is not None
    good, bad = claim.documents
    store.attempts.save_document(claim, good.id, a_paper())
    store.attempts.fail_document(claim, bad.id, Failure("gate", "a heading is missing"))
    assert store.attempts.publish(claim) == "failed"

    again = store.packets.retry_failed("willow", packet.id, "key:x")
    assert (again.status, again.error) == ("queued", None)
    assert [paper.status for paper in again.documents] == ["ready", "waiting"]
    second = store.attempts.claim(packet.id)
    assert second is not None
    assert [paper.id for paper in second.documents] == [bad.id]


def test_an_erased_packet_leaves_a_tombstone_and_nothing_else(
    store: Store, a_packet: Build, a_paper: Paper, settings: Settings
) -> None:
    packet = store.packets.accept(a_packet(reference="visit-7")).packet
    written(store, packet, a_paper())
    tomb = store.packets.erase("willow", packet.id, "key:x")
    assert (tomb.status, tomb.reference, tomb.documents) == ("erased", None, ())
    assert store.packets.erase("willow", packet.id, "key:x") == tomb
    assert [path for path in settings.documents_dir.rglob("*") if path.is_file()] == []
    for ask in (
        lambda: store.packets.contents("willow", packet.id),
        lambda: store.packets.read_all("willow", packet.id, "key:x"),
        lambda: store.packets.read_document("willow", packet.id, packet.documents[0].id, "key:x"),
    ):
        with pytest.raises(Erased):
            ask()


def test_a_replay_after_erasing_gives_the_tombstone(store: Store, a_packet: Build) -> None:
    packet = store.packets.accept(a_packet(idempotency_key="order-1")).packet
    store.packets.erase("willow", packet.id, "key:x")
    again = store.packets.accept(a_packet(idempotency_key="order-1"))
    assert (again.packet.id, again.packet.status, again.replayed) == (packet.id, "erased", True)


def test_a_paper_erased_while_it_is_read_is_said_to_be_erased(
    store: Store, a_packet: Build, a_paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    packet = store.packets.accept(a_packet()).packet
    written(store, packet, a_paper())
    get = store.documents.get

    def erased_meanwhile(name: str) -> bytes:
        store.packets.erase("willow", packet.id, "key:x")
        return get(name)

    monkeypatch.setattr(store.documents, "get", erased_meanwhile)
    with pytest.raises(Erased):
        store.packets.read_document("willow", packet.id, packet.documents[0].id, "key:x")
