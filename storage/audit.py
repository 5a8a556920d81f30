"""The audit trail: append-only lines, each with a hash over itself and the line before it.

Lines hold ids and words from the code, never anything from a case.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from storage.records import AuditEntry
from storage.tables import audit_head, audit_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection

    from storage.database import Clock, Database
    from storage.rows import AnyRow

_START = "0" * 64


class AuditTrail:
    """The trail of one database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def note(
        self,
        action: str,
        actor: str,
        *,
        account_id: str | None = None,
        packet_id: str | None = None,
        document_id: str | None = None,
    ) -> AuditEntry:
        """Append a line in a transaction of its own and return it."""
        with self._database.writing() as connection:
            return append(
                connection,
                self._clock(),
                action,
                actor,
                account_id=account_id,
                packet_id=packet_id,
                document_id=document_id,
            )

    def entries(
        self, account_id: str | None = None, packet_id: str | None = None, limit: int = 100
    ) -> tuple[AuditEntry, ...]:
        """Return the newest lines first, at most `limit`, of one account or packet if asked."""
        asked = select(audit_lines).order_by(audit_lines.c.number.desc()).limit(limit)
        if account_id is not None:
            asked = asked.where(audit_lines.c.account_id == account_id)
        if packet_id is not None:
            asked = asked.where(audit_lines.c.packet_id == packet_id)
        with self._database.reading() as connection:
            return tuple(map(_entry, connection.execute(asked)))

    def whole(self) -> Iterator[AuditEntry]:
        """Yield every line, the oldest first, as they stood at one moment."""
        with self._database.reading() as connection:
            for row in connection.execute(select(audit_lines).order_by(audit_lines.c.number)):
                yield _entry(row)

    def line(self, number: int) -> AuditEntry | None:
        """Return one line; None where there is none of that number."""
        with self._database.reading() as connection:
            row = connection.execute(
                select(audit_lines).where(audit_lines.c.number == number)
            ).one_or_none()
        return None if row is None else _entry(row)

    def broken_at(self) -> int | None:
        """Return the number of the first line that was changed, added or taken out, else None.

        A trail cut off at its end gives the number of the first line that is missing.
        """
        before, number = _START, 0
        with self._database.reading() as connection:
            for row in connection.execute(select(audit_lines).order_by(audit_lines.c.number)):
                number += 1
                entry = _entry(row)
                if entry.number != number or entry.hash != _hash(entry, before):
                    return number
                before = entry.hash
            head = connection.execute(select(audit_head)).one()
        return None if (head.number, head.hash) == (number, before) else number + 1


def append(
    connection: Connection,
    at: datetime,
    action: str,
    actor: str,
    *,
    account_id: str | None = None,
    packet_id: str | None = None,
    document_id: str | None = None,
) -> AuditEntry:
    """Append a line within the caller's transaction, so that deed and line stand or fall together.

    The head's row is locked until the commit: lines come one after another on every database.
    """
    head = connection.execute(select(audit_head).with_for_update()).one()
    blank = AuditEntry(
        head.number + 1, at, actor, account_id, action, packet_id, document_id, hash=""
    )
    entry = replace(blank, hash=_hash(blank, head.hash))
    connection.execute(insert(audit_lines).values(**vars(entry)))
    connection.execute(update(audit_head).values(number=entry.number, hash=entry.hash))
    return entry


def _hash(entry: AuditEntry, before: str) -> str:
    said = [
        before,
        entry.number,
        entry.at.isoformat(),
        entry.actor,
        entry.account_id,
        entry.action,
        entry.packet_id,
        entry.document_id,
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _entry(row: AnyRow) -> AuditEntry:
    return AuditEntry(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
