"""The answer to a request that the server could not read: the application never sees it."""

from __future__ import annotations

import uuid

from flask import Flask, g

from service.errors import Refused, problem_response
from service.security_headers import secured


def unread_answer(app: Flask, code: str) -> tuple[str, bytes]:
    """Return a request id, and the problem `code` as the bytes of a whole HTTP/1.1 answer."""
    with app.app_context():
        g.request_id = uuid.uuid4().hex
        answer = secured(problem_response(Refused(code)))
        answer.headers["X-Request-ID"] = g.request_id
        answer.headers["Connection"] = "close"
        head = f"HTTP/1.1 {answer.status}\r\n{answer.headers}"
        return g.request_id, head.encode("latin-1") + answer.get_data()
