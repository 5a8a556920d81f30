"""The engine of a database's URL: how each kind is opened, and what its transactions begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy import event

from storage.faults import StorageFault

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

WRITES = "necessity_writes"
REDONE = "necessity_redone"
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
# A host that froze or lost its network in mid-transaction must not hold its locks for ever; the
# time-outs end it, and the server's other hosts go on.
_SESSION = (
    f"SET lock_timeout = '{_BUSY_SECONDS}s'",
    "SET idle_in_transaction_session_timeout = '30s'",
    "SET statement_timeout = '60s'",
    # Without it a commit that was acknowledged can be lost in a crash. A stronger level is kept.
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') = 'off'",
)
_POSTGRESQL_ARGS = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "application_name": "necessity",
}


def open_engine(url: str) -> Engine:
    """Return the engine of a SQLite or PostgreSQL URL; nothing is asked of the database yet.

    Raises:
        StorageFault: the driver is not installed.
    """
    return _sqlite(url) if url.startswith("sqlite:") else _postgresql(url)


def _sqlite(url: str) -> Engine:
    # A statement's values would otherwise stand in the text of its exception.
    engine = sqlalchemy.create_engine(
        url, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:  # drivers have no common type
    # sqlite3 would open transactions by itself, and too late; _begin_sqlite does it.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    # Only outside a transaction; the log is then flushed with the next commit that waits for it.
    connection.exec_driver_sql(f"PRAGMA synchronous={'NORMAL' if REDONE in options else 'FULL'}")
    # A transaction that reads first and then writes fails at once when another one wrote between.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(WRITES, False) else "BEGIN")


def _postgresql(url: str) -> Engine:
    try:
        engine = sqlalchemy.create_engine(
            url.replace("postgresql:", "postgresql+psycopg:", 1),
            hide_parameters=True,
            connect_args=_POSTGRESQL_ARGS,
            # A server that was started again has closed the connections that rest in the pool.
            pool_pre_ping=True,
        )
    except ImportError:
        raise StorageFault(
            "DATABASE_URL names PostgreSQL, whose driver is missing: pip install 'psycopg[binary]'"
        ) from None
    event.listen(engine, "connect", _prepare_postgresql)
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _prepare_postgresql(connection: Any, _record: object) -> None:  # as above
    connection.autocommit = True
    for statement in _SESSION:
        connection.execute(statement)
    connection.autocommit = False


def _begin_postgresql(connection: Connection) -> None:
    # Writers lock the rows they change and see what others committed before them; readers see one
    # moment.
    if not connection.get_execution_options().get(WRITES, False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
