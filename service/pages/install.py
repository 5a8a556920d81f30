"""The staff pages, put into the application."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, request
from jinja2 import StrictUndefined

from service.pages import (
    calendar_page,
    home,
    knowledge_page,
    packet_page,
    paper_version_page,
    sign_in,
    template_page,
    trail_page,
    words,
)
from service.pages.blueprint import pages
from service.pages.case_form import views as case_form
from service.pages.case_form import writing
from service.pages.cookies import form_token, session_token
from storage.staff_records import Person

PAGES_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SUBJECTS = (
    sign_in,
    home,
    packet_page,
    paper_version_page,
    calendar_page,
    knowledge_page,
    template_page,
    trail_page,
    case_form,
    writing,
)
"""The modules of the pages; loading one hangs its views on the blueprint."""


def install_staff_pages(app: Flask) -> None:
    """Serve the staff pages of `app` under `/staff`."""
    # A name that a template has wrong is a fault to be seen, not an empty place.
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(words.FILTERS)
    app.register_blueprint(pages)


@pages.context_processor
def _always() -> dict[str, Any]:
    signed_in: Person | None = g.get("person")
    token = session_token()
    return {
        "signed_in": signed_in,
        "form_token": form_token(token) if token else "",
        "here": request.endpoint or "",
        "done": words.DONE.get(request.args.get("done", ""), ""),
    }


@pages.after_request
def _confine(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = PAGES_POLICY
    # What a page shows of patients stays in no cache, that of the Back button included.
    answer.headers["Cache-Control"] = "no-store"
    return answer
