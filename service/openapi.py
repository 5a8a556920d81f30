"""The OpenAPI 3.1 document, put together from the routes and what each view says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from marshmallow import Schema
from werkzeug.routing import Rule

from service.batch_schemas import PacketOfBatch
from service.operation import Answer, Operation, Shapes, operation_of
from service.problem_schemas import Problem
from service.problem_types import TYPE_BY_CODE
from service.request_schemas import CASE_COMPONENT, DocumentAsked
from service.webhook_schemas import MEANINGS as WEBHOOK_MEANINGS
from service.webhook_schemas import Webhook
from storage.outbox import TYPES

_DESCRIPTION = (
    "Post a case, download the Word documents that argue it: letters of medical necessity, prior "
    "authorization requests and appeals for ketamine treatment. Timestamps are UTC; errors are "
    "`application/problem+json` (RFC 9457), every one with its cure at `/docs/errors`. "
    "Within v1 changes only add."
)
_TAGS = (
    ("packets", "A case on its way to papers, and the papers."),
    ("reviews", "What the papers would argue, before any is written."),
    ("document kinds", "What can be written, and what each kind needs."),
    ("templates", "The clinic's own Word templates, version by version."),
    ("knowledge", "The rules in use with their sources, and sample cases."),
    ("webhooks", "What is told to callback addresses."),
    ("downloads", "Signed links that work without a key."),
    ("operation", "For the platform that runs the service."),
)
_ALWAYS = ("internal_error", "unavailable")
_WITH_KEY = ("not_authenticated", "missing_scope")

_REQUEST_HEADERS: dict[str, dict[str, Any]] = {
    "Idempotency-Key": {
        "description": "Your own unique text for this packet. The same key with the same body gives "
        "the same packet again, so a request whose answer was lost can be repeated. Kept as long "
        "as the packet; it must not hold patient data.",
        "schema": {"type": "string", "pattern": r"^[\x21-\x7E]{1,255}$"},
        "example": "5c1f8d0e-7a43-4a55-9d7c-2f6d5f9f6c11",
    },
    "Prefer": {
        "description": "`wait=N`: answer when the packet is ready or failed, at the latest after N "
        "seconds, at most 20.",
        "schema": {"type": "string"},
        "example": "wait=20",
    },
    "If-None-Match": {
        "description": "The `ETag` of an earlier answer: 304 when nothing has changed.",
        "schema": {"type": "string"},
    },
}
_ANSWER_HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {"description": "Version of this answer.", "schema": {"type": "string"}},
    "Location": {"description": "The packet.", "schema": {"type": "string", "format": "uri"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
    "Idempotent-Replayed": {
        "description": "`true`: this packet was accepted earlier.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Content-Disposition": {
        "description": "The name to save it under.",
        "schema": {"type": "string"},
    },
}


def openapi_document(app: Flask, version: str, case_schema: dict[str, Any]) -> dict[str, Any]:
    """Return the whole document for the routes of `app`."""
    spec = APISpec(
        title="Necessity",
        version=version,
        openapi_version="3.1.0",
        info={"description": _DESCRIPTION, "license": {"name": "MIT", "identifier": "MIT"}},
        servers=[{"url": app.config["PUBLIC_URL"]}],
        tags=[{"name": name, "description": meaning} for name, meaning in _TAGS],
        plugins=[MarshmallowPlugin(schema_name_resolver=_schema_name)],
    )
    _add_components(spec, case_schema)
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        operation = operation_of(app.view_functions[rule.endpoint])
        if operation:
            spec.path(_path(rule), operations=_operations(rule, operation))
    document: dict[str, Any] = spec.to_dict()
    return document | {"webhooks": {each: _webhook(each) for each in TYPES}}


def _schema_name(schema: type[Schema] | Schema) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__


def _add_components(spec: APISpec, case_schema: dict[str, Any]) -> None:
    """Add the key, the headers and the case, whose `$defs` become schemas beside it."""
    spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    for name, header in _REQUEST_HEADERS.items():
        spec.components.parameter(name, "header", {"name": name, "required": False, **header})
    for name, header in _ANSWER_HEADERS.items():
        spec.components.header(name, header)
    whole = _lifted(case_schema)
    for name, schema in whole.pop("$defs", {}).items():
        spec.components.schema(f"{CASE_COMPONENT}.{name}", schema)
    spec.components.schema(CASE_COMPONENT, whole)
    spec.components.schema("DocumentAsked", schema=DocumentAsked)
    spec.components.schema("PacketOfBatch", schema=PacketOfBatch)
    spec.components.schema("Webhook", schema=Webhook)


def _lifted(schema: Any) -> Any:
    """Point references into `$defs` at the document's components; drop what only a root may say."""
    if isinstance(schema, list):
        return [_lifted(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    lifted = {key: _lifted(value) for key, value in schema.items() if key not in {"$schema", "$id"}}
    reference = lifted.get("$ref")
    if isinstance(reference, str):
        name = reference.removeprefix("#/$defs/")
        lifted["$ref"] = f"#/components/schemas/{CASE_COMPONENT}.{name}"
    return lifted


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule)


def _webhook(kind: str) -> dict[str, Any]:
    shape = {"$ref": "#/components/schemas/Webhook"}
    return {
        "post": {
            "tags": ["webhooks"],
            "operationId": kind.replace(".", "_"),
            "summary": WEBHOOK_MEANINGS[kind],
            "description": "Sent to a packet's `callback_url`, signed as Standard Webhooks with the "
            "account's secret: `webhook-id`, `webhook-timestamp`, `webhook-signature`.",
            "security": [],
            "requestBody": {"required": True, "content": {"application/json": {"schema": shape}}},
            "responses": {
                "2XX": {"description": "Received. Anything else is tried again for a day."},
                "410": {"description": "Never send this again."},
            },
        }
    }


def _operations(rule: Rule, operation: Operation) -> dict[str, Any]:
    method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"})).lower()
    entry: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"),
        "tags": [operation.tag],
        "summary": operation.summary,
        "security": [{"key": []}] if operation.scope else [],
        "parameters": _parameters(rule, operation),
        "responses": _answers(operation),
    }
    if operation.description or operation.scope:
        entry["description"] = _description(operation)
    if operation.body:
        content = {
            "application/json": {"schema": _shape(operation.body), **_example(operation.body)}
        }
        entry["requestBody"] = {"required": True, "content": content}
    if operation.upload:
        forms = {"multipart/form-data": {"schema": operation.upload}, operation.upload_type: {}}
        entry["requestBody"] = {"required": True, "content": forms}
    return {method: entry}


def _description(operation: Operation) -> str:
    scope = f"The key needs the scope `{operation.scope}`." if operation.scope else ""
    return " ".join(part for part in (operation.description, scope) if part)


def _shape(shapes: Shapes) -> Any:
    return {"oneOf": list(shapes)} if isinstance(shapes, tuple) else shapes


def _example(body: Shapes) -> dict[str, Any]:
    example = getattr(body, "example", None)
    return {"example": example} if example else {}


def _parameters(rule: Rule, operation: Operation) -> list[Any]:
    in_path = [
        {
            "in": "path",
            "name": name,
            "required": True,
            "schema": {"type": "string", "pattern": f"^{rule._converters[name].regex}$"},  # noqa: SLF001
        }
        for name in sorted(rule.arguments)
    ]
    in_query = [{"in": "query", "schema": operation.query}] if operation.query else []
    return in_path + in_query + list(operation.headers)


def _answers(operation: Operation) -> dict[str, Any]:
    answers = {str(status): _answer(answer) for status, answer in operation.answers.items()}
    codes = tuple(_codes(operation))
    for status in sorted({TYPE_BY_CODE[code].status for code in codes}):
        problem = _problem([code for code in codes if TYPE_BY_CODE[code].status == status])
        answers[str(status)] = _joined(answers.get(str(status)), problem)
    return answers


def _codes(operation: Operation) -> Iterator[str]:
    yield from operation.refuses
    yield from _ALWAYS
    if operation.scope:
        yield from _WITH_KEY
    if operation.query or operation.headers:
        yield "bad_parameter"
    if operation.tag != "operation":
        yield "too_many_requests"


def _joined(answer: dict[str, Any] | None, problem: dict[str, Any]) -> dict[str, Any]:
    """Return one entry for a status that is both an answer and a problem."""
    if answer is None:
        return problem
    description = f"{answer['description']} {problem['description']}"
    return answer | {
        "description": description,
        "content": answer["content"] | problem["content"],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    entry: dict[str, Any] = {"description": answer.meaning}
    if answer.schema:
        entry["content"] = {answer.media_type: {"schema": _shape(answer.schema)}}
    elif answer.media_type != "application/json":
        # OpenAPI 3.1: a media type without a schema holds bytes.
        entry["content"] = {answer.media_type: {}}
    if answer.headers:
        entry["headers"] = {name: name for name in answer.headers}
    return entry


def _problem(codes: list[str]) -> dict[str, Any]:
    lines = [f"`{code}`: {TYPE_BY_CODE[code].title}." for code in dict.fromkeys(codes)]
    content = {"application/problem+json": {"schema": Problem}}
    return {"description": " ".join(lines), "content": content}
