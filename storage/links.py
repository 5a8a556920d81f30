"""Signed links to one document, for people without a key.

A token is readable and says only ids and a moment; it cannot be changed or outlive that moment.
Whether its document still exists, and whether the link was revoked, is asked of the rows at each
use: a packet's links are of a round, which revoking ends, and of the key that was given them.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from storage.faults import BadLink, ExpiredLink
from storage.ids import random_text
from storage.records import Link, SignedLink

if TYPE_CHECKING:
    from storage.database import Clock

_PURPOSE = b"necessity download link 1"
_SAID = re.compile(
    r"(pkt_[a-z2-7]{26})\.(doc_[a-z2-7]{26})\.([0-9]{1,11})"
    r"\.([0-9]{1,9})\.([a-z2-7]{10})?\.([a-z2-7]{13})"
)
_TOKEN = re.compile(r"([A-Za-z0-9_-]{1,200})\.([A-Za-z0-9_-]{43})")
_NONCE_BYTES = 8


class Links:
    """Signs with the first key and accepts all of them, so that keys can be rotated."""

    def __init__(self, keys: tuple[bytes, ...], seconds: int, clock: Clock) -> None:
        self._keys = tuple(hmac.digest(key, _PURPOSE, "sha256") for key in keys)
        self._life = timedelta(seconds=seconds)
        self._clock = clock

    def sign(
        self, packet_id: str, document_id: str, *, link_round: int = 0, key_prefix: str = ""
    ) -> SignedLink:
        """Return a link that works from now on for the configured time.

        `link_round` is the packet's; `key_prefix` names the key that is given the link.
        """
        expires_at = (self._clock() + self._life).replace(microsecond=0)
        moment = int(expires_at.timestamp())
        parts = (packet_id, document_id, moment, link_round, key_prefix, random_text(_NONCE_BYTES))
        said = ".".join(map(str, parts)).encode()
        return SignedLink(f"{_encode(said)}.{_encode(_mac(self._keys[0], said))}", expires_at)

    def read(self, token: str) -> Link:
        """Return what a token says.

        Raises:
            BadLink: not signed by one of the keys, or changed since.
            ExpiredLink: its moment has come.
        """
        parts = _TOKEN.fullmatch(token)
        if parts is None:
            raise BadLink("not a link of this service")
        said = self._verified(parts[1], parts[2])
        link = _link(said)
        if self._clock() >= link.expires_at:
            raise ExpiredLink("the link's time has passed")
        return link

    def _verified(self, payload: str, signature: str) -> bytes:
        said, mac = _decode(payload), _decode(signature)
        if not any(hmac.compare_digest(mac, _mac(key, said)) for key in self._keys):
            raise BadLink("not a link of this service")
        return said


def _link(said: bytes) -> Link:
    parts = _SAID.fullmatch(said.decode("ascii"))
    if parts is None:
        raise BadLink("not a link of this service")
    expires_at = datetime.fromtimestamp(int(parts[3]), UTC)
    return Link(
        id=parts[6],
        packet_id=parts[1],
        document_id=parts[2],
        expires_at=expires_at,
        link_round=int(parts[4]),
        key_prefix=parts[5] or "",
    )


def _mac(key: bytes, said: bytes) -> bytes:
    return hmac.digest(key, said, "sha256")


def _encode(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def _decode(text: str) -> bytes:
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise BadLink("not a link of this service") from None
    # The last character has spare bits: without this, other tokens would say the same.
    if _encode(plain) != text:
        raise BadLink("not a link of this service")
    return plain
