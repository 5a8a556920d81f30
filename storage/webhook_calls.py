"""Messages as whoever sends them sees them: held by one sender at a time, tried for a day."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import structlog
from sqlalchemy import and_, func, or_, select, update

from storage import outbox, rows, webhook_secrets
from storage.faults import Unreadable
from storage.records import WebhookCall
from storage.tables import packets, webhook_messages

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from storage.database import Clock, Database
    from storage.rows import AnyRow
    from storage.vault import DataKey, Vault

_log = structlog.get_logger()

# A call takes ten seconds at most, and its result has to be written.
LEASE = timedelta(seconds=40)
# So that one account's slow address leaves room for the others.
AT_ONE_ACCOUNT = 4
_SPREAD = 0.1

# delivered; failed and tried again while attempts remain; refused for good by the receiver.
Outcome = Literal["delivered", "failed", "gone"]


class WebhookCalls:
    """Holds on messages that are due."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    def claim(self) -> WebhookCall | None:
        """Take the message that has been due the longest; None when none is.

        One that cannot be opened any more counts as a failed attempt, and the next is taken.
        """
        while (row := self._oldest_due()) is not None:
            if row.attempt >= row.attempt_limit:
                # Whoever sent it died, each time.
                self._write(row.id, row.attempt, "interrupted", "failed")
                continue
            if not self._hold(row):
                continue
            try:
                return self._opened(row)
            except Unreadable as fault:
                _log.warning("webhook unreadable", message_id=row.id, packet_id=row.packet_id)
                self._write(row.id, row.attempt + 1, fault.code, "failed")
        return None

    def finish(self, call: WebhookCall, said: str, outcome: Outcome) -> bool:
        """Record how a call went, by a word or an HTTP status; False when the hold was lost."""
        return self._write(call.message_id, call.attempt, said, outcome)

    def _oldest_due(self) -> AnyRow | None:
        now = self._clock()
        asked = select(webhook_messages).where(_due(now), _roomy(now))
        with self._database.reading() as connection:
            return connection.execute(
                asked.order_by(webhook_messages.c.due_at, webhook_messages.c.id).limit(1)
            ).one_or_none()

    def _hold(self, row: AnyRow) -> bool:
        with self._database.writing() as connection:
            held = connection.execute(
                update(webhook_messages)
                .where(_fence(row.id, row.attempt), _due(self._clock()))
                .values(attempt=row.attempt + 1, lease_until=self._clock() + LEASE)
            )
        return bool(held.rowcount)

    def _opened(self, row: AnyRow) -> WebhookCall:
        with self._database.reading() as connection:
            asked = select(packets).where(packets.c.id == row.packet_id)
            packet = connection.execute(asked).one()
            if packet.sealed_callback is None:
                raise Unreadable("the packet was erased meanwhile")
            key = rows.data_key(packet, self._vault)
            return WebhookCall(
                message_id=row.id,
                attempt=row.attempt + 1,
                packet_id=row.packet_id,
                type=row.type,
                packet_status=row.packet_status,
                reference=packet.reference,
                deadline=_deadline(row, key),
                created_at=row.created_at,
                url=outbox.opened_callback(key, packet.sealed_callback),
                secrets=self._secrets(connection, row.account_id),
            )

    def _secrets(self, connection: Connection, account_id: str) -> tuple[bytes, ...]:
        return webhook_secrets.signing(connection, self._vault, account_id, self._clock())

    def _write(self, message_id: str, attempt: int, said: str, outcome: Outcome) -> bool:
        now = self._clock()
        mine = _fence(message_id, attempt)
        with self._database.writing() as connection:
            row = connection.execute(select(webhook_messages).where(mine)).one_or_none()
            if row is None:
                return False
            written = connection.execute(
                update(webhook_messages)
                .where(mine)
                .values(lease_until=None, last_result=said, **_after(row, outcome, now))
            )
        return bool(written.rowcount)


def _after(row: AnyRow, outcome: Outcome, now: datetime) -> dict[str, object]:
    if outcome == "delivered":
        return {"status": "delivered", "finished_at": now}
    if outcome == "gone" or row.attempt >= row.attempt_limit:
        return {"status": "dead", "finished_at": now}
    return {"due_at": now + pause(row.id, row.attempt - (row.attempt_limit - outbox.TRIES))}


def pause(message_id: str, failed: int) -> timedelta:
    """Return how long to wait after the attempt number `failed`, counted from 1.

    Messages that failed together do not come back together: each waits up to a tenth longer. One
    that was under way when it was sent again counts as the first of the new round.
    """
    spread = zlib.crc32(message_id.encode()) / 2**32
    return outbox.BACKOFF[max(failed, 1) - 1] * (1 + _SPREAD * spread)


def _due(now: datetime) -> ColumnElement[bool]:
    lease = webhook_messages.c.lease_until
    return and_(
        webhook_messages.c.status == "waiting",
        webhook_messages.c.due_at <= now,
        or_(lease.is_(None), lease < now),
    )


def _roomy(now: datetime) -> ColumnElement[bool]:
    busy = (
        select(webhook_messages.c.account_id)
        .where(webhook_messages.c.status == "waiting", webhook_messages.c.lease_until >= now)
        .group_by(webhook_messages.c.account_id)
        .having(func.count() >= AT_ONE_ACCOUNT)
    )
    return webhook_messages.c.account_id.not_in(busy)


def _fence(message_id: str, attempt: int) -> ColumnElement[bool]:
    return and_(
        webhook_messages.c.id == message_id,
        webhook_messages.c.attempt == attempt,
        webhook_messages.c.status == "waiting",
    )


def _deadline(row: AnyRow, key: DataKey) -> str | None:
    if row.sealed_deadline is None:
        return None
    return key.open(outbox.deadline_purpose(row.packet_id), row.sealed_deadline).decode()
