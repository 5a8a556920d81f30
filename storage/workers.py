"""Heartbeats of worker processes, which readiness asks for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from storage.queue import PACKETS
from storage.records import Worker
from storage.tables import workers

if TYPE_CHECKING:
    from storage.database import Clock, Database

FRESH = timedelta(seconds=60)
_FORGOTTEN_AFTER = timedelta(days=1)


class Workers:
    """The workers that were heard of, on all hosts."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def beat(
        self, worker_id: str, queue: str = PACKETS, capabilities: tuple[str, ...] = ()
    ) -> None:
        """Say that a worker lives and what it can do, in words without spaces such as "pdf"."""
        said = {
            "queue": queue,
            "capabilities": " ".join(capabilities),
            "seen_at": self._clock(),
        }
        with self._database.writing() as connection:
            known = connection.execute(
                update(workers).where(workers.c.id == worker_id).values(**said)
            )
            if not known.rowcount:
                connection.execute(insert(workers).values(id=worker_id, **said))

    def alive(self, within: timedelta = FRESH) -> tuple[Worker, ...]:
        """Return the workers heard of within this time, by id."""
        asked = select(workers).where(workers.c.seen_at >= self._clock() - within)
        with self._database.reading() as connection:
            rows = connection.execute(asked.order_by(workers.c.id)).all()
        return tuple(
            Worker(row.id, row.queue, tuple(row.capabilities.split()), row.seen_at) for row in rows
        )

    def forget(self, worker_id: str) -> None:
        """Take a worker that stops off the list."""
        with self._database.writing() as connection:
            connection.execute(delete(workers).where(workers.c.id == worker_id))

    def forget_old(self) -> None:
        """Take those that were not heard of for a day off the list."""
        with self._database.writing() as connection:
            connection.execute(
                delete(workers).where(workers.c.seen_at < self._clock() - _FORGOTTEN_AFTER)
            )
