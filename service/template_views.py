"""The clinic's own templates: uploaded, checked, compared, shown, put into use, taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TypeVar

from flask import Blueprint, Response, jsonify

from casework.knowledge_base.kinds import Kind
from service import packet_schemas
from service import template_schemas as shapes
from service.built_in import built_in_file, matching, offered_names, places
from service.downloads import file_answer
from service.errors import Refused
from service.json_body import json_body
from service.operation import Answer, Operation, described
from service.packet_shape import packet_json
from service.parts import caller, parts
from service.reading import preferred_wait, read_body, read_query
from service.template_difference import compared_with, side_by_side
from service.template_preview import preview_packet
from service.template_shape import template_name, version_json
from service.template_upload import checked_place, read_upload
from service.waiting import MOST_SECONDS, when_checked
from storage.faults import Erased, WrongState
from storage.media import WORD
from storage.records import TemplatePlace, TemplateVersion, UploadedTemplate

templates = Blueprint("templates", __name__, url_prefix="/v1/templates")

T = TypeVar("T")
_TAG = "templates"
_SCOPE = "templates"
_NO_CHANGE = ("not_found", "template_state")


@templates.post("")
@described(
    Operation(
        tag=_TAG,
        summary="Upload a Word template",
        description="A form with the fields `file`, `kind`, `variant`, `language`, or the file as "
        "the whole body and the rest in the query. It is checked before it becomes a draft: with "
        "`Prefer: wait=N` the answer waits for that. The same file again gives the same version.",
        scope=_SCOPE,
        query=shapes.PlaceQuery,
        upload=shapes.TemplateForm,
        upload_type=WORD,
        headers=("Prefer",),
        answers={
            202: Answer("Kept, to be checked.", shapes.TemplateVersion, headers=("Location",)),
            200: Answer(
                "This file was here before.", shapes.TemplateVersion, headers=("Location",)
            ),
        },
        refuses=(
            "too_large",
            "unsupported_media_type",
            "invalid_request",
            "too_many_templates",
            "storage_full",
        ),
    )
)
def upload() -> Response:
    """Keep an upload and let it be checked."""
    seconds = preferred_wait(MOST_SECONDS)
    kept = _kept()
    version = _when_checked(kept.version.id, seconds)
    answer = _whole(version)
    answer.status_code = 200 if kept.replayed else 202
    answer.headers["Location"] = parts().address(f"/v1/templates/{version.id}")
    return answer


@templates.get("")
@described(
    Operation(
        tag=_TAG,
        summary="List template versions, newest first",
        scope=_SCOPE,
        query=shapes.TemplateQuery,
        answers={200: Answer("The versions.", shapes.TemplateVersionList)},
    )
)
def list_all() -> Response:
    """List the account's versions."""
    asked = read_query(shapes.TemplateQuery)
    store = parts().store.templates
    found = store.list(caller().account_id, asked.get("kind"), asked.get("status"))
    shown = [version_json(each, parts()) for each in found if _is_asked(each, asked)]
    return jsonify(items=shown, next=None)


@templates.get("/in-use")
@described(
    Operation(
        tag=_TAG,
        summary="List what writes each kind of paper now",
        scope=_SCOPE,
        answers={200: Answer("Every place.", shapes.PlaceList)},
    )
)
def in_use() -> Response:
    """List every place with the version in use."""
    active = parts().store.templates.active(caller().account_id)
    shown = [_place_json(place, active.get(place)) for place in places(parts().knowledge)]
    return jsonify(items=shown, next=None)


@templates.get("/fields/<entry:kind>")
@described(
    Operation(
        tag=_TAG,
        summary="List what a template of a kind may name",
        description="Each name with the tag to copy and its value in the kind's sample.",
        scope=_SCOPE,
        query=shapes.OfferedQuery,
        answers={200: Answer("The names.", shapes.OfferedNameList)},
        refuses=("not_found", "invalid_request"),
    )
)
def names(kind: str) -> Response:
    """List the names of a kind."""
    asked = read_query(shapes.OfferedQuery)
    _, place = _kind_at(kind, asked)
    found = matching(offered_names(parts().knowledge, place), asked.get("search", ""))
    return jsonify(items=[asdict(each) for each in found], next=None)


@templates.get("/built-in/<entry:kind>")
@described(
    Operation(
        tag=_TAG,
        summary="Download a built-in template, to start from",
        scope=_SCOPE,
        query=shapes.VariantQuery,
        answers={200: Answer("The file.", media_type=WORD, headers=("Content-Disposition",))},
        refuses=("not_found", "invalid_request"),
    )
)
def built_in(kind: str) -> Response:
    """Send a built-in template."""
    found, place = _kind_at(kind, read_query(shapes.VariantQuery))
    path = built_in_file(found, place, "template.docx")
    if path is None:
        raise Refused("not_found")
    return file_answer(path.read_bytes(), template_name(place), WORD)


@templates.get("/<template:template_id>")
@described(
    Operation(
        tag=_TAG,
        summary="Read a template version and what its check found",
        scope=_SCOPE,
        headers=("Prefer",),
        answers={200: Answer("The version.", shapes.TemplateVersion)},
        refuses=("not_found",),
    )
)
def read(template_id: str) -> Response:
    """Read a version, waiting for its check when asked to."""
    seconds = preferred_wait(MOST_SECONDS)
    return _whole(_when_checked(template_id, seconds))


@templates.get("/<template:template_id>/file")
@described(
    Operation(
        tag=_TAG,
        summary="Download a template version",
        scope=_SCOPE,
        answers={200: Answer("The file.", media_type=WORD, headers=("Content-Disposition",))},
        refuses=("not_found", "file_not_kept"),
    )
)
def file(template_id: str) -> Response:
    """Send a version's Word file."""
    store, account = parts().store.templates, caller().account_id
    version = store.find(account, template_id)
    try:
        content = store.read_file(account, template_id, caller().actor)
    except Erased:
        raise Refused("file_not_kept") from None
    return file_answer(content, template_name(version.place, version.number), WORD)


@templates.get("/<template:template_id>/difference")
@described(
    Operation(
        tag=_TAG,
        summary="Compare a template version, as text",
        description="With the version in use, the built-in template, or another version.",
        scope=_SCOPE,
        query=shapes.DifferenceQuery,
        answers={200: Answer("Side by side.", shapes.TemplateDifference)},
        refuses=("not_found", "invalid_request", "template_state"),
    )
)
def difference(template_id: str) -> Response:
    """Compare two versions."""
    to = read_query(shapes.DifferenceQuery)["to"]
    version = parts().store.templates.find(caller().account_id, template_id)
    if version.report is None or not version.report.usable:
        raise Refused("template_state", f"It is {version.status}: there is no text to compare.")
    name, text = compared_with(version, to)
    lines = side_by_side(text, version.report.text)
    changed = sum(line["change"] != "same" for line in lines)
    return jsonify(before=name, after=version.id, changed=changed, lines=lines)


@templates.post("/<template:template_id>/preview")
@described(
    Operation(
        tag=_TAG,
        summary="Show a template version filled",
        description="Makes a packet of one paper, marked SAMPLE, kept for a day and listed nowhere: "
        "read it like any other. With the kind's sample case, or a packet of the account.",
        scope=_SCOPE,
        body=shapes.PreviewBody,
        answers={
            202: Answer("Accepted.", packet_schemas.Packet, headers=("Location", "Retry-After"))
        },
        refuses=(
            "not_json",
            "unsupported_media_type",
            "too_large",
            "invalid_request",
            *_NO_CHANGE,
            "storage_full",
        ),
    )
)
def preview(template_id: str) -> Response:
    """Let a version be filled."""
    _, given = json_body()
    asked = read_body(shapes.PreviewBody, given)
    version = parts().store.templates.find(caller().account_id, template_id)
    if version.status not in ("draft", "active", "retired"):
        raise Refused("template_state", f"It is {version.status}: there is nothing to fill.")
    packet = parts().store.packets.accept(preview_packet(version, asked, caller().actor)).packet
    answer = jsonify(packet_json(packet, {}, parts()))
    answer.status_code = 202
    answer.headers["Location"] = parts().address(f"/v1/packets/{packet.id}")
    answer.headers["Retry-After"] = "1"
    return answer


@templates.post("/<template:template_id>/activate")
@described(
    Operation(
        tag=_TAG,
        summary="Put a template version into use",
        description="A draft, or an earlier version. Papers written from now on are written from "
        "it; papers already made never change.",
        scope=_SCOPE,
        answers={200: Answer("In use.", shapes.TemplateVersion)},
        refuses=_NO_CHANGE,
    )
)
def activate(template_id: str) -> Response:
    """Put a version into use."""
    store = parts().store.templates
    return _whole(
        _changed(lambda: store.activate(caller().account_id, template_id, caller().actor))
    )


@templates.post("/<template:template_id>/roll-back")
@described(
    Operation(
        tag=_TAG,
        summary="Take the template version in use back",
        description="The version before it is in use again; without one, the built-in template.",
        scope=_SCOPE,
        answers={200: Answer("What is in use now.", shapes.RolledBack)},
        refuses=_NO_CHANGE,
    )
)
def roll_back(template_id: str) -> Response:
    """Take the version in use back."""
    store = parts().store.templates
    now = _changed(lambda: store.roll_back(caller().account_id, template_id, caller().actor))
    return jsonify(active=None if now is None else version_json(now, parts()))


@templates.delete("/<template:template_id>")
@described(
    Operation(
        tag=_TAG,
        summary="Erase a template version",
        description="File and report are gone for good; its row says so. Not while it is in use.",
        scope=_SCOPE,
        answers={200: Answer("Erased.", shapes.TemplateVersion)},
        refuses=_NO_CHANGE,
    )
)
def erase(template_id: str) -> Response:
    """Erase a version."""
    store = parts().store.templates
    return _whole(_changed(lambda: store.erase(caller().account_id, template_id, caller().actor)))


def _when_checked(template_id: str, seconds: int) -> TemplateVersion:
    store, account = parts().store.templates, caller().account_id
    return when_checked(lambda: store.find(account, template_id), seconds)


def _kept() -> UploadedTemplate:
    try:
        return parts().store.templates.upload(read_upload())
    except WrongState:
        raise Refused("too_many_templates") from None


def _changed(change: Callable[[], T]) -> T:
    try:
        return change()
    except WrongState as fault:
        raise Refused("template_state", f"{str(fault).capitalize()}.") from None


def _whole(version: TemplateVersion) -> Response:
    return jsonify(version_json(version, parts()))


def _is_asked(version: TemplateVersion, asked: dict[str, str]) -> bool:
    place = vars(version.place)
    return all(place[name] == asked[name] for name in place if name in asked)


def _kind_at(kind: str, asked: dict[str, str]) -> tuple[Kind, TemplatePlace]:
    found = parts().knowledge.kinds.get(kind)
    if found is None:
        raise Refused("not_found")
    return found, checked_place({"kind": kind, **asked})


def _place_json(place: TemplatePlace, active: TemplateVersion | None) -> dict[str, object]:
    kind = parts().knowledge.kinds[place.kind].of(place.variant)
    query = f"?variant={place.variant}&language={place.language}"
    return {
        "kind": place.kind,
        "title": kind.title,
        "variant": place.variant or None,
        "language": place.language,
        "active": None if active is None else version_json(active, parts()),
        "built_in": parts().address(f"/v1/templates/built-in/{place.kind}{query}"),
    }
