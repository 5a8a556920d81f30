"""The clinic's templates in a browser: what the check said, into use, back, and who may."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from storage.records import TemplateReport
from storage.store import Store
from tests.pages.conftest import Visitor, words
from tests.service.conftest import WORD, Caller, a_paper

Person = Callable[..., Visitor]
Uploaded = Callable[..., str]
LETTER = "letter_of_medical_necessity"
PLACE = f"/staff/templates/of/{LETTER}"
FAULT = {
    "severity": "error",
    "code": "unknown_name",
    "message": "No paper of this kind has a value named “titel”",
    "suggestion": "Did you mean “title”?",
    "part": "word/document.xml",
    "page_text": "Dear {{ titel }}",
    "tag": "titel",
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker checks here: pages need not wait for it."""
    monkeypatch.setattr("service.pages.template_page.MOST_SECONDS", 0)


def upload(who: Visitor, content: bytes = b"PK one", kind: str = LETTER) -> TestResponse:
    file = (io.BytesIO(content), "mine.docx")
    return who.post(f"/staff/templates/of/{kind}", file=file, variant="", language="en")


@pytest.fixture
def uploaded(store: Store, person: Person) -> Uploaded:
    """Upload a template as an editor and let its check answer; return its id."""

    def made(content: bytes = b"PK one", *faults: dict[str, str], text: str = "One\n") -> str:
        answer = upload(person("editor", name="Ed"), content)
        assert answer.status_code == 303, words(answer)
        version = answer.location.rpartition("/")[2]
        store.templates.decide(version, TemplateReport(faults, text))
        return version

    return made


def test_every_paper_is_listed_with_what_writes_it(
    person: Person, uploaded: Uploaded, store: Store
) -> None:
    kim = person("administrator")
    assert "Letter of medical necessity built-in" in words(kim.get("/staff/templates"))
    version = uploaded()
    kim.post(f"/staff/templates/{version}/activate")
    shown = words(kim.get("/staff/templates?q=LETTER OF MEDICAL"))
    assert "Letter of medical necessity your own version 1" in shown
    assert "Superbill" not in shown
    assert ("templates.listed", "willow") in [
        (each.action, each.account_id) for each in store.audit.entries("willow")
    ]


def test_a_fault_is_shown_with_the_text_around_it_and_what_would_be_right(
    person: Person, uploaded: Uploaded
) -> None:
    version = uploaded(b"PK wrong", FAULT)
    shown = words(person("reader").get(f"/staff/templates/{version}"))
    for said in (FAULT["message"], FAULT["page_text"], FAULT["suggestion"]):
        assert said in shown
    assert "cannot be used and was not kept" in shown
    assert "Put into use" not in words(person("administrator").get(f"/staff/templates/{version}"))


def test_nothing_is_a_draft_before_its_check_has_answered(person: Person) -> None:
    kim = person("administrator")
    where = upload(kim).location
    assert "It is being checked" in words(kim.get(where))
    assert kim.post(f"{where}/activate").status_code == 409
    assert kim.post(f"{where}/preview").status_code == 409


def test_a_version_goes_into_use_and_back(person: Person, uploaded: Uploaded, store: Store) -> None:
    first, second = uploaded(b"PK one"), uploaded(b"PK two", text="Two\n")
    kim = person("administrator", name="Kim")
    for each in (first, second):
        assert kim.post(f"/staff/templates/{each}/activate").status_code == 303
    assert "Against version 1, in use before" in words(kim.get(f"/staff/templates/{second}"))
    assert kim.post(f"/staff/templates/{second}/roll-back").status_code == 303
    (active,) = store.templates.active("willow").values()
    assert active.id == first
    assert kim.post(f"/staff/templates/{second}/roll-back").status_code == 409
    kims = next(each for each in store.staff.list("willow") if each.name == "Kim")
    line = store.audit.entries("willow")[0]
    assert (line.action, line.actor, line.document_id) == (
        "template.rolled_back",
        kims.actor,
        first,
    )


def test_the_text_is_shown_against_what_is_in_use(person: Person, uploaded: Uploaded) -> None:
    old = uploaded(b"1", text="Same\nOld\n")
    person("administrator").post(f"/staff/templates/{old}/activate")
    version = uploaded(b"2", text="Same\nNew\nMore\n")
    shown = words(person("reader").get(f"/staff/templates/{version}"))
    assert "Against version 1, in use now 2" in shown
    assert "Changed Old New Added More" in shown


@pytest.mark.parametrize(
    ("role", "path"),
    [("editor", "activate"), ("editor", "roll-back"), ("reader", "preview")],
)
def test_a_role_does_what_it_may(
    person: Person, uploaded: Uploaded, store: Store, role: str, path: str
) -> None:
    version = uploaded()
    assert person(role).post(f"/staff/templates/{version}/{path}").status_code == 403
    assert store.templates.find("willow", version).status == "draft"


def test_a_reader_uploads_nothing(person: Person, store: Store) -> None:
    sam = person("reader")
    assert "Upload a version" not in words(sam.get(PLACE))
    assert upload(sam).status_code == 403
    assert store.templates.list("willow") == ()


def test_an_upload_from_another_site_is_refused(person: Person, store: Store) -> None:
    robin = person()
    robin.token = "0" * 64
    assert upload(robin).status_code == 403
    assert store.templates.list("willow") == ()


def test_another_accounts_template_does_not_exist(person: Person, uploaded: Uploaded) -> None:
    address = f"/staff/templates/{uploaded()}"
    stranger = person("administrator", account="cedar")
    answers = [stranger.get(address), stranger.get(f"{address}/file")] + [
        stranger.post(f"{address}/{each}") for each in ("preview", "activate", "roll-back")
    ]
    assert [each.status_code for each in answers] == [404] * 5
    assert "None of your own yet" in words(stranger.get(PLACE))


def test_a_file_that_is_missing_or_too_large_is_told_in_the_page(
    person: Person, store: Store
) -> None:
    robin = person()
    assert "Choose the Word file first" in words(upload(robin, b""))
    large = upload(robin, b"x" * (5 * 1024 * 1024 + 1))
    assert (large.status_code, "Compress Pictures" in words(large)) == (413, True)
    assert store.templates.list("willow") == ()


@pytest.mark.parametrize("size", [600 * 1024, 5 * 1024 * 1024])
def test_a_file_larger_than_a_case_may_be_is_taken(person: Person, size: int) -> None:
    assert upload(person(), b"x" * size).status_code == 303


@pytest.mark.parametrize(
    "path", ["of/letter", f"of/{LETTER}?variant=none", f"of/{LETTER}/fields?language=tlh"]
)
def test_a_place_that_no_paper_has_is_no_page(person: Person, path: str) -> None:
    assert person().get(f"/staff/templates/{path}").status_code == 404


def test_the_built_in_template_and_a_version_are_downloaded(
    person: Person, uploaded: Uploaded, store: Store
) -> None:
    sam = person("reader")
    ours = sam.get(f"{PLACE}/built-in")
    built_in = Path(__file__).parents[2] / "templates_docx" / LETTER / "template.docx"
    assert (ours.mimetype, ours.data) == (WORD, built_in.read_bytes())
    own = sam.get(f"/staff/templates/{uploaded(b'PK mine')}/file")
    assert own.data == b"PK mine"
    assert own.headers["Content-Disposition"].endswith("letter-of-medical-necessity-v1.docx")
    said = {each.action for each in store.audit.entries("willow")}
    assert said >= {"template.built_in_read", "template.read"}


def test_fields_are_searched_and_have_sample_values(person: Person) -> None:
    shown = words(person("reader").get(f"{PLACE}/fields?q=letterhead.name"))
    assert "{{ letterhead.name }}" in shown
    assert "Example" in shown
    assert "diagnos" not in shown


def test_a_preview_is_filled_with_the_sample_or_a_packet_of_the_account(
    person: Person, uploaded: Uploaded, willow: Caller, store: Store
) -> None:
    version, own = uploaded(), willow.packet(reference="case-1")
    robin = person()
    assert "case-1" in words(robin.get(f"/staff/templates/{version}"))
    for packet in ("", own["id"]):
        answer = robin.post(f"/staff/templates/{version}/preview", packet=packet)
        assert answer.status_code == 303
        shown = words(robin.get(answer.location))
        assert "A preview of a template version" in shown
    unknown = robin.post(f"/staff/templates/{version}/preview", packet="pkt_" + "a" * 26)
    assert (unknown.status_code, "must be the id of a packet" in words(unknown)) == (422, True)
    assert "sample" not in words(robin.get("/staff/"))


def test_a_paper_names_the_version_that_wrote_it(
    person: Person, uploaded: Uploaded, willow: Caller, store: Store
) -> None:
    version, packet = uploaded(), willow.packet(documents=[LETTER])
    claim = store.attempts.claim(packet["id"])
    assert claim is not None
    paper = replace(a_paper(LETTER), template_version=version)
    store.attempts.save_document(claim, claim.documents[0].id, paper)
    store.attempts.publish(claim)
    page = person("reader").get(f"/staff/packets/{packet['id']}").text
    assert f'href="/staff/templates/{version}"' in page
