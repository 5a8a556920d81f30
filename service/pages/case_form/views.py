"""The pages of the form: begin, type, check, and hand the case over to be written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from flask import Response, abort, jsonify, make_response, redirect, render_template, request
from flask import url_for as address
from flask.typing import ResponseReturnValue

from casework.criteria_kinds import PARAMETERS
from casework.problems import InvalidCase, Problem
from casework.schema import field_label, load_case
from casework.strict_json import NotJson, parse_json
from service.body_sizes import CASE_BYTES
from service.pages.blueprint import pages
from service.pages.case_form.controls import Shown, parts_of
from service.pages.case_form.groups import BY_ID, GROUPS, Group, after, group_of
from service.pages.case_form.lookups import Lookups, lookups
from service.pages.case_form.standing import Standing, standing
from service.pages.case_form.typed import Typed, read_group
from service.pages.guard import page, person
from service.parts import parts
from storage.drafts import ChangedMeanwhile
from storage.staff_records import Draft

# What no field of the form could show: it is to be corrected in the file itself.
_NOT_FOR_THE_FORM = {"unknown_field", "wrong_type", "too_many"}


@dataclass(frozen=True)
class _Sent:
    """One page of the form as it was sent, and the whole case with it."""

    typed: Typed
    version: int
    case: Mapping[str, Any] = field(repr=False)


@pages.get("/cases")
@page(note="drafts.listed", role="editor")
def cases() -> ResponseReturnValue:
    """Show unfinished cases, and ways to begin one."""
    return _begin_page()


@pages.post("/cases")
@page(role="editor")
def begin() -> ResponseReturnValue:
    """Begin an empty case."""
    return _to_form(parts().store.drafts.create(person(), {}))


@pages.post("/cases/from-json")
@page(role="editor")
def begin_from_json() -> ResponseReturnValue:
    """Begin a case from JSON that was pasted, dropped or chosen as a file."""
    file = request.files.get("file")
    sent = file.read(CASE_BYTES + 1) if file else b""
    text = sent or request.form.get("json", "").encode()
    try:
        case = parse_json(text)
        _refuse_what_no_form_shows(case)
    except NotJson as fault:
        return _begin_page([Problem("", fault.code, fault.message)], text)
    except InvalidCase as invalid:
        return _begin_page(invalid.problems, text)
    return _to_form(parts().store.drafts.create(person(), case))


@pages.post("/packets/<packet:packet_id>/again")
@page(note="packet.copied", role="editor")
def begin_from_packet(packet_id: str) -> ResponseReturnValue:
    """Begin a new version of a packet from its case."""
    case = parts().store.packets.contents(person().account_id, packet_id).case
    return _to_form(parts().store.drafts.create(person(), case, packet_id))


@pages.get("/cases/<draft:draft_id>/<any({}):group_id>".format(", ".join(BY_ID)))
@page(role="editor")
def case_form(draft_id: str, group_id: str) -> ResponseReturnValue:
    """Show a page of the form."""
    draft, group = _find(draft_id), BY_ID[group_id]
    stands = standing(draft.case, parts())
    # What is still empty is asked for by the panel; a page that was saved says it at the fields.
    told = stands.problems if request.args.get("done") else stands.wrong
    note_view(draft)
    problems = {each.pointer: each.message for each in told}
    return _form_page(draft, group, stands, draft.case, problems, draft.version)


@pages.post("/cases/<draft:draft_id>/<any({}):group_id>".format(", ".join(BY_ID)))
@page(role="editor")
def save(draft_id: str, group_id: str) -> ResponseReturnValue:
    """Save a page of the form, whatever is wrong in it, and go where the button says."""
    draft, group = _find(draft_id), BY_ID[group_id]
    sent = _sent(draft, group)
    try:
        parts().store.drafts.save(person(), draft.id, sent.version, sent.case)
    except ChangedMeanwhile:
        return _conflict(draft, group, sent)
    return redirect(_following(draft, group), HTTPStatus.SEE_OTHER)


@pages.post("/cases/<draft:draft_id>/<any({}):group_id>/check".format(", ".join(BY_ID)))
@page(role="editor")
def check(draft_id: str, group_id: str) -> ResponseReturnValue:
    """Save and check while somebody types; answers what is wrong by field, and the panel."""
    draft, group = _find(draft_id), BY_ID[group_id]
    sent = _sent(draft, group)
    try:
        saved = parts().store.drafts.save(person(), draft.id, sent.version, sent.case)
    except ChangedMeanwhile:
        return jsonify(message=_who_saved(draft)), HTTPStatus.CONFLICT
    stands = standing(saved.case, parts())
    problems = {
        sent.typed.name_of(each.pointer): each.message
        for each in stands.wrong
        if group_of(each.pointer) is group
    }
    panel = render_template("staff/standing.html", draft=saved, **_panel(stands))
    return jsonify(version=saved.version, problems=problems, panel=panel)


@pages.post("/cases/<draft:draft_id>/discard")
@page(role="editor")
def discard(draft_id: str) -> ResponseReturnValue:
    """Throw an unfinished case away."""
    parts().store.drafts.erase(person(), draft_id)
    return redirect(address("staff.cases", done="discarded"), HTTPStatus.SEE_OTHER)


def _begin_page(problems: Any = (), text: bytes = b"") -> ResponseReturnValue:
    people = {each.id: each.name for each in parts().store.staff.list(person().account_id)}
    shown = render_template(
        "staff/cases.html",
        drafts=parts().store.drafts.list(person().account_id),
        people=people,
        problems=problems,
        json=text.decode(errors="replace"),
        name=_patient,
    )
    return shown, HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK


def _refuse_what_no_form_shows(case: object) -> None:
    try:
        load_case(case, parts().knowledge)
    except InvalidCase as invalid:
        here = [each for each in invalid.problems if each.code in _NOT_FOR_THE_FORM]
        if here:
            raise InvalidCase(here) from None


def _patient(draft: Draft) -> str:
    patient = draft.case.get("patient")
    names = patient if isinstance(patient, Mapping) else {}
    return ", ".join(str(names[key]) for key in ("last_name", "first_name") if names.get(key))


def _find(draft_id: str) -> Draft:
    return parts().store.drafts.find(person().account_id, draft_id)


def _to_form(draft: Draft) -> Response:
    return make_response(redirect(_page_of(draft, GROUPS[0]), HTTPStatus.SEE_OTHER))


def _sent(draft: Draft, group: Group) -> _Sent:
    version = request.form.get("version", "")
    if not (version.isascii() and version.isdecimal()):
        abort(HTTPStatus.BAD_REQUEST)
    typed = read_group(group, request.form, without=request.form.get("remove", ""))
    others = {name: part for name, part in draft.case.items() if name not in group.sections}
    return _Sent(typed, int(version), {**others, **typed.sections})


def _following(draft: Draft, group: Group) -> str:
    """Return where a sent page leads: a new row, the next page, or the same page saved."""
    add = request.form.get("add", "")
    if add and group_of(add) is group:
        return _page_of(draft, group, add=add, _anchor=f"{add}/more")
    if "next" not in request.form:
        return _page_of(draft, group, done="saved")
    following = after(group)
    if following is None:
        return address("staff.write_case", draft_id=draft.id)
    return _page_of(draft, following)


def _page_of(draft: Draft, group: Group, **more: Any) -> str:
    return address("staff.case_form", draft_id=draft.id, group_id=group.id, **more)


def _conflict(draft: Draft, group: Group, sent: _Sent) -> Response:
    """Show what was typed again, unsaved, and who saved meanwhile; saving it now wins."""
    stands = standing(sent.case, parts())
    problems = {each.pointer: each.message for each in stands.wrong}
    answer = make_response(
        _form_page(
            draft, group, stands, sent.case, problems, draft.version, conflict=_who_saved(draft)
        )
    )
    answer.status_code = HTTPStatus.CONFLICT
    return answer


def _who_saved(draft: Draft) -> str:
    people = {each.id: each.name for each in parts().store.staff.list(draft.account_id)}
    name = people.get(draft.saved_by, "Somebody")
    local = draft.saved_at.astimezone(parts().settings.timezone)
    return f"{name} saved this case at {local:%H:%M}, after you loaded it."


def _form_page(
    draft: Draft,
    group: Group,
    stands: Standing,
    case: Mapping[str, Any],
    problems: Mapping[str, str],
    version: int,
    conflict: str = "",
) -> str:
    found = _lookups()
    shown = Shown(found, problems, request.args.get("add", ""))
    return render_template(
        "staff/case_form.html",
        draft=draft,
        group=group,
        groups=GROUPS,
        following=after(group),
        parts=parts_of(group, case, shown),
        lists=found.suggested(),
        version=version,
        conflict=conflict,
        **form_context(stands),
    )


def note_view(draft: Draft) -> None:
    """Write into the audit trail that a draft is shown."""
    # Lines have a place for a packet and none for a draft, whose id so joins the action's words.
    action = f"draft.viewed:{draft.id}"
    parts().store.audit.note(action, person().actor, account_id=draft.account_id)


def form_context(stands: Standing) -> dict[str, Any]:
    """Return what every page of the form shows beside its fields."""
    return {"counts": _counts(stands), **_panel(stands)}


def _panel(stands: Standing) -> dict[str, Any]:
    reviewed = stands.review.to_json(parts().today()) if stands.review else None
    return {"stands": stands, "reviewed": reviewed, "group_of": group_of, "label": field_label}


def _counts(stands: Standing) -> Mapping[str, int]:
    """Return how many things are wrong or needed on each page."""
    ids = [group_of(each.pointer).id for each in stands.problems]
    return {group.id: ids.count(group.id) for group in GROUPS}


def _lookups() -> Lookups:
    return _lookups_of(parts().knowledge.version)


@lru_cache(maxsize=2)
def _lookups_of(_version: str) -> Lookups:
    # Two hundred entries, the same for every page until the process starts anew.
    return lookups(parts().knowledge, tuple(PARAMETERS))
