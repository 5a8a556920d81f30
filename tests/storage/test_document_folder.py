"""A file is under its name whole and for good, or not at all."""

from __future__ import annotations

import errno
import os
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NoReturn

import pytest

from storage.documents import FolderDocuments
from storage.faults import StorageFull, StorageUnavailable, Unreadable

if TYPE_CHECKING:
    from pathlib import Path

NAME = "doc_" + "ab" * 13 + ".1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "documents"


@pytest.fixture
def documents(folder: Path) -> FolderDocuments:
    return FolderDocuments(folder)


def files(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_what_is_put_is_got(documents: FolderDocuments, folder: Path) -> None:
    documents.put(NAME, b"content")
    assert documents.get(NAME) == b"content"
    assert files(folder) == [NAME]


def test_a_file_is_readable_by_its_owner_only(documents: FolderDocuments, folder: Path) -> None:
    documents.put(NAME, b"content")
    path = next(path for path in folder.rglob("*") if path.is_file())
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_disk_has_the_content_before_the_name_and_the_name_before_the_answer(
    documents: FolderDocuments, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, replace = os.fsync, os.replace

    def note_sync(descriptor: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "content")
        sync(descriptor)

    def note_replace(source: Path, target: Path, **more: int) -> None:
        steps.append("name")
        replace(source, target, **more)

    documents.put(NAME, b"the folder of this name exists from now on")
    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(os, "replace", note_replace)
    documents.put(NAME, b"content")
    assert steps == ["content", "name", "folder"]


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (errno.ENOSPC, StorageFull),
        (errno.EDQUOT, StorageFull),
        (errno.EFBIG, StorageFull),
        (errno.EROFS, StorageUnavailable),
    ],
)
def test_a_write_that_breaks_off_leaves_the_old_content_and_no_leftover(
    documents: FolderDocuments,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    fault: type[Exception],
) -> None:
    documents.put(NAME, b"old")

    def full(descriptor: int) -> NoReturn:
        raise OSError(number, "broken off")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(fault):
        documents.put(NAME, b"new")
    assert files(folder) == [NAME]
    assert documents.get(NAME) == b"old"


def test_what_is_removed_is_gone_and_may_be_removed_again(documents: FolderDocuments) -> None:
    documents.put(NAME, b"content")
    documents.remove(NAME)
    documents.remove(NAME)
    with pytest.raises(Unreadable):
        documents.get(NAME)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "", ".", "/etc/passwd", "doc_a.1", NAME + "/x"]
)
def test_a_name_that_is_not_ours_is_no_path(documents: FolderDocuments, name: str) -> None:
    for act in (documents.get, documents.remove, lambda other: documents.put(other, b"")):
        with pytest.raises(Unreadable):
            act(name)


def test_leftovers_of_broken_off_writes_are_told_by_age_and_can_be_removed(
    documents: FolderDocuments, folder: Path
) -> None:
    documents.put(NAME, b"content")
    leftover = f"{NAME}.0123456789abcdef.tmp"
    (folder / NAME[4:6] / leftover).write_bytes(b"half")
    now = datetime.now(UTC)
    assert list(documents.older_than(now - timedelta(hours=1))) == []
    assert sorted(documents.older_than(now + timedelta(hours=1))) == [NAME, leftover]
    documents.remove(leftover)
    assert files(folder) == [NAME]


def test_a_check_leaves_nothing(documents: FolderDocuments, folder: Path) -> None:
    documents.check()
    assert files(folder) == []
