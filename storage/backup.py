"""A backup: all rows of one moment and the documents they name, in one tar file.

Rows are lines of JSON, so that a backup of SQLite can be restored into PostgreSQL and the other way
round. What rests sealed stays sealed, and the master key is not in it. The manifest comes last:
a file that was cut off has none.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import tarfile
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy import Date, LargeBinary, select

from storage.faults import StorageFault, StorageFull, Unreadable
from storage.lasting import NO_ROOM, private_file, sync_folder
from storage.migration import revision
from storage.tables import Instant, documents, metadata, packets, paper_versions, templates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Table

    from storage.store import Store

FORMAT = 1
MANIFEST = "manifest.json"
ROWS = "rows/"
DOCUMENTS = "documents/"
_BLOCK_BYTES = 1 << 20


class BackupFault(StorageFault):
    """A backup cannot be made there, or this file cannot be restored here; the text says why."""

    code = "backup_fault"


@dataclass(frozen=True)
class BackedUp:
    """What a backup holds. `damaged` names packets, or templates, whose files are not there."""

    packets: int
    documents: int
    damaged: tuple[str, ...]


@dataclass
class _Wanted:
    """The documents that the rows of the moment name, and whose they are."""

    packet_of: dict[str, str] = field(default_factory=dict)
    kept: int = 0
    lost: list[str] = field(default_factory=list)


def back_up(store: Store, path: Path) -> BackedUp:
    """Write a backup to `path` while everything runs; it is there whole, or not at all.

    Raises:
        BackupFault: `path` is there already, or cannot be written.
        StorageFull: there is no room.
        StorageFault: rows or documents cannot be read.
    """
    if path.exists():
        raise BackupFault(f"{path} is there already; a backup is never written over")
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    with _translated():
        try:
            with private_file(beside) as file:
                made = _write(store, file, path.parent)
            os.link(beside, path)
            sync_folder(path.parent)
        finally:
            beside.unlink(missing_ok=True)
    return made


def _write(store: Store, file: IO[bytes], folder: Path) -> BackedUp:
    with tarfile.open(fileobj=file, mode="w") as tar:
        out = _Out(tar)
        with store.database.reading() as connection:
            said = {"format": FORMAT, "revision": revision(connection)}
            rows = {
                table.name: _add_table(out, connection, table, folder)
                for table in metadata.sorted_tables
            }
            keys = sorted(_master_keys(connection))
            wanted = _wanted(connection)
        _add_documents(out, store, wanted)
        gone, damaged = _told_apart(store, wanted.lost, wanted.packet_of)
        more = {"rows": rows, "documents": wanted.kept, "master_keys": keys, "erased_since": gone}
        out.add(MANIFEST, json.dumps({**said, **more, "sha256": out.hashes}).encode())
    return BackedUp(rows[packets.name], wanted.kept, tuple(damaged))


class _Out:
    """A tar file and the hashes of what was put into it."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.hashes: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> None:
        self.add_file(name, io.BytesIO(content), len(content))

    def add_file(self, name: str, content: IO[bytes], size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self.hashes[name] = digest(content)
        content.seek(0)
        self._tar.addfile(member, content)


def _add_table(out: _Out, connection: Connection, table: Table, folder: Path) -> int:
    count = 0
    # On the disk: a year of packets need not fit into memory.
    with tempfile.TemporaryFile(dir=folder) as lines:
        for row in connection.execution_options(yield_per=200).execute(select(table)):
            said = {name: _plain(value) for name, value in row._mapping.items()}  # noqa: SLF001 - public
            lines.write(json.dumps(said).encode() + b"\n")
            count += 1
        size = lines.tell()
        lines.seek(0)
        out.add_file(f"{ROWS}{table.name}.jsonl", lines, size)
    return count


def _master_keys(connection: Connection) -> Iterator[str]:
    """Yield the ids of the master keys that something in the rows rests under."""
    found: dict[str, None] = {}
    for table in metadata.sorted_tables:
        if "master_key_id" in table.c:
            asked = select(table.c.master_key_id).where(table.c.master_key_id.is_not(None))
            found |= dict.fromkeys(connection.scalars(asked.distinct()))
    yield from found


def _wanted(connection: Connection) -> _Wanted:
    return _Wanted(dict(_named(connection)))


def _named(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield (name of a file, whose it is): a packet's, or a clinic's template."""
    owners = (documents.c.packet_id, paper_versions.c.packet_id, templates.c.id)
    for owner in owners:
        name = owner.table.c.stored_name
        for row in connection.execute(select(name, owner).where(name.is_not(None))):
            yield row[0], row[1]


def _add_documents(out: _Out, store: Store, wanted: _Wanted) -> None:
    for name in wanted.packet_of:
        try:
            content = store.documents.get(name)
        except Unreadable:
            wanted.lost.append(name)
        else:
            out.add(f"{DOCUMENTS}{name}", content)
            wanted.kept += 1


def _told_apart(
    store: Store, lost: Iterable[str], packet_of: dict[str, str]
) -> tuple[list[str], list[str]]:
    """Return the packets erased while the backup was made, and whose files were damaged before.

    A file that was refused or erased meanwhile is named no more, and is no damage.
    """
    lost = tuple(lost)
    ids = sorted({packet_of[name] for name in lost})
    with store.database.reading() as connection:
        asked = select(packets.c.id).where(packets.c.id.in_(ids), packets.c.status == "erased")
        gone = set(connection.scalars(asked))
        named = dict(_named(connection)) if lost else {}
    damaged = {packet_of[name] for name in lost if name in named}
    return sorted(gone), sorted(damaged - gone)


def _plain(value: Any) -> Any:  # a column of any type
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def digest(content: IO[bytes]) -> str:
    """Return the SHA-256 of what is left in a file, in hexadecimal."""
    hashed = hashlib.sha256()
    while block := content.read(_BLOCK_BYTES):
        hashed.update(block)
    return hashed.hexdigest()


def value_of(table: Table, name: str, said: Any) -> Any:  # as above
    """Return the value that a line of a backup gives for a column of `table`."""
    kind = table.c[name].type
    if said is None or not isinstance(said, str):
        return said
    if isinstance(kind, LargeBinary):
        return base64.b64decode(said)
    if isinstance(kind, Instant):
        return datetime.fromisoformat(said)
    return date.fromisoformat(said) if isinstance(kind, Date) else said


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        if fault.errno in NO_ROOM:
            raise StorageFull("there is no room left for the backup") from None
        raise BackupFault(f"the backup cannot be written: {fault.strerror}") from None
