"""The cookie of a session, and the token by which a form shows that our own page sent it."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import Response, request

from service.parts import parts
from storage.staff import LIFE

FORM_FIELD = "form_token"


def session_token() -> str:
    """Return the secret of the session, or of a visit before signing in; "" without a cookie."""
    return request.cookies.get(_name(), "")


def set_session(answer: Response, token: str) -> None:
    """Give the browser the secret; no script can read it and no other site's form sends it."""
    answer.set_cookie(
        _name(),
        token,
        max_age=int(LIFE.total_seconds()),
        secure=_is_secure(),
        httponly=True,
        samesite="Lax",
        path="/",
    )


def begin_visit(answer: Response) -> str:
    """Give a browser that is not signed in a secret, so that its sign-in form has a token too."""
    token = session_token() or secrets.token_urlsafe(32)
    set_session(answer, token)
    return token


def end_session(answer: Response) -> None:
    """Take the secret back."""
    answer.delete_cookie(_name(), secure=_is_secure(), httponly=True, samesite="Lax", path="/")


def form_token(token: str) -> str:
    """Return what a form of this session carries; it does not give the secret away."""
    return hmac.digest(token.encode(), b"necessity form", hashlib.sha256).hex()


def is_our_form() -> bool:
    """Return whether the request carries the token of its own session."""
    shown = request.form.get(FORM_FIELD, "")
    token = session_token()
    return bool(token) and hmac.compare_digest(shown.encode(), form_token(token).encode())


def _is_secure() -> bool:
    settings = parts().settings
    return not settings.dev or settings.public_url.startswith("https://")


def _name() -> str:
    # A browser takes a __Host- cookie only over HTTPS, for this host alone.
    return "__Host-necessity_staff" if _is_secure() else "necessity_staff"
