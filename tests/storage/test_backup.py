"""A backup restored into an empty folder gives everything back, and gives nothing away."""

from __future__ import annotations

import errno
import os
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from cli.main import main
from settings import read_settings
from storage.backup import BackedUp, BackupFault, back_up
from storage.faults import Erased, StorageFull, Unreadable
from storage.records import NewEvent, NewTemplate, TemplatePlace, TemplateReport
from storage.restoring import restore
from storage.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from settings import Settings
    from storage.records import NewPacket, Packet, WrittenDocument
    from storage.store import Store
    from tests.servers import PostgresServer

    Build = Callable[..., NewPacket]
    Paper = Callable[..., WrittenDocument]


@pytest.fixture
def empty(tmp_path: Path, settings: Settings) -> Settings:
    """Another installation, with nothing in it but the same keys."""
    there = tmp_path / "there"
    return replace(
        settings,
        data_dir=there,
        database_url=f"sqlite:///{there}/necessity.db",
        documents_dir=there / "documents",
    )


@pytest.fixture
def written(store: Store, a_packet: Build, a_paper: Paper) -> Packet:
    """A finished packet with an event, beside one that waits."""
    packet = store.packets.accept(a_packet(idempotency_key="order 1")).packet
    claim = store.attempts.claim(packet.id)
    for document in claim.documents:
        store.attempts.save_document(claim, document.id, a_paper())
    store.attempts.publish(claim)
    store.events.record("willow", packet.id, NewEvent({"type": "sent"}, "key:x"))
    store.packets.accept(a_packet())
    return store.packets.find("willow", packet.id)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.tar"


def test_a_backup_restored_into_an_empty_folder_gives_every_document_back(
    store: Store, written: Packet, a_packet: Build, file: Path, empty: Settings
) -> None:
    assert back_up(store, file) == BackedUp(packets=2, documents=2, damaged=())
    done = restore(empty, file)
    assert (done.packets, done.documents, done.erased, done.trail_broken_at) == (2, 2, 0, None)
    other = open_store(empty)
    assert other.packets.find("willow", written.id) == written
    mine = store.packets.read_all("willow", written.id, "key:x")
    assert other.packets.read_all("willow", written.id, "key:x") == mine
    assert len(mine) == 2
    assert other.packets.contents("willow", written.id) == store.packets.contents(
        "willow", written.id
    )
    assert other.events.list("willow", written.id) == store.events.list("willow", written.id)
    # Who retries after the disaster gets the packet that was made before it.
    again = other.packets.accept(a_packet(idempotency_key="order 1"))
    assert (again.packet.id, again.replayed) == (written.id, True)
    other.close()


def test_templates_and_edited_papers_come_back_too(
    store: Store, written: Packet, file: Path, empty: Settings
) -> None:
    place = TemplatePlace("letter_of_medical_necessity", "", "en")
    version = store.templates.upload(NewTemplate("willow", "key:x", place, b"a template")).version
    store.templates.decide(version.id, TemplateReport((), "its text"))
    paper = written.documents[0].id
    edited = store.paper_versions.upload("willow", written.id, paper, "key:x", b"an edited paper")
    assert back_up(store, file) == BackedUp(packets=2, documents=4, damaged=())
    restore(empty, file)
    other = open_store(empty)
    assert other.templates.open("willow", version.id).content == b"a template"
    found = other.paper_versions.read_file("willow", written.id, edited.id, "key:x")
    assert found == b"an edited paper"
    other.close()


def test_an_upload_refused_while_the_backup_is_made_is_no_damage(
    store: Store, written: Packet, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = TemplatePlace("letter_of_medical_necessity", "", "en")
    version = store.templates.upload(NewTemplate("willow", "key:x", place, b"a template")).version
    get = store.documents.get
    broken = TemplateReport(({"severity": "error"},))

    def refused_meanwhile(name: str) -> bytes:
        store.templates.decide(version.id, broken)
        return get(name)

    monkeypatch.setattr(store.documents, "get", refused_meanwhile)
    assert back_up(store, file) == BackedUp(packets=2, documents=2, damaged=())


def test_a_packet_that_waited_is_written_after_the_restoring(
    store: Store, written: Packet, file: Path, empty: Settings
) -> None:
    back_up(store, file)
    restore(empty, file)
    other = open_store(empty)
    waiting = next(each for each in other.packets.list("willow").items if each.status == "queued")
    assert other.attempts.claim(waiting.id) is not None
    other.close()


@pytest.mark.sqlite
@pytest.mark.postgresql
def test_one_hosts_rows_and_folder_move_to_postgresql_and_a_bucket(
    store: Store,
    written: Packet,
    file: Path,
    environment: dict[str, str],
    settings: Settings,
    postgresql: PostgresServer,
    bucket_environment: dict[str, str],
) -> None:
    back_up(store, file)
    moved = replace(
        settings,
        database_url=postgresql.url(postgresql.new_database()),
        bucket=read_settings({**environment, **bucket_environment}).bucket,
    )
    restore(moved, file)
    other = open_store(moved)
    mine = store.packets.read_all("willow", written.id, "key:x")
    assert other.packets.read_all("willow", written.id, "key:x") == mine
    assert other.audit.broken_at() is None
    other.close()


def test_a_backup_holds_nobodys_name_and_no_key(
    store: Store, written: Packet, file: Path, settings: Settings, canary: str
) -> None:
    back_up(store, file)
    held = file.read_bytes()
    assert canary.encode() not in held
    assert b"letter_of_medical_necessity" in held, "this search would find it"
    assert settings.master_keys[0] not in held
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_backup_is_of_no_use_without_the_master_key(
    store: Store, written: Packet, file: Path, empty: Settings
) -> None:
    back_up(store, file)
    with pytest.raises(Unreadable, match="master key"):
        restore(replace(empty, master_keys=(b"n" * 32,)), file)
    assert not (empty.documents_dir.exists() and any(empty.documents_dir.iterdir()))
    restore(empty, file)


@pytest.mark.parametrize("damage", ["cut", "changed", "no backup"])
def test_a_backup_that_is_not_whole_is_refused_before_anything_is_changed(
    store: Store, written: Packet, file: Path, empty: Settings, damage: str
) -> None:
    back_up(store, file)
    held = file.read_bytes()
    at = held.index(b"letter_of_medical_necessity")
    broken = {
        "cut": held[: len(held) // 2],
        "changed": held[:at] + b"L" + held[at + 1 :],
        "no backup": b"something else",
    }
    file.write_bytes(broken[damage])
    with pytest.raises(BackupFault):
        restore(empty, file)
    file.write_bytes(held)
    restore(empty, file)


def test_rows_that_are_there_are_never_restored_over(
    store: Store, written: Packet, file: Path, settings: Settings
) -> None:
    back_up(store, file)
    with pytest.raises(BackupFault, match="rows are there"):
        restore(settings, file)
    assert store.packets.find("willow", written.id) == written


def test_a_backup_is_never_written_over(store: Store, file: Path) -> None:
    file.write_bytes(b"older backup")
    with pytest.raises(BackupFault, match="there already"):
        back_up(store, file)
    assert file.read_bytes() == b"older backup"


def test_a_full_disk_leaves_no_half_backup(
    store: Store, written: Packet, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "broken off")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull):
        back_up(store, file)
    assert [path.name for path in file.parent.iterdir() if path.is_file()] == []


def test_a_packet_erased_while_the_backup_is_made_is_erased_in_what_comes_back(
    store: Store,
    written: Packet,
    file: Path,
    empty: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    get = store.documents.get

    def erased_meanwhile(name: str) -> bytes:
        store.packets.erase("willow", written.id, "key:x")
        return get(name)

    monkeypatch.setattr(store.documents, "get", erased_meanwhile)
    assert back_up(store, file).damaged == ()
    assert restore(empty, file).erased == 1
    other = open_store(empty)
    with pytest.raises(Erased):
        other.packets.contents("willow", written.id)
    other.close()


def test_a_document_that_is_not_in_the_store_is_told_and_the_rest_is_kept(
    store: Store, written: Packet, file: Path, empty: Settings
) -> None:
    store.documents.remove(f"{written.documents[0].id}.1")
    assert back_up(store, file) == BackedUp(packets=2, documents=1, damaged=(written.id,))
    restore(empty, file)
    other = open_store(empty)
    kept = written.documents[1]
    assert other.packets.read_document("willow", written.id, kept.id, "key:x").content
    other.close()


def test_the_parts_come_in_the_order_that_shows_a_cut(
    store: Store, written: Packet, file: Path
) -> None:
    back_up(store, file)
    with tarfile.open(file) as tar:
        names = tar.getnames()
    assert names[-1] == "manifest.json"
    assert len([name for name in names if name.startswith("documents/")]) == 2


@pytest.fixture
def _command(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REDIS_URL", "DATABASE_URL", "STORE_URL", "PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("_command")
def test_each_is_one_command(
    store: Store,
    written: Packet,
    file: Path,
    empty: Settings,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["backup", str(file)]) == 0
    assert capsys.readouterr().out == f"{file}: 2 packets, 2 documents.\n"
    assert main(["restore", str(file)]) == 1
    assert "rows are there already" in capsys.readouterr().err
    keys = settings.data_dir / "keys"
    monkeypatch.setenv("NECESSITY_MASTER_KEY_FILE", str(keys / "master-key"))
    monkeypatch.setenv("NECESSITY_DATA_DIR", str(empty.data_dir))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert main(["restore", str(file)]) == 0
    assert capsys.readouterr().out == "2 packets and 2 documents are back.\n"
