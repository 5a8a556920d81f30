"""Names of rows: a closed pattern that is safe in a URL, a file name and a queue."""

from __future__ import annotations

import base64
import re
import secrets

PACKET_ID = re.compile(r"pkt_[a-z2-7]{26}")
TEMPLATE_ID = re.compile(r"tpl_[a-z2-7]{26}")
VERSION_ID = re.compile(r"ver_[a-z2-7]{26}")


MESSAGE_ID = re.compile(r"msg_[a-z2-7]{26}")
_ID_BYTES = 16


def new_packet_id() -> str:
    """Return an id that nobody can guess."""
    return f"pkt_{random_text(_ID_BYTES)}"


def new_document_id() -> str:
    """Return an id that nobody can guess."""
    return f"doc_{random_text(_ID_BYTES)}"


def new_event_id() -> str:
    """Return an id that nobody can guess."""
    return f"evt_{random_text(_ID_BYTES)}"


def new_template_id() -> str:
    """Return an id that nobody can guess."""
    return f"tpl_{random_text(_ID_BYTES)}"


def new_version_id() -> str:
    """Return an id that nobody can guess."""
    return f"ver_{random_text(_ID_BYTES)}"


def new_draft_id() -> str:
    """Return an id that nobody can guess."""
    return f"drf_{random_text(_ID_BYTES)}"


def new_message_id() -> str:
    """Return an id that nobody can guess."""
    return f"msg_{random_text(_ID_BYTES)}"


def new_secret_id() -> str:
    """Return an id that nobody can guess."""
    return f"whs_{random_text(_ID_BYTES)}"


def random_text(size: int) -> str:
    """Return `size` random bytes as lower-case base32, eight characters for five bytes."""
    return base64.b32encode(secrets.token_bytes(size)).decode().lower().rstrip("=")
