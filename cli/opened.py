"""The store, for as long as a command needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from settings import read_settings
from storage.store import Store, open_store


@contextmanager
def opened() -> Iterator[Store]:
    """Give the store that the environment names."""
    store = open_store(read_settings())
    try:
        yield store
    finally:
        store.close()
