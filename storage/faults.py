"""What can go wrong in storage. No text of these holds patient data."""

from __future__ import annotations


class StorageFault(Exception):
    """Any refusal or failure of storage; `code` is stable."""

    code = "storage_fault"


class NotFound(StorageFault):
    """The account has no such packet, document or key; another account's is the same as none."""

    code = "not_found"


class Erased(StorageFault):
    """The packet's contents were erased and cannot come back."""

    code = "erased"


class WrongState(StorageFault):
    """The packet or document is not in a state that allows this."""

    code = "wrong_state"


class TooManyWaiting(StorageFault):
    """Too many uploads of the account wait for their check already."""

    code = "too_many_waiting"


class KeyReused(StorageFault):
    """The idempotency key came before with another body."""

    code = "idempotency_key_reused"


class Taken(StorageFault):
    """The rows refused what is there already, or what cannot be there; nothing was kept."""

    code = "taken"


class BadCursor(StorageFault):
    """The cursor of a list was not given out by it."""

    code = "bad_cursor"


class BadLink(StorageFault):
    """The token was not made by this service, or was changed."""

    code = "bad_link"


class ExpiredLink(StorageFault):
    """The token was good and its time has passed."""

    code = "expired_link"


class RevokedLink(StorageFault):
    """The token was good and was revoked, or the key that was given it was."""

    code = "revoked_link"


class StorageFull(StorageFault):
    """There is no room left to write."""

    code = "storage_full"


class StorageUnavailable(StorageFault):
    """The rows cannot be reached or are locked for too long; trying again may help."""

    code = "storage_unavailable"


class Unreadable(StorageFault):
    """Sealed bytes do not open: changed, swapped, or sealed under a key that is not configured."""

    code = "unreadable"


class EvictingQueue(StorageFault):
    """The queue's server is set to throw keys away when full; see its `maxmemory-policy`."""

    code = "evicting_queue"
