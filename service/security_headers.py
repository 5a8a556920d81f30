"""The headers that keep a browser from doing more with an answer than it should."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# The documentation pages load our own files; swagger-ui's icons are data: pictures in its CSS.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def install_security_headers(app: Flask) -> None:
    """Send the headers with every answer; a view that set one of them keeps it."""
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    if request.path.startswith(("/v1", "/d/")):
        response.headers["Cache-Control"] = "no-store"
    return secured(response)


def secured(response: Response) -> Response:
    """Return the answer with the headers that every answer has."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _NOTHING)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if current_app.config["PUBLIC_URL"].startswith("https://"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
