"""The request's body, from bytes to one JSON object."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from casework.strict_json import parse_json
from service.body_sizes import BATCH_BYTES, CASE_BYTES
from service.errors import Refused

# A batch has no other field, so that a long body is known before it is read as JSON.
_BATCH = re.compile(rb'\s*\{\s*"packets"\s*:')


def json_body(limit: int = CASE_BYTES) -> tuple[bytes, dict[str, Any]]:
    """Return the body's bytes and the object that they hold.

    Raises:
        Refused: the type is not JSON in UTF-8, or the body is compressed (415); its chunks do not
            fit together (400).
        RequestEntityTooLarge: more than `limit` bytes (413).
        NotJson: the bytes are not one JSON object, strictly read (400).
    """
    body = _received(limit)
    return body, parse_json(body)


def case_or_batch_body() -> tuple[bytes, dict[str, Any]]:
    """Return the same of a body that holds one case, or up to `BATCH_BYTES` of them.

    Raises:
        As `json_body` does; what is over `CASE_BYTES` and no batch is too large (413).
    """
    body = _received(BATCH_BYTES)
    if len(body) > CASE_BYTES and not _BATCH.match(body):
        request.max_content_length = CASE_BYTES
        raise RequestEntityTooLarge
    return body, parse_json(body)


def _received(limit: int) -> bytes:
    _refuse_other_types()
    request.max_content_length = limit
    body = received(lambda: request.get_data(cache=False))
    if len(body) == limit and _goes_on():
        raise RequestEntityTooLarge
    return body


def received(read: Callable[[], bytes]) -> bytes:
    """Return what `read` takes of the body; raises Refused (400) where its chunks do not fit."""
    try:
        return read()
    except (HTTPException, Refused):
        raise
    except Exception:  # noqa: BLE001 - the server has its own exceptions for chunks that do not fit
        raise Refused("bad_request", "The body cannot be read to its end.") from None


def _goes_on() -> bool:
    """Say whether a body in chunks is longer than was read.

    Werkzeug 3.1 ends such a body at the limit without a word, where a read meets it exactly.
    """
    return request.content_length is None and bool(request.environ["wsgi.input"].read(1))


def _refuse_other_types() -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != "application/json" or charset not in {"utf-8", "utf8"}:
        raise Refused("unsupported_media_type")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Refused("unsupported_media_type", "Send the body without Content-Encoding.")
