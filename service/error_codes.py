"""Every code that an entry of a problem's `errors` may have, with its cure."""

from __future__ import annotations

from casework.problems import ErrorCode
from casework.schema.errors import ERROR_CODES
from service.request_codes import REQUEST_CODES


def item_codes() -> tuple[ErrorCode, ...]:
    """Return the codes of the body's form, of the case, and of the fields around it."""
    return (*ERROR_CODES.values(), *REQUEST_CODES)
