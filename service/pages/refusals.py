"""What goes wrong, as a page for people."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, g, make_response, render_template
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from service.errors import Refused
from service.pages.blueprint import pages
from service.problem_types import TYPE_BY_CODE
from service.request_log import log_failure
from storage.faults import StorageFault


class PageRefused(Exception):
    """The page is answered with `status`; `title` and `text` are for people, without patient data."""

    def __init__(self, status: HTTPStatus, title: str, text: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.text = text


_FAULTS = {
    "not_found": PageRefused(
        HTTPStatus.NOT_FOUND, "There is no such page", "It may belong to another clinic's account."
    ),
    "erased": PageRefused(
        HTTPStatus.GONE, "This was erased", "Its case and papers are gone for good."
    ),
    "wrong_state": PageRefused(
        HTTPStatus.CONFLICT,
        "This cannot be done now",
        "It has changed since the page was loaded. Load it again.",
    ),
    "too_many_waiting": PageRefused(
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many uploads wait for their check",
        "This one was not kept. Wait a moment, then send it again.",
    ),
    "storage_full": PageRefused(
        HTTPStatus.INSUFFICIENT_STORAGE,
        "There is no room left",
        "Nothing was kept. Tell whoever runs this service.",
    ),
    "storage_unavailable": PageRefused(
        HTTPStatus.SERVICE_UNAVAILABLE, "The service is busy", "Nothing was kept. Try again."
    ),
}
_TOO_LARGE = PageRefused(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "This is too large",
    "Nothing was kept. A Word file may have 5 MB: Compress Pictures in Word makes it smaller.",
)
_UNEXPECTED = PageRefused(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "Something went wrong on our side",
    "It has been noted. Try again; if it stays, tell whoever runs this service the number below.",
)


@pages.errorhandler(PageRefused)
def refused(refusal: PageRefused) -> Response:
    """Show why a page is refused."""
    answer = make_response(
        render_template("staff/refused.html", refusal=refusal, request_id=g.get("request_id", "")),
        refusal.status,
    )
    if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = "2"
    return answer


@pages.errorhandler(StorageFault)
def storage_fault(fault: StorageFault) -> Response:
    """Show a fault of storage."""
    if fault.code not in _FAULTS:
        log_failure(fault)
    return refused(_FAULTS.get(fault.code, _UNEXPECTED))


@pages.errorhandler(Refused)
def api_refusal(refusal: Refused) -> Response:
    """Show what a part shared with the API refuses."""
    row = TYPE_BY_CODE[refusal.code]
    return refused(PageRefused(HTTPStatus(row.status), row.title, refusal.detail or row.cure))


@pages.errorhandler(HTTPException)
def framework_error(error: HTTPException) -> Response:
    """Show what Flask refuses."""
    if isinstance(error, RequestEntityTooLarge):
        return refused(_TOO_LARGE)
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    text = "Go back and try again." if status < HTTPStatus.INTERNAL_SERVER_ERROR else ""
    return refused(PageRefused(status, status.phrase.capitalize(), text))


@pages.errorhandler(Exception)
def unexpected(error: Exception) -> Response:
    """Show that something broke; the log has its type and place."""
    log_failure(error)
    return refused(_UNEXPECTED)
