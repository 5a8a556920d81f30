"""Packets whose deadlines are looked at now and then, and what is put down of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, select, update

from storage import outbox, rows
from storage.tables import packets

if TYPE_CHECKING:
    from datetime import timedelta

    from storage.database import Clock, Database
    from storage.vault import Vault


class Nearing:
    """The packets of all accounts that have a callback address."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    def take(self, again_after: timedelta) -> tuple[str, str] | None:
        """Take the account and id of a packet to look at, and not again before `again_after`.

        Taken before it is looked at: a packet on which the looking dies holds up no other.
        """
        now = self._clock()
        due = and_(packets.c.deadlines_look_at <= now, packets.c.status.in_(("ready", "failed")))
        asked = select(packets.c.account_id, packets.c.id, packets.c.deadlines_look_at).where(due)
        with self._database.reading() as connection:
            row = connection.execute(asked.limit(1)).one_or_none()
        if row is None:
            return None
        unchanged = packets.c.deadlines_look_at == row.deadlines_look_at
        with self._database.writing() as connection:
            taken = connection.execute(
                update(packets)
                .where(packets.c.id == row.id, unchanged)
                .values(deadlines_look_at=now + again_after)
            )
        return (row.account_id, row.id) if taken.rowcount else None

    def tell(self, account_id: str, packet_id: str, deadline: str, step: str) -> bool:
        """Put down that a deadline is near, once for each `step`; raises NotFound, Erased."""
        with self._database.writing() as connection:
            row = rows.packet_row(connection, account_id, packet_id, lock=True)
            key = rows.data_key(row, self._vault)
            return outbox.tell_near(connection, row, key, deadline, step, self._clock())
