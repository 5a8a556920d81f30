"""Where sealed files rest. A name is ours and says nothing of people."""

from __future__ import annotations

import re
import secrets
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from storage.faults import StorageFull, StorageUnavailable, Unreadable
from storage.lasting import NO_ROOM, private_file, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAME = re.compile(r"(doc|tpl|ver)_[a-z2-7]{26}\.[0-9]{1,9}(\.[0-9a-f]{16}\.tmp)?")


def is_document_name(name: str) -> bool:
    """Return whether a name is one that storage gives, that of a broken-off write included."""
    return _NAME.fullmatch(name) is not None


class DocumentStore(Protocol):
    """Whole files by name, in a folder or a bucket. Names are given once and kept."""

    def put(self, name: str, content: bytes) -> None:
        """Keep `content` under `name` for good before returning, or not at all.

        Raises:
            StorageFull: there is no room.
            StorageUnavailable: the store cannot be written.
        """

    def get(self, name: str) -> bytes:
        """Return the whole content; raises Unreadable where there is none."""

    def remove(self, name: str) -> None:
        """Forget the content; a name that is not there is no fault."""

    def older_than(self, moment: datetime) -> Iterator[str]:
        """Give the names last written before `moment`, those of broken-off writes included."""

    def check(self) -> None:
        """Raise StorageFull or StorageUnavailable when a write would fail now."""


class FolderDocuments:
    """Documents in a folder of this host, spread over subfolders by the start of their ids."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with _translated():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, name: str, content: bytes) -> None:
        """Write beside the final name, reach the disk, and only then take the name.

        A direct write left a broken file under the final name on a full disk, and after a power
        cut every file whose folder had not reached the disk was gone.
        """
        path = self._path(name)
        with _translated():
            self._make_parent(path.parent)
            beside = path.with_name(f"{name}.{secrets.token_hex(8)}.tmp")
            try:
                with private_file(beside) as file:
                    file.write(content)
                beside.replace(path)
            except BaseException:
                beside.unlink(missing_ok=True)
                raise
            sync_folder(path.parent)

    def get(self, name: str) -> bytes:
        """Return the whole content; raises Unreadable where there is none."""
        with _translated():
            try:
                return self._path(name).read_bytes()
            except FileNotFoundError:
                raise Unreadable("a stored document is not where its row says") from None

    def remove(self, name: str) -> None:
        """Unlink the file; one that is not there is no fault."""
        with _translated(), suppress(FileNotFoundError):
            self._path(name).unlink()

    def older_than(self, moment: datetime) -> Iterator[str]:
        """Give the names of files last written before `moment`, temporary ones included."""
        with _translated():
            for path in self._folder.glob("*/*"):
                with suppress(FileNotFoundError):
                    if datetime.fromtimestamp(path.stat().st_mtime, UTC) < moment:
                        yield path.name

    def check(self) -> None:
        """Write and remove a small file."""
        probe = self._folder / f"check.{secrets.token_hex(8)}.tmp"
        with _translated():
            try:
                with private_file(probe, lasting=False) as file:
                    file.write(b"necessity")
            finally:
                probe.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        # A name comes from a row; one that is not ours must never become a path.
        if not is_document_name(name):
            raise Unreadable("a document's stored name is not one of ours")
        return self._folder / name[4:6] / name

    def _make_parent(self, parent: Path) -> None:
        if not parent.is_dir():
            parent.mkdir(mode=0o700, exist_ok=True)
            sync_folder(self._folder)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        if fault.errno in NO_ROOM:
            raise StorageFull("there is no room left for documents") from fault
        raise StorageUnavailable(f"documents cannot be used: {fault.strerror}") from fault
