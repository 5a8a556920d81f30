"""Migrations bring an empty file to what the code knows; transactions hold under load and forks."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sqlite3
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select

from storage.database import Database
from storage.faults import StorageFault, StorageFull, StorageUnavailable
from storage.migration import migrate
from storage.store import open_store
from storage.tables import audit_head, metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from settings import Settings
    from storage.records import NewPacket
    from storage.store import Store
    from tests.storage.conftest import Clock


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(settings: Settings) -> None:
    settings.data_dir.mkdir(exist_ok=True)
    database = Database(settings.database_url)
    migrate(database)
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.execute(select(audit_head.c.number)).all() == [(0,)]
    migrate(database)
    database.close()


def test_a_version_before_starts_on_the_tables_of_a_newer_one(
    store: Store, settings: Settings, a_packet: Callable[..., NewPacket]
) -> None:
    packet = store.packets.accept(a_packet()).packet
    with store.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE packets ADD COLUMN of_tomorrow INTEGER")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    older = open_store(settings)
    assert older.packets.find("willow", packet.id) == packet
    assert older.packets.accept(a_packet()).packet.status == "queued"
    older.close()


def test_processes_that_start_together_on_an_empty_folder_all_come_up(settings: Settings) -> None:
    context = multiprocessing.get_context("fork")
    starts = [context.Process(target=_open_and_close, args=(settings,)) for _ in range(4)]
    for start in starts:
        start.start()
    for start in starts:
        start.join(30)
    assert [start.exitcode for start in starts] == [0, 0, 0, 0]


def _open_and_close(settings: Settings) -> None:
    open_store(settings).close()


@pytest.mark.sqlite
def test_commits_reach_the_disk_and_deleted_rows_are_overwritten(store: Store) -> None:
    with store.database.reading() as connection:

        def pragma(name: str) -> object:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

        assert (pragma("journal_mode"), pragma("synchronous")) == ("wal", 2)
        assert (pragma("secure_delete"), pragma("foreign_keys")) == (1, 1)


@pytest.mark.sqlite
def test_the_files_of_the_rows_are_readable_by_their_owner_only(
    store: Store, settings: Settings, a_packet: Callable[..., NewPacket]
) -> None:
    store.packets.accept(a_packet())
    files = list(settings.data_dir.glob("necessity.db*"))
    assert len(files) == 3
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


@pytest.mark.sqlite
def test_only_what_is_done_again_does_not_wait_for_the_disk(store: Store) -> None:
    def level(**how: bool) -> int:
        with store.database.writing(**how) as connection:
            return int(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())

    normal, full = 1, 2
    assert [level(), level(redone=True), level(), level(redone=True)] == [full, normal] * 2


def test_a_transaction_that_fails_leaves_nothing(
    store: Store, a_packet: Callable[..., NewPacket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.audit.append", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store.packets.accept(a_packet())
    assert store.packets.counts() == {}
    with store.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM documents").scalar() == 0


def test_a_fork_starts_with_connections_of_its_own(
    store: Store, a_packet: Callable[..., NewPacket]
) -> None:
    packet = store.packets.accept(a_packet()).packet
    child = os.fork()
    if child == 0:
        # SQLite corrupts files whose connections are used on both sides of a fork.
        inherited = store.database.engine.pool.checkedin()  # type: ignore[attr-defined]
        claim = store.attempts.claim(packet.id)
        well = inherited == 0 and claim is not None and store.attempts.give_back(claim)
        os._exit(0 if well else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert store.packets.find("willow", packet.id).attempt == 1
    store.packets.accept(a_packet())
    if store.database.engine.dialect.name == "sqlite":
        with store.database.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


@pytest.mark.sqlite
def test_rows_locked_for_too_long_are_said_to_be_unavailable(
    store: Store,
    settings: Settings,
    a_packet: Callable[..., NewPacket],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("storage.engine._BUSY_SECONDS", 0.1)
    impatient = open_store(settings)
    other = sqlite3.connect(settings.data_dir / "necessity.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnavailable):
        impatient.packets.accept(a_packet())
    assert impatient.packets.counts() == {}
    other.execute("ROLLBACK")
    assert impatient.packets.accept(a_packet()).packet.status == "queued"
    other.close()
    impatient.close()


@pytest.mark.sqlite
def test_a_full_disk_keeps_nothing_and_passes(
    store: Store, a_packet: Callable[..., NewPacket]
) -> None:
    with store.database.reading() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1")
    many = (store.packets.accept(a_packet()) for _ in range(50))
    with pytest.raises(StorageFull):
        deque(many)
    before = store.packets.counts()
    with store.database.reading() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=100000")
    assert store.packets.accept(a_packet()).packet.status == "queued"
    assert store.packets.counts()["queued"] == before.get("queued", 0) + 1
    assert store.audit.broken_at() is None


@pytest.mark.sqlite
def test_a_file_that_is_no_database_is_a_fault_of_storage(settings: Settings) -> None:
    settings.data_dir.mkdir(exist_ok=True)
    (settings.data_dir / "necessity.db").write_bytes(b"not a database" * 100)
    with pytest.raises(StorageFault):
        open_store(settings)


def test_readiness_names_what_does_not_answer(store: Store, settings: Settings) -> None:
    found = store.readiness()
    assert (found.ready, found.rows, found.documents, found.queue) == (False, True, True, False)
    assert [fault.partition(":")[0] for fault in found.faults] == ["queue", "workers"]


@pytest.mark.sqlite
def test_a_full_disk_is_not_ready_and_says_which_part_has_no_room(
    signalling_store: Store, settings: Settings
) -> None:
    signalling_store.workers.beat("host-1")
    with no_room():
        found = signalling_store.readiness()
    assert (found.ready, found.rows, found.documents) == (False, False, False)
    assert [fault for fault in found.faults if "no room" in fault] == list(found.faults)
    assert signalling_store.readiness().ready


@contextmanager
def no_room() -> Iterator[None]:
    """Let no file of this process be written beyond its first byte."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def test_a_worker_that_was_not_heard_of_for_a_minute_is_no_worker(
    signalling_store: Store, clock: Clock
) -> None:
    signalling_store.workers.beat("host-1")
    clock.forward(seconds=61)
    found = signalling_store.readiness()
    assert not found.ready
    assert found.faults == ("workers: none was heard of in the last minute",)


def test_readiness_is_reached_with_a_queue_and_a_worker(signalling_store: Store) -> None:
    signalling_store.workers.beat("host-1")
    found = signalling_store.readiness()
    assert (found.ready, found.faults) == (True, ())
