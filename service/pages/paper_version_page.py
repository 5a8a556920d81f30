"""The Word round trip: an edited paper comes back, and what the edit did to its facts is shown."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from service.downloads import file_answer
from service.pages.blueprint import pages
from service.pages.guard import page, person
from service.pages.packet_page import entry_address, label, paper_title, people_by_actor
from service.pages.refusals import PageRefused
from service.paper_versions import edited_name
from service.parts import parts
from service.template_upload import read_word_file
from service.waiting import MOST_SECONDS, when_checked
from storage.faults import Erased, WrongState
from storage.media import WORD
from storage.records import Document, Packet, PaperVersion

_PAPER = "/packets/<packet:packet_id>/documents/<document:document_id>/versions"
_NO_WORD = PageRefused(
    HTTPStatus.CONFLICT,
    "This paper cannot be given back edited",
    "Only a finished Word file of the packet can, at most 100 times.",
)
_NOTHING_TOLD: Mapping[str, Any] = {
    "faults": (),
    "changes": (),
    "settled": {"blanks": (), "findings": ()},
    "open": (),
    "says_draft": None,
}


@pages.get(_PAPER)
@page(note="versions.listed")
def paper_versions(packet_id: str, document_id: str) -> ResponseReturnValue:
    """Show a paper's edited versions, and the form to give another back."""
    return _listed(packet_id, document_id)


@pages.post(_PAPER)
@page(role="editor", takes_file=True)
def give_back(packet_id: str, document_id: str) -> ResponseReturnValue:
    """Keep an edited paper and wait until it was compared."""
    content = read_word_file()
    if not content:
        problem = "Choose the edited Word file first. Nothing was uploaded."
        return _listed(packet_id, document_id, problem), HTTPStatus.UNPROCESSABLE_ENTITY
    kept = _kept(packet_id, document_id, content)
    when_checked(lambda: _find(packet_id, document_id, kept.id), MOST_SECONDS)
    where = url_for(
        "staff.paper_version", packet_id=packet_id, document_id=document_id, version_id=kept.id
    )
    return redirect(where, HTTPStatus.SEE_OTHER)


@pages.get(f"{_PAPER}/<version:version_id>")
@page(note="version.viewed")
def paper_version(packet_id: str, document_id: str, version_id: str) -> ResponseReturnValue:
    """Show what an edit did to the paper's facts."""
    version = _find(packet_id, document_id, version_id)
    packet, document = _paper(packet_id, document_id)
    told = {**_NOTHING_TOLD, **(version.report or {})}
    return render_template(
        "staff/paper_version.html",
        version=version,
        packet=packet,
        document=document,
        title=paper_title(document),
        told=told,
        findings=_findings(packet, told["settled"]["findings"]),
        people=people_by_actor(packet.account_id),
        source_words=source_words,
        entry_address=entry_address,
    )


@pages.get(f"{_PAPER}/<version:version_id>/file")
@page()
def paper_version_file(packet_id: str, document_id: str, version_id: str) -> ResponseReturnValue:
    """Send an edited paper; storage notes the reading."""
    version, who = _find(packet_id, document_id, version_id), person()
    _, document = _paper(packet_id, document_id)
    store = parts().store.paper_versions
    content = store.read_file(who.account_id, packet_id, version_id, who.actor)
    return file_answer(content, edited_name(document, version), WORD)


def source_words(source: str) -> str:
    """Return in words what a sentence rested on: a field of the case, or an entry of the rules."""
    return label(source) if source.startswith("/") else source


def _listed(packet_id: str, document_id: str, problem: str = "") -> str:
    packet, document = _paper(packet_id, document_id)
    store = parts().store.paper_versions
    return render_template(
        "staff/paper_versions.html",
        packet=packet,
        document=document,
        title=paper_title(document),
        versions=store.list(packet.account_id, packet_id, document_id),
        people=people_by_actor(packet.account_id),
        problem=problem,
    )


def _kept(packet_id: str, document_id: str, content: bytes) -> PaperVersion:
    who, store = person(), parts().store.paper_versions
    try:
        return store.upload(who.account_id, packet_id, document_id, who.actor, content)
    except WrongState:
        raise _NO_WORD from None


def _find(packet_id: str, document_id: str, version_id: str) -> PaperVersion:
    version = parts().store.paper_versions.find(person().account_id, packet_id, version_id)
    if version.document_id != document_id:
        abort(HTTPStatus.NOT_FOUND)
    return version


def _paper(packet_id: str, document_id: str) -> tuple[Packet, Document]:
    packet = parts().store.packets.find(person().account_id, packet_id)
    if packet.status == "erased":
        raise Erased("the packet is erased")
    document = next((each for each in packet.documents if each.id == document_id), None)
    if document is None:
        abort(HTTPStatus.NOT_FOUND)
    return packet, document


def _findings(packet: Packet, ids: list[str]) -> list[str]:
    """Return what the findings with these ids say."""
    review = parts().store.packets.contents(packet.account_id, packet.id).review
    return [each["message"] for each in review.get("findings", ()) if each["id"] in ids]
