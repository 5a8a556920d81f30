"""The periodic pass that keeps every packet moving, whatever died: `necessity tend`.

Safe beside others of its kind, on this host or another.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import structlog

from storage.faults import StorageFault
from storage.records import Swept
from storage.store import Store

_log = structlog.get_logger()

SWEEP_SECONDS = 1.0
TIDY_SECONDS = 3600.0
ALIVE = "tend-alive"


def tend(store: Store, data_dir: Path, stop: Event) -> None:
    """Sweep each second and tidy each hour until `stop` is set.

    Touches a file in `data_dir` after each pass that worked, by which `necessity ready` sees it.
    """
    tidied = -TIDY_SECONDS
    while not stop.is_set():
        worked = _pass(store.sweeper.sweep)
        if time.monotonic() - tidied >= TIDY_SECONDS:
            _pass(store.sweeper.tidy)
            _pass(store.drafts.erase_old)
            tidied = time.monotonic()
        if worked:
            (data_dir / ALIVE).touch()
        stop.wait(SWEEP_SECONDS)


def _pass(step: Callable[[], Swept]) -> bool:
    try:
        swept = step()
    except StorageFault as fault:
        _log.error("pass failed", step=step.__name__, code=fault.code)
        return False
    if swept != Swept():
        _log.info("swept", **vars(swept))
    return True
