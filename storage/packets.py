"""Packets as the service sees them: accepted, found, read, tried again, erased."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import delete, func, insert, select, update

from storage import audit, keys, listing, outbox, rows
from storage.faults import (
    Erased,
    KeyReused,
    NotFound,
    RevokedLink,
    Taken,
    Unreadable,
    WrongState,
)
from storage.ids import new_document_id, new_packet_id
from storage.queue import Ticket
from storage.records import Accepted, Contents, Packet, PacketFilter, Page
from storage.tables import documents, events, packets, paper_versions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from storage.database import Clock, Database
    from storage.documents import DocumentStore
    from storage.records import AskedDocument, DocumentFile, Link, NewPacket
    from storage.rows import AnyRow
    from storage.vault import DataKey, Vault

# Enough for a worker that is killed again and again while others fail over, few enough that a case
# that kills its worker is given up within three minutes.
ATTEMPTS = 6
SAMPLE_LIFE = timedelta(days=1)
_OPEN = ("queued", "writing")
_FORGOTTEN: dict[str, None] = dict.fromkeys(
    (
        "reference",
        "body_digest",
        "master_key_id",
        "wrapped_key",
        "sealed_case",
        "sealed_review",
        "sealed_options",
        "sealed_error",
        "sealed_callback",
        "deadlines_look_at",
        "lease_until",
    )
)


class Signals(Protocol):
    """Where tickets go once their packets are recorded."""

    def signal_all(self, tickets: Sequence[Ticket]) -> object:
        """Put tickets, now or soon; one that is lost is written again by the sweeper."""


@dataclass(frozen=True)
class SealedPacket:
    """A new packet with its row and its documents' rows."""

    new: NewPacket
    row: dict[str, Any]
    papers: list[dict[str, Any]]


class Packets:
    """The packets of all accounts; each call says whose it asks for."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        store: DocumentStore,
        signals: Signals,
        clock: Clock,
        retention: timedelta,
    ) -> None:
        self._database = database
        self._vault = vault
        self._store = store
        self._signals = signals
        self._clock = clock
        self._retention = retention

    def accept(self, new: NewPacket) -> Accepted:
        """Record a packet for good, then try to signal it; a dead queue does not matter.

        With an idempotency key that came before, the packet it made comes back, erased or not.

        Raises:
            KeyReused: the idempotency key came before with another body.
            StorageFull: nothing was kept.
            StorageUnavailable: nothing was kept.
            ValueError: there is no document to write.
        """
        (answer,) = self.accept_all((new,))
        if isinstance(answer, KeyReused):
            raise answer
        return answer

    def accept_all(self, news: Sequence[NewPacket]) -> tuple[Accepted | KeyReused, ...]:
        """Record several packets in one transaction, then try to signal them; in their order.

        One whose idempotency key was used with another body is not kept, the others are. A key that
        stands twice in `news` names one packet. Raises as `accept` does, with nothing kept at all.
        """
        if not all(new.documents for new in news):
            raise ValueError("a packet has at least one document")
        sealed = [self._sealed(new) for new in news]
        try:
            answers = self._recorded(sealed)
        except Taken:
            # On PostgreSQL two requests with one key may both have found none; the later looks again.
            answers = self._recorded(sealed)
        fresh = (a.packet for a in answers if isinstance(a, Accepted) and not a.replayed)
        self._signals.signal_all([Ticket(packet.id, 1, packet.total) for packet in fresh])
        return answers

    def find(self, account_id: str, packet_id: str) -> Packet:
        """Return the account's packet; raises NotFound, also for another account's."""
        with self._database.reading() as connection:
            return self._packet(connection, account_id, packet_id)

    def version(self, account_id: str, packet_id: str) -> int:
        """Return the packet's version, which grows with every change; raises NotFound."""
        with self._database.reading() as connection:
            version: int = rows.packet_row(connection, account_id, packet_id).version
        return version

    def contents(self, account_id: str, packet_id: str) -> Contents:
        """Return case, review and options; raises NotFound, Erased."""
        with self._database.reading() as connection:
            row = rows.packet_row(connection, account_id, packet_id)
        return rows.contents(row, rows.data_key(row, self._vault))

    def list(
        self,
        account_id: str,
        only: PacketFilter = PacketFilter(),  # noqa: B008 - a frozen value
        *,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page:
        """Return a page of the account's packets, newest first; raises BadCursor."""
        with self._database.reading() as connection:
            found, following = listing.page(connection, account_id, only, limit, cursor)
            papers = rows.document_rows(connection, [row.id for row in found])
        items = tuple(rows.packet(row, papers.get(row.id, ()), self._vault) for row in found)
        return Page(items, following)

    def read_document(
        self, account_id: str, packet_id: str, document_id: str, actor: str
    ) -> DocumentFile:
        """Return one finished paper and note the reading in the audit trail.

        Raises:
            NotFound: the account has no such packet or document.
            Erased: it is gone for good.
            WrongState: it is not finished, or failed.
            Unreadable: its file is not what was stored.
        """
        with self._database.reading() as connection:
            row = rows.packet_row(connection, account_id, packet_id)
            papers = rows.document_rows(connection, [packet_id])[packet_id]
        return self._read(row, _named(row, papers, document_id), actor)

    def read_linked(self, link: Link) -> DocumentFile:
        """Return the paper that a link names.

        Raises:
            RevokedLink: the packet's links were revoked since, or the key that was given this one.
            NotFound, Erased, WrongState, Unreadable: as `read_document` does.
        """
        asked = select(packets.c.account_id, packets.c.link_round)
        with self._database.reading() as connection:
            row = connection.execute(asked.where(packets.c.id == link.packet_id)).one_or_none()
            revoked = keys.is_revoked(connection, link.key_prefix)
        if row is None:
            raise NotFound("there is no such packet")
        if revoked or link.link_round != row.link_round:
            raise RevokedLink("the link was revoked")
        return self.read_document(row.account_id, link.packet_id, link.document_id, link.actor)

    def revoke_links(self, account_id: str, packet_id: str, actor: str) -> Packet:
        """End every download link given out so far and return the packet; raises NotFound.

        The version grows too, so that nobody is told that nothing has changed.
        """
        with self._database.writing() as connection:
            row = rows.packet_row(connection, account_id, packet_id)
            connection.execute(
                update(packets)
                .where(packets.c.id == packet_id)
                .values(link_round=row.link_round + 1, version=row.version + 1)
            )
            self._note(connection, "links.revoked", actor, row)
            return self._packet(connection, account_id, packet_id)

    def read_all(self, account_id: str, packet_id: str, actor: str) -> tuple[DocumentFile, ...]:
        """Return all finished papers in the order asked for; raises NotFound, Erased, Unreadable.

        A packet without a finished paper gives none.
        """
        with self._database.reading() as connection:
            row = rows.packet_row(connection, account_id, packet_id)
            papers = rows.document_rows(connection, [packet_id])[packet_id]
        rows.data_key(row, self._vault)
        return tuple(self._read(row, paper, actor) for paper in papers if paper.status == "ready")

    def retry_failed(self, account_id: str, packet_id: str, actor: str) -> Packet:
        """Queue the failed papers again, with fresh attempts; papers that are ready stay.

        Raises:
            NotFound: the account has no such packet.
            WrongState: it did not fail.
        """
        with self._database.writing() as connection:
            row = rows.packet_row(connection, account_id, packet_id, lock=True)
            if row.status != "failed":
                raise WrongState(
                    f"only a failed packet can be tried again; this one is {row.status}"
                )
            self._requeue(connection, row)
            self._note(connection, "packet.retried", actor, row)
            packet = self._packet(connection, account_id, packet_id)
        self._signals.signal_all([Ticket(packet_id, row.tickets + 1, packet.total)])
        return packet

    def erase(self, account_id: str, packet_id: str, actor: str) -> Packet:
        """Throw the packet's key and contents away for good and return the tombstone.

        A worker in the middle of it is fenced out. Erasing twice is the same; raises NotFound.
        """
        with self._database.writing() as connection:
            row = rows.packet_row(connection, account_id, packet_id, lock=True)
            files = self._forget(connection, row, actor) if row.status != "erased" else ()
            packet = self._packet(connection, account_id, packet_id)
        self._database.forget_deleted()
        for name in files:
            self._store.remove(name)
        return packet

    def counts(self) -> dict[str, int]:
        """Return how many packets there are of each status that occurs."""
        asked = select(packets.c.status, func.count().label("number")).group_by(packets.c.status)
        with self._database.reading() as connection:
            return {row.status: row.number for row in connection.execute(asked)}

    def oldest_waiting(self) -> datetime | None:
        """Return when the oldest packet that is not finished was accepted; None without any."""
        asked = select(packets.c.created_at).where(packets.c.status.in_(_OPEN))
        with self._database.reading() as connection:
            return connection.scalar(asked.order_by(packets.c.created_at).limit(1))

    def _recorded(self, sealed: Sequence[SealedPacket]) -> tuple[Accepted | KeyReused, ...]:
        with self._database.writing() as connection:
            return tuple(self._accept(connection, each) for each in sealed)

    def _packet(self, connection: Connection, account_id: str, packet_id: str) -> Packet:
        row = rows.packet_row(connection, account_id, packet_id)
        papers = rows.document_rows(connection, [packet_id])
        return rows.packet(row, papers.get(packet_id, ()), self._vault)

    def _accept(self, connection: Connection, sealed: SealedPacket) -> Accepted | KeyReused:
        known = self._known(connection, sealed.new)
        if known is None:
            packet = self._insert(connection, sealed)
            return Accepted(packet, replayed=False, made_of=sealed.new.contents)
        # An erased packet cannot tell whether the body was the same; its tombstone says enough.
        if known.wrapped_key is not None and not self._same_body(known, sealed.new.body):
            return KeyReused("the idempotency key was used before with another body")
        return Accepted(self._packet(connection, known.account_id, known.id), replayed=True)

    def _known(self, connection: Connection, new: NewPacket) -> AnyRow | None:
        if new.idempotency_key is None:
            return None
        return connection.execute(
            select(packets).where(
                packets.c.account_id == new.account_id,
                packets.c.idempotency_digest == _digest(new.idempotency_key),
            )
        ).one_or_none()

    def _same_body(self, row: AnyRow, body: bytes) -> bool:
        key = rows.data_key(row, self._vault)
        return hmac.compare_digest(row.body_digest, key.digest(body))

    def _sealed(self, new: NewPacket) -> SealedPacket:
        """Return a new packet as it will rest. Made before the rows are locked for it."""
        packet_id = new_packet_id()
        key, wrapped = self._vault.new_key(packet_id)
        row = {
            "id": packet_id,
            "master_key_id": wrapped.master_key_id,
            "wrapped_key": wrapped.sealed,
            **self._said(new),
            **self._clocked(sample=new.sample),
            **_sealed(key, new),
        }
        return SealedPacket(new, row, _papers(packet_id, new.documents))

    def _insert(self, connection: Connection, sealed: SealedPacket) -> Packet:
        connection.execute(insert(packets), sealed.row)
        connection.execute(insert(documents), sealed.papers)
        audit.append(
            connection,
            self._clock(),
            "packet.accepted",
            sealed.new.actor,
            account_id=sealed.new.account_id,
            packet_id=sealed.row["id"],
        )
        papers = [rows.as_row(documents, paper) for paper in sealed.papers]
        return rows.packet(rows.as_row(packets, sealed.row), papers, self._vault)

    def _said(self, new: NewPacket) -> dict[str, Any]:  # columns of all types
        return {
            "account_id": new.account_id,
            "status": "queued",
            "reference": new.reference,
            "based_on": new.based_on,
            "previews": new.previews,
            "sample": new.sample,
            "letter_date": new.letter_date,
            "knowledge_version": new.knowledge_version,
            "version": 1,
            "attempt": 0,
            "attempt_limit": ATTEMPTS,
            "tickets": 1,
            "link_round": 0,
        }

    def _clocked(self, *, sample: bool) -> dict[str, datetime]:
        now = self._clock()
        life = min(SAMPLE_LIFE, self._retention) if sample else self._retention
        return {"created_at": now, "signalled_at": now, "expires_at": now + life}

    def _read(self, row: AnyRow, paper: AnyRow, actor: str) -> DocumentFile:
        key = rows.data_key(row, self._vault)
        if paper.status != "ready":
            raise WrongState(f"the document is {paper.status}")
        file = rows.document_file(row.id, paper, key, self._stored(row, paper.stored_name))
        with self._database.writing() as connection:
            self._note(connection, "document.read", actor, row, paper.id)
        return file

    def _stored(self, row: AnyRow, name: str) -> bytes:
        try:
            return self._store.get(name)
        except Unreadable:
            # Erased since its row was read, perhaps: then that is the answer.
            self.contents(row.account_id, row.id)
            raise

    def _requeue(self, connection: Connection, row: AnyRow) -> None:
        connection.execute(
            update(packets)
            .where(packets.c.id == row.id)
            .values(
                status="queued",
                finished_at=None,
                sealed_error=None,
                lease_until=None,
                attempt_limit=row.attempt + ATTEMPTS,
                tickets=row.tickets + 1,
                signalled_at=self._clock(),
                version=row.version + 1,
            )
        )
        connection.execute(
            update(documents)
            .where(documents.c.packet_id == row.id, documents.c.status == "failed")
            .values(status="waiting", finished_at=None, sealed_details=None)
        )

    def _forget(self, connection: Connection, row: AnyRow, actor: str) -> tuple[str, ...]:
        papers = rows.document_rows(connection, [row.id]).get(row.id, [])
        edited = connection.scalars(
            select(paper_versions.c.stored_name).where(
                paper_versions.c.packet_id == row.id, paper_versions.c.stored_name.is_not(None)
            )
        ).all()
        connection.execute(delete(paper_versions).where(paper_versions.c.packet_id == row.id))
        connection.execute(delete(documents).where(documents.c.packet_id == row.id))
        connection.execute(delete(events).where(events.c.packet_id == row.id))
        outbox.forget(connection, row.id)
        connection.execute(
            update(packets)
            .where(packets.c.id == row.id)
            .values(status="erased", version=row.version + 1, **_FORGOTTEN)
        )
        self._note(connection, "packet.erased", actor, row)
        return (*edited, *(each.stored_name for each in papers if each.stored_name is not None))

    def _note(
        self,
        connection: Connection,
        action: str,
        actor: str,
        row: AnyRow,
        document_id: str | None = None,
    ) -> None:
        audit.append(
            connection,
            self._clock(),
            action,
            actor,
            account_id=row.account_id,
            packet_id=row.id,
            document_id=document_id,
        )


def _named(row: AnyRow, papers: list[AnyRow], document_id: str) -> AnyRow:
    if row.status == "erased":
        raise Erased("the packet's contents were erased")
    for paper in papers:
        if paper.id == document_id:
            return paper
    raise NotFound("the packet has no such document")


def _digest(idempotency_key: str) -> bytes:
    # A caller's key may be any text, a name included: it is only ever compared.
    return hashlib.sha256(idempotency_key.encode()).digest()


def _sealed(key: DataKey, new: NewPacket) -> dict[str, bytes | None]:
    sent, callback = new.idempotency_key, new.callback_url
    return {
        "sealed_case": key.seal_json("case", new.contents.case),
        "sealed_review": key.seal_json("review", new.contents.review),
        "sealed_options": key.seal_json("options", new.contents.options),
        "sealed_callback": None if callback is None else outbox.sealed_callback(key, callback),
        "idempotency_digest": None if sent is None else _digest(sent),
        "body_digest": None if sent is None else key.digest(new.body),
    }


def _papers(packet_id: str, asked: tuple[AskedDocument, ...]) -> list[dict[str, Any]]:
    return [
        {
            "id": new_document_id(),
            "packet_id": packet_id,
            "position": position,
            "status": "waiting",
            "draft": False,
            **vars(paper),
        }
        for position, paper in enumerate(asked)
    ]
