"""The secret address at which a person's calendar program fetches deadlines; one a person."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from storage import audit
from storage.staff import person_of
from storage.staff_tables import calendar_addresses, staff

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from storage.database import Clock, Database
    from storage.staff_records import Person

_TOKEN_BYTES = 32


class CalendarAddresses:
    """The calendar addresses of all people; only digests are kept."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def make(self, person: Person) -> str:
        """Return the token of a new address; the person's earlier one stops working."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        with self._database.writing() as connection:
            _forget(connection, person)
            connection.execute(
                insert(calendar_addresses).values(
                    digest=_digest(token), staff_id=person.id, created_at=self._clock()
                )
            )
            self._note(connection, "calendar.address_made", person)
        return token

    def end(self, person: Person) -> None:
        """Stop the person's address from working; without one nothing happens."""
        with self._database.writing() as connection:
            if _forget(connection, person):
                self._note(connection, "calendar.address_ended", person)

    def made_at(self, person: Person) -> datetime | None:
        """Return when the person's address was made; None without one."""
        asked = select(calendar_addresses.c.created_at)
        with self._database.reading() as connection:
            return connection.scalar(asked.where(calendar_addresses.c.staff_id == person.id))

    def owner(self, token: str) -> Person | None:
        """Return whose address this is; None for one that was never made or works no more."""
        asked = select(staff).join(calendar_addresses, calendar_addresses.c.staff_id == staff.c.id)
        with self._database.reading() as connection:
            row = connection.execute(
                asked.where(calendar_addresses.c.digest == _digest(token))
            ).one_or_none()
        return person_of(row) if row is not None and row.revoked_at is None else None

    def _note(self, connection: Connection, action: str, person: Person) -> None:
        audit.append(connection, self._clock(), action, person.actor, account_id=person.account_id)


def _forget(connection: Connection, person: Person) -> bool:
    found = connection.execute(
        delete(calendar_addresses).where(calendar_addresses.c.staff_id == person.id)
    )
    return bool(found.rowcount)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
