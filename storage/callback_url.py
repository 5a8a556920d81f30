"""Which addresses may be called back at all, by their text and the operator's list.

One closed grammar instead of a general parser: parsers differ over odd addresses, and what one
takes for a path another takes for a host.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST = 1000
_SHAPE = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]{1,253})(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>/[a-z0-9._~!$&'()*+,;=:@%/-]*)?(?P<query>\?[a-z0-9._~!$&'()*+,;=:@%/?-]*)?",
    re.IGNORECASE,
)
_PORTS = {"https": 443, "http": 80}
_MOST = 65535


class BadCallback(ValueError):
    """The address may not be called back; `code` is stable, and the text repeats nothing of it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class CallbackUrl:
    """An address in its parts; `target` is path and query, as they stand in a request."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def is_default_port(self) -> bool:
        """Return whether the port goes without saying."""
        return self.port == _PORTS[self.scheme]


def read_callback(text: str, hosts: Collection[str], *, dev: bool) -> CallbackUrl:
    """Return the parts of an address that may be called back.

    `hosts` are names, or name and port where the port is not the scheme's own. Plain http is for
    development alone.

    Raises:
        BadCallback: it is none, or not on the list.
    """
    found = _SHAPE.fullmatch(text) if len(text) <= LONGEST else None
    if found is None or (found["scheme"].lower() != "https" and not dev):
        raise BadCallback(
            "bad_callback_url",
            f"must be an https address of at most {LONGEST} characters, without user and fragment",
        )
    url = _parts(found)
    if _listed(url) not in hosts:
        raise BadCallback(
            "callback_host_not_allowed",
            "must be on a host that the operator has put into NECESSITY_WEBHOOK_HOSTS",
        )
    return url


def _parts(found: re.Match[str]) -> CallbackUrl:
    scheme = found["scheme"].lower()
    port = int(found["port"] or _PORTS[scheme])
    if port > _MOST:
        raise BadCallback("bad_callback_url", "must have a port of at most 65535")
    target = (found["path"] or "/") + (found["query"] or "")
    return CallbackUrl(scheme, found["host"].lower(), port, target)


def _listed(url: CallbackUrl) -> str:
    return url.host if url.is_default_port else f"{url.host}:{url.port}"
