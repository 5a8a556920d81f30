"""The whole of storage, opened from settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from storage.attempts import Attempts
from storage.audit import AuditTrail
from storage.bucket import BucketDocuments
from storage.calendar_addresses import CalendarAddresses
from storage.clock import ServerClock
from storage.database import Database, utc_now
from storage.dispatch import Dispatcher
from storage.documents import FolderDocuments
from storage.drafts import Drafts
from storage.events import Events
from storage.faults import StorageFault
from storage.keys import Keys
from storage.links import Links
from storage.migration import migrate
from storage.nearing import Nearing
from storage.packets import Packets
from storage.paper_versions import PaperVersions
from storage.queue import TicketQueue
from storage.records import Readiness
from storage.staff import Staff
from storage.sweeping import Sweeper
from storage.templates import ClinicTemplates
from storage.vault import Vault
from storage.webhook_calls import WebhookCalls
from storage.webhook_secrets import WebhookSecrets
from storage.webhooks import Webhooks
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
    templates: ClinicTemplates
    paper_versions: PaperVersions
    keys: Keys
    staff: Staff
    calendar_addresses: CalendarAddresses
    drafts: Drafts
    links: Links
    queue: TicketQueue
    audit: AuditTrail
    workers: Workers
    sweeper: Sweeper
    webhooks: Webhooks
    webhook_secrets: WebhookSecrets
    webhook_calls: WebhookCalls
    nearing: Nearing
    database: Database = field(repr=False)
    vault: Vault = field(repr=False)
    documents: DocumentStore = field(repr=False)
    dispatcher: Dispatcher | None = None

    def readiness(self) -> Readiness:
        """Ask every part whether it answers; takes two seconds at most for the queue."""
        faults: list[str] = []
        rows = _answers("rows", self.database.check, faults)
        files = _answers("documents", self.documents.check, faults)
        queue = self.queue.fault()
        workers = self.workers.alive() if rows else ()
        if queue:
            faults.append(f"queue: {queue}")
        if rows and not workers:
            faults.append("workers: none was heard of in the last minute")
        return Readiness(rows, files, queue is None, workers, tuple(faults))

    def close(self) -> None:
        """Write the tickets that have gathered, and close all connections."""
        if self.dispatcher is not None:
            self.dispatcher.close()
        self.database.close()
        self.queue.close()


def open_store(
    settings: Settings, clock: Clock | None = None, *, dispatching: bool = False
) -> Store:
    """Open storage, bringing its tables up to date; queue and bucket are not asked yet.

    The clock is this host's, or the database server's where several hosts share one.

    With `dispatching` tickets of new packets are written behind the caller's back, many at a time.

    Raises:
        StorageFault: rows or documents cannot be used.
    """
    database, documents, vault = unopened(settings)
    migrate(database)
    clock = clock or _clock(database)
    queue = TicketQueue(settings.redis_url)
    dispatcher = Dispatcher(queue) if dispatching else None
    retention = timedelta(days=settings.retention_days)
    packets = Packets(database, vault, documents, dispatcher or queue, clock, retention)
    workers = Workers(database, clock)
    templates = ClinicTemplates(database, vault, documents, queue, clock)
    paper_versions = PaperVersions(database, vault, documents, queue, clock)
    return Store(
        packets=packets,
        attempts=Attempts(database, vault, documents, clock),
        events=Events(database, vault, clock),
        templates=templates,
        paper_versions=paper_versions,
        keys=Keys(database, clock),
        staff=Staff(database, clock),
        calendar_addresses=CalendarAddresses(database, clock),
        drafts=Drafts(database, vault, clock, retention),
        links=Links(settings.link_keys, settings.link_seconds, clock),
        queue=queue,
        audit=AuditTrail(database, clock),
        workers=workers,
        sweeper=Sweeper(
            database, vault, documents, queue, packets, (templates, paper_versions), workers, clock
        ),
        webhooks=Webhooks(database, clock),
        webhook_secrets=WebhookSecrets(database, vault, clock),
        webhook_calls=WebhookCalls(database, vault, clock),
        nearing=Nearing(database, vault, clock),
        database=database,
        vault=vault,
        documents=documents,
        dispatcher=dispatcher,
    )


def unopened(settings: Settings) -> tuple[Database, DocumentStore, Vault]:
    """Return what a store is made of, with the tables as they are; raises StorageFault."""
    return _database(settings), _documents(settings), Vault(settings.master_keys)


def _database(settings: Settings) -> Database:
    if settings.database_url.startswith(_SQLITE):
        _make_file(Path(settings.database_url.removeprefix(_SQLITE)))
    return Database(settings.database_url)


def _make_file(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # SQLite gives its log the rights of this file, and would make it readable to all.
    path.touch(mode=0o600)


def _clock(database: Database) -> Clock:
    return ServerClock(database) if database.engine.dialect.name == "postgresql" else utc_now


def _documents(settings: Settings) -> DocumentStore:
    if settings.bucket is not None:
        return BucketDocuments(settings.bucket)
    return FolderDocuments(settings.documents_dir)


def _answers(name: str, check: Callable[[], None], faults: list[str]) -> bool:
    try:
        check()
    except StorageFault as fault:
        faults.append(f"{name}: {fault}")
        return False
    return True
