"""The Word round trip: a paper edited by staff comes back, and what the edit did to its facts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from casework.problems import InvalidCase
from service import paper_version_schemas as shapes
from service.downloads import file_answer
from service.errors import Refused
from service.operation import Answer, Operation, described
from service.packet_shape import utc
from service.paper_versions import edited_name
from service.parts import caller, parts
from service.reading import preferred_wait
from service.template_upload import NO_FILE, read_word_file
from service.waiting import MOST_SECONDS, when_checked
from storage.faults import Erased, NotFound, WrongState
from storage.media import WORD
from storage.records import Document, PaperVersion

paper_versions = Blueprint(
    "paper_versions",
    __name__,
    url_prefix="/v1/packets/<packet:packet_id>/documents/<document:document_id>/versions",
)

_TAG = "packets"


@paper_versions.post("")
@described(
    Operation(
        tag=_TAG,
        summary="Give a document back as staff edited it in Word",
        description="A form with the field `file`, or the file as the whole body. It is kept beside "
        "the document, never in its place, once it was compared with it: which facts the edit "
        "changed, removed or added, and which blanks it filled. `Prefer: wait=N` waits for that.",
        scope="write",
        upload=shapes.PaperForm,
        upload_type=WORD,
        headers=("Prefer",),
        answers={202: Answer("Kept, to be compared.", shapes.PaperVersion, headers=("Location",))},
        refuses=(
            "too_large",
            "unsupported_media_type",
            "invalid_request",
            "not_found",
            "no_word_to_edit",
            "erased",
            "storage_full",
        ),
    )
)
def upload(packet_id: str, document_id: str) -> Response:
    """Keep an edited paper and let it be compared."""
    seconds = preferred_wait(MOST_SECONDS)
    content = read_word_file()
    if not content:
        raise InvalidCase((NO_FILE,))
    kept = _kept(packet_id, document_id, content)
    version = _when_compared(packet_id, kept.id, seconds)
    answer = jsonify(_json(version))
    answer.status_code = 202
    answer.headers["Location"] = _address(version)
    return answer


@paper_versions.get("")
@described(
    Operation(
        tag=_TAG,
        summary="List a document's edited versions, newest first",
        scope="read",
        answers={200: Answer("The versions.", shapes.PaperVersionList)},
        refuses=("not_found", "erased"),
    )
)
def list_all(packet_id: str, document_id: str) -> Response:
    """List a document's versions."""
    found = parts().store.paper_versions.list(caller().account_id, packet_id, document_id)
    return jsonify(items=[_json(each) for each in found], next=None)


@paper_versions.get("/<version:version_id>")
@described(
    Operation(
        tag=_TAG,
        summary="Read what an edit did to a document's facts",
        scope="read",
        headers=("Prefer",),
        answers={200: Answer("The version.", shapes.PaperVersion)},
        refuses=("not_found", "erased"),
    )
)
def read(packet_id: str, document_id: str, version_id: str) -> Response:
    """Read a version, waiting for its comparison when asked to."""
    version = _when_compared(packet_id, version_id, preferred_wait(MOST_SECONDS))
    return jsonify(_json(_of_document(version, document_id)))


@paper_versions.get("/<version:version_id>/file")
@described(
    Operation(
        tag=_TAG,
        summary="Download an edited version",
        scope="read",
        answers={200: Answer("The file.", media_type=WORD, headers=("Content-Disposition",))},
        refuses=("not_found", "file_not_kept", "erased"),
    )
)
def file(packet_id: str, document_id: str, version_id: str) -> Response:
    """Send a version's Word file."""
    store, account = parts().store.paper_versions, caller().account_id
    version = _of_document(store.find(account, packet_id, version_id), document_id)
    try:
        content = store.read_file(account, packet_id, version_id, caller().actor)
    except Erased:
        raise Refused("file_not_kept") from None
    name = edited_name(_document(packet_id, document_id), version)
    return file_answer(content, name, WORD)


def _kept(packet_id: str, document_id: str, content: bytes) -> PaperVersion:
    store, account = parts().store.paper_versions, caller().account_id
    try:
        return store.upload(account, packet_id, document_id, caller().actor, content)
    except WrongState:
        raise Refused("no_word_to_edit") from None


def _when_compared(packet_id: str, version_id: str, seconds: int) -> PaperVersion:
    store, account = parts().store.paper_versions, caller().account_id
    return when_checked(lambda: store.find(account, packet_id, version_id), seconds)


def _of_document(version: PaperVersion, document_id: str) -> PaperVersion:
    if version.document_id != document_id:
        raise NotFound("the document has no such version")
    return version


def _document(packet_id: str, document_id: str) -> Document:
    packet = parts().store.packets.find(caller().account_id, packet_id)
    return next(each for each in packet.documents if each.id == document_id)


def _address(version: PaperVersion) -> str:
    document = f"/v1/packets/{version.packet_id}/documents/{version.document_id}"
    return parts().address(f"{document}/versions/{version.id}")


def _json(version: PaperVersion) -> dict[str, Any]:
    report = version.report or {}
    return {
        "id": version.id,
        "document_id": version.document_id,
        "number": version.number,
        "status": version.status,
        "sha256": version.sha256,
        "size": version.size,
        "uploaded_at": utc(version.uploaded_at),
        "uploaded_by": version.uploaded_by,
        "faults": report.get("faults", []),
        "changes": report.get("changes", []),
        "settled": report.get("settled", {"blanks": [], "findings": []}),
        "open": report.get("open", []),
        "says_draft": report.get("says_draft"),
        "links": {"self": _address(version), "file": f"{_address(version)}/file"},
    }
