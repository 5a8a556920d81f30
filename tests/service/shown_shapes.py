"""Holding answers against the OpenAPI document, to the letter."""

from __future__ import annotations

import re
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.test import TestResponse


class ShownShapes:
    """The shapes that the document promises, closed: a field it does not know is a fault here."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._components = {"schemas": _closed(document["components"]["schemas"])}
        self._paths = {
            re.compile(re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(path))): entry
            # OpenAPI 3.1, section 4.8.8.2: a path without parameters is matched first.
            for path, entry in sorted(document["paths"].items(), key=lambda row: row[0].count("{"))
        }

    def hold(self, method: str, path: str, answer: TestResponse) -> None:
        """Assert that the document knows this answer to this request."""
        promised = self._promised(method.lower(), path, answer)
        if promised is None or not answer.data:
            return
        assert answer.mimetype in promised["content"], (method, path, answer.mimetype)
        schema = promised["content"][answer.mimetype].get("schema")
        if schema:
            self._validate(schema, answer.json)

    def _promised(self, method: str, path: str, answer: TestResponse) -> dict[str, Any] | None:
        entries = [entry for pattern, entry in self._paths.items() if pattern.fullmatch(path)]
        found = [entry[method] for entry in entries if method in entry]
        if not found:
            assert answer.status_code in {200, 304, 401, 404, 405, 429}, answer.status_code
            return None
        answers = found[0]["responses"]
        # An id of another form is no address at all; everything else must be listed.
        known = str(answer.status_code) in answers or answer.status_code == 404
        assert known, f"{method} {path}: {answer.status_code} is not in the document"
        return answers.get(str(answer.status_code))

    def _validate(self, schema: dict[str, Any], body: Any) -> None:
        whole = {"components": self._components, **schema}
        checker = FormatChecker(formats=["date"])
        found = Draft202012Validator(whole, format_checker=checker).iter_errors(body)
        faults = [f"{fault.json_path}: {fault.message[:200]}" for fault in found]
        assert not faults, faults


def _closed(schemas: dict[str, Any]) -> dict[str, Any]:
    return {
        name: schema | {"additionalProperties": False} if _ours(name, schema) else schema
        for name, schema in schemas.items()
    }


def _ours(name: str, schema: dict[str, Any]) -> bool:
    return "properties" in schema and not name.startswith("Case")
