"""Messages as an account and its operator see them: listed, counted, sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from storage import audit, listing, outbox
from storage.faults import NotFound
from storage.ids import MESSAGE_ID
from storage.records import MessagePage, WebhookMessage
from storage.tables import webhook_messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Connection

    from storage.database import Clock, Database
    from storage.records import MessageStatus
    from storage.rows import AnyRow


class Webhooks:
    """The messages of all accounts; an `account_id` of None asks for those of all."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def list(
        self,
        account_id: str | None,
        status: MessageStatus | None = None,
        packet_id: str | None = None,
        *,
        limit: int = 20,
        cursor: str | None = None,
    ) -> MessagePage:
        """Return a page of messages, newest first; raises BadCursor."""
        mine = tuple(_conditions(account_id, status, packet_id))
        with self._database.reading() as connection:
            found, following = listing.page_of(
                connection, webhook_messages, MESSAGE_ID, mine, limit, cursor
            )
        return MessagePage(tuple(map(_message, found)), following)

    def resend(self, account_id: str | None, message_id: str, actor: str) -> WebhookMessage:
        """Let a message be sent now and, where that fails, for another day; raises NotFound.

        It keeps its id, by which the receiver knows one that it had before.
        """
        mine = (webhook_messages.c.id == message_id, *_conditions(account_id))
        with self._database.writing() as connection:
            row = connection.execute(select(webhook_messages).where(*mine)).one_or_none()
            if row is None:
                raise NotFound("there is no such message")
            self._again(connection, row, actor)
            return _message(connection.execute(select(webhook_messages).where(*mine)).one())

    def resend_dead(self, account_id: str | None, actor: str) -> int:
        """Let all dead letters be sent again; return how many."""
        with self._database.writing() as connection:
            dead = select(webhook_messages).where(*_conditions(account_id, "dead"))
            found = connection.execute(dead).all()
            for row in found:
                self._again(connection, row, actor)
        return len(found)

    def counts(self) -> dict[str, int]:
        """Return how many messages there are of each status that occurs."""
        number = func.count().label("number")
        asked = select(webhook_messages.c.status, number).group_by(webhook_messages.c.status)
        with self._database.reading() as connection:
            return {row.status: row.number for row in connection.execute(asked)}

    def _again(self, connection: Connection, row: AnyRow, actor: str) -> None:
        now = self._clock()
        connection.execute(
            update(webhook_messages)
            .where(webhook_messages.c.id == row.id)
            .values(
                status="waiting",
                attempt_limit=row.attempt + outbox.TRIES,
                due_at=now,
                finished_at=None,
            )
        )
        audit.append(
            connection,
            now,
            "webhook.resent",
            actor,
            account_id=row.account_id,
            packet_id=row.packet_id,
        )


def _conditions(
    account_id: str | None, status: str | None = None, packet_id: str | None = None
) -> Iterator[ColumnElement[bool]]:
    if account_id is not None:
        yield webhook_messages.c.account_id == account_id
    if status is not None:
        yield webhook_messages.c.status == status
    if packet_id is not None:
        yield webhook_messages.c.packet_id == packet_id


def _message(row: AnyRow) -> WebhookMessage:
    return WebhookMessage(
        id=row.id,
        account_id=row.account_id,
        packet_id=row.packet_id,
        type=row.type,
        status=row.status,
        attempts=row.attempt,
        created_at=row.created_at,
        due_at=row.due_at if row.status == "waiting" else None,
        finished_at=row.finished_at,
        last_result=row.last_result,
    )
