"""An edited paper given back on its packet's page: kept, compared, told, downloaded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from storage.store import Store
from tests.pages.conftest import Visitor, words
from tests.service.conftest import WORD, Caller

Person = Callable[..., Visitor]
Write = Callable[..., None]
DOSE = {
    "kind": "dose",
    "change": "changed",
    "old": "35 mg",
    "new": "65 mg",
    "before": "Each infusion gives 35 mg.",
    "after": "Each infusion gives 65 mg.",
    "from": ["/request/dose_mg"],
    "in_case": False,
}
REPORT: dict[str, Any] = {
    "faults": [],
    "changes": [DOSE],
    "settled": {"blanks": [{"pointer": "/insurance/member_id", "label": "member ID"}]},
    "open": [{"pointer": "/prescriber/fax", "label": "fax number"}],
    "says_draft": True,
}
FAULT = {
    "severity": "error",
    "code": "other_paper",
    "message": "This is another paper",
    "suggestion": "Edit the paper that was downloaded here.",
    "part": "",
    "page_text": "",
    "tag": "",
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker compares here: pages need not wait for it."""
    monkeypatch.setattr("service.pages.paper_version_page.MOST_SECONDS", 0)


@pytest.fixture
def packet(willow: Caller, write: Write) -> dict[str, Any]:
    """A packet of one paper, written."""
    accepted = willow.packet(documents=["letter_of_medical_necessity"], reference="case-1")
    write(accepted["id"])
    found: dict[str, Any] = willow.get(accepted["links"]["self"]).json
    return found


def versions_of(packet: dict[str, Any]) -> str:
    return f"/staff/packets/{packet['id']}/documents/{packet['documents'][0]['id']}/versions"


def give_back(who: Visitor, packet: dict[str, Any], content: bytes = b"PK edited") -> TestResponse:
    return who.post(versions_of(packet), file=(io.BytesIO(content), "letter.docx"))


def compared(store: Store, packet: dict[str, Any], **report: Any) -> None:
    """Do a worker's part."""
    (version, *_) = store.paper_versions.list("willow", packet["id"], packet["documents"][0]["id"])
    told = REPORT | report
    told["settled"] = {"findings": [packet["findings"][0]["id"]], **told["settled"]}
    assert store.paper_versions.decide(version.id, told, kept=not told["faults"])


def test_the_edit_s_facts_are_told_with_what_they_rested_on(
    person: Person, packet: dict[str, Any], store: Store
) -> None:
    robin = person()
    where = give_back(robin, packet).location
    assert "It is being compared" in words(robin.get(where))
    compared(store, packet)
    shown = words(robin.get(where))
    assert "Changed Dose: 35 mg → 65 mg" in shown
    assert "The case does not hold it" in shown
    assert f"Before: {DOSE['before']} Now: {DOSE['after']}" in shown
    assert "Blanks filled in Member ID" in shown
    assert f"Findings settled {packet['findings'][0]['message'].partition('`')[0]}" in shown
    assert "Still to be filled in Fax number Its header says DRAFT" in shown


def test_a_version_is_kept_beside_the_paper_and_in_the_archive(
    person: Person, packet: dict[str, Any], store: Store
) -> None:
    robin = person()
    where = give_back(robin, packet, b"PK mine").location
    compared(store, packet)
    file = robin.get(f"{where}/file")
    assert (file.data, file.mimetype) == (b"PK mine", WORD)
    listed = words(robin.get(versions_of(packet)))
    assert "Edited version 1 1 fact changed" in listed
    assert "As written" in listed
    whole = robin.get(f"/staff/packets/{packet['id']}/archive").data
    assert any(name.endswith("-v1.docx") for name in zipfile.ZipFile(io.BytesIO(whole)).namelist())
    said = {each.action for each in store.audit.entries(packet_id=packet["id"])}
    assert said >= {"version.uploaded", "versions.listed", "version.read"}


def test_a_file_that_is_not_kept_is_told_why(
    person: Person, packet: dict[str, Any], store: Store
) -> None:
    robin = person()
    where = give_back(robin, packet).location
    compared(store, packet, faults=[FAULT])
    shown = words(robin.get(where))
    assert "This file was not kept" in shown
    assert FAULT["suggestion"] in shown
    assert robin.get(f"{where}/file").status_code == 410


@pytest.mark.parametrize(("says_draft", "left"), [(True, []), (False, REPORT["open"])])
def test_a_mark_that_does_not_fit_the_blanks_is_warned_of(
    person: Person, packet: dict[str, Any], store: Store, says_draft: bool, left: list[Any]
) -> None:
    robin = person()
    where = give_back(robin, packet).location
    compared(store, packet, says_draft=says_draft, open=left)
    said = "still says DRAFT" if says_draft else "no longer says DRAFT, though blanks are left"
    assert said in words(robin.get(where))


def test_a_reader_looks_but_gives_nothing_back(person: Person, packet: dict[str, Any]) -> None:
    sam = person("reader")
    assert "Give the edited file back" not in words(sam.get(versions_of(packet)))
    assert give_back(sam, packet).status_code == 403


def test_an_empty_form_is_told_at_the_place(person: Person, packet: dict[str, Any]) -> None:
    answer = give_back(person(), packet, b"")
    assert (answer.status_code, "Choose the edited Word file" in words(answer)) == (422, True)


def test_another_account_s_versions_do_not_exist(
    person: Person, packet: dict[str, Any], store: Store
) -> None:
    where = give_back(person(), packet).location
    compared(store, packet)
    stranger = person(account="cedar")
    answers = [stranger.get(each) for each in (versions_of(packet), where, f"{where}/file")]
    assert [each.status_code for each in [*answers, give_back(stranger, packet)]] == [404] * 4


def test_a_version_is_not_found_under_another_paper(
    willow: Caller, person: Person, write: Write, packet: dict[str, Any]
) -> None:
    robin = person()
    version = give_back(robin, packet).location.rpartition("/")[2]
    other = willow.packet(documents=["appeal_letter"])
    write(other["id"])
    assert robin.get(f"{versions_of(packet)}/{version}").status_code == 200
    assert robin.get(f"{versions_of(other)}/{version}").status_code == 404


def test_what_an_erased_packet_held_is_gone(
    person: Person, packet: dict[str, Any], store: Store
) -> None:
    robin = person()
    where = give_back(robin, packet).location
    store.packets.erase("willow", packet["id"], "test")
    assert robin.get(where).status_code == 410
    assert robin.get(versions_of(packet)).status_code == 410
    assert give_back(robin, packet).status_code == 410
