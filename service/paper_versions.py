"""The edited papers of a packet as files: their names, and the last one of each document."""

from __future__ import annotations

from collections.abc import Iterator

from service.archive import EditedFile
from service.parts import parts
from storage.media import WORD
from storage.records import Document, Packet, PaperVersion


def edited_name(document: Document, version: PaperVersion) -> str:
    """Return the name under which an edited paper is saved."""
    return f"{document.filename.rpartition('.')[0]}-v{version.number}.docx"


def last_edited(packet: Packet, actor: str) -> list[EditedFile]:
    """Return each document's last version that was kept, with its file, as read by `actor`."""
    return list(_last_edited(packet, actor))


def _last_edited(packet: Packet, actor: str) -> Iterator[EditedFile]:
    store, account = parts().store.paper_versions, packet.account_id
    for document in packet.documents:
        if document.media_type != WORD:
            continue
        found = store.list(account, packet.id, document.id)
        version = next((each for each in found if each.status == "kept"), None)
        if version is not None:
            content = store.read_file(account, packet.id, version.id, actor)
            yield EditedFile(version, edited_name(document, version), content)
