"""Signing in with a person's access code, and out."""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.pages.blueprint import pages
from service.pages.cookies import begin_visit, end_session, form_token, session_token, set_session
from service.pages.guard import page, refuse_foreign_forms
from service.parts import parts
from storage.staff import CODE_LOCKED, LockedOut

# Only pages of ours: what follows the sign-in must not lead to another site.
_OUR_PAGE = re.compile(r"/staff/[A-Za-z0-9/_.-]{0,200}")
_LONGEST_CODE = 100


@pages.get("/sign-in")
def sign_in() -> Response:
    """Ask for the access code."""
    return _asked(_next(request.args.get("next", "")))


@pages.post("/sign-in")
def take_code() -> ResponseReturnValue:
    """Let the person in whose access code was typed."""
    refuse_foreign_forms()
    following = _next(request.form.get("next", ""))
    typed = request.form.get("code", "")
    if not typed.strip() or len(typed) > _LONGEST_CODE:
        return _asked(following, "Type the access code that you were given.")
    try:
        signed_in = parts().store.staff.sign_in(typed, request.remote_addr or "")
    except LockedOut:
        minutes = int(CODE_LOCKED.total_seconds() // 60)
        return _asked(
            following,
            f"Too many wrong codes. Wait up to {minutes} minutes, or ask for a new code.",
            HTTPStatus.TOO_MANY_REQUESTS,
        )
    if signed_in is None:
        return _asked(following, "This is no access code of ours. Check it and try again.")
    answer = make_response(redirect(following or url_for("staff.home"), HTTPStatus.SEE_OTHER))
    set_session(answer, signed_in.token)
    return answer


@pages.post("/sign-out")
@page()
def sign_out() -> ResponseReturnValue:
    """End the session."""
    parts().store.staff.sign_out(session_token())
    answer = make_response(redirect(url_for("staff.sign_in"), HTTPStatus.SEE_OTHER))
    end_session(answer)
    return answer


def _asked(
    following: str, problem: str = "", status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
) -> Response:
    answer = Response(status=status if problem else HTTPStatus.OK, mimetype="text/html")
    token = begin_visit(answer)
    answer.set_data(
        render_template(
            "staff/sign_in.html", following=following, problem=problem, token=form_token(token)
        )
    )
    return answer


def _next(asked: str) -> str:
    return asked if _OUR_PAGE.fullmatch(asked) and "//" not in asked else ""
