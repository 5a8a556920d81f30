"""A backup put back into an empty installation: documents first, then all rows or none."""

from __future__ import annotations

import json
import tarfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from alembic.util import CommandError
from sqlalchemy import delete, func, insert, inspect, select

from storage.backup import DOCUMENTS, FORMAT, MANIFEST, ROWS, BackupFault, digest, value_of
from storage.faults import Unreadable
from storage.migration import migrate
from storage.store import open_store, unopened
from storage.tables import accounts, audit_lines, metadata, packets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Connection, Table

    from settings import Settings
    from storage.database import Database
    from storage.documents import DocumentStore

_ACTOR = "command"
_AT_ONCE = 100


@dataclass(frozen=True)
class Restored:
    """What was put back; `erased` were erased while the backup was made.

    `trail_broken_at` is None where the audit trail is whole.
    """

    packets: int
    documents: int
    erased: int
    trail_broken_at: int | None


def restore(settings: Settings, path: Path) -> Restored:
    """Put a backup back into the empty installation that `settings` describe.

    Packets that were not finished go on by themselves; what has expired since is erased by `tend`.

    Raises:
        BackupFault: not a whole backup, or rows are there already; nothing was changed.
        Unreadable: a master key that the backup needs is not configured; nothing was changed.
        StorageFault: rows or documents cannot be written; no row is there, and it may be run again.
    """
    database, documents, vault = unopened(settings)
    try:
        with _opened(path) as tar:
            manifest = _checked(tar)
            for key_id in manifest["master_keys"]:
                if not vault.knows(key_id):
                    raise Unreadable(f"no master key with the id {key_id} is configured")
            _refuse_rows(database)
            _make_tables(database, manifest["revision"])
            _put_documents(tar, documents)
            _insert_rows(tar, database)
    finally:
        database.close()
    return _finished(settings, manifest)


def _opened(path: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(path)
    except OSError as fault:
        raise BackupFault(f"{path} cannot be read: {fault.strerror}") from None
    except tarfile.TarError:
        raise BackupFault(f"{path} is no backup") from None


def _checked(tar: tarfile.TarFile) -> dict[str, Any]:
    """Return the manifest when every part is as it says."""
    try:
        hashes = {name: digest(file) for name, file in _parts(tar)}
        with _part(tar, MANIFEST) as said:
            manifest: dict[str, Any] = json.load(said)
    except (tarfile.TarError, KeyError, ValueError, EOFError):
        raise BackupFault("the backup is not whole: it was cut off or changed") from None
    if manifest["format"] != FORMAT:
        raise BackupFault("the backup was made by a newer version")
    del hashes[MANIFEST]
    if hashes != manifest["sha256"]:
        raise BackupFault("the backup is not whole: a part was changed or is missing")
    return manifest


def _refuse_rows(database: Database) -> None:
    with database.reading() as connection:
        there = set(inspect(connection).get_table_names())
        for table in (accounts, packets, audit_lines):
            if table.name in there and connection.scalar(select(func.count()).select_from(table)):
                raise BackupFault("rows are there already; a backup is restored into empty ones")


def _make_tables(database: Database, revision: str) -> None:
    with database.reading() as connection:
        made = packets.name in inspect(connection).get_table_names()
    # Rows go into the tables of their own version, and migrations bring both to today's.
    try:
        migrate(database, "head" if made else revision)
    except CommandError:
        raise BackupFault("the backup was made by a newer version") from None


def _put_documents(tar: tarfile.TarFile, documents: DocumentStore) -> None:
    for name, file in _parts(tar):
        if name.startswith(DOCUMENTS):
            documents.put(name.removeprefix(DOCUMENTS), file.read())


def _insert_rows(tar: tarfile.TarFile, database: Database) -> None:
    with database.writing() as connection:
        for table in metadata.sorted_tables:
            name = f"{ROWS}{table.name}.jsonl"
            if name in tar.getnames():
                # A migration has put a first row into some tables.
                connection.execute(delete(table))
                with _part(tar, name) as lines:
                    _insert_table(connection, table, lines)


def _insert_table(connection: Connection, table: Table, lines: IO[bytes]) -> None:
    batch: list[Mapping[str, Any]] = []
    for line in lines:
        said = json.loads(line)
        batch.append({name: value_of(table, name, value) for name, value in said.items()})
        if len(batch) == _AT_ONCE:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)


def _finished(settings: Settings, manifest: Mapping[str, Any]) -> Restored:
    store = open_store(settings)
    try:
        for packet_id in manifest["erased_since"]:
            with store.database.reading() as connection:
                asked = select(packets.c.account_id).where(packets.c.id == packet_id)
                account_id = connection.scalar(asked)
            assert account_id is not None
            store.packets.erase(account_id, packet_id, _ACTOR)
        return Restored(
            packets=manifest["rows"][packets.name],
            documents=manifest["documents"],
            erased=len(manifest["erased_since"]),
            trail_broken_at=store.audit.broken_at(),
        )
    finally:
        store.close()


def _parts(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for member in tar.getmembers():
        file = tar.extractfile(member)
        if file is None:
            raise BackupFault("the backup is not whole: it holds what is no file")
        with file:
            yield member.name, file


def _part(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    file = tar.extractfile(name)
    assert file is not None
    return file
