"""Rotation of the master key: put the new one first, run this, take the old one off the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from storage import audit
from storage.database import utc_now
from storage.tables import packets
from storage.vault import WrappedKey

if TYPE_CHECKING:
    from storage.rows import AnyRow
    from storage.store import Store

_ACTOR = "command"


def rewrap(store: Store) -> int:
    """Wrap the data keys that rest under an older master key anew; return how many.

    Cases and documents stay as they are. It may be stopped and run again.

    Raises:
        Unreadable: a master key that is still needed is not configured.
    """
    outdated = select(packets.c.id, packets.c.master_key_id, packets.c.wrapped_key).where(
        packets.c.wrapped_key.is_not(None), packets.c.master_key_id != store.vault.current_id
    )
    with store.database.reading() as connection:
        found = connection.execute(outdated).all()
    count = sum(_rewrap_one(store, row) for row in found)
    store.database.forget_deleted()
    return count


def _rewrap_one(store: Store, row: AnyRow) -> bool:
    wrapped = store.vault.rewrap(WrappedKey(row.master_key_id, row.wrapped_key), row.id)
    with store.database.writing() as connection:
        # A packet erased since it was read must not get its key back.
        done = connection.execute(
            update(packets)
            .where(packets.c.id == row.id, packets.c.wrapped_key == row.wrapped_key)
            .values(master_key_id=wrapped.master_key_id, wrapped_key=wrapped.sealed)
        )
        if done.rowcount:
            audit.append(connection, utc_now(), "packet.rewrapped", _ACTOR, packet_id=row.id)
    return bool(done.rowcount)
