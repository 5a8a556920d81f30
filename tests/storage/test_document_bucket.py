"""A bucket keeps documents as a folder does, and its faults are faults of storage."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from obstore.store import S3Store

from settings import Bucket, read_settings
from storage.bucket import BucketDocuments
from storage.faults import StorageFull, StorageUnavailable, Unreadable
from storage.store import open_store
from tests.servers import new_bucket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storage.records import NewPacket, WrittenDocument

NAME = "doc_" + "ab" * 13 + ".1"


@pytest.fixture
def bucket(bucket_address: str) -> Bucket:
    return Bucket(new_bucket(bucket_address), "papers", bucket_address, "us-east-1", "id", "secret")


@pytest.fixture
def documents(bucket: Bucket) -> BucketDocuments:
    return BucketDocuments(bucket)


def names(bucket: Bucket) -> list[str]:
    """Return every name in the bucket, as another client sees it."""
    seen = S3Store(
        bucket.name,
        endpoint=bucket.endpoint,
        access_key_id="id",
        secret_access_key="secret",
        client_options={"allow_http": True},
    )
    return [each["path"] for page in seen.list() for each in page]


def test_what_is_put_is_got_and_lies_under_the_prefix(
    documents: BucketDocuments, bucket: Bucket
) -> None:
    documents.put(NAME, b"content")
    assert documents.get(NAME) == b"content"
    assert names(bucket) == [f"papers/{NAME}"]


def test_what_is_removed_is_gone_and_may_be_removed_again(documents: BucketDocuments) -> None:
    documents.put(NAME, b"content")
    documents.remove(NAME)
    documents.remove(NAME)
    with pytest.raises(Unreadable):
        documents.get(NAME)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "", ".", "/etc/passwd", "doc_a.1", NAME + "/x"]
)
def test_a_name_that_is_not_ours_is_no_address(documents: BucketDocuments, name: str) -> None:
    for act in (documents.get, documents.remove, lambda other: documents.put(other, b"")):
        with pytest.raises(Unreadable):
            act(name)


def test_strays_are_told_by_age_and_foreign_objects_are_left_alone(
    documents: BucketDocuments,
) -> None:
    documents.put(NAME, b"content")
    documents.check()
    now = datetime.now(UTC)
    assert list(documents.older_than(now - timedelta(hours=1))) == []
    assert list(documents.older_than(now + timedelta(hours=1))) == [NAME]


def test_a_bucket_that_is_not_there_is_unavailable_and_its_address_stays_untold(
    bucket_address: str,
) -> None:
    missing = BucketDocuments(Bucket("no-such-bucket", "", bucket_address, "x", "id", "secret"))
    for act in (missing.check, lambda: missing.put(NAME, b""), lambda: missing.get(NAME)):
        with pytest.raises(StorageUnavailable) as fault:
            act()
        assert "no-such-bucket" not in str(fault.value)


def test_a_server_that_is_away_is_unavailable_within_seconds() -> None:
    away = BucketDocuments(Bucket("papers", "", "http://127.0.0.1:1", "x", "id", "secret"))
    with pytest.raises(StorageUnavailable):
        away.put(NAME, b"content")


class Full(BaseHTTPRequestHandler):
    """A server without room, as MinIO answers."""

    def do_PUT(self) -> None:
        said = b"<Error><Code>XMinioStorageFull</Code></Error>"
        self.send_response(507, "Insufficient Storage")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_said: object) -> None:
        return


@pytest.fixture
def full_server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Full)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_server_without_room_is_full(full_server: str) -> None:
    full = BucketDocuments(Bucket("papers", "", full_server, "x", "id", "secret"))
    with pytest.raises(StorageFull):
        full.put(NAME, b"content")


def test_a_client_that_was_used_before_a_fork_says_so_in_the_child(
    documents: BucketDocuments,
) -> None:
    documents.check()
    child = os.fork()
    if child == 0:
        # Its threads are not there: the call would wait for ever.
        try:
            documents.check()
        except RuntimeError:
            os._exit(0)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_packet_is_written_read_and_erased_in_a_bucket(
    environment: dict[str, str],
    bucket_environment: dict[str, str],
    a_packet: Callable[..., NewPacket],
    a_paper: Callable[..., WrittenDocument],
    canary: str,
) -> None:
    settings = read_settings({**environment, **bucket_environment})
    store = open_store(settings)
    store.keys.create("willow")
    packet = store.packets.accept(a_packet()).packet
    claim = store.attempts.claim(packet.id)
    for document in claim.documents:
        store.attempts.save_document(claim, document.id, a_paper(canary.encode()))
    assert store.attempts.publish(claim) == "ready"
    files = store.packets.read_all("willow", packet.id, "key:x")
    assert {file.content for file in files} == {canary.encode()}
    assert canary.encode() not in store.documents.get(f"{packet.documents[0].id}.1")
    assert len(names(settings.bucket)) == 2
    store.packets.erase("willow", packet.id, "key:x")
    assert names(settings.bucket) == []
    assert not settings.documents_dir.exists()
    store.close()
