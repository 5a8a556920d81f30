"""Papers that staff edited in Word and gave back: kept beside the paper, never in its place.

An upload waits as `checking` until a worker has compared it with the paper that it was made from.
It rests sealed under the packet's key, and goes when the packet is erased.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from storage import audit, rows
from storage.faults import Erased, NotFound, TooManyWaiting, WrongState
from storage.ids import new_version_id
from storage.media import WORD
from storage.records import PaperToCompare, PaperVersion
from storage.tables import packets, paper_versions
from storage.uploads import SWEEPER, WORKER, Uploads, file_purpose, gave_up, report_purpose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from storage.rows import AnyRow
    from storage.vault import DataKey

MOST = 100
"""Versions of one paper."""
MOST_WAITING = 3
"""Versions of one packet that wait to be compared."""
_GAVE_UP = {
    "faults": [
        gave_up(
            "The comparison was begun several times and never came to an end",
            "Upload the file again; if it stays so, save it anew in Word.",
        )
    ]
}


class PaperVersions(Uploads):
    """The edited papers of all packets; each call says whose it asks for."""

    _table = paper_versions
    _refused_life = timedelta(days=1)
    _what = "edited paper"

    def upload(
        self, account_id: str, packet_id: str, document_id: str, actor: str, content: bytes
    ) -> PaperVersion:
        """Keep an edited paper to be compared, then try to signal it.

        Raises:
            NotFound: the account has no such packet or document.
            Erased: the packet is gone for good.
            WrongState: the document is no finished Word file, or has as many versions as it may.
            TooManyWaiting: too many of the packet's wait to be compared.
            StorageFull, StorageUnavailable: nothing was kept.
        """
        version_id = new_version_id()
        name = f"{version_id}.1"
        with self._database.writing() as connection:
            row = rows.packet_row(connection, account_id, packet_id, lock=True)
            key = rows.data_key(row, self._vault)
            number = _next_number(connection, packet_id, document_id)
            self._store.put(name, key.seal(file_purpose(version_id), content))
            try:
                self._insert(connection, row, document_id, version_id, number, actor, content)
            except BaseException:
                self._store.remove(name)
                raise
        self._queue.signal_comparison(version_id, 1)
        return self.find(account_id, packet_id, version_id)

    def find(self, account_id: str, packet_id: str, version_id: str) -> PaperVersion:
        """Return a version; raises NotFound, also for another account's, and Erased."""
        with self._database.reading() as connection:
            packet, row = _rows(connection, account_id, packet_id, version_id)
        return _version(row, rows.data_key(packet, self._vault))

    def list(self, account_id: str, packet_id: str, document_id: str) -> tuple[PaperVersion, ...]:
        """Return a paper's versions, newest first; raises NotFound, Erased."""
        with self._database.reading() as connection:
            packet = rows.packet_row(connection, account_id, packet_id)
            asked = select(paper_versions).where(
                paper_versions.c.packet_id == packet_id,
                paper_versions.c.document_id == document_id,
            )
            found = connection.execute(asked.order_by(paper_versions.c.number.desc())).all()
        key = rows.data_key(packet, self._vault)
        return tuple(_version(row, key) for row in found)

    def read_file(self, account_id: str, packet_id: str, version_id: str, actor: str) -> bytes:
        """Return a version's Word file and note the reading.

        Raises:
            NotFound: the account has no such version.
            Erased: the packet is gone, or the file was refused.
            Unreadable: its file is not what was stored.
        """
        with self._database.reading() as connection:
            packet, row = _rows(connection, account_id, packet_id, version_id)
        content = self._unsealed(row, self._sealed(row), rows.data_key(packet, self._vault))
        with self._database.writing() as connection:
            self._note(connection, "version.read", actor, packet, row.document_id)
        return content

    def open_unchecked(self, version_id: str) -> PaperToCompare | None:
        """Return what waits to be compared; None when there is nothing to do any more."""
        with self._database.reading() as connection:
            row = connection.execute(
                select(paper_versions).where(
                    paper_versions.c.id == version_id, paper_versions.c.status == "checking"
                )
            ).one_or_none()
            if row is None:
                return None
            packet = connection.execute(select(packets).where(packets.c.id == row.packet_id)).one()
            papers = rows.document_rows(connection, [packet.id])[packet.id]
        key = rows.data_key(packet, self._vault)
        paper = next(each for each in papers if each.id == row.document_id)
        sealed = self._store.get(paper.stored_name)
        return PaperToCompare(
            version=_version(row, key),
            content=self._unsealed(row, self._sealed(row), key),
            original=rows.document_file(packet.id, paper, key, sealed),
            contents=rows.contents(packet, key),
            letter_date=packet.letter_date,
            sample=packet.sample,
        )

    def decide(
        self, version_id: str, report: Mapping[str, Any], *, kept: bool, actor: str = WORKER
    ) -> bool:
        """Keep the compared version, or forget its file and keep what is wrong with it.

        Returns False when it was decided before, or its packet was erased meanwhile.
        """
        with self._database.writing() as connection:
            row = connection.execute(
                select(paper_versions)
                .where(paper_versions.c.id == version_id, paper_versions.c.status == "checking")
                .with_for_update()
            ).one_or_none()
            if row is None:
                return False
            packet = connection.execute(select(packets).where(packets.c.id == row.packet_id)).one()
            key = rows.data_key(packet, self._vault)
            connection.execute(
                update(paper_versions)
                .where(paper_versions.c.id == version_id)
                .values(
                    status="kept" if kept else "rejected",
                    stored_name=row.stored_name if kept else None,
                    sealed_report=key.seal_json(report_purpose(version_id), report),
                )
            )
            _count_up(connection, packet)
            action = "version.kept" if kept else "version.rejected"
            self._note(connection, action, actor, packet, row.document_id)
        if not kept:
            self._store.remove(row.stored_name)
        return True

    def _signal(self, upload_id: str, ticket: int) -> bool:
        return self._queue.signal_comparison(upload_id, ticket)

    def _give_up(self, upload_id: str) -> bool:
        return self.decide(upload_id, _GAVE_UP, kept=False, actor=SWEEPER)

    def _insert(
        self,
        connection: Connection,
        packet: AnyRow,
        document_id: str,
        version_id: str,
        number: int,
        actor: str,
        content: bytes,
    ) -> None:
        now = self._clock()
        connection.execute(
            insert(paper_versions).values(
                id=version_id,
                packet_id=packet.id,
                document_id=document_id,
                number=number,
                status="checking",
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                uploaded_at=now,
                uploaded_by=actor,
                tickets=1,
                signalled_at=now,
                stored_name=f"{version_id}.1",
            )
        )
        _count_up(connection, packet)
        self._note(connection, "version.uploaded", actor, packet, document_id)

    def _note(
        self, connection: Connection, action: str, actor: str, packet: AnyRow, document_id: str
    ) -> None:
        audit.append(
            connection,
            self._clock(),
            action,
            actor,
            account_id=packet.account_id,
            packet_id=packet.id,
            document_id=document_id,
        )


def _rows(
    connection: Connection, account_id: str, packet_id: str, version_id: str
) -> tuple[AnyRow, AnyRow]:
    packet = rows.packet_row(connection, account_id, packet_id)
    if packet.wrapped_key is None:
        raise Erased("the packet's contents were erased")
    row = connection.execute(
        select(paper_versions).where(
            paper_versions.c.id == version_id, paper_versions.c.packet_id == packet_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound("the packet has no such version")
    return packet, row


def _next_number(connection: Connection, packet_id: str, document_id: str) -> int:
    """Return the number of a paper's next version; raises NotFound, WrongState, TooManyWaiting."""
    papers = rows.document_rows(connection, [packet_id]).get(packet_id, [])
    paper = next((each for each in papers if each.id == document_id), None)
    if paper is None:
        raise NotFound("the packet has no such document")
    if paper.status != "ready" or paper.media_type != WORD:
        raise WrongState("only a finished Word document can be given back")
    waiting = select(func.count()).where(
        paper_versions.c.packet_id == packet_id, paper_versions.c.status == "checking"
    )
    if (connection.scalar(waiting) or 0) >= MOST_WAITING:
        raise TooManyWaiting(f"{MOST_WAITING} edited papers wait to be compared")
    asked = select(func.max(paper_versions.c.number)).where(
        paper_versions.c.document_id == document_id
    )
    number = 1 + (connection.scalar(asked) or 0)
    if number > MOST:
        raise WrongState(f"a paper has at most {MOST} versions")
    return number


def _count_up(connection: Connection, packet: AnyRow) -> None:
    changed = {"version": packets.c.version + 1}
    connection.execute(update(packets).where(packets.c.id == packet.id).values(changed))


def _version(row: AnyRow, key: DataKey) -> PaperVersion:
    sealed = row.sealed_report
    return PaperVersion(
        id=row.id,
        packet_id=row.packet_id,
        document_id=row.document_id,
        number=row.number,
        status=row.status,
        size=row.size,
        sha256=row.sha256,
        uploaded_at=row.uploaded_at,
        uploaded_by=row.uploaded_by,
        report=None if sealed is None else key.open_json(report_purpose(row.id), sealed),
    )
