"""One packet: its papers, what a reviewer would find, what is due, and what happened."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.knowledge_base.kinds import ASSEMBLED
from casework.problems import InvalidCase
from casework.schema import field_label
from casework.situation import EVENT_TYPES, OUTCOMES
from service.archive import archive
from service.downloads import file_answer
from service.event_schemas import CHANNELS, EventBody
from service.event_views import refuse_the_future
from service.knowledge_views import AREAS, entries_of
from service.packet_shape import OPEN_STATUSES
from service.pages.blueprint import pages
from service.pages.guard import page, person
from service.pages.refusals import PageRefused
from service.pages.worklist import patient_name, replaced_ids
from service.paper_versions import last_edited
from service.parts import parts
from service.reading import read_body
from service.road import calendar_of, event_json, in_order, told_json
from storage.faults import Erased, NotFound
from storage.media import PDF
from storage.records import AuditEntry, Document, NewEvent, Packet, PacketFilter, WebhookMessage

_MOST_VERSIONS = 20
_MOST_MESSAGES = 50
_EVENT_FIELDS = ("type", "at", "channel", "reference", "outcome", "note")


@pages.get("/packets/<packet:packet_id>")
@page(note="packet.viewed")
def packet(packet_id: str) -> ResponseReturnValue:
    """Show a packet."""
    found = _find(packet_id)
    if found.status == "erased":
        return render_template("staff/erased.html", packet=found)
    return _shown(found)


@pages.get("/packets/<packet:packet_id>/papers")
@page()
def papers(packet_id: str) -> ResponseReturnValue:
    """Show the packet's papers alone, for a page that follows their writing."""
    found = _find(packet_id)
    return render_template("staff/papers.html", packet=found, **_papers(found))


@pages.get("/packets/<packet:packet_id>/documents/<document:document_id>")
@page()
def document(packet_id: str, document_id: str) -> ResponseReturnValue:
    """Send one paper; storage notes the reading."""
    who = person()
    file = parts().store.packets.read_document(who.account_id, packet_id, document_id, who.actor)
    return file_answer(file.content, file.document.filename, file.document.media_type)


@pages.get("/packets/<packet:packet_id>/archive")
@page()
def all_papers(packet_id: str) -> ResponseReturnValue:
    """Send all finished papers as one ZIP; storage notes each reading."""
    found, who = _find(packet_id), person()
    files = parts().store.packets.read_all(who.account_id, packet_id, who.actor)
    if not files:
        raise PageRefused(
            HTTPStatus.CONFLICT, "No paper is finished yet", "Load the packet’s page again."
        )
    edited = last_edited(found, who.actor)
    return file_answer(archive(found, files, edited), f"{found.id}.zip", "application/zip")


@pages.get("/packets/<packet:packet_id>/deadlines.ics")
@page(note="deadlines.downloaded")
def deadlines_file(packet_id: str) -> ResponseReturnValue:
    """Send the packet's deadlines for a calendar."""
    found = _find(packet_id)
    return file_answer(calendar_of(found, parts()), f"{found.id}.ics", "text/calendar")


@pages.post("/packets/<packet:packet_id>/events")
@page(role="editor")
def record(packet_id: str) -> ResponseReturnValue:
    """Record what happened to the packet."""
    given = {name: request.form.get(name, "").strip() for name in _EVENT_FIELDS}
    try:
        said = read_body(EventBody, {name: value for name, value in given.items() if value})
        refuse_the_future(said)
    except InvalidCase as invalid:
        problems = {each.pointer[1:]: each.message for each in invalid.problems}
        answer = make_response(_shown(_find(packet_id), given, problems))
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return answer
    body = json.dumps(said, sort_keys=True).encode()
    # The page's own key: a form sent twice by a nervous hand is one event.
    key = request.form.get("once") or None
    parts().store.events.record(
        person().account_id, packet_id, NewEvent(said, person().actor, body, key)
    )
    return _back(packet_id, "recorded")


@pages.post("/packets/<packet:packet_id>/retry")
@page(role="editor")
def retry(packet_id: str) -> ResponseReturnValue:
    """Have the failed papers written again."""
    parts().store.packets.retry_failed(person().account_id, packet_id, person().actor)
    return _back(packet_id, "retried")


@pages.post("/packets/<packet:packet_id>/messages/<message:message_id>/resend")
@page(role="editor")
def resend(packet_id: str, message_id: str) -> ResponseReturnValue:
    """Have the callback address told again."""
    if message_id not in {each.id for each in _messages(_find(packet_id))}:
        abort(HTTPStatus.NOT_FOUND)
    parts().store.webhooks.resend(person().account_id, message_id, person().actor)
    return _back(packet_id, "resent")


@pages.get("/packets/<packet:packet_id>/erase")
@page(role="administrator")
def ask_to_erase(packet_id: str) -> ResponseReturnValue:
    """Say what erasing does, and ask."""
    return render_template("staff/erase.html", packet=_find(packet_id), problem="")


@pages.post("/packets/<packet:packet_id>/erase")
@page(role="administrator")
def erase(packet_id: str) -> ResponseReturnValue:
    """Erase the packet once its name was typed."""
    found = _find(packet_id)
    if request.form.get("name", "").strip() != (found.reference or found.id):
        problem = "This is not the packet’s name. Nothing was erased."
        page_text = render_template("staff/erase.html", packet=found, problem=problem)
        return page_text, HTTPStatus.UNPROCESSABLE_ENTITY
    parts().store.packets.erase(person().account_id, packet_id, person().actor)
    return redirect(url_for("staff.home", done="erased"), HTTPStatus.SEE_OTHER)


def _find(packet_id: str) -> Packet:
    return parts().store.packets.find(person().account_id, packet_id)


def _back(packet_id: str, done: str) -> Response:
    where = url_for("staff.packet", packet_id=packet_id, done=done)
    return make_response(redirect(where, HTTPStatus.SEE_OTHER))


def _shown(
    found: Packet,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> str:
    store = parts().store
    contents = store.packets.contents(found.account_id, found.id)
    return render_template(
        "staff/packet.html",
        packet=found,
        patient=patient_name(contents.case),
        payer=contents.case["insurance"]["payer"]["name"],
        told=told_json(found, parts()),
        review=contents.review,
        events=[
            event_json(each) for each in in_order(store.events.list(found.account_id, found.id))
        ],
        versions=(versions := _versions(found)),
        is_replaced=found.id in replaced_ids(versions),
        messages=_messages(found),
        trail=_trail(found) if person().may("administrator") else (),
        typed=typed or {},
        problems=problems or {},
        once=secrets.token_urlsafe(16),
        today=parts().today(),
        event_types=EVENT_TYPES,
        channels=CHANNELS,
        outcomes=OUTCOMES,
        entry_address=entry_address,
        **_papers(found),
    )


def _papers(found: Packet) -> dict[str, Any]:
    return {
        "is_open": found.status in OPEN_STATUSES,
        "title": paper_title,
        "label": label,
        "rows": _rows(found.documents),
        "any_ready": any(each.status == "ready" for each in found.documents),
    }


def _rows(documents: Sequence[Document]) -> list[tuple[Document, Document | None]]:
    """Return each Word document with its PDF, where one was asked for."""
    pdf = {_paper(each): each for each in documents if each.media_type == PDF}
    return [(each, pdf.get(_paper(each))) for each in documents if each.media_type != PDF]


def _paper(document: Document) -> tuple[str, str, str]:
    return document.kind, document.variant, document.language


def label(pointer: str) -> str:
    """Return the words of the field that a pointer names; "" for none."""
    return field_label(pointer) if pointer else ""


def entry_address(source: str) -> str:
    """Return where the knowledge entry that a finding names is shown; "" for a citation in words."""
    area, _, name = source.partition("/")
    if area not in AREAS or name not in entries_of(area):
        return ""
    return url_for("staff.knowledge_entry", area=area, name=name)


def paper_title(document: Document) -> str:
    """Return what people call a paper."""
    if document.kind == ASSEMBLED:
        return "All papers to send, in one file"
    kind = parts().knowledge.kinds.get(document.kind)
    if kind is None:
        return document.kind.replace("_", " ")
    of_variant = (each.title for each in kind.variants if each.id == document.variant)
    return next(of_variant, kind.title)


def people_by_actor(account_id: str) -> dict[str, str]:
    """Return the names of the account's people by what the audit trail calls them."""
    return {each.actor: each.name for each in parts().store.staff.list(account_id)}


def _messages(found: Packet) -> tuple[WebhookMessage, ...]:
    """Return what was told to the packet's callback address, newest first."""
    page = parts().store.webhooks.list(found.account_id, packet_id=found.id, limit=_MOST_MESSAGES)
    return page.items


def _versions(found: Packet) -> list[Packet]:
    """Return the packets this one came from and those made from it, the oldest first."""
    later = parts().store.packets.list(
        found.account_id, PacketFilter(based_on=found.id), limit=_MOST_VERSIONS
    )
    return [*reversed(list(_earlier(found))), found, *reversed(later.items)]


def _earlier(found: Packet) -> Iterator[Packet]:
    for _ in range(_MOST_VERSIONS):
        if found.based_on is None:
            return
        try:
            found = parts().store.packets.find(found.account_id, found.based_on)
        except (NotFound, Erased):
            return
        yield found


def _trail(found: Packet) -> list[tuple[AuditEntry, str]]:
    """Return the lines of the audit trail with the names of people."""
    people = people_by_actor(found.account_id)
    lines = parts().store.audit.entries(found.account_id, found.id, limit=50)
    return [(line, people.get(line.actor, line.actor)) for line in lines]
