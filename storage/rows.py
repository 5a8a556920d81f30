"""From rows to the values of `records`, unsealing what a value shows."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select

from storage.faults import Erased, NotFound, Unreadable
from storage.media import ENDINGS
from storage.records import Contents, Document, DocumentFile, Failure, Packet
from storage.tables import documents, packets
from storage.vault import WrappedKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Row, Table

    from storage.vault import DataKey, Vault

    AnyRow = Row[*tuple[Any, ...]]  # a row's columns have no types

_SHORT_ID_LETTERS = 8


def data_key(row: AnyRow, vault: Vault) -> DataKey:
    """Return the open data key of a packet's row.

    Raises:
        Erased: the key was thrown away.
    """
    if row.wrapped_key is None:
        raise Erased("the packet's contents were erased")
    return vault.unwrap(WrappedKey(row.master_key_id, row.wrapped_key), row.id)


def as_row(table: Table, values: Mapping[str, Any]) -> AnyRow:
    """Return values as reading the row that they become would."""
    empty = dict.fromkeys(table.c.keys())
    return cast("AnyRow", SimpleNamespace(**{**empty, **values}))


def contents(row: AnyRow, key: DataKey) -> Contents:
    """Return what rests sealed in a packet's row."""
    return Contents(
        case=key.open_json("case", row.sealed_case),
        review=key.open_json("review", row.sealed_review),
        options=key.open_json("options", row.sealed_options),
    )


def packet_row(
    connection: Connection, account_id: str, packet_id: str, *, lock: bool = False
) -> AnyRow:
    """Return the row of the account's packet; raises NotFound, also for another account's.

    With `lock` others who ask so wait for the end of this transaction.
    """
    asked = select(packets).where(packets.c.id == packet_id, packets.c.account_id == account_id)
    row = connection.execute(asked.with_for_update() if lock else asked).one_or_none()
    if row is None:
        raise NotFound("there is no such packet")
    return row


def document_rows(connection: Connection, packet_ids: Iterable[str]) -> dict[str, list[AnyRow]]:
    """Return the documents' rows of some packets, each list in the order asked for."""
    asked = select(documents).where(documents.c.packet_id.in_(tuple(packet_ids)))
    found: dict[str, list[AnyRow]] = defaultdict(list)
    for row in connection.execute(asked.order_by(documents.c.packet_id, documents.c.position)):
        found[row.packet_id].append(row)
    return found


def packet(row: AnyRow, papers: Sequence[AnyRow], vault: Vault) -> Packet:
    """Return the packet of a row and its documents' rows."""
    key = None if row.wrapped_key is None else data_key(row, vault)
    return Packet(
        id=row.id,
        account_id=row.account_id,
        status=row.status,
        reference=row.reference,
        based_on=row.based_on,
        previews=row.previews,
        sample=row.sample,
        letter_date=row.letter_date,
        knowledge_version=row.knowledge_version,
        created_at=row.created_at,
        finished_at=row.finished_at,
        expires_at=row.expires_at,
        attempt=row.attempt,
        version=row.version,
        link_round=row.link_round,
        error=_packet_error(row, key),
        documents=() if key is None else tuple(document(paper, key) for paper in papers),
    )


def document(row: AnyRow, key: DataKey) -> Document:
    """Return the document of a row."""
    said = details(row, key)
    return Document(
        id=row.id,
        kind=row.kind,
        variant=row.variant,
        language=row.language,
        status=row.status,
        draft=row.draft,
        missing=tuple(said.get("missing", ())),
        findings=tuple(said.get("findings", ())),
        filename=_filename(row),
        media_type=row.media_type,
        pages=row.pages,
        size=row.size,
        sha256=row.sha256,
        template_version=row.template_version,
        finished_at=row.finished_at,
        error=_failure(said.get("error")),
        assembled=said.get("assembled"),
    )


def document_file(packet_id: str, row: AnyRow, key: DataKey, sealed: bytes) -> DocumentFile:
    """Return a stored paper, opened.

    Raises:
        Unreadable: the file is not the one that its row describes.
    """
    content = key.open(file_purpose(row.id), sealed)
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise Unreadable("a stored document is not the one its row describes")
    provenance = details(row, key).get("provenance", {})
    return DocumentFile(packet_id, document(row, key), content, provenance)


def details(row: AnyRow, key: DataKey) -> dict[str, Any]:
    """Return what rests sealed beside a document: missing, findings, provenance or error."""
    if row.sealed_details is None:
        return {}
    said: dict[str, Any] = key.open_json(details_purpose(row.id), row.sealed_details)
    return said


def details_purpose(document_id: str) -> str:
    """Return what a document's details are sealed for."""
    return f"details of {document_id}"


def file_purpose(document_id: str) -> str:
    """Return what a document's bytes are sealed for."""
    return f"file of {document_id}"


def _packet_error(row: AnyRow, key: DataKey | None) -> Failure | None:
    if key is None or row.sealed_error is None:
        return None
    return _failure(key.open_json("error", row.sealed_error))


def _failure(said: dict[str, str] | None) -> Failure | None:
    return None if said is None else Failure(said["code"], said["message"])


def _filename(row: AnyRow) -> str:
    short = row.id.removeprefix("doc_")[:_SHORT_ID_LETTERS]
    extension = ENDINGS.get(row.media_type, "bin")
    return f"{row.kind.replace('_', '-')}-{short}.{extension}"
