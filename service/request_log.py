"""Request ids, and one structured line a request: never a path, a body or a value of a case."""

from __future__ import annotations

import re
import sys
import time
import uuid
from http import HTTPMethod
from typing import Any, TextIO

import structlog
from flask import Flask, Response, current_app, g, request

# What a caller may choose: printable, short, and safe in a log line and a header.
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")
# Whatever else stands in that place was made up by the caller.
_METHODS = frozenset(HTTPMethod)
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
)


def install_request_log(app: Flask, stream: TextIO | None = None) -> None:
    """Give every request its id and write one JSON line for it to `stream` (standard output)."""
    app.extensions["log"] = structlog.wrap_logger(
        structlog.WriteLogger(stream or sys.stdout),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
    )
    app.before_request(_begin)
    app.after_request(_echo_ids)
    app.after_request(_log_request)


def log_event(event: str, **fields: Any) -> None:
    """Write the constant text `event` with `fields`: ids, codes and numbers only."""
    current_app.extensions["log"].warning(event, request_id=g.get("request_id", ""), **fields)


def log_failure(error: BaseException) -> None:
    """Log that a request failed: the exception's type and place, never its text.

    A database error's text holds the statement's parameters, a validation error's the value.
    """
    current_app.extensions["log"].error(
        "request failed",
        request_id=g.get("request_id", ""),
        route=_route(),
        exception=type(error).__qualname__,
        at=_place(error),
    )


def _begin() -> None:
    g.started = time.monotonic()
    asked = request.headers.get("X-Request-ID", "")
    g.request_id = asked if _REQUEST_ID.fullmatch(asked) else uuid.uuid4().hex
    trace = request.headers.get("traceparent", "")
    g.traceparent = trace if _TRACEPARENT.fullmatch(trace) else ""


def _echo_ids(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    if g.traceparent:
        response.headers["traceparent"] = g.traceparent
    return response


def _log_request(response: Response) -> Response:
    caller = g.get("caller")
    current_app.extensions["log"].info(
        "request",
        request_id=g.request_id,
        traceparent=g.traceparent or None,
        method=request.method if request.method in _METHODS else "other",
        route=_route(),
        status=response.status_code,
        duration_ms=round((time.monotonic() - g.started) * 1000, 1),
        account=caller.account_id if caller else None,
        key=caller.prefix if caller else None,
    )
    return response


def _route() -> str:
    # The rule, not the path: a path may carry a link's token or whatever a caller typed.
    return request.url_rule.rule if request.url_rule else "unmatched"


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno}"
