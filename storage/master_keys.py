"""Rotation of the master key: put the new one first, run this, take the old one off the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from storage import audit
from storage.database import utc_now
from storage.staff_tables import drafts
from storage.tables import packets, templates, webhook_secrets
from storage.vault import WrappedKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Table

    from storage.rows import AnyRow
    from storage.store import Store

_ACTOR = "command"
# A packet has a place of its own in a line of the trail; other ids join the action's words.
_ACTIONS = {
    "packets": "packet.rewrapped",
    "templates": "template.rewrapped:{}",
    "webhook_secrets": "secret.rewrapped:{}",
    "drafts": "draft.rewrapped:{}",
}


def rewrap(store: Store) -> int:
    """Wrap the data keys that rest under an older master key anew; return how many.

    What is sealed under them stays as it is. It may be stopped and run again.

    Raises:
        Unreadable: a master key that is still needed is not configured.
    """
    count = sum(
        _rewrap_one(store, sealed, row)
        for sealed in (packets, templates, webhook_secrets, drafts)
        for row in _outdated(store, sealed)
    )
    store.database.forget_deleted()
    return count


def _outdated(store: Store, sealed: Table) -> Sequence[AnyRow]:
    asked = select(sealed.c.id, sealed.c.master_key_id, sealed.c.wrapped_key).where(
        sealed.c.wrapped_key.is_not(None), sealed.c.master_key_id != store.vault.current_id
    )
    with store.database.reading() as connection:
        return connection.execute(asked).all()


def _rewrap_one(store: Store, sealed: Table, row: AnyRow) -> bool:
    wrapped = store.vault.rewrap(WrappedKey(row.master_key_id, row.wrapped_key), row.id)
    with store.database.writing() as connection:
        # What was erased since it was read must not get its key back.
        done = connection.execute(
            update(sealed)
            .where(sealed.c.id == row.id, sealed.c.wrapped_key == row.wrapped_key)
            .values(master_key_id=wrapped.master_key_id, wrapped_key=wrapped.sealed)
        )
        if done.rowcount:
            packet_id = row.id if sealed is packets else None
            action = _ACTIONS[sealed.name].format(row.id)
            audit.append(connection, utc_now(), action, _ACTOR, packet_id=packet_id)
    return bool(done.rowcount)
