"""Refusals as RFC 9457 problems, and the handlers that turn every exception into one."""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from casework.problems import InvalidCase, Problem
from casework.strict_json import NotJson
from service.body_sizes import CASE_BYTES
from service.problem_types import CODE_BY_STATUS, TYPE_BY_CODE
from service.request_log import log_failure
from storage.faults import StorageFault

ErrorItem = Mapping[str, str]


class Refused(Exception):
    """The request is answered with the problem `code` of `service.problem_types`.

    `detail` and `errors` are for people and hold no value of the case; `headers` go out with it.
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        errors: Sequence[ErrorItem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}


def refuse_items(problems: Sequence[Problem]) -> Refused:
    """The 422 that lists `problems`, each by its pointer."""
    return Refused(
        "invalid_request",
        f"{len(problems)} {'thing is' if len(problems) == 1 else 'things are'} to be corrected.",
        [item(problem) for problem in problems],
    )


def item(problem: Problem) -> dict[str, str]:
    """One entry of a problem's `errors`."""
    return {"pointer": problem.pointer, "code": problem.code, "message": problem.message}


def bad_parameter(name: str, message: str) -> Refused:
    """The 400 for a query parameter or header called `name`."""
    return bad_parameters({name: message})


def bad_parameters(messages: Mapping[str, str]) -> Refused:
    """The 400 for several query parameters, by name."""
    errors = [
        {"pointer": "", "parameter": name, "code": "bad_parameter", "message": message}
        for name, message in messages.items()
    ]
    detail = "; ".join(f"{name} {message}" for name, message in messages.items())
    return Refused("bad_parameter", detail, errors)


def problem_json(refused: Refused) -> dict[str, Any]:
    """The problem's members (RFC 9457 section 3.1, and ours)."""
    row = TYPE_BY_CODE[refused.code]
    return {
        "type": f"{current_app.config['PUBLIC_URL']}/docs/errors#{row.code}",
        "title": row.title,
        "status": row.status,
        "code": row.code,
        "detail": refused.detail or row.cure,
        "request_id": g.get("request_id", ""),
        "errors": [dict(each) for each in refused.errors],
    }


def problem_response(refused: Refused) -> Response:
    """The problem as `application/problem+json`, with its status and headers."""
    body = problem_json(refused)
    response: Response = current_app.json.response(body)  # type: ignore[assignment] # Flask's own
    response.status_code = body["status"]
    response.mimetype = "application/problem+json"
    response.headers.extend(dict(refused.headers))
    return response


def install_error_handlers(app: Flask) -> None:
    """Answer every exception of a view with a problem."""
    app.register_error_handler(Refused, problem_response)
    app.register_error_handler(InvalidCase, lambda e: problem_response(refuse_items(e.problems)))
    app.register_error_handler(NotJson, lambda e: problem_response(_not_json(e)))
    app.register_error_handler(StorageFault, _storage_fault)
    app.register_error_handler(HTTPException, _framework_error)
    app.register_error_handler(Exception, _unexpected)


def _not_json(error: NotJson) -> Refused:
    entry = {"pointer": "", "code": error.code, "message": error.message}
    return Refused("not_json", error.message, [entry])


_FAULTS = {
    "not_found": Refused("not_found"),
    "erased": Refused("erased"),
    "wrong_state": Refused("not_ready"),
    "idempotency_key_reused": Refused("idempotency_key_reused"),
    "too_many_waiting": Refused(
        "too_many_requests",
        "Too many of your uploads wait for their check.",
        headers={"Retry-After": "5"},
    ),
    "bad_cursor": bad_parameter("cursor", "must be exactly as `next` gave it"),
    "bad_link": Refused("not_found"),
    "expired_link": Refused("link_expired"),
    "revoked_link": Refused("link_revoked"),
    "storage_full": Refused("storage_full"),
    "storage_unavailable": Refused("unavailable", headers={"Retry-After": "2"}),
}


def fault_refused(fault: StorageFault) -> Refused | None:
    """The problem that a fault of storage is answered with; None where it is a fault of ours."""
    return _FAULTS.get(fault.code)


def _storage_fault(fault: StorageFault) -> Response:
    refused = fault_refused(fault)
    return problem_response(refused) if refused else _unexpected(fault)


def _framework_error(error: HTTPException) -> Response:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    code = CODE_BY_STATUS.get(status, "bad_request" if status < 500 else "internal_error")  # noqa: PLR2004
    return problem_response(Refused(code, _detail(code), headers=_kept_headers(error)))


def _detail(code: str) -> str:
    if code == "too_large" and request.max_content_length:
        batch = f" ({CASE_BYTES} bytes a case)" if request.max_content_length > CASE_BYTES else ""
        return f"This address takes bodies of at most {request.max_content_length} bytes{batch}."
    return ""


def _kept_headers(error: HTTPException) -> dict[str, str]:
    """The headers a status needs: a 405 without `Allow` breaks RFC 9110 section 15.5.6."""
    wanted = {"allow", "retry-after", "www-authenticate"}
    return {name: value for name, value in error.get_headers() if name.lower() in wanted}


def _unexpected(error: Exception) -> Response:
    log_failure(error)
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return problem_response(Refused("storage_full"))
    return problem_response(Refused("internal_error"))
