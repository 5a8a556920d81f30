"""Deadlines that come near, put down for the packets that have a callback address."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from casework.knowledge_base import Knowledge, load_knowledge
from casework.road import Near, day_of, followed, near
from settings import Settings
from storage.database import utc_now
from storage.faults import StorageFault
from storage.store import Store
from worker.exceptions import place

if TYPE_CHECKING:
    from storage.database import Clock

_log = structlog.get_logger()

AGAIN_AFTER = timedelta(hours=6)
# Sweeping must not wait for it: what is left comes at the next pass.
_SECONDS = 0.5


def put_down_near(store: Store, settings: Settings, clock: Clock = utc_now) -> None:
    """Look at the packets whose turn it is, for half a second at most.

    Raises:
        StorageFault: the rows do not answer.
    """
    ends = time.monotonic() + _SECONDS
    while time.monotonic() < ends and (taken := store.nearing.take(AGAIN_AFTER)) is not None:
        account_id, packet_id = taken
        try:
            _put_down(store, settings, account_id, packet_id, clock)
        except StorageFault as fault:
            # It was erased meanwhile, or its key is gone.
            _log.warning("deadlines not looked at", packet_id=packet_id, code=fault.code)
        except Exception as error:  # noqa: BLE001 - one odd case must not stop the sweeping of all
            _log.error(
                "deadlines not looked at",
                packet_id=packet_id,
                exception=type(error).__name__,
                at=place(error),
            )


def _put_down(
    store: Store, settings: Settings, account_id: str, packet_id: str, clock: Clock
) -> None:
    today = clock().astimezone(settings.timezone).date()
    for each in tuple(_near(store, settings, account_id, packet_id, today)):
        step = f"{each.day.isoformat()} {each.days}"
        if store.nearing.tell(account_id, packet_id, each.id, step):
            _log.info("deadline near", packet_id=packet_id, days=each.days)


def _near(
    store: Store, settings: Settings, account_id: str, packet_id: str, today: date
) -> Iterator[Near]:
    packet = store.packets.find(account_id, packet_id)
    case = store.packets.contents(account_id, packet_id).case
    events = [event.said for event in store.events.list(account_id, packet_id)]
    knowledge = _knowledge(settings.knowledge)
    in_order = tuple(sorted(events, key=day_of))
    yield from near(followed(case, knowledge, packet.letter_date, in_order), today)


@cache
def _knowledge(folder: Path | None) -> Knowledge:
    """Return the rules; a process that calls nobody back never loads them."""
    return load_knowledge(folder)
