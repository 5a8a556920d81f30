"""What people wrote is nowhere in clear, and gone once its key is."""

from __future__ import annotations

import os
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from storage.faults import Erased, Taken, Unreadable
from storage.master_keys import rewrap
from storage.records import Failure
from storage.store import open_store
from storage.tables import packets
from storage.vault import DataKey, Vault, WrappedKey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from settings import Settings
    from storage.records import NewPacket, Packet, WrittenDocument
    from storage.store import Store
    from tests.storage.conftest import Clock

    Build = Callable[..., NewPacket]
    Paper = Callable[..., WrittenDocument]


def a_written_packet(store: Store, new: NewPacket, paper: WrittenDocument) -> Packet:
    packet = store.packets.accept(new).packet
    claim = store.attempts.claim(packet.id)
    assert claim is not None
    good, bad = claim.documents
    store.attempts.save_document(claim, good.id, paper)
    store.attempts.fail_document(claim, bad.id, Failure("gate", "a heading is missing"))
    store.attempts.publish(claim)
    return packet


def files_holding(folder: Path, text: bytes) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) >= 2
    return [path.name for path in files if text in path.read_bytes() + os.fsencode(path.name)]


def wrapped_key(store: Store, packet_id: str) -> bytes:
    with store.database.reading() as connection:
        key = connection.scalar(select(packets.c.wrapped_key).where(packets.c.id == packet_id))
    assert isinstance(key, bytes)
    return key


def test_a_case_is_in_no_file_in_clear(
    store: Store, settings: Settings, a_packet: Build, a_paper: Paper, canary: str
) -> None:
    new = a_packet(idempotency_key=f"order of {canary}", body=canary.encode())
    a_written_packet(store, new, a_paper())
    assert files_holding(settings.data_dir, canary.encode()) == []
    assert files_holding(settings.data_dir, b"/insurance/member_id") == []


@pytest.mark.sqlite
def test_the_search_for_clear_text_would_find_it(
    store: Store, settings: Settings, a_packet: Build
) -> None:
    store.packets.accept(a_packet(reference="visit-7"))
    assert files_holding(settings.data_dir, b"visit-7") != []


@pytest.mark.sqlite
def test_erasing_leaves_no_wrapped_key_in_any_file(
    store: Store, settings: Settings, a_packet: Build, a_paper: Paper
) -> None:
    packet = a_written_packet(store, a_packet(reference="visit-7"), a_paper())
    key = wrapped_key(store, packet.id)
    assert files_holding(settings.data_dir, key) != []
    store.packets.erase("willow", packet.id, "key:x")
    assert files_holding(settings.data_dir, key) == []
    assert files_holding(settings.data_dir, b"visit-7") == []


def test_erasing_leaves_nothing_that_a_kept_copy_of_the_file_could_give_back(
    store: Store, settings: Settings, a_packet: Build, a_paper: Paper
) -> None:
    packet = a_written_packet(store, a_packet(), a_paper())
    path = next(path for path in settings.documents_dir.rglob("*") if path.is_file())
    copy = path.read_bytes()
    store.packets.erase("willow", packet.id, "key:x")
    path.write_bytes(copy)
    with pytest.raises(Erased):
        store.packets.read_document("willow", packet.id, packet.documents[0].id, "key:x")


def test_exceptions_and_the_store_show_no_secret(store: Store, settings: Settings) -> None:
    for key in settings.master_keys + settings.link_keys:
        assert repr(key) not in repr(settings)
        assert repr(key) not in repr(store)


def test_a_faulty_statement_does_not_tell_its_values(store: Store, canary: str) -> None:
    with pytest.raises(Taken) as fault, store.database.writing() as connection:
        connection.execute(packets.insert().values(id="x", account_id=canary, status="queued"))
    assert canary not in "".join(traceback.format_exception(fault.value))


def test_a_sealed_text_opens_only_whole_and_for_its_purpose() -> None:
    key, _ = Vault((os.urandom(32),)).new_key("pkt_a")
    sealed = key.seal("case", b"plain")
    assert key.open("case", sealed) == b"plain"
    assert key.seal("case", b"plain") != sealed
    changed = [
        bytes([*sealed[:at], sealed[at] ^ 1, *sealed[at + 1 :]]) for at in range(len(sealed))
    ]
    for other in (*changed, sealed[:-1], sealed[:5], b""):
        with pytest.raises(Unreadable):
            key.open("case", other)
    with pytest.raises(Unreadable):
        key.open("review", sealed)


def test_a_wrapped_key_opens_only_for_its_packet() -> None:
    vault = Vault((os.urandom(32),))
    _, wrapped = vault.new_key("pkt_a")
    with pytest.raises(Unreadable):
        vault.unwrap(wrapped, "pkt_b")


def test_a_fingerprint_depends_on_the_key() -> None:
    one, other = DataKey(b"1" * 32), DataKey(b"2" * 32)
    assert one.digest(b"body") == one.digest(b"body") != other.digest(b"body")


def test_a_row_that_was_swapped_for_another_does_not_open(store: Store, a_packet: Build) -> None:
    mine = store.packets.accept(a_packet()).packet
    other = store.packets.accept(a_packet()).packet
    with store.database.writing() as connection:
        connection.execute(
            update(packets)
            .where(packets.c.id == mine.id)
            .values(wrapped_key=wrapped_key(store, other.id))
        )
    with pytest.raises(Unreadable):
        store.packets.contents("willow", mine.id)


def test_a_stored_file_that_was_swapped_or_lost_is_refused(
    store: Store, settings: Settings, a_packet: Build, a_paper: Paper
) -> None:
    one = a_written_packet(store, a_packet(), a_paper(b"one"))
    a_written_packet(store, a_packet(), a_paper(b"two"))
    first, second = (path for path in settings.documents_dir.rglob("*") if path.is_file())
    first.write_bytes(second.read_bytes())
    second.unlink()
    with pytest.raises(Unreadable):
        store.packets.read_document("willow", one.id, one.documents[0].id, "key:x")


def test_a_rotated_master_key_is_no_longer_needed_after_rewrapping(
    store: Store, settings: Settings, a_packet: Build, a_paper: Paper, clock: Clock
) -> None:
    packet = a_written_packet(store, a_packet(), a_paper(b"the letter"))
    erased = store.packets.accept(a_packet()).packet
    store.packets.erase("willow", erased.id, "key:x")
    fresh = os.urandom(32)
    both = open_store(replace(settings, master_keys=(fresh, *settings.master_keys)), clock)
    assert both.packets.contents("willow", packet.id) == a_packet().contents
    assert (rewrap(both), rewrap(both)) == (1, 0)
    both.close()
    only = open_store(replace(settings, master_keys=(fresh,)), clock)
    file = only.packets.read_document("willow", packet.id, packet.documents[0].id, "key:x")
    assert file.content == b"the letter"
    only.close()


def test_a_key_that_is_not_configured_is_named_by_its_id() -> None:
    _, wrapped = Vault((os.urandom(32),)).new_key("pkt_a")
    with pytest.raises(Unreadable, match=wrapped.master_key_id):
        Vault((os.urandom(32),)).unwrap(WrappedKey(wrapped.master_key_id, wrapped.sealed), "pkt_a")
