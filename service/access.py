"""Who asks, and whether they may: API keys and their scopes."""

from __future__ import annotations

import re

from flask import Flask, current_app, g, request

from service.errors import Refused
from service.operation import operation_of
from service.parts import parts

_BEARER = re.compile(r"Bearer +([!-~]{1,200})", re.IGNORECASE)


def identify_callers(app: Flask) -> None:
    """Find out whose key each request shows, without refusing any yet.

    Rate limits come between this and `require_keys`: guessing keys is counted by address.
    """
    app.before_request(_identify)


def require_keys(app: Flask) -> None:
    """Refuse requests under `/v1` without a valid key (401) or without the view's scope (403)."""
    app.before_request(_require_key)


def _identify() -> None:
    shown = _BEARER.fullmatch(request.headers.get("Authorization", "")) if _is_closed() else None
    g.caller = parts().store.keys.authenticate(shown[1]) if shown else None


def _is_closed() -> bool:
    return request.path == "/v1" or request.path.startswith("/v1/")


def _require_key() -> None:
    if not _is_closed():
        return
    if g.caller is None:
        raise Refused("not_authenticated", headers={"WWW-Authenticate": "Bearer"})
    if request.endpoint is None:
        return
    scope = _scope(request.endpoint)
    if scope not in g.caller.scopes:
        raise Refused("missing_scope", f"This needs a key with the scope `{scope}`.")


def _scope(endpoint: str) -> str:
    # A view that forgot to name its scope has none that a key could hold: it stays shut.
    operation = operation_of(current_app.view_functions[endpoint])
    return operation.scope if operation else ""
