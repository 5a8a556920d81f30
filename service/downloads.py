"""Files on their way out, and signed links to them."""

from __future__ import annotations

from flask import Blueprint, Response

from service.operation import Answer, Operation, described
from service.parts import parts
from storage.media import WORD

downloads = Blueprint("downloads", __name__)


@downloads.get("/d/<token:token>")
@described(
    Operation(
        tag="downloads",
        summary="Download a document by its signed link",
        description="`download_url` of a document: no key, one document, a quarter of an hour.",
        answers={200: Answer("The file.", media_type=WORD, headers=("Content-Disposition",))},
        refuses=("not_found", "not_ready", "link_expired", "link_revoked", "erased"),
    )
)
def linked(token: str) -> Response:
    """Send the document that a signed link names."""
    store = parts().store
    found = store.packets.read_linked(store.links.read(token))
    return file_answer(found.content, found.document.filename, found.document.media_type)


def file_answer(content: bytes, filename: str, media_type: str) -> Response:
    """Return a file to be saved under `filename`, which is ours and plain ASCII."""
    answer = Response(content, mimetype=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=filename)
    return answer
