"""A full disk: a clear 507, nothing half kept, old papers whole, and work goes on once there is room."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from service import create_app
from settings import read_settings
from storage.records import Packet
from storage.store import Store, open_store
from tests.faults.disks import small_disk
from tests.processes import start, until

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from casework.knowledge_base.model import Knowledge
    from settings import Settings

ACCOUNT = "willow"
DISK_KILOBYTES = 4096


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", DISK_KILOBYTES) as made:
        yield made


@pytest.fixture
def environment(disk: Path) -> dict[str, str]:
    return {"NECESSITY_DATA_DIR": str(disk / "var"), "NECESSITY_DEV": "1"}


@pytest.fixture
def client(settings: Settings, store: Store, knowledge: Knowledge) -> FlaskClient:
    return create_app(settings, store, knowledge).test_client()


@pytest.fixture
def post(
    client: FlaskClient, store: Store, cases: dict[str, dict[str, Any]]
) -> Callable[[str], tuple[int, dict[str, Any]]]:
    """Post a packet under an idempotency key; return status and body."""
    key = store.keys.create(ACCOUNT).text

    def posted(name: str) -> tuple[int, dict[str, Any]]:
        body = {"case": cases["depression_commercial"], "documents": ["fax_cover"]}
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": name}
        answer = client.post("/v1/packets", json=body, headers=headers)
        return answer.status_code, answer.json

    return posted


def fill(disk: Path) -> Path:
    """Leave no room on the disk; return the file to remove for having room again."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (64 * 1024, 4096, 1):
            try:
                while file.write(b"f" * size):
                    continue
            except OSError:
                continue
    return filler


def test_a_post_to_a_full_disk_is_a_507_that_keeps_nothing_and_may_be_sent_again(
    disk: Path, store: Store, post: Callable[[str], tuple[int, dict[str, Any]]]
) -> None:
    assert post("before")[0] == 202
    filler = fill(disk)
    refused = None
    # The rows' log may have a few pages of room left.
    for number in range(40):
        status, body = post(f"order-{number}")
        if status != 202:
            refused = number
            break
    assert refused is not None, "the disk never filled"
    assert (status, body["code"]) == (507, "storage_full")
    kept = store.packets.counts()["queued"]
    assert kept == 1 + refused

    filler.unlink()
    assert post(f"order-{refused}")[0] == 202, "without a restart"
    assert post("before")[0] == 200
    assert store.packets.counts()["queued"] == kept + 1
    assert store.audit.broken_at() is None


def test_a_packet_waits_for_room_without_using_up_its_attempts_and_old_papers_stay_whole(
    disk: Path,
    tmp_path: Path,
    store: Store,
    accept: Callable[..., Packet],
    environment: dict[str, str],
    redis_url: str,
) -> None:
    with_queue = {**environment, "REDIS_URL": redis_url}
    signalling = open_store(read_settings(with_queue))
    old = accept(signalling, "fax_cover")
    assert start("work", "--burst", environ=with_queue).wait(60) == 0
    paper = store.packets.read_document(ACCOUNT, old.id, old.documents[0].id, "key:x").content
    waiting = accept(signalling, "fax_cover")
    filler = fill(disk)
    log = tmp_path / "log"
    with log.open("w") as lines:
        assert start("work", "--burst", environ=with_queue, stderr=lines).wait(60) == 0
    said = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert any("StorageFull" in str(line) for line in said)
    filler.unlink()

    assert store.packets.find(ACCOUNT, waiting.id).attempt == 0
    again = store.packets.read_document(ACCOUNT, old.id, old.documents[0].id, "key:x").content
    assert again == paper
    left = list((disk / "var" / "documents").rglob("*.tmp"))
    assert left == []
    tend = start("tend", environ=with_queue)
    worker = start("work", environ=with_queue)
    until(lambda: store.packets.find(ACCOUNT, waiting.id).status == "ready", worker)
    for process in (worker, tend):
        process.terminate()
        assert process.wait(60) == 0
    signalling.close()
