"""Connections and transactions. Faults of the database come out as faults of storage."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from weakref import WeakMethod

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from storage.engine import REDONE, WRITES, open_engine
from storage.faults import StorageFault, StorageFull, StorageUnavailable, Taken
from storage.tables import audit_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    Clock = Callable[[], datetime]

_log = structlog.get_logger()

_DISK_FULL = "53100"
# A server that lost its lead to another one; a transaction that stood still for too long.
_PASSING = {"25006", "25P03"}
# Any number, the same in every process: whoever migrates waits for the one before.
_MIGRATION_LOCK = 7_264_519_031


def utc_now() -> datetime:
    """Return the time of this host."""
    return datetime.now(UTC)


class Database:
    """The rows of one database, named by a SQLAlchemy URL."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        # Connections must not cross a fork; the pool opens new ones on both sides.
        dispose = WeakMethod(self.close)
        os.register_at_fork(before=lambda: _call(dispose))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the rows."""
        with _translated(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, *, redone: bool = False) -> Iterator[Connection]:
        """Give a connection in a transaction that has the right to write from its start.

        Commits at the end, or rolls back and passes the exception on. What is `redone` when a power
        cut takes it does not wait for SQLite's disk: it is lost whole, with what came after it,
        or reaches the disk with the next commit that waits.

        Raises:
            StorageFull: nothing was kept, there is no room.
            StorageUnavailable: nothing was kept, the rows are locked or out of reach.
            Taken: nothing was kept, a constraint refused it.
        """
        with _translated(), self.engine.connect() as plain:
            options = {WRITES: True} | ({REDONE: True} if redone else {})
            connection = plain.execution_options(**options)
            with connection.begin():
                yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Give a connection as `writing` does, to one process at a time."""
        with self.writing() as connection:
            if self.engine.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            yield connection

    def forget_deleted(self) -> None:
        """Empty SQLite's write-ahead log, so that what was deleted is not left in its old frames.

        A reader in the middle of its work holds a part back; that is logged, and the next call
        gets it. PostgreSQL reuses the room of deleted rows in its own time; see docs/storage.md.
        """
        if self.engine.dialect.name != "sqlite":
            return
        with _translated(), self.engine.connect() as connection:
            # Not through SQLAlchemy, which would begin a transaction first.
            log = connection.connection.driver_connection
            assert log is not None
            if not _emptied(log):
                _log.warning("deleted rows stay in the write-ahead log until the next pass")

    def check(self) -> None:
        """Raise a StorageFault when the rows cannot be written now; nothing is changed.

        A number is counted up and down again: a transaction that only reads works on a full disk
        too, and SQLite does not write what stays the same.
        """
        with self.writing() as connection:
            for step in (1, -1):
                connection.execute(update(audit_head).values(number=audit_head.c.number + step))

    def close(self) -> None:
        """Close the idle connections; the next use opens new ones."""
        self.engine.dispose()


def _emptied(connection: Any) -> bool:  # a driver's connection has no common type
    try:
        (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    return not busy


def _call(method: WeakMethod[Callable[[], None]]) -> None:
    close = method()
    if close is not None:
        close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        # PostgreSQL repeats the whole row in its text.
        raise Taken("the rows already hold this, or may not hold it") from None
    except DatabaseError as fault:
        raise _as_storage_fault(fault) from None
    except PoolTimeoutError as fault:
        raise StorageUnavailable("no connection to the rows came free in time") from fault


def _as_storage_fault(fault: DatabaseError) -> StorageFault:
    if isinstance(fault.orig, sqlite3.Error):
        return _of_sqlite(str(fault.orig), passing=isinstance(fault, OperationalError))
    state = getattr(fault.orig, "sqlstate", None)
    return _of_postgresql(state, passing=isinstance(fault, OperationalError))


def _of_sqlite(said: str, *, passing: bool) -> StorageFault:
    if not passing:
        return StorageFault(f"the rows are damaged: {said}")
    # SQLite at a full disk says either of the two, depending on which file it was writing.
    if "is full" in said or "disk I/O error" in said:
        return StorageFull("there is no room left for rows")
    if "no such" in said or "syntax error" in said:
        return StorageFault(f"the rows are not as this version knows them: {said}")
    return StorageUnavailable(f"the rows cannot be used: {said}")


def _of_postgresql(state: str | None, *, passing: bool) -> StorageFault:
    """Tell a fault from its SQLSTATE alone: the server's text may repeat a value."""
    if state == _DISK_FULL:
        return StorageFull("there is no room left for rows")
    if state in _PASSING or (passing and state is not None):
        return StorageUnavailable(f"the rows cannot be used: SQLSTATE {state}")
    if passing:
        return StorageUnavailable("the rows' server does not answer")
    return StorageFault(f"the rows are not as this version knows them: SQLSTATE {state}")
