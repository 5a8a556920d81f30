"""The commands of docs/operations.md, run as they stand there, and the rotation from end to end."""

from __future__ import annotations

import base64
import os
import re
import shlex
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.main import main
from settings import read_settings
from storage.faults import Unreadable
from storage.media import WORD
from storage.records import Packet, WrittenDocument
from storage.store import Store, open_store
from worker.tend import ALIVE

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = [
    line.partition("#")[0].strip()
    for block in BLOCKS
    for line in block.splitlines()
    if line.strip()
]
ACCOUNT = "main-street"
LETTER = "letter_of_medical_necessity"

pytestmark = pytest.mark.usefixtures("commanded")


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch, redis_url: str, environment: dict[str, str]) -> Store:
    """An installation that looks alive: a queue, a worker and a tend on this host, one key."""
    monkeypatch.setenv("REDIS_URL", redis_url)
    store = open_store(read_settings())
    store.workers.beat(f"{socket.gethostname()}-1")
    (Path(environment["NECESSITY_DATA_DIR"]) / ALIVE).touch()
    store.keys.create(ACCOUNT)
    return store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.tar"


@pytest.fixture
def emptied(
    file: Path, tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[], None]:
    """Back up and go on in an empty installation with the same master key."""

    def done() -> None:
        assert main(["backup", str(file)]) == 0
        kept = Path(environment["NECESSITY_DATA_DIR"]) / "keys" / "master-key"
        monkeypatch.setenv("NECESSITY_MASTER_KEY_FILE", str(kept))
        monkeypatch.setenv("NECESSITY_DATA_DIR", str(tmp_path / "empty"))

    return done


def filled_in(command: str, store: Store, file: Path) -> list[str]:
    """Return the command's words with what a person would put for the capital letters."""
    newest = store.audit.entries(limit=1)[0]
    put = {
        "FILE": str(file),
        "PREFIX": store.keys.list(ACCOUNT)[0].prefix,
        "PERSON": store.staff.add(ACCOUNT, "Robin Example", "reader").person.id,
        "NUMBER:HASH": f"{newest.number}:{newest.hash}",
    }
    return [put.get(word, word) for word in shlex.split(command)]


def test_the_page_shows_commands() -> None:
    assert len(COMMANDS) >= 12
    assert {command.split()[0] for command in COMMANDS} == {"necessity"}


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_does_what_it_is_shown_for(
    command: str, running: Store, file: Path, emptied: Callable[[], None]
) -> None:
    words = filled_in(command, running, file)[1:]
    if words[0] == "restore":
        emptied()
    assert main(words) == 0
    running.close()


def written(store: Store, packet: Packet) -> Packet:
    claim = store.attempts.claim(packet.id)
    assert claim is not None
    for document in claim.documents:
        paper = WrittenDocument(b"a letter", WORD, "v1", draft=False, missing=(), findings=())
        store.attempts.save_document(claim, document.id, paper)
    store.attempts.publish(claim)
    return store.packets.find(packet.account_id, packet.id)


def read_with(keys: str, packets: list[Packet], monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return the first paper of each packet as an installation with these master keys reads it."""
    monkeypatch.setenv("NECESSITY_MASTER_KEY", keys)
    store = open_store(read_settings())
    try:
        return [
            store.packets.read_document(
                packet.account_id, packet.id, packet.documents[0].id, "key:x"
            ).content
            for packet in packets
        ]
    finally:
        store.close()


def a_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def test_after_the_rotation_the_old_key_opens_nothing_and_the_new_one_everything(
    accept: Callable[..., Packet],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old, new = a_key(), a_key()
    monkeypatch.setenv("NECESSITY_MASTER_KEY", old)
    before = open_store(read_settings())
    packets = [written(before, accept(before, LETTER))]

    monkeypatch.setenv("NECESSITY_MASTER_KEY", f"{new},{old}")
    meanwhile = open_store(read_settings())
    packets.append(written(meanwhile, accept(meanwhile, LETTER)))
    assert read_with(f"{new},{old}", packets, monkeypatch) == [b"a letter"] * 2

    assert main(["keys", "rotate-master"]) == 0
    assert capsys.readouterr().out.startswith("1 wrapped anew")
    assert read_with(new, packets, monkeypatch) == [b"a letter"] * 2
    for packet in packets:
        with pytest.raises(Unreadable, match="no master key"):
            read_with(old, [packet], monkeypatch)
    before.close()
    meanwhile.close()
