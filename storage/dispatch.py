"""Handing tickets over behind a request's back, as many at a time as have gathered.

Nothing hangs on it: a ticket that dies with its process is written again by the sweeper, for the
packet's row says that it waits.
"""

from __future__ import annotations

from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.queue import Ticket, TicketQueue

_MOST_AT_ONCE = 500
_PATIENCE_SECONDS = 3.0


class Dispatcher:
    """Writes tickets to the queue in a thread of its own, begun with the first of them."""

    def __init__(self, queue: TicketQueue) -> None:
        self._queue = queue
        self._gathered: SimpleQueue[Ticket | None] = SimpleQueue()
        self._lock = Lock()
        self._thread: Thread | None = None

    def signal_all(self, tickets: Sequence[Ticket]) -> None:
        """Take tickets over and return at once."""
        for ticket in tickets:
            self._gathered.put(ticket)
        if tickets:
            self._start()

    def close(self) -> None:
        """Write what has gathered, for a few seconds at most, and end the thread."""
        if self._thread is not None and self._thread.is_alive():
            self._gathered.put(None)
            self._thread.join(_PATIENCE_SECONDS)

    def _start(self) -> None:
        # A thread does not outlive a fork: each process of the API begins its own.
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._run, name="tickets", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            tickets = self._next()
            self._queue.signal_all([each for each in tickets if each is not None])
            if None in tickets:
                return

    def _next(self) -> list[Ticket | None]:
        """Wait for a ticket, and take those that have come meanwhile too."""
        tickets = [self._gathered.get()]
        with suppress(Empty):
            while tickets[-1] is not None and len(tickets) < _MOST_AT_ONCE:
                tickets.append(self._gathered.get_nowait())
        return tickets
