"""API keys: made once, kept as a digest, found by their prefix."""

from __future__ import annotations

import hashlib
import hmac
import re
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from storage import audit
from storage.faults import NotFound, StorageFault
from storage.ids import random_text
from storage.records import SCOPES, ApiKey, NewKey
from storage.tables import accounts, api_keys

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from storage.database import Clock, Database
    from storage.rows import AnyRow

_KEY = re.compile(r"nk_(?:live|test)_([a-z2-7]{10})_[a-z2-7]{32}")
_ACCOUNT = re.compile(r"[a-z][a-z0-9-]{1,40}")
_PREFIX_BYTES = 6
_SECRET_BYTES = 20
_PREFIX_LETTERS = 10
_LABEL_LETTERS = 100
# Enough to see which keys are unused, without a write at each request.
_USE_NOTED_EVERY = timedelta(hours=1)
_BY_COMMAND = "command"


class Keys:
    """The keys of all accounts."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def create(
        self,
        account_id: str,
        label: str = "",
        *,
        test: bool = False,
        scopes: tuple[str, ...] = SCOPES,
    ) -> NewKey:
        """Make a key, and its account where that is new; the text is never shown again.

        Raises:
            ValueError: the account's name, the label or a scope is not allowed.
        """
        _check(account_id, label, scopes)
        prefix = random_text(_PREFIX_BYTES)[:_PREFIX_LETTERS]
        text = f"nk_{'test' if test else 'live'}_{prefix}_{random_text(_SECRET_BYTES)}"
        key = ApiKey(prefix, account_id, label, test, scopes, self._clock(), None, None)
        with self._database.writing() as connection:
            ensure_account(connection, account_id, key.created_at)
            values = {**vars(key), "scopes": " ".join(scopes), "digest": _digest(text)}
            connection.execute(insert(api_keys).values(**values))
            self._note(connection, "key.created", key)
        return NewKey(text, key)

    def authenticate(self, text: str) -> ApiKey | None:
        """Return the key whose whole text this is; None when unknown, malformed or revoked."""
        parts = _KEY.fullmatch(text)
        if parts is None:
            return None
        with self._database.reading() as connection:
            row = connection.execute(
                select(api_keys).where(api_keys.c.prefix == parts[1])
            ).one_or_none()
        if row is None or not hmac.compare_digest(row.digest, _digest(text)):
            return None
        if row.revoked_at is not None:
            return None
        self._note_use(row)
        return _key(row)

    def list(self, account_id: str | None = None) -> tuple[ApiKey, ...]:
        """Return the keys of one account, or of all, oldest first, revoked ones included."""
        asked = select(api_keys).order_by(api_keys.c.created_at, api_keys.c.prefix)
        if account_id is not None:
            asked = asked.where(api_keys.c.account_id == account_id)
        with self._database.reading() as connection:
            return tuple(map(_key, connection.execute(asked)))

    def revoke(self, prefix: str) -> ApiKey:
        """Stop a key and the download links it was given at once; twice keeps the first moment.

        Raises:
            NotFound: no key has this prefix.
        """
        mine = api_keys.c.prefix == prefix
        with self._database.writing() as connection:
            revoked = connection.execute(
                update(api_keys)
                .where(mine, api_keys.c.revoked_at.is_(None))
                .values(revoked_at=self._clock())
            )
            row = connection.execute(select(api_keys).where(mine)).one_or_none()
            if row is None:
                raise NotFound("no key has this prefix")
            if revoked.rowcount:
                self._note(connection, "key.revoked", _key(row))
            return _key(row)

    def _note(self, connection: Connection, action: str, key: ApiKey) -> None:
        # The prefix joins the action's words, since the actor is whoever sits at the command line.
        said = f"{action}:{key.prefix}"
        audit.append(connection, self._clock(), said, _BY_COMMAND, account_id=key.account_id)

    def _note_use(self, row: AnyRow) -> None:
        now = self._clock()
        if row.last_used_at is not None and now - row.last_used_at < _USE_NOTED_EVERY:
            return
        # A full disk must not lock out a caller who only wants to read.
        with suppress(StorageFault), self._database.writing() as connection:
            connection.execute(
                update(api_keys).where(api_keys.c.prefix == row.prefix).values(last_used_at=now)
            )


def is_revoked(connection: Connection, prefix: str) -> bool:
    """Return whether the key with this prefix was revoked."""
    asked = select(api_keys.c.revoked_at).where(api_keys.c.prefix == prefix)
    return connection.scalar(asked) is not None


def check_account(account_id: str) -> None:
    """Raise ValueError when this cannot be the name of an account."""
    if not _ACCOUNT.fullmatch(account_id):
        raise ValueError(
            "an account is a letter and up to 40 more of a to z, 0 to 9 and -, such as main-street"
        )


def ensure_account(connection: Connection, account_id: str, now: datetime) -> None:
    """Make the account unless it is there."""
    known = connection.execute(select(accounts.c.id).where(accounts.c.id == account_id)).first()
    if known is not None:
        return
    # Of two keys made at once for a new account, one finds that the other has made it.
    with suppress(IntegrityError), connection.begin_nested():
        connection.execute(insert(accounts).values(id=account_id, created_at=now))


def _check(account_id: str, label: str, scopes: tuple[str, ...]) -> None:
    check_account(account_id)
    if len(label) > _LABEL_LETTERS:
        raise ValueError(f"a label has at most {_LABEL_LETTERS} characters")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise ValueError(f"scopes are among {', '.join(SCOPES)}")


def _digest(text: str) -> bytes:
    # The secret has 160 random bits: a slow hash would only slow the service.
    return hashlib.sha256(text.encode()).digest()


def _key(row: AnyRow) -> ApiKey:
    return ApiKey(
        prefix=row.prefix,
        account_id=row.account_id,
        label=row.label,
        test=row.test,
        scopes=tuple(row.scopes.split()),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
