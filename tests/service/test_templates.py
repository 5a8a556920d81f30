"""A clinic's own templates over HTTP: uploaded, looked at, put into use, taken back."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from storage.records import TemplateReport
from storage.store import Store
from tests.service.conftest import CASES, WORD, Caller, a_case, errors

KINDS = CASES.parents[1] / "templates_docx"
LETTER = "letter_of_medical_necessity"
FAULT = {
    "severity": "error",
    "code": "unknown_name",
    "message": "No paper of this kind has a value named “titel”",
    "suggestion": "Did you mean “title”?",
    "part": "word/document.xml",
    "page_text": "Dear {{ titel }}",
    "tag": "titel",
}


def post(caller: Caller, content: bytes = b"PK word file", **fields: str) -> TestResponse:
    """Upload as a browser's form does."""
    data: dict[str, Any] = {"kind": LETTER, **fields, "file": (io.BytesIO(content), "mine.docx")}
    return caller.ask("POST", "/v1/templates", data=data, content_type="multipart/form-data")


@pytest.fixture
def draft(store: Store, willow: Caller) -> Callable[..., dict[str, Any]]:
    """Upload a template whose check finds nothing, as the worker would say."""

    def made(content: bytes = b"PK one", text: str = "[Subject] {{ title }}\n") -> dict[str, Any]:
        version = post(willow, content).json["id"]
        store.templates.decide(version, TemplateReport((), text))
        found: dict[str, Any] = willow.get(f"/v1/templates/{version}").json
        return found

    return made


def test_an_upload_is_kept_to_be_checked(willow: Caller) -> None:
    answer = post(willow)
    assert (answer.status_code, answer.json["status"]) == (202, "checking")
    assert answer.json["lint"] is None
    assert answer.headers["Location"].endswith(f"/v1/templates/{answer.json['id']}")
    assert answer.json["number"] == 1


def test_a_program_may_send_the_file_as_the_whole_body(willow: Caller) -> None:
    answer = willow.post_raw(f"/v1/templates?kind={LETTER}", b"PK word file", WORD)
    assert answer.status_code == 202
    assert post(willow).status_code == 200
    assert post(willow).json["id"] == answer.json["id"]


def test_waiting_for_the_check_brings_its_answer(store: Store, willow: Caller) -> None:
    version = post(willow).json["id"]

    def check() -> None:
        time.sleep(0.3)
        store.templates.decide(version, TemplateReport((FAULT,)))

    checking = threading.Thread(target=check)
    checking.start()
    answer = willow.get(f"/v1/templates/{version}", headers={"Prefer": "wait=10"})
    checking.join()
    assert answer.json["status"] == "rejected"
    assert answer.json["lint"] == [FAULT]


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"kind": "letter"}, "/kind", "unknown_kind"),
        ({"variant": "none"}, "/variant", "unknown_variant"),
        ({"language": "tlh"}, "/language", "unknown_language"),
    ],
)
def test_a_wrong_place_is_named(
    willow: Caller, store: Store, fields: dict[str, str], pointer: str, code: str
) -> None:
    answer = post(willow, **fields)
    assert (answer.status_code, errors(answer)) == (422, {pointer: code})
    assert store.templates.list("willow") == ()


def test_an_upload_without_a_file_is_told_so(willow: Caller) -> None:
    assert errors(post(willow, b"")) == {"/file": "no_file"}
    answer = willow.ask(
        "POST", "/v1/templates", data={"kind": LETTER}, content_type="multipart/form-data"
    )
    assert errors(answer) == {"/file": "no_file"}


def test_a_file_over_five_megabytes_is_not_taken(willow: Caller, store: Store) -> None:
    for size in (5 * 1024 * 1024 + 1, 50 * 1024 * 1024):
        assert post(willow, b"x" * size).status_code == 413
    answer = willow.post_raw(f"/v1/templates?kind={LETTER}", b"x" * (5 * 1024 * 1024 + 1), WORD)
    assert answer.status_code == 413
    assert store.templates.list("willow") == ()


def test_uploads_at_speed_are_told_to_wait(willow: Caller) -> None:
    answers = [post(willow, str(number).encode()) for number in range(12)]
    assert [each.status_code for each in answers] == [202] * 10 + [429] * 2
    assert answers[-1].headers["Retry-After"] == "5"


def test_another_type_of_body_is_refused(willow: Caller) -> None:
    assert willow.post("/v1/templates", {"kind": LETTER}).status_code == 415


def test_a_key_needs_the_scope(store: Store, calling_with: Callable[[str], Caller]) -> None:
    reader = calling_with(store.keys.create("willow", scopes=("read", "write")).text)
    for answer in (post(reader), reader.get("/v1/templates"), reader.get("/v1/templates/in-use")):
        assert (answer.status_code, answer.json["code"]) == (403, "missing_scope")


def test_another_account_s_templates_are_not_there(
    cedar: Caller, draft: Callable[..., dict[str, Any]]
) -> None:
    address = f"/v1/templates/{draft()['id']}"
    answers = [
        cedar.get(address),
        cedar.get(f"{address}/file"),
        cedar.get(f"{address}/difference"),
        cedar.post(f"{address}/activate"),
        cedar.post(f"{address}/roll-back"),
        cedar.post(f"{address}/preview", {}),
        cedar.delete(address),
    ]
    assert [each.status_code for each in answers] == [404] * 7
    assert cedar.get("/v1/templates").json["items"] == []


def test_activating_and_rolling_back(willow: Caller, draft: Callable[..., dict[str, Any]]) -> None:
    first, second = draft(b"PK one"), draft(b"PK two")
    for each in (first, second):
        answer = willow.post(f"/v1/templates/{each['id']}/activate")
        assert (answer.status_code, answer.json["status"]) == (200, "active")
    assert answer.json["replaced"] == first["id"]
    assert in_use(willow) == second["id"]
    back = willow.post(f"/v1/templates/{second['id']}/roll-back")
    assert back.json["active"]["id"] == first["id"] == in_use(willow)
    assert willow.post(f"/v1/templates/{first['id']}/roll-back").json == {"active": None}
    assert in_use(willow) is None


def in_use(caller: Caller) -> str | None:
    items = caller.get("/v1/templates/in-use").json["items"]
    (place,) = (
        each
        for each in items
        if (each["kind"], each["variant"], each["language"]) == (LETTER, None, "en")
    )
    return place["active"] and place["active"]["id"]


def test_what_the_state_forbids_is_told(
    willow: Caller, store: Store, draft: Callable[..., dict[str, Any]]
) -> None:
    checking = post(willow).json["id"]
    good = draft()["id"]
    willow.post(f"/v1/templates/{good}/activate")
    answers = [
        willow.post(f"/v1/templates/{checking}/activate"),
        willow.post(f"/v1/templates/{checking}/roll-back"),
        willow.post(f"/v1/templates/{checking}/preview", {}),
        willow.get(f"/v1/templates/{checking}/difference"),
        willow.delete(f"/v1/templates/{good}"),
    ]
    assert {(each.status_code, each.json["code"]) for each in answers} == {(409, "template_state")}


def test_versions_are_listed_newest_first_by_place_and_status(
    willow: Caller, draft: Callable[..., dict[str, Any]]
) -> None:
    first, second = draft(b"PK one"), draft(b"PK two")
    willow.post(f"/v1/templates/{first['id']}/activate")

    def listed(query: str = "") -> list[str]:
        return [each["id"] for each in willow.get(f"/v1/templates{query}").json["items"]]

    assert listed() == [second["id"], first["id"]]
    assert listed("?status=active") == [first["id"]]
    assert listed("?kind=superbill") == []
    assert willow.get("/v1/templates?status=lost").status_code == 400


def test_a_version_can_be_downloaded_and_erased(
    willow: Caller, draft: Callable[..., dict[str, Any]]
) -> None:
    address = f"/v1/templates/{draft(b'PK one')['id']}"
    answer = willow.get(f"{address}/file")
    assert answer.data == b"PK one"
    assert f"filename={LETTER.replace('_', '-')}-v1.docx" in answer.headers["Content-Disposition"]
    assert willow.delete(address).json["status"] == "erased"
    gone = willow.get(f"{address}/file")
    assert (gone.status_code, gone.json["code"]) == (410, "file_not_kept")


def test_every_built_in_template_can_be_downloaded_to_start_from(willow: Caller) -> None:
    for place in willow.get("/v1/templates/in-use").json["items"]:
        answer = willow.get(place["built_in"])
        assert answer.status_code == 200, place
        assert answer.data.startswith(b"PK")
    own = willow.get("/v1/templates/built-in/coverage_inquiry?variant=letter&language=es").data
    assert own == Path(KINDS, "coverage_inquiry", "letter", "es", "template.docx").read_bytes()
    assert willow.get("/v1/templates/built-in/nothing").status_code == 404


def test_a_version_is_compared_with_what_is_in_use(
    willow: Caller, draft: Callable[..., dict[str, Any]]
) -> None:
    built_in = Path(KINDS, LETTER, "template.txt").read_text(encoding="utf-8")
    changed = built_in.replace("[Subject] {{ title }}", "[Subject] Re: {{ title }}")
    first = draft(b"PK one", changed + "One more line.\n")
    told = willow.get(f"/v1/templates/{first['id']}/difference").json
    assert told["before"] == "built_in"
    assert [line for line in told["lines"] if line["change"] != "same"] == [
        {
            "change": "changed",
            "before": "[Subject] {{ title }}",
            "after": "[Subject] Re: {{ title }}",
        },
        {"change": "added", "before": None, "after": "One more line."},
    ]
    assert told["changed"] == 2
    willow.post(f"/v1/templates/{first['id']}/activate")
    second = draft(b"PK two", changed)
    told = willow.get(f"/v1/templates/{second['id']}/difference").json
    assert (told["before"], told["changed"]) == (first["id"], 1)
    told = willow.get(f"/v1/templates/{second['id']}/difference?to=built_in").json
    assert (told["before"], told["changed"]) == ("built_in", 1)
    other = willow.get(f"/v1/templates/{second['id']}/difference?to={'tpl_' + 'a' * 26}")
    assert errors(other) == {"/to": "no_text"}


def test_the_names_of_a_kind_are_listed_and_searched(willow: Caller) -> None:
    names = willow.get(f"/v1/templates/fields/{LETTER}").json["items"]
    assert len(names) > 100
    found = willow.get(f"/v1/templates/fields/{LETTER}?search=letterhead NAME").json["items"]
    assert [each["tag"] for each in found] == ["{{ letterhead.name }}"]
    assert found[0]["example"]
    assert willow.get("/v1/templates/fields/nothing").status_code == 404
    assert willow.get(f"/v1/templates/fields/{LETTER}?variant=none").status_code == 422


def test_a_preview_is_a_sample_packet_of_one_paper_that_no_list_names(
    willow: Caller, store: Store, draft: Callable[..., dict[str, Any]]
) -> None:
    version = draft()["id"]
    answer = willow.post(f"/v1/templates/{version}/preview", {})
    assert answer.status_code == 202
    packet = answer.json
    assert packet["sample"] is True
    assert [each["kind"] for each in packet["documents"]] == [LETTER]
    assert willow.get(f"/v1/packets/{packet['id']}").status_code == 200
    assert willow.get("/v1/packets").json["items"] == []
    assert willow.get("/v1/deadlines").json["items"] == []
    claim = store.attempts.claim(packet["id"])
    assert claim is not None
    assert claim.previews == version


def test_a_preview_shows_one_of_the_account_s_packets(
    willow: Caller, cedar: Caller, draft: Callable[..., dict[str, Any]]
) -> None:
    version = draft()["id"]
    mine = willow.packet(documents=[LETTER], options={"letter_date": "2026-10-19"})
    shown = willow.post(f"/v1/templates/{version}/preview", {"packet": mine["id"]}).json
    assert (shown["letter_date"], shown["sample"]) == ("2026-10-19", True)
    theirs = cedar.packet(documents=[LETTER])
    for packet in (theirs["id"], "pkt_" + "a" * 26):
        answer = willow.post(f"/v1/templates/{version}/preview", {"packet": packet})
        assert errors(answer) == {"/packet": "unknown_packet"}


def test_a_case_that_cannot_carry_the_kind_is_told(willow: Caller, store: Store) -> None:
    version = post(willow, kind="appeal_letter").json["id"]
    store.templates.decide(version, TemplateReport())
    packet = willow.packet(case=a_case("bare_minimum"), documents=[LETTER])
    answer = willow.post(f"/v1/templates/{version}/preview", {"packet": packet["id"]})
    assert errors(answer) == {"/packet": "kind_not_for_case"}


def test_a_kind_tells_which_versions_it_has(
    willow: Caller, draft: Callable[..., dict[str, Any]]
) -> None:
    version = draft()
    willow.post(f"/v1/templates/{version['id']}/activate")
    told = willow.get(f"/v1/document-kinds/{LETTER}").json["templates"]
    assert told[0]["version"] == version["id"]
    assert {(each["status"], each["built_in"]) for each in told} == {
        ("active", False),
        ("retired", True),
    }


def test_wrong_uploads_leave_no_word_of_the_file_in_the_log(
    willow: Caller, log: io.StringIO
) -> None:
    post(willow, b"Quillfeather", kind="letter")
    assert "Quillfeather" not in log.getvalue()
