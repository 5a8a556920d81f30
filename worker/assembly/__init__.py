"""Several finished papers as one Word file, for sending."""

from __future__ import annotations

from worker.assembly.body import bookmark_in_packet
from worker.assembly.join import assemble, bookmarks_of, misfit

__all__ = ["assemble", "bookmark_in_packet", "bookmarks_of", "misfit"]
