"""What is left of a packet when its time has passed: asked of every table and every column."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import LargeBinary, Table, select

from storage.records import Failure, NewEvent
from storage.store import open_store
from storage.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from settings import Settings
    from storage.records import NewPacket, Packet, WrittenDocument
    from storage.store import Store
    from tests.storage.conftest import Clock

    Build = Callable[..., NewPacket]
    Paper = Callable[..., WrittenDocument]

# A digest of the caller's own key, by which a repeated POST finds the tombstone.
KEPT = {("packets", "idempotency_digest")}


@pytest.fixture
def lived(store: Store, a_packet: Build, a_paper: Paper) -> Packet:
    """A packet to which all happened that leaves a trace: written, failed, told, added to."""
    new = a_packet(idempotency_key="order-1", callback_url="https://hooks.example.org/")
    packet = store.packets.accept(new).packet
    claim = store.attempts.claim(packet.id)
    assert claim is not None
    good, bad = claim.documents
    store.attempts.save_document(claim, good.id, a_paper())
    store.attempts.fail_document(claim, bad.id, Failure("gate", "a heading is missing"))
    store.attempts.publish(claim)
    event = NewEvent({"type": "sent"}, "key:x", b"{}", "event-1")
    store.events.record("willow", packet.id, event)
    looked_at = store.nearing.take(timedelta(hours=1))
    assert looked_at is not None
    return packet


def rows_of(store: Store, packet: Packet) -> Iterator[tuple[Table, dict[str, object]]]:
    """Give every row of any table that belongs to the packet."""
    with store.database.reading() as connection:
        for table in metadata.sorted_tables:
            names = "id" if table.name == "packets" else "packet_id"
            if names in table.c:
                found = connection.execute(select(table).where(table.c[names] == packet.id))
                yield from ((table, dict(row._mapping)) for row in found)


def bytes_of(store: Store, packet: Packet) -> set[tuple[str, str]]:
    """Return the columns in which something sealed, wrapped or digested rests."""
    return {
        (table.name, column.name)
        for table, row in rows_of(store, packet)
        for column in table.columns
        if isinstance(column.type, LargeBinary) and row[column.name] is not None
    }


def test_when_its_time_has_passed_nothing_of_it_is_left_but_its_tombstone(
    store: Store, settings: Settings, lived: Packet, clock: Clock
) -> None:
    before = bytes_of(store, lived)
    assert {name for name, _ in before} == {"packets", "documents", "events"}
    clock.forward(days=settings.retention_days)
    assert store.sweeper.sweep().erased == 1
    assert bytes_of(store, lived) == KEPT
    assert {table.name for table, _ in rows_of(store, lived)} == {"packets", "audit_lines"}
    assert [path for path in settings.documents_dir.rglob("*") if path.is_file()] == []


def test_it_is_whole_until_then(
    store: Store, settings: Settings, lived: Packet, clock: Clock
) -> None:
    before = bytes_of(store, lived)
    clock.forward(days=settings.retention_days, seconds=-1)
    assert store.sweeper.sweep().erased == 0
    assert bytes_of(store, lived) == before


def test_the_operator_chooses_the_time_for_what_is_accepted_from_then_on(
    settings: Settings, a_packet: Build, clock: Clock
) -> None:
    store = open_store(replace(settings, retention_days=30), clock)
    store.keys.create("willow")
    earlier = store.packets.accept(a_packet()).packet
    store.close()
    shorter = open_store(replace(settings, retention_days=7), clock)
    later = shorter.packets.accept(a_packet()).packet
    assert (earlier.expires_at, later.expires_at) == (
        clock.now + timedelta(days=30),
        clock.now + timedelta(days=7),
    )
    shorter.close()


def test_the_trail_of_what_was_done_outlives_it(
    store: Store, settings: Settings, lived: Packet, clock: Clock
) -> None:
    clock.forward(days=settings.retention_days)
    store.sweeper.sweep()
    actions = [entry.action for entry in store.audit.entries(packet_id=lived.id)]
    assert (actions[0], actions[-1]) == ("packet.erased", "packet.accepted")
    assert store.audit.broken_at() is None
