"""Who may see a page, and the line that each view of one leaves in the audit trail."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from flask import Response, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.pages.cookies import is_our_form, session_token
from service.pages.refusals import PageRefused
from service.parts import parts
from service.template_upload import FORM_BYTES
from storage.staff_records import Person, Role

View = Callable[..., ResponseReturnValue]


def person() -> Person:
    """Return who is signed in; only in a view under `page`."""
    found: Person = g.person
    return found


def page(
    note: str = "", role: Role = "reader", *, takes_file: bool = False
) -> Callable[[View], View]:
    """Show a view to people with `role`, each time with the line `note` in the audit trail.

    Forms without the token of their session are refused. The line is written before the answer
    goes out: what cannot be noted is not shown.
    """

    def guarded(view: View) -> View:
        @wraps(view)
        def guard(**arguments: str) -> ResponseReturnValue:
            g.person = parts().store.staff.signed_in(session_token()) if session_token() else None
            if g.person is None:
                return _to_sign_in()
            if not g.person.may(role):
                raise PageRefused(
                    HTTPStatus.FORBIDDEN,
                    "Your role does not allow this",
                    f"It needs the role of {role}; yours is {g.person.role}. Ask an administrator.",
                )
            if takes_file:
                # The form is read for its token, its file with it.
                request.max_content_length = FORM_BYTES
            refuse_foreign_forms()
            answer = make_response(view(**arguments))
            _note(note, answer, arguments)
            return answer

        return guard

    return guarded


def refuse_foreign_forms() -> None:
    """Refuse a form that did not come from our own page in this session."""
    if request.method == "POST" and not is_our_form():
        raise PageRefused(
            HTTPStatus.FORBIDDEN,
            "This form came from an old page",
            "Nothing was changed. Go back, load the page again, and send the form once more.",
        )


def _to_sign_in() -> Response:
    if request.headers.get("Sec-Fetch-Dest") == "empty":
        # A script cannot follow a redirect to another page; it leads there itself.
        return Response(status=HTTPStatus.UNAUTHORIZED)
    asked = request.path if request.method == "GET" else None
    return make_response(redirect(url_for("staff.sign_in", next=asked), HTTPStatus.SEE_OTHER))


def _note(note: str, answer: Response, arguments: dict[str, str]) -> None:
    if not note or answer.status_code >= HTTPStatus.BAD_REQUEST:
        return
    parts().store.audit.note(
        note,
        person().actor,
        account_id=person().account_id,
        packet_id=arguments.get("packet_id"),
        document_id=arguments.get("document_id") or arguments.get("template_id"),
    )
