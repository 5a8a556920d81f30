"""How long one call may take in all, name, connection, handshake and answer together."""

from __future__ import annotations

import time


class Patience:
    """A total number of seconds, spent by whatever happens."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left; raises TimeoutError where there are none."""
        seconds = self._ends - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds
