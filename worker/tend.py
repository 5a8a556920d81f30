"""The periodic pass that keeps every packet moving, whatever died: `necessity tend`.

It also tells callback addresses what they are waiting for.

Safe beside others of its kind, on this host or another.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from threading import Event

import structlog

from settings import Settings
from storage.faults import StorageFault
from storage.records import Swept
from storage.store import Store
from worker.webhooks.nearing import put_down_near
from worker.webhooks.sending import Senders

_log = structlog.get_logger()

SWEEP_SECONDS = 1.0
TIDY_SECONDS = 3600.0
ALIVE = "tend-alive"


def tend(store: Store, settings: Settings, stop: Event) -> None:
    """Sweep and call back each second, and tidy each hour, until `stop` is set.

    Touches a file in the data folder after each pass that worked, by which `necessity ready` sees
    it. Calls that are under way at the end are finished.
    """
    tidied = -TIDY_SECONDS
    with closing(Senders(store, settings)) as senders:
        while not stop.is_set():
            worked = _pass(store.sweeper.sweep)
            if time.monotonic() - tidied >= TIDY_SECONDS:
                _pass(store.sweeper.tidy)
                _pass(store.drafts.erase_old)
                tidied = time.monotonic()
            _call_back(senders, store, settings)
            if worked:
                (settings.data_dir / ALIVE).touch()
            stop.wait(SWEEP_SECONDS)


def _call_back(senders: Senders, store: Store, settings: Settings) -> None:
    try:
        put_down_near(store, settings)
        senders.send_due()
    except StorageFault as fault:
        _log.error("webhooks not looked at", code=fault.code)


def _pass(step: Callable[[], Swept]) -> bool:
    try:
        swept = step()
    except StorageFault as fault:
        _log.error("pass failed", step=step.__name__, code=fault.code)
        return False
    if swept != Swept():
        _log.info("swept", **vars(swept))
    return True
