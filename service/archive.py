"""All finished papers of a packet as one ZIP.

`manifest.json` tells how each was made; `provenance.json` what each passage in it rests on.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.packet_shape import failure_json
from storage.records import Document, DocumentFile, Packet, PaperVersion

# The earliest time a ZIP can hold: the same papers give the same bytes.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class EditedFile:
    """A document as staff edited it last, and the name it has in the archive."""

    version: PaperVersion
    filename: str
    content: bytes = field(repr=False)


def archive(
    packet: Packet, files: Sequence[DocumentFile], edited: Sequence[EditedFile] = ()
) -> bytes:
    """Return the ZIP of `files`, what staff made of them, `manifest.json` and `provenance.json`."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as out:
        _write_json(out, "manifest.json", _manifest(packet, files, edited))
        _write_json(out, "provenance.json", provenance_json(packet, files))
        for file in files:
            # A Word file is a ZIP already: deflating it again costs time and saves nothing.
            out.writestr(_entry(file.document.filename), file.content, zipfile.ZIP_STORED)
        for each in edited:
            out.writestr(_entry(each.filename), each.content, zipfile.ZIP_STORED)
    return written.getvalue()


def _write_json(out: zipfile.ZipFile, name: str, tree: Mapping[str, Any]) -> None:
    text = json.dumps(tree, indent=2, ensure_ascii=False)
    out.writestr(_entry(name), text + "\n", zipfile.ZIP_DEFLATED)


def provenance_json(packet: Packet, files: Sequence[DocumentFile]) -> dict[str, Any]:
    """Return what each printed passage of each finished document rests on."""
    return {
        "packet": packet.id,
        "letter_date": packet.letter_date.isoformat(),
        "knowledge_version": packet.knowledge_version,
        "documents": [
            {"id": file.document.id, "filename": file.document.filename, **file.provenance}
            for file in files
        ],
    }


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _NO_TIME)
    entry.external_attr = 0o600 << 16
    return entry


def _manifest(
    packet: Packet, files: Sequence[DocumentFile], edited: Sequence[EditedFile]
) -> dict[str, Any]:
    versions = {each.version.document_id: _edited_line(each) for each in edited}
    provenance = {file.document.id: file.provenance for file in files}
    return {
        "packet": packet.id,
        "reference": packet.reference,
        "letter_date": packet.letter_date.isoformat(),
        "knowledge_version": packet.knowledge_version,
        "sample": packet.sample,
        "documents": [
            _line(document)
            | {
                "edited": versions.get(document.id),
                "provenance": provenance.get(document.id),
            }
            for document in packet.documents
        ],
    }


def _edited_line(edited: EditedFile) -> dict[str, Any]:
    version = edited.version
    return {
        "id": version.id,
        "number": version.number,
        "filename": edited.filename,
        "size": version.size,
        "sha256": version.sha256,
    }


def _line(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "kind": document.kind,
        "variant": document.variant or None,
        "language": document.language,
        "status": document.status,
        "draft": document.draft,
        "missing": list(document.missing),
        "filename": document.filename,
        "size": document.size,
        "sha256": document.sha256,
        "template_version": document.template_version,
        "assembled": document.assembled,
        "error": failure_json(document.error),
    }
