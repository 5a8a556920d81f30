"""The time that all hosts of one PostgreSQL share.

With each host's own clock, one that is ten minutes ahead takes packets from workers that live, and
one that dies leaves leases that end ten minutes late.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from storage.faults import StorageFault

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database

ASKED_EVERY_SECONDS = 60.0


class ServerClock:
    """The server's time, carried on between two askings by a clock that nobody sets."""

    def __init__(self, database: Database, ticks: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._ticks = ticks
        self._asking = Lock()
        self._told: tuple[datetime, float] | None = None

    def __call__(self) -> datetime:
        """Return the server's time in UTC; raises StorageFault when it never answered yet."""
        if self._told is None:
            self._told = self._asked()
        told_at = self._told[1]
        if self._ticks() - told_at > ASKED_EVERY_SECONDS:
            self._ask_again()
        moment, told_at = self._told
        return moment + timedelta(seconds=self._ticks() - told_at)

    def _ask_again(self) -> None:
        # One thread asks, the others go on with what was told before.
        if not self._asking.acquire(blocking=False):
            return
        try:
            self._told = self._asked()
        except StorageFault:
            return
        finally:
            self._asking.release()

    def _asked(self) -> tuple[datetime, float]:
        with self._database.reading() as connection:
            moment = connection.scalar(select(func.clock_timestamp()))
        assert moment is not None
        return moment.astimezone(UTC), self._ticks()
