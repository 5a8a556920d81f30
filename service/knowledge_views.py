"""The rules in use with their sources, and sample cases."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import msgspec
from flask import Blueprint, Response, jsonify

from service import catalog_schemas as shapes
from service.errors import Refused, bad_parameter
from service.operation import Answer, Operation, described
from service.parts import parts
from service.reading import read_query
from service.request_schemas import PageQuery

knowledge = Blueprint("knowledge", __name__, url_prefix="/v1")

AREAS = (
    "laws",
    "appeal_steps",
    "regulators",
    "policies",
    "denial_reasons",
    "evidence",
    "medicines",
    "scales",
    "treatments",
    "diagnosis_codes",
    "service_codes",
    "modifiers",
    "places_of_service",
    "forms",
    "questions",
    "resources",
    "plain_words",
)


@knowledge.get("/knowledge")
@described(
    Operation(
        tag="knowledge",
        summary="List the areas of the knowledge",
        scope="read",
        answers={200: Answer("All areas.", shapes.AreaList)},
    )
)
def areas() -> Response:
    """List the areas."""
    items = [
        {"area": area, "entries": len(entries_of(area)), "url": _address(area)} for area in AREAS
    ]
    return jsonify(version=parts().knowledge.version, items=items, next=None)


@knowledge.get("/knowledge/<entry:area>")
@described(
    Operation(
        tag="knowledge",
        summary="List the entries of an area",
        scope="read",
        query=PageQuery,
        answers={200: Answer("A page of entries, by id.", shapes.EntryList)},
        refuses=("not_found",),
    )
)
def entries(area: str) -> Response:
    """List the entries of an area."""
    held, asked = entries_of(area), read_query(PageQuery)
    after = _read_cursor(asked["cursor"]) if "cursor" in asked else ""
    following = [name for name in sorted(held) if name > after]
    shown = following[: asked["limit"]]
    items = [
        {"id": name, "title": title_of(held[name], name), "url": _address(area, name)}
        for name in shown
    ]
    more = _cursor(shown[-1]) if len(following) > len(shown) else None
    return jsonify(area=area, version=parts().knowledge.version, items=items, next=more)


@knowledge.get("/knowledge/<entry:area>/<entry:name>")
@described(
    Operation(
        tag="knowledge",
        summary="Read an entry",
        description="Whole, with its sources and the day somebody last checked them.",
        scope="read",
        answers={200: Answer("The entry.", shapes.Entry)},
        refuses=("not_found",),
    )
)
def entry(area: str, name: str) -> Response:
    """Read an entry."""
    held = entries_of(area)
    if name not in held:
        raise Refused("not_found")
    whole = msgspec.to_builtins(held[name])
    return jsonify(area=area, id=name, version=parts().knowledge.version, entry=whole)


@knowledge.get("/samples")
@described(
    Operation(
        tag="knowledge",
        summary="List sample cases",
        scope="read",
        answers={200: Answer("All samples.", shapes.SampleList)},
    )
)
def samples() -> Response:
    """List the sample cases."""
    items = [
        {"id": name, "url": parts().address(f"/v1/samples/{name}")} for name in parts().samples
    ]
    return jsonify(items=items, next=None)


@knowledge.get("/samples/<entry:name>")
@described(
    Operation(
        tag="knowledge",
        summary="Read a sample case",
        description="Invented people; post it as `case`.",
        scope="read",
        answers={200: Answer("The case.", shapes.Sample)},
        refuses=("not_found",),
    )
)
def sample(name: str) -> Response:
    """Read a sample case."""
    found = parts().samples.get(name)
    if found is None:
        raise Refused("not_found")
    return jsonify(id=found.id, case=found.case)


def entries_of(area: str) -> Mapping[str, Any]:
    """Return the entries of an area by id; refuses (404) what is no area."""
    if area not in AREAS:
        raise Refused("not_found")
    held: Mapping[str, Any] = getattr(parts().knowledge, area)
    # Files whose name begins with _ hold what an area's entries share.
    return {name: entry for name, entry in held.items() if not name.startswith("_")}


def _address(*steps: str) -> str:
    return parts().address("/".join(("/v1/knowledge", *steps)))


def title_of(held: Any, name: str) -> str:
    """Return what people call an entry: its title, else its id."""
    said = msgspec.to_builtins(held)
    return str(said.get("title") or said.get("label") or said.get("term") or name)


def _cursor(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        raise bad_parameter("cursor", "must be exactly as `next` gave it") from None
