"""The interface described: OpenAPI, readable pages that ask nothing of the network, the errors."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from service.error_codes import item_codes
from service.problem_types import PROBLEM_TYPES
from service.security_headers import PAGE_POLICY

documentation = Blueprint("documentation", __name__)
DOCUMENT = "openapi"


@documentation.get("/openapi.json")
def openapi() -> Response:
    """Send the OpenAPI document."""
    answer = jsonify(current_app.extensions[DOCUMENT])
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@documentation.get("/docs")
def pages() -> Response:
    """Show the OpenAPI document to people."""
    return _page(render_template("docs.html"))


@documentation.get("/docs/errors")
def error_table() -> Response:
    """Show every problem with its cure; `type` of a problem leads here."""
    return _page(render_template("errors.html", problems=PROBLEM_TYPES, items=item_codes()))


def _page(text: str) -> Response:
    page = Response(text, mimetype="text/html")
    page.headers["Content-Security-Policy"] = PAGE_POLICY
    return page
