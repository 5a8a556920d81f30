"""Rotation of the master key: put the new one first, run this, take the old one off the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from storage import audit
from storage.database import utc_now
from storage.tables import packets, templates
from storage.vault import WrappedKey

if TYPE_CHECKING:
    from sqlalchemy import Table

    from storage.rows import AnyRow
    from storage.store import Store

_ACTOR = "command"


def rewrap(store: Store) -> int:
    """Wrap the data keys that rest under an older master key anew; return how many.

    Cases, documents and templates stay as they are. It may be stopped and run again.

    Raises:
        Unreadable: a master key that is still needed is not configured.
    """
    count = sum(
        _rewrap_one(store, table, row)
        for table in (packets, templates)
        for row in _outdated(store, table)
    )
    store.database.forget_deleted()
    return count


def _outdated(store: Store, table: Table) -> list[AnyRow]:
    outdated = select(table.c.id, table.c.master_key_id, table.c.wrapped_key).where(
        table.c.wrapped_key.is_not(None), table.c.master_key_id != store.vault.current_id
    )
    with store.database.reading() as connection:
        return list(connection.execute(outdated).all())


def _rewrap_one(store: Store, table: Table, row: AnyRow) -> bool:
    wrapped = store.vault.rewrap(WrappedKey(row.master_key_id, row.wrapped_key), row.id)
    with store.database.writing() as connection:
        # What was erased since it was read must not get its key back.
        done = connection.execute(
            update(table)
            .where(table.c.id == row.id, table.c.wrapped_key == row.wrapped_key)
            .values(master_key_id=wrapped.master_key_id, wrapped_key=wrapped.sealed)
        )
        if done.rowcount and table is packets:
            audit.append(connection, utc_now(), "packet.rewrapped", _ACTOR, packet_id=row.id)
        elif done.rowcount:
            audit.append(connection, utc_now(), "template.rewrapped", _ACTOR, document_id=row.id)
    return bool(done.rowcount)
