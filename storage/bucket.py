"""Documents in an S3-compatible bucket: nothing lies on a host's disk."""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from storage.documents import is_document_name
from storage.faults import StorageFault, StorageFull, StorageUnavailable, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from settings import Bucket

_PROBE = "check"
_PATIENCE = timedelta(seconds=8)
# Amazon's buckets do not fill up; these are what others say when they do.
_FULL = ("507 Insufficient Storage", "XMinioStorageFull", "QuotaExceeded", "<Code>EntityTooLarge")


class BucketDocuments:
    """Documents in a bucket, each one object, put in one request: whole or not there."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._process: int | None = None

    def put(self, name: str, content: bytes) -> None:
        """Put the object; it is there for good when the server has answered."""
        _check_name(name)
        with _translated():
            self._objects().put(name, content)

    def get(self, name: str) -> bytes:
        """Return the whole content; raises Unreadable where there is none."""
        _check_name(name)
        with _translated():
            return bytes(self._objects().get(name).bytes())

    def remove(self, name: str) -> None:
        """Delete the object; one that is not there is no fault."""
        _check_name(name)
        with _translated():
            try:
                self._objects().delete(name)
            except FileNotFoundError:
                return

    def older_than(self, moment: datetime) -> Iterator[str]:
        """Give the names of objects last written before `moment`, foreign ones left out."""
        with _translated():
            for page in self._objects().list():
                yield from (
                    each["path"]
                    for each in page
                    if each["last_modified"] < moment and is_document_name(each["path"])
                )

    def check(self) -> None:
        """Put a small object, always the same one."""
        with _translated():
            self._objects().put(_PROBE, b"necessity")

    def _objects(self) -> Any:  # obstore is an extra
        # The client's threads do not live on in a fork, whose calls would wait for ever.
        if self._process not in {None, os.getpid()}:
            raise RuntimeError("the bucket was used before this process was forked")
        self._process = os.getpid()
        return self._client

    @cached_property
    def _client(self) -> Any:  # as above
        try:
            from obstore.store import S3Store  # noqa: PLC0415 - an extra
        except ImportError:
            raise StorageFault(
                "STORE_URL names a bucket, whose client is missing: pip install obstore"
            ) from None
        return S3Store(self._bucket.name, **_options(self._bucket))


def _options(bucket: Bucket) -> dict[str, Any]:
    given = {
        "prefix": bucket.prefix,
        "endpoint": bucket.endpoint,
        "access_key_id": bucket.key_id,
        "secret_access_key": bucket.secret_key,
    }
    return {
        **{name: value for name, value in given.items() if value},
        "region": bucket.region,
        "client_options": {
            "timeout": _PATIENCE,
            "connect_timeout": timedelta(seconds=3),
            "allow_http": (bucket.endpoint or "").startswith("http:"),
        },
        "retry_config": {"max_retries": 3, "retry_timeout": _PATIENCE},
    }


def _check_name(name: str) -> None:
    # A name comes from a row; one that is not ours must never become an address.
    if not is_document_name(name):
        raise Unreadable("a document's stored name is not one of ours")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as fault:
        # A bucket that is not there is said in the same way as an object that is not there.
        if "NoSuchBucket" in str(fault):
            raise StorageUnavailable("documents cannot be used: there is no such bucket") from None
        raise Unreadable("a stored document is not where its row says") from None
    except OSError as fault:
        raise _as_storage_fault(fault) from None
    except Exception as fault:
        if not type(fault).__module__.startswith("obstore"):
            raise
        raise _as_storage_fault(fault) from None


def _as_storage_fault(fault: Exception) -> StorageFault:
    # The client's own text holds the bucket's address, and is long.
    if any(sign in str(fault) for sign in _FULL):
        return StorageFull("there is no room left for documents")
    return StorageUnavailable(f"documents cannot be used: {type(fault).__name__} of the bucket")
