"""Document kinds: what can be written, and what each needs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify

from casework.knowledge_base.kinds import Kind
from service import catalog_schemas as shapes
from service.errors import Refused
from service.operation import Answer, Operation, described
from service.parts import caller, parts
from service.samples import KINDS, sample_for
from storage.records import TemplatePlace

_LANGUAGE_LETTERS = 2

kinds = Blueprint("kinds", __name__, url_prefix="/v1/document-kinds")


@kinds.get("")
@described(
    Operation(
        tag="document kinds",
        summary="List document kinds",
        scope="read",
        answers={200: Answer("All kinds.", shapes.KindList)},
    )
)
def list_all() -> Response:
    """List all kinds."""
    return jsonify(items=[_summary(kind) for kind in parts().knowledge.kinds.values()], next=None)


@kinds.get("/<entry:kind>")
@described(
    Operation(
        tag="document kinds",
        summary="Read a document kind",
        description="With the JSON Schema of a case for it and a whole sample case.",
        scope="read",
        answers={200: Answer("The kind.", shapes.Kind)},
        refuses=("not_found",),
    )
)
def read(kind: str) -> Response:
    """Read one kind."""
    found = parts().knowledge.kinds.get(kind)
    if found is None:
        raise Refused("not_found")
    return jsonify(
        _summary(found)
        | {
            "case_schema": case_schema_for(found, parts().case_schema),
            "sample": sample_for(found, parts().samples),
            "templates": list(_versions(found)),
        }
    )


def case_schema_for(kind: Kind, case_schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the case's JSON Schema, asking also for what `kind` cannot be written without."""
    needed = [_needs(pointer.split("/")[1:]) for pointer in kind.requires]
    return dict(case_schema) | (
        {"allOf": [*case_schema.get("allOf", ()), *needed]} if needed else {}
    )


def _needs(steps: list[str]) -> dict[str, Any]:
    first, *rest = steps
    below = _needs(rest) if rest else {"not": {"type": "null"}}
    return {"required": [first], "properties": {first: below}}


def _summary(kind: Kind) -> dict[str, Any]:
    return {
        "kind": kind.id,
        "title": kind.title,
        "when_to_use": kind.when_to_use,
        "audience": kind.audience,
        "requires": list(kind.requires),
        "optional": list(kind.optional),
        "languages": list(kind.languages),
        "variants": [
            {"id": each.id, "title": each.title, "when_to_use": each.when_to_use}
            for each in kind.variants
        ],
        "url": parts().address(f"/v1/document-kinds/{kind.id}"),
    }


def _versions(kind: Kind) -> Iterator[dict[str, Any]]:
    """Yield the account's versions, newest first, then the built-in templates."""
    own = parts().store.templates.list(caller().account_id, kind=kind.id)
    for each in own:
        yield _version(each.place, each.id, each.status, each.sha256, built_in=False)
    replaced = {each.place for each in own if each.status == "active"}
    for place, sha256 in _built_in(KINDS / kind.id):
        status = "retired" if place in replaced else "active"
        yield _version(place, sha256, status, sha256, built_in=True)


def _version(
    place: TemplatePlace, version: str, status: str, sha256: str, *, built_in: bool
) -> dict[str, Any]:
    return {
        "version": version,
        "variant": place.variant or None,
        "language": place.language,
        "status": status,
        "sha256": sha256,
        "built_in": built_in,
    }


@cache
def _built_in(folder: Path) -> tuple[tuple[TemplatePlace, str], ...]:
    """Return the built-in templates of a kind, which only change with a release."""
    return tuple(
        (_place(folder, path), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in _files(folder)
    )


def _place(folder: Path, path: Path) -> TemplatePlace:
    inside = list(path.parent.relative_to(folder).parts)
    language = inside.pop() if inside and len(inside[-1]) == _LANGUAGE_LETTERS else "en"
    return TemplatePlace(folder.name, inside[0] if inside else "", language)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("template.docx"), key=lambda path: (len(path.parts), path))
