"""The secrets that sign webhooks: an account's own, shown once, sealed at rest.

Two are valid during a rotation: the one before goes on signing beside the new one for a day.
"""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, or_, select, update

from storage import audit
from storage.faults import NotFound
from storage.ids import new_secret_id
from storage.tables import accounts, webhook_secrets
from storage.vault import WrappedKey

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from storage.database import Clock, Database
    from storage.rows import AnyRow
    from storage.vault import Vault

OVERLAP = timedelta(days=1)
# Standard Webhooks asks for 24 to 64 bytes.
_SECRET_BYTES = 32
_PURPOSE = "webhook secret"
_BY_COMMAND = "command"


class WebhookSecrets:
    """The signing secrets of all accounts."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    def make(self, account_id: str, *, at_once: bool = False) -> str:
        """Return a new secret, `whsec_…`, which is never shown again.

        The one before signs beside it for `OVERLAP`, and any older one no more. With `at_once` all
        others end now: for a secret that leaked.

        Raises:
            NotFound: there is no such account.
        """
        now, secret_id = self._clock(), new_secret_id()
        secret = secrets.token_bytes(_SECRET_BYTES)
        key, wrapped = self._vault.new_key(secret_id)
        with self._database.writing() as connection:
            _refuse_unknown(connection, account_id)
            _end_others(connection, account_id, now, timedelta(0) if at_once else OVERLAP)
            _forget_ended(connection, now)
            connection.execute(
                insert(webhook_secrets).values(
                    id=secret_id,
                    account_id=account_id,
                    created_at=now,
                    master_key_id=wrapped.master_key_id,
                    wrapped_key=wrapped.sealed,
                    sealed_secret=key.seal(_PURPOSE, secret),
                )
            )
            audit.append(
                connection, now, "webhook_secret.created", _BY_COMMAND, account_id=account_id
            )
        return f"whsec_{base64.b64encode(secret).decode()}"

    def exist(self, account_id: str) -> bool:
        """Return whether the account has a secret that signs now."""
        asked = select(webhook_secrets.c.id).where(_valid(account_id, self._clock()))
        with self._database.reading() as connection:
            return connection.execute(asked).first() is not None


def signing(
    connection: Connection, vault: Vault, account_id: str, now: datetime
) -> tuple[bytes, ...]:
    """Return the account's secrets that sign now, the newest first; raises Unreadable."""
    asked = select(webhook_secrets).where(_valid(account_id, now))
    newest_first = asked.order_by(webhook_secrets.c.created_at.desc(), webhook_secrets.c.ends_at)
    return tuple(_opened(row, vault) for row in connection.execute(newest_first))


def _opened(row: AnyRow, vault: Vault) -> bytes:
    key = vault.unwrap(WrappedKey(row.master_key_id, row.wrapped_key), row.id)
    return key.open(_PURPOSE, row.sealed_secret)


def _valid(account_id: str, now: datetime) -> ColumnElement[bool]:
    ends = webhook_secrets.c.ends_at
    return (webhook_secrets.c.account_id == account_id) & or_(ends.is_(None), ends > now)


def _refuse_unknown(connection: Connection, account_id: str) -> None:
    known = select(accounts.c.id).where(accounts.c.id == account_id)
    if connection.execute(known).first() is None:
        raise NotFound("there is no such account")


def _end_others(connection: Connection, account_id: str, now: datetime, after: timedelta) -> None:
    mine = webhook_secrets.c.account_id == account_id
    # What a rotation before left behind ends now: two sign at most.
    leaving = mine & (webhook_secrets.c.ends_at > now)
    connection.execute(update(webhook_secrets).where(leaving).values(ends_at=now))
    current = mine & webhook_secrets.c.ends_at.is_(None)
    connection.execute(update(webhook_secrets).where(current).values(ends_at=now + after))


def _forget_ended(connection: Connection, now: datetime) -> None:
    connection.execute(delete(webhook_secrets).where(webhook_secrets.c.ends_at <= now))
