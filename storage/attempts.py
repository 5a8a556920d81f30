"""Packets as a worker sees them: claimed by one attempt at a time, fenced against all others.

An attempt owns a packet while the row carries its number. Whoever was frozen, or thought dead, and
comes back finds another number there, and nothing it does is kept.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import and_, or_, select, update

from storage import audit, outbox, rows
from storage.faults import Unreadable
from storage.records import Claim, Failure
from storage.tables import documents, packets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from storage.database import Clock, Database
    from storage.documents import DocumentStore
    from storage.records import DocumentFile, PacketStatus, WrittenDocument
    from storage.rows import AnyRow
    from storage.vault import DataKey, Vault

_log = structlog.get_logger()

# Renewed after each document, which has a limit of ten seconds.
LEASE = timedelta(seconds=25)
SOME_FAILED = Failure("documents_failed", "at least one document could not be written")
_ACTOR = "worker"


class Attempts:
    """Claims on packets. Each answer of False or None says that the claim is lost: stop quietly."""

    def __init__(
        self, database: Database, vault: Vault, store: DocumentStore, clock: Clock
    ) -> None:
        self._database = database
        self._vault = vault
        self._store = store
        self._clock = clock

    def claim(self, packet_id: str) -> Claim | None:
        """Take the packet for a new attempt; None when there is nothing to do, or another has it."""
        now = self._clock()
        # A claim that a power cut takes leaves the packet queued, as its worker would have.
        with self._database.writing(redone=True) as connection:
            taken = connection.execute(
                update(packets)
                .where(packets.c.id == packet_id, claimable(now))
                .values(
                    status="writing",
                    attempt=packets.c.attempt + 1,
                    lease_until=now + LEASE,
                    version=packets.c.version + 1,
                )
            )
            if not taken.rowcount:
                return None
            row = connection.execute(select(packets).where(packets.c.id == packet_id)).one()
            papers = rows.document_rows(connection, [packet_id]).get(packet_id, [])
        return self._claim(row, papers)

    def renew(self, claim: Claim) -> bool:
        """Hold the packet for another lease from now."""
        with self._database.writing() as connection:
            return self._touch(connection, claim)

    def save_document(self, claim: Claim, document_id: str, written: WrittenDocument) -> bool:
        """Store a finished paper for good, write the progress and renew the lease.

        The file is on the disk before its row says so; a file of a lost claim is taken away.
        Raises StorageFull, StorageUnavailable with nothing changed.
        """
        row = self._mine(claim)
        if row is None:
            return False
        key = rows.data_key(row, self._vault)
        name = f"{document_id}.{claim.attempt}"
        self._store.put(name, key.seal(rows.file_purpose(document_id), written.content))
        said = {
            "missing": written.missing,
            "findings": written.findings,
            "provenance": dict(written.provenance),
            "assembled": written.assembled,
        }
        sealed = key.seal_json(rows.details_purpose(document_id), said)
        if self._finish(claim, document_id, _ready(written, name, sealed)):
            return True
        self._store.remove(name)
        return False

    def read_document(self, claim: Claim, document_id: str) -> DocumentFile | None:
        """Return a paper of the claimed packet that is stored; None when the claim is lost.

        Raises:
            Unreadable: its file is not what was stored.
            ValueError: the packet has no such finished document.
        """
        row = self._mine(claim)
        if row is None:
            return None
        with self._database.reading() as connection:
            papers = rows.document_rows(connection, [row.id])[row.id]
        paper = next((each for each in papers if each.id == document_id), None)
        if paper is None or paper.status != "ready":
            raise ValueError("the claimed packet has no such finished document")
        key = rows.data_key(row, self._vault)
        return rows.document_file(row.id, paper, key, self._store.get(paper.stored_name))

    def note_pages(self, claim: Claim, document_id: str, pages: int) -> bool:
        """Record how many pages a stored paper has, and renew the lease."""
        with self._database.writing() as connection:
            if not self._touch(connection, claim):
                return False
            connection.execute(
                update(documents)
                .where(documents.c.id == document_id, documents.c.packet_id == claim.packet_id)
                .values(pages=pages)
            )
        return True

    def fail_document(self, claim: Claim, document_id: str, failure: Failure) -> bool:
        """Record that a paper cannot be written; the packet's others go on."""
        row = self._mine(claim)
        if row is None:
            return False
        key = rows.data_key(row, self._vault)
        sealed = key.seal_json(rows.details_purpose(document_id), {"error": vars(failure)})
        return self._finish(claim, document_id, {"status": "failed", "sealed_details": sealed})

    def publish(self, claim: Claim) -> PacketStatus | None:
        """Finish the packet: ready, or failed where a document failed.

        Raises:
            ValueError: a document is still waiting.
        """
        with self._database.writing() as connection:
            row = _held(connection, claim)
            if row is None:
                return None
            papers = rows.document_rows(connection, [row.id]).get(row.id, [])
            states = {paper.status for paper in papers}
            if "waiting" in states:
                raise ValueError("a packet with a waiting document cannot be published")
            error = SOME_FAILED if "failed" in states else None
            end(connection, row, error, self._vault, self._clock(), _ACTOR)
        return "ready" if error is None else "failed"

    def fail(self, claim: Claim, failure: Failure) -> bool:
        """Finish the whole packet as failed, its waiting documents with it."""
        with self._database.writing() as connection:
            row = _held(connection, claim)
            if row is None:
                return False
            end(connection, row, failure, self._vault, self._clock(), _ACTOR)
        return True

    def give_back(self, claim: Claim) -> bool:
        """Queue the packet again after passing trouble; the sweeper signals it in a few seconds."""
        with self._database.writing() as connection:
            given = connection.execute(
                update(packets)
                .where(_fence(claim))
                .values(
                    status="queued",
                    lease_until=None,
                    signalled_at=self._clock(),
                    version=packets.c.version + 1,
                )
            )
            return bool(given.rowcount)

    def release(self, packet_id: str) -> bool:
        """End the lease of a packet whose job was seen to die: no need to wait for it to run out.

        Said too much, it costs an attempt and nothing else: the fence holds.
        """
        with self._database.writing() as connection:
            released = connection.execute(
                update(packets)
                .where(packets.c.id == packet_id, packets.c.status == "writing")
                .values(lease_until=self._clock(), version=packets.c.version + 1)
            )
            return bool(released.rowcount)

    def _claim(self, row: AnyRow, papers: list[AnyRow]) -> Claim:
        key = rows.data_key(row, self._vault)
        return Claim(
            packet_id=row.id,
            account_id=row.account_id,
            attempt=row.attempt,
            lease_until=row.lease_until,
            letter_date=row.letter_date,
            knowledge_version=row.knowledge_version,
            sample=row.sample,
            previews=row.previews,
            contents=rows.contents(row, key),
            documents=tuple(
                rows.document(paper, key) for paper in papers if paper.status == "waiting"
            ),
        )

    def _mine(self, claim: Claim) -> AnyRow | None:
        with self._database.reading() as connection:
            return connection.execute(select(packets).where(_fence(claim))).one_or_none()

    def _finish(self, claim: Claim, document_id: str, said: dict[str, Any]) -> bool:
        # Publishing waits for the disk, for all that came before it; until then the lease lapses
        # after a power cut and the paper is written again.
        with self._database.writing(redone=True) as connection:
            if not self._touch(connection, claim):
                return False
            written = connection.execute(
                update(documents)
                .where(documents.c.id == document_id, documents.c.packet_id == claim.packet_id)
                .values(finished_at=self._clock(), **said)
            )
            if not written.rowcount:
                raise ValueError("the claimed packet has no such document")
            return True

    def _touch(self, connection: Connection, claim: Claim) -> bool:
        held = connection.execute(
            update(packets)
            .where(_fence(claim))
            .values(lease_until=self._clock() + LEASE, version=packets.c.version + 1)
        )
        return bool(held.rowcount)


def claimable(now: datetime) -> ColumnElement[bool]:
    """Return the condition of a packet that waits for an attempt and has one left."""
    return and_(unattended(now), packets.c.attempt < packets.c.attempt_limit)


def unattended(now: datetime) -> ColumnElement[bool]:
    """Return the condition of an unfinished packet that no worker holds."""
    lapsed = and_(packets.c.status == "writing", packets.c.lease_until < now)
    return or_(packets.c.status == "queued", lapsed)


def end(
    connection: Connection,
    row: AnyRow,
    error: Failure | None,
    vault: Vault,
    now: datetime,
    actor: str,
) -> None:
    """Finish a packet within the caller's transaction, which holds its row's lock.

    One that cannot be opened is finished too, without its reason: it must not be stuck.
    """
    key = _key_if_readable(row, vault)
    status = "ready" if error is None else "failed"
    connection.execute(
        update(packets)
        .where(packets.c.id == row.id)
        .values(
            status=status,
            finished_at=now,
            lease_until=None,
            sealed_error=_sealed(key, "error", None if error is None else vars(error)),
            version=row.version + 1,
        )
    )
    for paper in rows.document_rows(connection, [row.id]).get(row.id, []):
        if error is not None and paper.status == "waiting":
            sealed = _sealed(key, rows.details_purpose(paper.id), {"error": vars(error)})
            connection.execute(
                update(documents)
                .where(documents.c.id == paper.id)
                .values(status="failed", finished_at=now, sealed_details=sealed)
            )
    audit.append(
        connection, now, f"packet.{status}", actor, account_id=row.account_id, packet_id=row.id
    )
    outbox.tell_end(connection, row, status, now)


def _key_if_readable(row: AnyRow, vault: Vault) -> DataKey | None:
    try:
        return rows.data_key(row, vault)
    except Unreadable:
        _log.warning("packet unreadable", packet_id=row.id, master_key_id=row.master_key_id)
        return None


def _sealed(key: DataKey | None, purpose: str, said: Mapping[str, Any] | None) -> bytes | None:
    return None if key is None or said is None else key.seal_json(purpose, said)


def _held(connection: Connection, claim: Claim) -> AnyRow | None:
    """Return the claimed row, locked: nobody can take it over before this transaction ends."""
    asked = select(packets).where(_fence(claim)).with_for_update()
    return connection.execute(asked).one_or_none()


def _fence(claim: Claim) -> ColumnElement[bool]:
    return and_(
        packets.c.id == claim.packet_id,
        packets.c.attempt == claim.attempt,
        packets.c.status == "writing",
    )


def _ready(written: WrittenDocument, name: str, sealed: bytes) -> dict[str, Any]:
    return {
        "status": "ready",
        "draft": written.draft,
        "media_type": written.media_type,
        "pages": written.pages,
        "size": len(written.content),
        "sha256": hashlib.sha256(written.content).hexdigest(),
        "template_version": written.template_version,
        "stored_name": name,
        "sealed_details": sealed,
    }
