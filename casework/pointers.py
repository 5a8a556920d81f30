"""Reading a case by JSON pointer (RFC 6901)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

# RFC 6901 section 4: ASCII digits without leading zeros. No list here has a million rows.
_INDEX = re.compile(r"0|[1-9][0-9]{0,5}")


def value_at(case: Any, pointer: str) -> Any:
    """Return what stands at `pointer`, or None when any part of the way is absent."""
    here = case
    for token in pointer.split("/")[1:]:
        here = _step(here, token.replace("~1", "/").replace("~0", "~"))
        if here is None:
            return None
    return here


def _step(here: Any, token: str) -> Any:
    if isinstance(here, Mapping):
        return here.get(token)
    if isinstance(here, Sequence) and not isinstance(here, str) and _INDEX.fullmatch(token):
        return here[int(token)] if int(token) < len(here) else None
    return None


def holds(document: Any, pointer: str) -> bool:
    """Whether `document` holds something at `pointer`: not null, not an empty text or list."""
    return value_at(document, pointer) not in (None, "", [], {})
