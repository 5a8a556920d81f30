"""The last page of the form: choose the papers, and have them written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.carrying import can_be_written
from casework.documents import RECOMMENDED, plan_documents
from casework.problems import InvalidCase
from service.packet_request import check_pdf, packet_of
from service.pages.blueprint import pages
from service.pages.case_form.groups import GROUPS
from service.pages.case_form.standing import Standing, standing
from service.pages.case_form.views import form_context, note_view
from service.pages.guard import page, person
from service.parts import parts
from service.reading import AllProblems, read_body
from service.request_schemas import PacketBody
from storage.faults import KeyReused
from storage.records import NewPacket
from storage.staff_records import Draft


@pages.get("/cases/<draft:draft_id>/write")
@page(role="editor")
def write_case(draft_id: str) -> ResponseReturnValue:
    """Show what is still to do, or the papers to choose from."""
    draft = parts().store.drafts.find(person().account_id, draft_id)
    note_view(draft)
    return _shown(draft, standing(draft.case, parts()), {}, _all_recommended)


@pages.post("/cases/<draft:draft_id>/write")
@page(role="editor")
def hand_over(draft_id: str) -> ResponseReturnValue:
    """Accept the packet and erase the draft."""
    draft = parts().store.drafts.find(person().account_id, draft_id)
    stands = standing(draft.case, parts())
    if stands.whole is None:
        return _shown(draft, stands, {}, _all_recommended), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        new = _asked_packet(draft, stands.whole)
    except InvalidCase as invalid:
        problems = {each.pointer: each.message for each in invalid.problems}
        return _shown(draft, stands, problems, _chosen), HTTPStatus.UNPROCESSABLE_ENTITY
    accepted = _accepted(new, draft)
    parts().store.drafts.erase(person(), draft.id)
    where = url_for("staff.packet", packet_id=accepted, done="accepted")
    return redirect(where, HTTPStatus.SEE_OTHER)


def _accepted(new: NewPacket, draft: Draft) -> str:
    """Return the id of the draft's packet: a form that was sent twice makes one."""
    key = f"staff-draft:{draft.id}"
    body = json.dumps([new.contents.case, new.contents.options], sort_keys=True).encode()
    store = parts().store.packets
    try:
        return store.accept(replace(new, idempotency_key=key, body=body)).packet.id
    except KeyReused:
        # The same draft with other papers chosen, sent while the first was being accepted.
        return store.accept(new).packet.id


def _asked_packet(draft: Draft, case: Mapping[str, Any]) -> NewPacket:
    form, problems = request.form, AllProblems()
    given = {
        "documents": [_document(each) for each in form.getlist("document")],
        "reference": form.get("reference", "").strip() or None,
        "based_on": draft.based_on,
        "options": {
            "letter_date": form.get("letter_date", "").strip() or None,
            "formats": ["docx", "pdf"] if form.get("pdf") else None,
            "assemble": True if form.get("assemble") else None,
        },
    }
    asked = problems.attempt(lambda: read_body(PacketBody, given))
    problems.attempt(lambda: check_pdf(given["options"]))
    problems.refuse()
    assert asked is not None
    return packet_of(asked, case, person().account_id, person().actor)


def _document(name: str) -> dict[str, str]:
    kind, variant, language = [*name.split("|"), "", ""][:3]
    told = {"kind": kind, "variant": variant, "language": language}
    return {key: value for key, value in told.items() if value}


def _all_recommended(name: str, *, recommended: bool) -> bool:
    del name
    return recommended


def _chosen(name: str, *, recommended: bool) -> bool:
    del recommended
    return name in request.form.getlist("document")


def _shown(draft: Draft, stands: Standing, problems: Mapping[str, str], ticked: Any) -> str:
    return render_template(
        "staff/write.html",
        draft=draft,
        groups=GROUPS,
        group=None,
        problems=problems,
        papers=_papers(stands, ticked),
        today=parts().today(),
        typed=request.form,
        **form_context(stands),
    )


def _papers(stands: Standing, ticked: Any) -> list[dict[str, Any]]:
    """Return every paper that this case can carry, those that are recommended first."""
    if stands.whole is None or stands.review is None:
        return []
    why = {(each.kind, each.variant): each.why for each in stands.review.recommended}
    kinds = parts().knowledge.kinds
    planned = plan_documents(RECOMMENDED, stands.whole, stands.review, parts().knowledge)
    first = [
        (f"{each.kind}|{each.variant}|{each.language}", each.kind, why[each.kind, each.variant])
        for each in planned
    ]
    named = {each.kind for each in planned}
    others = [
        (f"{kind.id}||", kind.id, "")
        for kind in kinds.values()
        if kind.id not in named and can_be_written(kind, stands.whole)
    ]
    return [
        {
            "name": name,
            "title": kinds[kind].title,
            "why": reason or kinds[kind].when_to_use,
            "recommended": bool(reason),
            "ticked": ticked(name, recommended=bool(reason)),
        }
        for name, kind, reason in (*first, *others)
    ]
