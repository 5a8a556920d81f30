"""What is to be told to a packet's callback address: put down beside what it tells of.

The message is written in the transaction of the deed, so that none is lost and none tells of what
never happened. `webhook_calls` takes it from here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from storage.ids import new_message_id
from storage.tables import packets, webhook_messages

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from storage.rows import AnyRow
    from storage.vault import DataKey

DEADLINE_NEAR = "packet.deadline_near"
TYPES = ("packet.ready", "packet.failed", DEADLINE_NEAR)
# After each failed attempt but the last; a day in all.
BACKOFF = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=7),
    timedelta(hours=10, minutes=24),
)
TRIES = len(BACKOFF) + 1
_CALLBACK = "callback"


def sealed_callback(key: DataKey, url: str) -> bytes:
    """Return a callback address as it rests: it may hold a token of the caller."""
    return key.seal(_CALLBACK, url.encode())


def opened_callback(key: DataKey, sealed: bytes) -> str:
    """Return the callback address; raises Unreadable."""
    return key.open(_CALLBACK, sealed).decode()


def tell_end(connection: Connection, row: AnyRow, status: str, now: datetime) -> None:
    """Put down that a packet is ready or failed, and let its deadlines be looked at."""
    if row.sealed_callback is None:
        return
    _put(connection, row, f"packet.{status}", status, now)
    connection.execute(update(packets).where(packets.c.id == row.id).values(deadlines_look_at=now))


def tell_near(
    connection: Connection, row: AnyRow, key: DataKey, deadline: str, step: str, now: datetime
) -> bool:
    """Put down that a deadline is near; False where the same was put down before.

    `deadline` is its id. `step` tells one nearness of it from another, such as its day and how many
    days before: it is kept as a keyed digest only, since a day comes from the case.
    """
    digest = key.digest(f"{deadline} {step}".encode())
    mine = (
        webhook_messages.c.packet_id == row.id,
        webhook_messages.c.deadline_digest == digest,
    )
    if connection.execute(select(webhook_messages.c.id).where(*mine)).first() is not None:
        return False
    sealed = key.seal(deadline_purpose(row.id), deadline.encode())
    _put(connection, row, DEADLINE_NEAR, row.status, now, digest, sealed)
    return True


def deadline_purpose(packet_id: str) -> str:
    """Return what a message's deadline is sealed for."""
    return f"near deadline of {packet_id}"


def forget(connection: Connection, packet_id: str) -> None:
    """Delete the messages of a packet that is erased, sent or not."""
    connection.execute(delete(webhook_messages).where(webhook_messages.c.packet_id == packet_id))


def _put(
    connection: Connection,
    row: AnyRow,
    kind: str,
    packet_status: str,
    now: datetime,
    deadline_digest: bytes | None = None,
    sealed_deadline: bytes | None = None,
) -> None:
    connection.execute(
        insert(webhook_messages).values(
            id=new_message_id(),
            account_id=row.account_id,
            packet_id=row.id,
            type=kind,
            packet_status=packet_status,
            created_at=now,
            status="waiting",
            attempt=0,
            attempt_limit=TRIES,
            due_at=now,
            deadline_digest=deadline_digest,
            sealed_deadline=sealed_deadline,
        )
    )
