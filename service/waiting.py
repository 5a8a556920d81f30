"""Waiting for a packet or a check on behalf of a caller that would otherwise ask again and again."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import TypeVar

from service.packet_shape import OPEN_STATUSES
from storage.packets import Packets
from storage.records import Packet, PaperVersion, TemplateVersion

Upload = TypeVar("Upload", TemplateVersion, PaperVersion)
MOST_SECONDS = 20
_PAUSE_SECONDS = 0.1
# Each wait holds a thread of the server: the rest stay free for everybody else.
_PLACES = BoundedSemaphore(8)


def when_finished(packets: Packets, account_id: str, packet_id: str, seconds: int) -> Packet:
    """Return the packet once it is neither queued nor writing, at the latest after `seconds`.

    With too many already waiting it is returned at once; raises NotFound.
    """
    packet = packets.find(account_id, packet_id)
    if not seconds or not _PLACES.acquire(blocking=False):
        return packet
    try:
        return _watch(packets, packet, time.monotonic() + seconds)
    finally:
        _PLACES.release()


def when_checked(find: Callable[[], Upload], seconds: int) -> Upload:
    """Return what `find` gives once its check has answered, at the latest after `seconds`.

    With too many already waiting it is returned at once; raises as `find` does.
    """
    upload = find()
    if not seconds or not _PLACES.acquire(blocking=False):
        return upload
    try:
        until = time.monotonic() + seconds
        while upload.status == "checking" and time.monotonic() < until:
            time.sleep(_PAUSE_SECONDS)
            upload = find()
        return upload
    finally:
        _PLACES.release()


def _watch(packets: Packets, packet: Packet, until: float) -> Packet:
    while packet.status in OPEN_STATUSES and time.monotonic() < until:
        time.sleep(_PAUSE_SECONDS)
        if packets.version(packet.account_id, packet.id) != packet.version:
            packet = packets.find(packet.account_id, packet.id)
    return packet
