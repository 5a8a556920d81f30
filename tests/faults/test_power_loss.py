"""After a power cut everything that was acknowledged is there: rows, and papers said to be ready.

The disk is a file. What has reached it when the writers stand still is what a cut would leave.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.media import WORD
from storage.records import Packet, WrittenDocument
from storage.store import open_store
from tests.faults.disks import Disk, disk
from tests.processes import descendants
from tests.servers import PostgresServer

if TYPE_CHECKING:
    from settings import Settings

ACCOUNT = "willow"
WRITERS = 3
SECONDS = 2.0
PAPER = os.urandom(38_000)


@pytest.fixture
def cut() -> Iterator[Disk]:
    # PostgreSQL runs as another user, to whom pytest's own folders are closed.
    folder = Path(tempfile.mkdtemp(prefix="necessity-disk-"))
    folder.chmod(0o755)
    try:
        with disk(folder) as made:
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_until_the_cut(settings: Settings, accept: Callable[..., Packet], told: int) -> None:
    """Accept packets and finish them as fast as it goes, telling of each what was acknowledged."""
    store = open_store(settings)
    while True:
        packet = accept(store, "fax_cover")
        os.write(told, f"accepted {packet.id}\n".encode())
        claim = store.attempts.claim(packet.id)
        assert claim is not None
        paper = WrittenDocument(PAPER, WORD, "sha256:1", draft=False)
        store.attempts.save_document(claim, packet.documents[0].id, paper)
        store.attempts.publish(claim)
        os.write(told, f"ready {packet.id}\n".encode())


def acknowledged_before_the_cut(
    settings: Settings, accept: Callable[..., Packet], cut: Disk, server: PostgresServer | None
) -> tuple[Path, set[str], set[str]]:
    """Let writers write, cut the power; return the disk's copy, and ids accepted and ready."""
    reading, writing = os.pipe()
    writers = [
        _forked(lambda: write_until_the_cut(settings, accept, writing)) for _ in range(WRITERS)
    ]
    os.close(writing)
    time.sleep(SECONDS)
    everyone = [*writers, *([] if server is None else [server.pid, *descendants(server.pid)])]
    for pid in everyone:
        os.kill(pid, signal.SIGSTOP)
    os.set_blocking(reading, False)
    told = os.read(reading, 1 << 20).decode().split("\n")
    copied = cut.copy()
    for pid in everyone:
        os.kill(pid, signal.SIGKILL)
    for pid in writers:
        os.waitpid(pid, 0)
    os.close(reading)
    ids = {
        kind: {line.split()[1] for line in told if line.startswith(kind)}
        for kind in ("accepted", "ready")
    }
    return copied, ids["accepted"], ids["ready"]


def _forked(work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(1)
    return pid


def everything_is_there(settings: Settings, accepted: set[str], ready: set[str]) -> None:
    store = open_store(settings)
    assert len(accepted) > 20, "too little was written to prove anything"
    for packet_id in accepted:
        packet = store.packets.find(ACCOUNT, packet_id)
        if packet_id in ready:
            assert packet.status == "ready"
        # Whatever a row says to be there is there whole.
        for document in packet.documents:
            if document.status == "ready":
                file = store.packets.read_document(ACCOUNT, packet_id, document.id, "key:x")
                assert file.content == PAPER
    assert store.audit.broken_at() is None
    store.close()


def test_a_power_cut_takes_nothing_that_was_acknowledged(
    settings: Settings, accept: Callable[..., Packet], cut: Disk
) -> None:
    there = replace(
        settings,
        data_dir=cut.root,
        database_url=f"sqlite:///{cut.root}/necessity.db",
        documents_dir=cut.root / "documents",
    )
    prepare(there)
    copied, accepted, ready = acknowledged_before_the_cut(there, accept, cut, None)
    cut.after_the_cut(copied)
    everything_is_there(there, accepted, ready)


@pytest.mark.postgresql
def test_a_power_cut_under_postgresql_takes_nothing_that_was_acknowledged(
    settings: Settings, accept: Callable[..., Packet], cut: Disk
) -> None:
    with ExitStack() as stack:
        server = PostgresServer(cut.root / "rows", durable=True)
        (cut.root / "rows").mkdir()
        server.make()
        server.start()
        stack.callback(server.stop)
        there = replace(
            settings,
            database_url=server.url(server.new_database()),
            documents_dir=cut.root / "documents",
        )
        prepare(there)
        copied, accepted, ready = acknowledged_before_the_cut(there, accept, cut, server)
        server.crash()
        cut.after_the_cut(copied)
        server.start()
        everything_is_there(there, accepted, ready)


def prepare(settings: Settings) -> None:
    store = open_store(settings)
    store.keys.create(ACCOUNT)
    store.close()
