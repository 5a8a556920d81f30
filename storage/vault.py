"""Sealing what people wrote: one data key a packet, wrapped under a master key.

AES-256-GCM throughout, a random nonce of 12 bytes before each sealed text. Throwing the wrapped
key away makes everything sealed under it unreadable, for us too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.faults import Unreadable

_NONCE_BYTES = 12
_KEY_BITS = 256


@dataclass(frozen=True)
class WrappedKey:
    """A data key as it rests: sealed under the master key that `master_key_id` names."""

    master_key_id: str
    sealed: bytes = field(repr=False)


class DataKey:
    """The opened key of one packet. A `purpose` binds a sealed text to its place."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, purpose: str, plain: bytes) -> bytes:
        """Return `plain` sealed; sealing twice gives different bytes."""
        return _seal(self._key, purpose, plain)

    def open(self, purpose: str, sealed: bytes) -> bytes:
        """Return what was sealed for `purpose`.

        Raises:
            Unreadable: changed, cut, or sealed for another purpose or packet.
        """
        return _open(self._key, purpose, sealed)

    def seal_json(self, purpose: str, tree: object) -> bytes:
        """Return a JSON tree sealed."""
        return self.seal(purpose, json.dumps(tree, separators=(",", ":")).encode())

    def open_json(self, purpose: str, sealed: bytes) -> Any:
        """Return the JSON tree that was sealed for `purpose`; raises as `open` does."""
        return json.loads(self.open(purpose, sealed))

    def digest(self, plain: bytes) -> bytes:
        """Return a fingerprint that tells equal bytes and, without this key, nothing else."""
        fingerprint_key = hmac.digest(self._key, b"fingerprint", "sha256")
        return hmac.digest(fingerprint_key, plain, "sha256")


class Vault:
    """The master keys, each 32 bytes: the first wraps, all unwrap.

    A key is put first to rotate, and taken off the list once `rewrap` has run.
    """

    def __init__(self, master_keys: tuple[bytes, ...]) -> None:
        self._keys = {_key_id(key): key for key in master_keys}
        self.current_id = _key_id(master_keys[0])

    def knows(self, master_key_id: str) -> bool:
        """Return whether the master key of this id is configured."""
        return master_key_id in self._keys

    def new_key(self, packet_id: str) -> tuple[DataKey, WrappedKey]:
        """Return a fresh data key for a packet, open and wrapped."""
        key = AESGCM.generate_key(bit_length=_KEY_BITS)
        return DataKey(key), self._wrap(key, packet_id)

    def unwrap(self, wrapped: WrappedKey, packet_id: str) -> DataKey:
        """Return the packet's data key.

        Raises:
            Unreadable: the master key is not configured, or the row was changed.
        """
        return DataKey(self._opened(wrapped, packet_id))

    def rewrap(self, wrapped: WrappedKey, packet_id: str) -> WrappedKey:
        """Return the same data key under the current master key; raises as `unwrap` does."""
        return self._wrap(self._opened(wrapped, packet_id), packet_id)

    def _wrap(self, key: bytes, packet_id: str) -> WrappedKey:
        master = self._keys[self.current_id]
        return WrappedKey(self.current_id, _seal(master, _wrapping(packet_id), key))

    def _opened(self, wrapped: WrappedKey, packet_id: str) -> bytes:
        master = self._keys.get(wrapped.master_key_id)
        if master is None:
            raise Unreadable(f"no master key with the id {wrapped.master_key_id} is configured")
        return _open(master, _wrapping(packet_id), wrapped.sealed)


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"necessity master key id" + key).hexdigest()[:16]


def _wrapping(packet_id: str) -> str:
    return f"data key of {packet_id}"


def _seal(key: bytes, purpose: str, plain: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, purpose.encode())


def _open(key: bytes, purpose: str, sealed: bytes) -> bytes:
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, rest, purpose.encode())
    except (InvalidTag, ValueError):
        raise Unreadable("sealed bytes do not open under their key") from None
