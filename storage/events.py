"""What happened after a packet was written: appended, never changed, sealed under its key."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from storage import audit, rows
from storage.faults import KeyReused, WrongState
from storage.ids import new_event_id
from storage.records import Event, RecordedEvent
from storage.tables import events, packets

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.database import Clock, Database
    from storage.records import NewEvent
    from storage.rows import AnyRow
    from storage.vault import DataKey, Vault

MOST = 500


class Events:
    """The events of all packets; each call says whose it asks for."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    def record(self, account_id: str, packet_id: str, new: NewEvent) -> RecordedEvent:
        """Append an event to the account's packet.

        With an idempotency key that came before on this packet, the event it made comes back.

        Raises:
            NotFound: the account has no such packet.
            Erased: it is gone for good.
            KeyReused: the idempotency key came before with another body.
            WrongState: the packet has as many events as one may have.
        """
        with self._database.writing() as connection:
            row = rows.packet_row(connection, account_id, packet_id, lock=True)
            key = rows.data_key(row, self._vault)
            known = _replayed(connection, packet_id, key, new)
            if known is not None:
                return RecordedEvent(_event(known, key), replayed=True)
            return RecordedEvent(self._append(connection, row, key, new), replayed=False)

    def list(self, account_id: str, packet_id: str) -> tuple[Event, ...]:
        """Return the packet's events as they were recorded; raises NotFound, Erased."""
        with self._database.reading() as connection:
            row = rows.packet_row(connection, account_id, packet_id)
            asked = select(events).where(events.c.packet_id == packet_id)
            found = connection.execute(asked.order_by(events.c.number)).all()
        key = rows.data_key(row, self._vault)
        return tuple(_event(each, key) for each in found)

    def _append(self, connection: Connection, row: AnyRow, key: DataKey, new: NewEvent) -> Event:
        number = 1 + (_last_number(connection, row.id) or 0)
        if number > MOST:
            raise WrongState(f"a packet has at most {MOST} events")
        event = Event(new_event_id(), self._clock(), new.said)
        sent = new.idempotency_key
        connection.execute(
            insert(events).values(
                id=event.id,
                packet_id=row.id,
                number=number,
                recorded_at=event.recorded_at,
                idempotency_digest=None if sent is None else _digest(sent),
                body_digest=None if sent is None else key.digest(new.body),
                sealed_event=key.seal_json(_purpose(event.id), new.said),
            )
        )
        changed: dict[str, object] = {"version": row.version + 1}
        if row.deadlines_look_at is not None:
            # What happened moves deadlines: they are looked at again at once.
            changed["deadlines_look_at"] = event.recorded_at
        connection.execute(update(packets).where(packets.c.id == row.id).values(changed))
        audit.append(
            connection,
            event.recorded_at,
            "event.recorded",
            new.actor,
            account_id=row.account_id,
            packet_id=row.id,
        )
        return event


def _replayed(connection: Connection, packet_id: str, key: DataKey, new: NewEvent) -> AnyRow | None:
    if new.idempotency_key is None:
        return None
    found = connection.execute(
        select(events).where(
            events.c.packet_id == packet_id,
            events.c.idempotency_digest == _digest(new.idempotency_key),
        )
    ).one_or_none()
    if found is not None and not hmac.compare_digest(found.body_digest, key.digest(new.body)):
        raise KeyReused("the idempotency key was used before with another body")
    return found


def _last_number(connection: Connection, packet_id: str) -> int | None:
    asked = select(func.max(events.c.number)).where(events.c.packet_id == packet_id)
    number: int | None = connection.scalar(asked)
    return number


def _event(row: AnyRow, key: DataKey) -> Event:
    return Event(row.id, row.recorded_at, key.open_json(_purpose(row.id), row.sealed_event))


def _purpose(event_id: str) -> str:
    return f"event {event_id}"


def _digest(idempotency_key: str) -> bytes:
    # A caller's key may be any text, a name included: it is only ever compared.
    return hashlib.sha256(idempotency_key.encode()).digest()
