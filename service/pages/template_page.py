"""The clinic's own templates: what writes each paper, uploads and their check, into use and back."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.problems import InvalidCase
from service.built_in import built_in_file, matching, offered_names, places
from service.downloads import file_answer
from service.pages.blueprint import pages
from service.pages.guard import page, person
from service.pages.packet_page import people_by_actor
from service.pages.refusals import PageRefused
from service.pages.worklist import all_packets
from service.parts import parts
from service.template_difference import compared_with, side_by_side
from service.template_preview import preview_packet
from service.template_shape import template_name
from service.template_upload import checked_place, read_word_file
from service.waiting import MOST_SECONDS, when_checked
from storage.faults import WrongState
from storage.media import WORD
from storage.records import NewTemplate, TemplatePlace, TemplateVersion

_LONGEST = 80
_MOST_PACKETS = 50
_FILLED = ("draft", "active", "retired")
"""The states of a version that has a file and passed its check."""


@pages.get("/templates")
@page(note="templates.listed")
def templates() -> ResponseReturnValue:
    """Show every place for a template with what writes its papers now."""
    asked = request.args.get("q", "").strip()[:_LONGEST]
    active = parts().store.templates.active(person().account_id)
    shown = [(place, place_title(place), active.get(place)) for place in places(parts().knowledge)]
    return render_template(
        "staff/templates.html",
        places=[each for each in shown if asked.casefold() in each[1].casefold()],
        asked=asked,
    )


@pages.get("/templates/of/<entry:kind>")
@page(note="templates.listed")
def template_place(kind: str) -> ResponseReturnValue:
    """Show the versions at a place, and the form to upload another."""
    return _place_shown(_place(kind))


@pages.post("/templates/of/<entry:kind>")
@page(role="editor", takes_file=True)
def upload_template(kind: str) -> ResponseReturnValue:
    """Keep an upload and wait for its check."""
    place = _place(kind)
    content = read_word_file()
    if not content:
        problem = "Choose the Word file first. Nothing was uploaded."
        return _place_shown(place, problem), HTTPStatus.UNPROCESSABLE_ENTITY
    kept = _kept(place, content)
    version = _when_checked(kept.id)
    return redirect(url_for("staff.template", template_id=version.id), HTTPStatus.SEE_OTHER)


@pages.get("/templates/of/<entry:kind>/built-in")
@page(note="template.built_in_read")
def built_in_template(kind: str) -> ResponseReturnValue:
    """Send the built-in template, to start from."""
    place = _place(kind)
    path = built_in_file(parts().knowledge.kinds[kind], place, "template.docx")
    if path is None:
        raise _NO_PLACE
    return file_answer(path.read_bytes(), template_name(place), WORD)


@pages.get("/templates/of/<entry:kind>/fields")
@page()
def template_fields(kind: str) -> ResponseReturnValue:
    """Show what a template of this kind may name, with values of the sample."""
    place = _place(kind)
    asked = request.args.get("q", "").strip()[:_LONGEST]
    names = offered_names(parts().knowledge, place)
    return render_template(
        "staff/template_fields.html",
        place=place,
        title=place_title(place),
        names=matching(names, asked),
        total=len(names),
        asked=asked,
    )


@pages.get("/templates/<template:template_id>")
@page(note="template.viewed")
def template(template_id: str) -> ResponseReturnValue:
    """Show a version: what its check found, and its text beside the version in use."""
    return _version_shown(_find(template_id))


@pages.get("/templates/<template:template_id>/file")
@page()
def template_file(template_id: str) -> ResponseReturnValue:
    """Send a version's Word file; storage notes the reading."""
    version, who = _find(template_id), person()
    content = parts().store.templates.read_file(who.account_id, template_id, who.actor)
    return file_answer(content, template_name(version.place, version.number), WORD)


@pages.post("/templates/<template:template_id>/preview")
@page(role="editor")
def preview_template(template_id: str) -> ResponseReturnValue:
    """Let a version be filled, and lead to its paper."""
    version = _find(template_id)
    if version.status not in _FILLED:
        raise WrongState(f"the version is {version.status}")
    packet_id = request.form.get("packet") or None
    try:
        new = preview_packet(version, {"formats": ["docx"], "packet": packet_id}, person().actor)
    except InvalidCase as invalid:
        problem = "; ".join(each.message for each in invalid.problems)
        return _version_shown(version, problem), HTTPStatus.UNPROCESSABLE_ENTITY
    packet = parts().store.packets.accept(new).packet
    where = url_for("staff.packet", packet_id=packet.id, done="previewed")
    return redirect(where, HTTPStatus.SEE_OTHER)


@pages.post("/templates/<template:template_id>/activate")
@page(role="administrator")
def activate_template(template_id: str) -> ResponseReturnValue:
    """Put a version into use."""
    parts().store.templates.activate(person().account_id, template_id, person().actor)
    return _back(template_id, "activated")


@pages.post("/templates/<template:template_id>/roll-back")
@page(role="administrator")
def roll_back_template(template_id: str) -> ResponseReturnValue:
    """Take the version in use back."""
    parts().store.templates.roll_back(person().account_id, template_id, person().actor)
    return _back(template_id, "rolled_back")


def place_title(place: TemplatePlace) -> str:
    """Return what people call the papers of a place."""
    kind = parts().knowledge.kinds.get(place.kind)
    if kind is None:
        return place.kind.replace("_", " ")
    title = kind.of(place.variant).title
    if place.variant and title == kind.title:
        title = f"{title}: {place.variant.replace('_', ' ')}"
    return title if place.language == "en" else f"{title} ({place.language})"


_NO_PLACE = PageRefused(
    HTTPStatus.NOT_FOUND, "There is no such page", "No paper has this kind, variant and language."
)
_TOO_MANY = PageRefused(
    HTTPStatus.CONFLICT,
    "This paper has as many template versions as it may have",
    "Nothing was kept. Put an earlier version into use instead.",
)


def _place(kind: str) -> TemplatePlace:
    asked: Mapping[str, str] = request.form if request.method == "POST" else request.args
    given = {name: asked.get(name, "") for name in ("variant", "language")}
    try:
        return checked_place({"kind": kind, **{name: each for name, each in given.items() if each}})
    except InvalidCase:
        raise _NO_PLACE from None


def _kept(place: TemplatePlace, content: bytes) -> TemplateVersion:
    new = NewTemplate(person().account_id, person().actor, place, content)
    try:
        return parts().store.templates.upload(new).version
    except WrongState:
        raise _TOO_MANY from None


def _find(template_id: str) -> TemplateVersion:
    return parts().store.templates.find(person().account_id, template_id)


def _when_checked(template_id: str) -> TemplateVersion:
    return when_checked(lambda: _find(template_id), MOST_SECONDS)


def _back(template_id: str, done: str) -> Response:
    where = url_for("staff.template", template_id=template_id, done=done)
    return make_response(redirect(where, HTTPStatus.SEE_OTHER))


def _place_shown(place: TemplatePlace, problem: str = "") -> str:
    found = parts().store.templates.list(person().account_id, place.kind)
    return render_template(
        "staff/template_place.html",
        place=place,
        title=place_title(place),
        when_to_use=parts().knowledge.kinds[place.kind].when_to_use,
        versions=[each for each in found if each.place == place],
        people=people_by_actor(person().account_id),
        problem=problem,
    )


def _version_shown(version: TemplateVersion, problem: str = "") -> str:
    has_text = version.report is not None and version.report.usable
    against, lines = _difference(version) if has_text else ("", [])
    return render_template(
        "staff/template.html",
        version=version,
        title=place_title(version.place),
        faults=[] if version.report is None else version.report.faults,
        before=against,
        lines=[each for each in lines if each["change"] != "same"],
        total=len(lines),
        packets=_packets() if version.status in _FILLED else (),
        people=people_by_actor(version.account_id),
        is_filled=version.status in _FILLED,
        problem=problem,
    )


def _difference(version: TemplateVersion) -> tuple[str, list[dict[str, str | None]]]:
    """Return the words for what the version is compared with, and the lines of both."""
    assert version.report is not None  # asked only of versions with text
    # The version in use says most beside the one that its going back would bring.
    to = (version.replaced or "built_in") if version.status == "active" else "active"
    try:
        name, text = compared_with(version, to)
    except InvalidCase:  # the version before was erased
        name, text = compared_with(version, "built_in")
    lines = side_by_side(text, version.report.text)
    return "the built-in template" if name == "built_in" else _called(name, version), lines


def _called(template_id: str, version: TemplateVersion) -> str:
    number = _find(template_id).number
    return f"version {number}, {'in use before' if version.status == 'active' else 'in use now'}"


def _packets() -> list[tuple[str, str]]:
    """Return the newest packets by id, to be shown with."""
    found = all_packets(person().account_id, parts(), _MOST_PACKETS)
    return [(each.id, each.reference or each.id[:12]) for each in found]
