"""What keeps every packet moving to an end, whatever died: run by `necessity tend`.

Each pass is safe beside other passes, in this process or another.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select, update

from storage.attempts import claimable, end, unattended
from storage.queue import Ticket
from storage.records import Failure, Swept
from storage.tables import documents, packets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

    from storage.database import Clock, Database
    from storage.documents import DocumentStore
    from storage.packets import Packets
    from storage.queue import TicketQueue
    from storage.rows import AnyRow
    from storage.uploads import Uploads
    from storage.vault import Vault
    from storage.workers import Workers

GAVE_UP = Failure("gave_up", "the work was begun several times and never came to an end")
# A ticket that a worker has just taken is in no list for a moment.
SIGNAL_GRACE = timedelta(seconds=5)
STRAY_AFTER = timedelta(hours=1)
_ACTOR = "sweeper"
_AT_ONCE = 500
_QUICK_LOOK_SECONDS = 0.05
_PAUSE_PER_LOOK = 20


class Sweeper:
    """Signals what waits unsignalled, gives up what cannot be done, erases what has expired."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        store: DocumentStore,
        queue: TicketQueue,
        packets_: Packets,
        uploads: tuple[Uploads, ...],
        workers: Workers,
        clock: Clock,
    ) -> None:
        self._database = database
        self._vault = vault
        self._store = store
        self._queue = queue
        self._packets = packets_
        self._uploads = uploads
        self._workers = workers
        self._clock = clock
        self._next_look = 0.0

    def sweep(self) -> Swept:
        """Make one quick pass over the packets; meant for every second."""
        for each in self._uploads:
            each.signal_silent()
        return Swept(
            given_up=self._give_up(), signalled=self._signal(), erased=self._erase_expired()
        )

    def tidy(self) -> Swept:
        """Remove files that no row names and forget workers long gone; meant for every hour."""
        self._workers.forget_old()
        for each in self._uploads:
            each.forget_rejected()
        self._database.forget_deleted()
        return Swept(files_removed=self._remove_strays())

    def _give_up(self) -> int:
        hopeless = and_(unattended(self._clock()), packets.c.attempt >= packets.c.attempt_limit)
        if not self._matching(hopeless):
            return 0
        with self._database.writing() as connection:
            # Rows that another sweeper is about to end are left to it.
            mine = select(packets).where(hopeless).limit(_AT_ONCE).with_for_update(skip_locked=True)
            found = connection.execute(mine).all()
            for row in found:
                end(connection, row, GAVE_UP, self._vault, self._clock(), _ACTOR)
        return len(found)

    def _signal(self) -> int:
        now = self._clock()
        quiet = and_(claimable(now), packets.c.signalled_at < now - SIGNAL_GRACE)
        unsignalled = self._matching(quiet)
        waiting = self._waiting() if unsignalled else None
        if waiting is None:
            return 0
        lost = [row for row in unsignalled if row.id not in waiting]
        tickets = self._counted_up(lost) if lost else []
        return len(tickets) if self._queue.signal_all(tickets) else 0

    def _waiting(self) -> frozenset[str] | None:
        """Return the packets with a ticket; None when it cannot be asked, or too soon again.

        To read a list of 100,000 each second would take a fifth of a processor.
        """
        began = time.monotonic()
        if began < self._next_look:
            return None
        waiting = self._queue.waiting()
        took = time.monotonic() - began
        if took > _QUICK_LOOK_SECONDS:
            self._next_look = began + took * _PAUSE_PER_LOOK
        return waiting

    def _counted_up(self, lost: Sequence[AnyRow]) -> list[Ticket]:
        """Return the next ticket of each packet whose count nobody else has raised meanwhile."""
        with self._database.writing() as connection:
            return [
                Ticket(row.id, row.tickets + 1, self._papers(connection, row.id))
                for row in lost
                if self._is_mine(connection, row)
            ]

    def _is_mine(self, connection: Connection, row: AnyRow) -> bool:
        # Of several sweepers that saw the same row, one counts the ticket up and writes it.
        raised = connection.execute(
            update(packets)
            .where(packets.c.id == row.id, packets.c.tickets == row.tickets)
            .values(tickets=row.tickets + 1, signalled_at=self._clock())
        )
        return bool(raised.rowcount)

    def _papers(self, connection: Connection, packet_id: str) -> int:
        asked = select(func.count()).where(documents.c.packet_id == packet_id)
        return connection.scalar(asked) or 0

    def _erase_expired(self) -> int:
        expired = self._matching(
            and_(packets.c.expires_at <= self._clock(), packets.c.status != "erased")
        )
        for row in expired:
            self._packets.erase(row.account_id, row.id, "retention")
        return len(expired)

    def _remove_strays(self) -> int:
        removed = 0
        for name in self._store.older_than(self._clock() - STRAY_AFTER):
            if not self._is_named(name):
                self._store.remove(name)
                removed += 1
        return removed

    def _is_named(self, name: str) -> bool:
        if any(each.is_stored(name) for each in self._uploads):
            return True
        with self._database.reading() as connection:
            document_id = name.partition(".")[0]
            row = connection.execute(
                select(documents.c.stored_name).where(documents.c.id == document_id)
            ).one_or_none()
        return row is not None and row.stored_name == name

    def _matching(self, condition: ColumnElement[bool]) -> Sequence[AnyRow]:
        shown = (packets.c.id, packets.c.account_id, packets.c.tickets)
        oldest_first = select(*shown).where(condition).order_by(packets.c.created_at)
        with self._database.reading() as connection:
            return connection.execute(oldest_first.limit(_AT_ONCE)).all()
