"""The audit trail shows what was done, and whether it was tampered with."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, update

from storage.tables import audit_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.records import NewPacket, WrittenDocument
    from storage.store import Store


def test_a_packets_life_is_in_the_trail(
    store: Store,
    a_packet: Callable[..., NewPacket],
    a_paper: Callable[..., WrittenDocument],
    canary: str,
) -> None:
    packet = store.packets.accept(a_packet()).packet
    claim = store.attempts.claim(packet.id)
    assert claim is not None
    for document in claim.documents:
        store.attempts.save_document(claim, document.id, a_paper())
    store.attempts.publish(claim)
    link = store.links.read(store.links.sign(packet.id, packet.documents[0].id).token)
    store.packets.read_linked(link)
    store.packets.erase("willow", packet.id, "key:abcdefghij")
    entries = store.audit.entries(packet_id=packet.id)
    assert [(entry.action, entry.actor) for entry in entries] == [
        ("packet.erased", "key:abcdefghij"),
        ("document.read", link.actor),
        ("packet.ready", "worker"),
        ("packet.accepted", "key:abcdefghij"),
    ]
    assert entries[1].document_id == packet.documents[0].id
    assert canary not in repr(entries)


def test_lines_written_at_once_form_one_chain(store: Store) -> None:
    def write() -> None:
        for _ in range(5):
            store.audit.note("tried", "test")

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [entry.number for entry in store.audit.entries()]
    assert numbers == list(range(len(numbers), 0, -1))
    assert store.audit.broken_at() is None


@pytest.mark.parametrize("number", [1, 4, 7])
def test_a_changed_line_is_found(store: Store, number: int) -> None:
    for _ in range(5):
        store.audit.note("tried", "test")
    with store.database.writing() as connection:
        line = audit_lines.c.number == number
        connection.execute(update(audit_lines).where(line).values(actor="nobody"))
    assert store.audit.broken_at() == number


@pytest.mark.parametrize("number", [1, 4, 7])
def test_a_line_taken_out_is_found_at_the_end_too(store: Store, number: int) -> None:
    for _ in range(5):
        store.audit.note("tried", "test")
    with store.database.writing() as connection:
        connection.execute(delete(audit_lines).where(audit_lines.c.number == number))
    assert store.audit.broken_at() == number


def test_an_untouched_trail_is_whole(store: Store) -> None:
    assert store.audit.broken_at() is None
