"""The whole of storage, opened from settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from storage.attempts import Attempts
from storage.audit import AuditTrail
from storage.database import Database, utc_now
from storage.dispatch import Dispatcher
from storage.documents import FolderDocuments
from storage.events import Events
from storage.faults import StorageFault
from storage.keys import Keys
from storage.links import Links
from storage.migration import migrate
from storage.packets import Packets
from storage.queue import TicketQueue
from storage.records import Readiness
from storage.sweeping import Sweeper
from storage.vault import Vault
from storage.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable

    from settings import Settings
    from storage.database import Clock
    from storage.documents import DocumentStore

_SQLITE = "sqlite:///"


@dataclass(frozen=True)
class Store:
    """The parts of storage; see the package's docstring for who uses which."""

    packets: Packets
    attempts: Attempts
    events: Events
    keys: Keys
    links: Links
    queue: TicketQueue
    audit: AuditTrail
    workers: Workers
    sweeper: Sweeper
    database: Database = field(repr=False)
    vault: Vault = field(repr=False)
    documents: DocumentStore = field(repr=False)
    dispatcher: Dispatcher | None = None

    def readiness(self) -> Readiness:
        """Ask every part whether it answers; takes two seconds at most for the queue."""
        faults: list[str] = []
        rows = _answers("rows", self.database.check, faults)
        files = _answers("documents", self.documents.check, faults)
        queue = self.queue.answers()
        workers = self.workers.alive() if rows else ()
        if not queue:
            faults.append("queue: the server at REDIS_URL does not answer")
        if rows and not workers:
            faults.append("workers: none was heard of in the last minute")
        return Readiness(rows, files, queue, workers, tuple(faults))

    def close(self) -> None:
        """Write the tickets that have gathered, and close all connections."""
        if self.dispatcher is not None:
            self.dispatcher.close()
        self.database.close()
        self.queue.close()


def open_store(settings: Settings, clock: Clock = utc_now, *, dispatching: bool = False) -> Store:
    """Open storage, bringing its tables up to date; the queue's server is not asked yet.

    With `dispatching` tickets of new packets are written behind the caller's back, many at a time.

    Raises:
        StorageFault: rows or documents cannot be used.
    """
    database = _database(settings)
    vault = Vault(settings.master_keys)
    documents = FolderDocuments(settings.documents_dir)
    queue = TicketQueue(settings.redis_url)
    dispatcher = Dispatcher(queue) if dispatching else None
    retention = timedelta(days=settings.retention_days)
    packets = Packets(database, vault, documents, dispatcher or queue, clock, retention)
    workers = Workers(database, clock)
    return Store(
        packets=packets,
        attempts=Attempts(database, vault, documents, clock),
        events=Events(database, vault, clock),
        keys=Keys(database, clock),
        links=Links(settings.link_keys, settings.link_seconds, clock),
        queue=queue,
        audit=AuditTrail(database, clock),
        workers=workers,
        sweeper=Sweeper(database, vault, documents, queue, packets, workers, clock),
        database=database,
        vault=vault,
        documents=documents,
        dispatcher=dispatcher,
    )


def _database(settings: Settings) -> Database:
    path = Path(settings.database_url.removeprefix(_SQLITE))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # SQLite gives its log the rights of this file, and would make it readable to all.
    path.touch(mode=0o600)
    database = Database(settings.database_url)
    migrate(database)
    return database


def _answers(name: str, check: Callable[[], None], faults: list[str]) -> bool:
    try:
        check()
    except StorageFault as fault:
        faults.append(f"{name}: {fault}")
        return False
    return True
