"""Documents on their way to people: signed links, keys, archives."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from storage.store import Store
from tests.service.conftest import WORD, Caller, Clock

Write = Callable[..., None]
BOTH = ["letter_of_medical_necessity", "appeal_letter"]


@pytest.fixture
def finished(willow: Caller, write: Write) -> dict[str, Any]:
    """A packet of two papers, both written."""
    packet = willow.packet(documents=BOTH, reference="case-4711")
    write(packet["id"])
    read: dict[str, Any] = willow.get(packet["links"]["self"]).json
    return read


def test_a_link_needs_no_key(anybody: Caller, finished: dict[str, Any]) -> None:
    answer = anybody.get(finished["documents"][0]["download_url"])
    assert (answer.status_code, answer.mimetype) == (200, WORD)
    assert answer.data == b"bytes of letter_of_medical_necessity"


def test_a_file_is_saved_under_a_name_without_patient_data(
    anybody: Caller, finished: dict[str, Any]
) -> None:
    document = finished["documents"][0]
    answer = anybody.get(document["download_url"])
    assert answer.headers["Content-Disposition"] == f"attachment; filename={document['filename']}"
    assert document["filename"].startswith("letter-of-medical-necessity-")


def test_a_link_can_be_clicked_twice(anybody: Caller, finished: dict[str, Any]) -> None:
    link = finished["documents"][0]["download_url"]
    assert anybody.get(link).data == anybody.get(link).data


def test_each_read_gives_a_fresh_link(
    willow: Caller, clock: Clock, finished: dict[str, Any]
) -> None:
    clock.forward(minutes=14)
    again = willow.get(finished["links"]["self"]).json["documents"][0]
    assert again["expires_at"] == "2026-11-24T17:29:00Z"


def test_a_link_expires(anybody: Caller, clock: Clock, finished: dict[str, Any]) -> None:
    clock.forward(minutes=15)
    answer = anybody.get(finished["documents"][0]["download_url"])
    assert (answer.status_code, answer.json["code"]) == (410, "link_expired")


class TestRevoking:
    def test_ends_every_link_given_out_so_far_and_gives_fresh_ones(
        self, willow: Caller, anybody: Caller, finished: dict[str, Any]
    ) -> None:
        answer = willow.delete(f"{finished['links']['self']}/links")
        assert answer.status_code == 200
        for before, after in zip(finished["documents"], answer.json["documents"], strict=True):
            refused = anybody.get(before["download_url"])
            assert (refused.status_code, refused.json["code"]) == (410, "link_revoked")
            assert anybody.get(after["download_url"]).status_code == 200

    def test_leaves_the_links_of_another_packet(
        self, willow: Caller, anybody: Caller, write: Write, finished: dict[str, Any]
    ) -> None:
        other = willow.packet(documents=BOTH)
        write(other["id"])
        willow.delete(f"{other['links']['self']}/links")
        assert anybody.get(finished["documents"][0]["download_url"]).status_code == 200

    def test_is_a_change_that_a_reader_is_told(
        self, willow: Caller, finished: dict[str, Any]
    ) -> None:
        before = {"If-None-Match": willow.get(finished["links"]["self"]).headers["ETag"]}
        assert willow.get(finished["links"]["self"], headers=before).status_code == 304
        willow.delete(f"{finished['links']['self']}/links")
        assert willow.get(finished["links"]["self"], headers=before).status_code == 200

    def test_of_another_accounts_links_is_404(
        self, cedar: Caller, anybody: Caller, finished: dict[str, Any]
    ) -> None:
        assert cedar.delete(f"{finished['links']['self']}/links").status_code == 404
        assert anybody.get(finished["documents"][0]["download_url"]).status_code == 200

    def test_is_in_the_audit_trail(
        self, willow: Caller, store: Store, finished: dict[str, Any]
    ) -> None:
        willow.delete(f"{finished['links']['self']}/links")
        (newest,) = store.audit.entries(limit=1)
        assert (newest.action, newest.packet_id) == ("links.revoked", finished["id"])

    def test_a_key_ends_the_links_that_it_was_given_and_no_others(
        self,
        store: Store,
        anybody: Caller,
        calling_with: Callable[[str], Caller],
        finished: dict[str, Any],
    ) -> None:
        leaked = store.keys.create("willow")
        theirs = calling_with(leaked.text).get(finished["links"]["self"]).json["documents"]
        store.keys.revoke(leaked.key.prefix)
        refused = anybody.get(theirs[0]["download_url"])
        assert (refused.status_code, refused.json["code"]) == (410, "link_revoked")
        assert anybody.get(finished["documents"][0]["download_url"]).status_code == 200


@pytest.mark.parametrize("change", ["x{}", "{}x", "{}.{}", "../{}", "{}%00"])
def test_a_link_that_is_not_whole_is_not_found(
    anybody: Caller, finished: dict[str, Any], change: str
) -> None:
    token = finished["documents"][0]["download_url"].rpartition("/")[2]
    assert anybody.get(f"/d/{change.format(token, token)}").status_code == 404


def test_a_document_is_read_with_the_key_too(willow: Caller, finished: dict[str, Any]) -> None:
    document = finished["documents"][1]
    answer = willow.get(f"/v1/packets/{finished['id']}/documents/{document['id']}")
    assert hashlib.sha256(answer.data).hexdigest() == document["sha256"]


def test_a_document_that_is_not_finished_is_409(willow: Caller) -> None:
    packet = willow.packet()
    document = packet["documents"][0]["id"]
    answer = willow.get(f"/v1/packets/{packet['id']}/documents/{document}")
    assert (answer.status_code, answer.json["code"]) == (409, "not_ready")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/packets/pkt_{0}/documents/doc_{0}",
        "/v1/packets/pkt_{0}",
        "/v1/packets/..%2f..%2fetc%2fpasswd",
        "/v1/packets/pkt_1%00",
        "/v1/packets/PKT_{0}/archive",
        "/v1/document-kinds/..%2f..%2fsettings.py",
        "/v1/samples/..%2fconftest",
        "/v1/knowledge/__class__",
        "/v1/knowledge/version",
        "/v1/knowledge/scales/..",
        "/v1//packets",
    ],
)
def test_an_address_that_leads_nowhere_is_404(willow: Caller, path: str) -> None:
    answer = willow.get(path.format("a" * 26))
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_the_archive_holds_every_document_and_how_it_was_made(
    willow: Caller, finished: dict[str, Any]
) -> None:
    answer = willow.get(finished["links"]["archive"])
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        names = [document["filename"] for document in finished["documents"]]
        assert archive.namelist() == ["manifest.json", "provenance.json", *names]
        manifest = json.loads(archive.read("manifest.json"))
        for document in manifest["documents"]:
            held = archive.read(document["filename"])
            assert hashlib.sha256(held).hexdigest() == document["sha256"]
            assert document["provenance"]["passages"][0]["from"] == ["/request"]
    assert manifest["knowledge_version"] == finished["knowledge_version"]


def test_the_archive_tells_what_each_passage_rests_on(
    willow: Caller, finished: dict[str, Any]
) -> None:
    answer = willow.get(finished["links"]["archive"])
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        provenance = json.loads(archive.read("provenance.json"))
    assert provenance["knowledge_version"] == finished["knowledge_version"]
    assert [each["filename"] for each in provenance["documents"]] == [
        each["filename"] for each in finished["documents"]
    ]
    assert provenance["documents"][0]["passages"][0]["from"] == ["/request"]


def test_the_archive_of_a_packet_is_always_the_same_bytes(
    willow: Caller, clock: Clock, finished: dict[str, Any]
) -> None:
    first = willow.get(finished["links"]["archive"]).data
    clock.forward(hours=5)
    assert willow.get(finished["links"]["archive"]).data == first


def test_the_archive_waits_for_the_packet(willow: Caller) -> None:
    answer = willow.get(willow.packet()["links"]["archive"])
    assert (answer.status_code, answer.json["code"]) == (409, "not_ready")


def test_the_archive_tells_what_failed(willow: Caller, write: Write) -> None:
    packet = willow.packet(documents=BOTH)
    write(packet["id"], failing=("appeal_letter",))
    answer = willow.get(packet["links"]["archive"])
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.namelist()[2:] == [packet["documents"][0]["filename"]]
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["documents"][1]["error"]["code"] == "render_failed"


def test_a_packet_without_a_finished_document_has_no_archive(willow: Caller, write: Write) -> None:
    packet = willow.packet(documents=["appeal_letter"])
    write(packet["id"], failing=("appeal_letter",))
    assert willow.get(packet["links"]["archive"]).status_code == 409


def test_every_reading_of_a_document_is_in_the_audit_trail(
    willow: Caller, anybody: Caller, finished: dict[str, Any], store: Store
) -> None:
    anybody.get(finished["documents"][0]["download_url"])
    willow.get(finished["links"]["archive"])
    readers = [
        entry.actor.partition(":")[0]
        for entry in store.audit.entries(packet_id=finished["id"])
        if entry.action == "document.read"
    ]
    assert sorted(readers) == ["key", "key", "link"]
