"""What uploads of both kinds share: a clinic's templates, and papers edited in Word.

An upload rests sealed and waits as `checking` until a worker has decided on it. One that nothing is
heard of is signalled again, and after a few times given up; one that was refused is forgotten later.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import and_, delete, select, update

from storage.faults import Erased, Unreadable

if TYPE_CHECKING:
    from sqlalchemy import Table

    from storage.database import Clock, Database
    from storage.documents import DocumentStore
    from storage.queue import TicketQueue
    from storage.rows import AnyRow
    from storage.vault import DataKey, Vault

TICKETS = 3
PATIENCE = timedelta(seconds=90)
"""How long a job on an upload may be silent: longer than it may take."""
SWEEPER, WORKER = "sweeper", "worker"


class Uploads(ABC):
    """Rows of one table that wait for a worker, beside their sealed files."""

    _table: ClassVar[Table]
    _refused_life: ClassVar[timedelta]
    _what: ClassVar[str]

    def __init__(
        self,
        database: Database,
        vault: Vault,
        store: DocumentStore,
        queue: TicketQueue,
        clock: Clock,
    ) -> None:
        self._database = database
        self._vault = vault
        self._store = store
        self._queue = queue
        self._clock = clock

    @abstractmethod
    def _signal(self, upload_id: str, ticket: int) -> bool:
        """Put a ticket for an upload; return whether one is there now."""

    @abstractmethod
    def _give_up(self, upload_id: str) -> bool:
        """Refuse an upload whose job never came to an end; return whether it was still waiting."""

    def signal_silent(self) -> int:
        """Signal uploads that nothing was heard of, give up those often begun; return how many."""
        columns = self._table.c
        silent = and_(columns.status == "checking", columns.signalled_at < self._clock() - PATIENCE)
        with self._database.reading() as connection:
            asked = select(columns.id, columns.tickets).where(silent)
            found = connection.execute(asked).all()
        return sum(self._signal_or_give_up(row) for row in found)

    def forget_rejected(self) -> int:
        """Delete the rows of files refused long ago; return how many."""
        columns = self._table.c
        old = and_(
            columns.status == "rejected", columns.uploaded_at < self._clock() - self._refused_life
        )
        with self._database.writing() as connection:
            return connection.execute(delete(self._table).where(old)).rowcount

    def is_stored(self, name: str) -> bool:
        """Return whether a row names this file."""
        asked = select(self._table.c.id).where(self._table.c.stored_name == name)
        with self._database.reading() as connection:
            return connection.execute(asked).one_or_none() is not None

    def _signal_or_give_up(self, row: AnyRow) -> bool:
        if row.tickets >= TICKETS:
            return self._give_up(row.id)
        columns = self._table.c
        with self._database.writing() as connection:
            mine = connection.execute(
                update(self._table)
                .where(columns.id == row.id, columns.tickets == row.tickets)
                .values(tickets=row.tickets + 1, signalled_at=self._clock())
            )
        return bool(mine.rowcount) and self._signal(row.id, row.tickets + 1)

    def _sealed(self, row: AnyRow) -> bytes:
        """Return an upload's file as it rests; raises Erased where none was kept."""
        if row.stored_name is None:
            raise Erased(f"the {self._what}'s file was not kept")
        return self._store.get(row.stored_name)

    def _unsealed(self, row: AnyRow, sealed: bytes, key: DataKey) -> bytes:
        """Return a file opened; raises Unreadable where it is not the one that was stored."""
        content = key.open(file_purpose(row.id), sealed)
        if hashlib.sha256(content).hexdigest() != row.sha256:
            raise Unreadable(f"a stored {self._what} is not the one its row describes")
        return content


def gave_up(message: str, suggestion: str) -> dict[str, str]:
    """Return the fault of an upload whose job never came to an end."""
    return {
        "severity": "error",
        "code": "check_gave_up",
        "message": message,
        "suggestion": suggestion,
        "part": "",
        "page_text": "",
        "tag": "",
    }


def file_purpose(upload_id: str) -> str:
    """Return for what an upload's file is sealed."""
    return f"file of {upload_id}"


def report_purpose(upload_id: str) -> str:
    """Return for what the report on an upload is sealed."""
    return f"report of {upload_id}"
