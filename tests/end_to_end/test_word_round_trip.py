"""A letter downloaded, edited as in Word, given back: what the edit did is told, nothing is lost."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from flask.testing import FlaskClient

from service import create_app
from tests.render.papers import with_part
from worker.bench import Bench
from worker.compare_jobs import compare
from worker.jobs import write
from worker.templates import Templates

CASES = Path(__file__).parents[1] / "cases"
LETTER = "letter_of_medical_necessity"


@pytest.fixture
def bench(settings: Any, store: Any, knowledge: Any) -> Bench:
    return Bench(settings, store, knowledge, Templates())


@pytest.fixture
def client(bench: Bench, store: Any) -> FlaskClient:
    client = create_app(bench.settings, store, bench.knowledge, log=io.StringIO()).test_client()
    key = store.keys.create("willow").text
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    return client


@pytest.fixture
def letter(client: FlaskClient, bench: Bench) -> str:
    """The address of a finished letter whose case lacks the member ID."""
    case = json.loads((CASES / "depression_commercial.json").read_text(encoding="utf-8"))
    del case["insurance"]["member_id"]
    body = {"case": case, "documents": [LETTER], "options": {"letter_date": "2026-10-05"}}
    packet = client.post("/v1/packets", json=body).json
    write(packet["id"], bench)
    (document,) = client.get(f"/v1/packets/{packet['id']}").json["documents"]
    assert document["missing"] == ["/insurance/member_id"]
    return f"/v1/packets/{packet['id']}/documents/{document['id']}"


def edited(docx: bytes, **words: str) -> bytes:
    """Return the file with words replaced in body, tables and headers, as staff would in Word."""
    document = Document(io.BytesIO(docx))
    holders = [document.element.body]
    for section in document.sections:
        holders += [section.header._element, section.first_page_header._element]
    for holder in holders:
        for text in holder.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"):
            for old, new in words.items():
                text.text = (text.text or "").replace(old.replace("_", " "), new)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def given_back(client: FlaskClient, bench: Bench, letter: str, docx: bytes) -> dict[str, Any]:
    data = {"file": (io.BytesIO(docx), "letter.docx")}
    answer = client.post(f"{letter}/versions", data=data)
    assert (answer.status_code, answer.json["status"]) == (202, "checking"), answer.text
    compare(answer.json["id"], bench)
    found: dict[str, Any] = client.get(answer.json["links"]["self"].partition("8000")[2]).json
    return found


def test_a_letter_given_back_as_it_was_changed_nothing(
    client: FlaskClient, bench: Bench, letter: str
) -> None:
    version = given_back(client, bench, letter, edited(client.get(letter).data))
    assert (version["status"], version["changes"], version["faults"]) == ("kept", [], [])
    assert version["settled"] == {"blanks": [], "findings": []}
    assert [each["pointer"] for each in version["open"]] == ["/insurance/member_id"]
    assert version["says_draft"] is True


def test_a_changed_dose_is_found_and_what_its_sentence_rests_on(
    client: FlaskClient, bench: Bench, letter: str
) -> None:
    docx = edited(client.get(letter).data, gives_35_mg="gives 65 mg")
    version = given_back(client, bench, letter, docx)
    (change,) = version["changes"]
    assert (change["kind"], change["change"]) == ("dose", "changed")
    assert (change["old"], change["new"]) == ("35 mg", "65 mg")
    assert change["in_case"] is False
    assert any(pointer.startswith("/request") for pointer in change["from"])
    assert "gives 65 mg" in change["after"]


def test_a_blank_filled_in_word_is_settled_with_its_finding(
    client: FlaskClient, bench: Bench, letter: str
) -> None:
    docx = edited(client.get(letter).data, **{"[member_ID]": "EHP-777-1234", "DRAFT": ""})
    version = given_back(client, bench, letter, docx)
    assert version["settled"]["blanks"] == [
        {"pointer": "/insurance/member_id", "label": "member ID"}
    ]
    assert (version["open"], version["says_draft"]) == ([], False)
    assert {each["new"] for each in version["changes"]} == {"EHP-777-1234"}


def test_the_edited_file_is_kept_as_it_came_beside_the_paper(
    client: FlaskClient, bench: Bench, letter: str
) -> None:
    before = client.get(letter).data
    docx = edited(before, gives_35_mg="gives 65 mg")
    first = given_back(client, bench, letter, docx)
    second = given_back(client, bench, letter, edited(before))
    assert client.get(first["links"]["file"].partition("8000")[2]).data == docx
    assert client.get(letter).data == before
    archive = client.get(f"{letter.partition('/documents')[0]}/archive").data
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        (line,) = json.loads(opened.read("manifest.json"))["documents"]
        assert line["edited"]["id"] == second["id"]
        assert opened.read(line["filename"]) == before
        assert line["edited"]["filename"] in opened.namelist()
    listed = client.get(f"{letter}/versions").json["items"]
    assert [each["id"] for each in listed] == [second["id"], first["id"]]
    assert [each["number"] for each in listed] == [2, 1]


@pytest.mark.parametrize(
    ("part", "code"),
    [("word/vbaProject.bin", "forbidden_part"), ("word/embeddings/x.bin", "forbidden_part")],
)
def test_what_no_paper_may_hold_is_refused_and_not_kept(
    client: FlaskClient, bench: Bench, letter: str, part: str, code: str
) -> None:
    version = given_back(client, bench, letter, with_part(client.get(letter).data, part, "x"))
    assert (version["status"], version["faults"][0]["code"]) == ("rejected", code)
    file = client.get(version["links"]["file"].partition("8000")[2])
    assert (file.status_code, file.json["code"]) == (410, "file_not_kept")


def test_another_paper_is_not_taken_for_an_edit(
    client: FlaskClient, bench: Bench, letter: str
) -> None:
    other = Document()
    other.add_paragraph("Something else.")
    saved = io.BytesIO()
    other.save(saved)
    version = given_back(client, bench, letter, saved.getvalue())
    assert version["status"] == "rejected"
    assert [each["code"] for each in version["faults"]][-1] == "other_paper"


def test_erasing_the_packet_erases_its_edited_papers(
    client: FlaskClient, bench: Bench, letter: str
) -> None:
    version = given_back(client, bench, letter, edited(client.get(letter).data))
    assert any(bench.settings.documents_dir.rglob("ver_*"))
    client.delete(letter.partition("/documents")[0])
    assert not any(bench.settings.documents_dir.rglob("ver_*"))
    assert client.get(version["links"]["self"].partition("8000")[2]).status_code == 410


def test_what_cannot_be_given_back_is_told(client: FlaskClient, bench: Bench, letter: str) -> None:
    def post(address: str, content: bytes) -> tuple[int, str]:
        data = {"file": (io.BytesIO(content), "letter.docx")}
        answer = client.post(f"{address}/versions", data=data)
        return answer.status_code, answer.json["code"]

    assert post(letter, b"") == (422, "invalid_request")
    stranger = letter[:-26] + "a" * 26
    assert post(stranger, b"PK") == (404, "not_found")
    packet = client.post(
        "/v1/packets",
        json={"based_on": letter.split("/")[3], "documents": ["fax_cover"]},
    ).json
    waiting = f"/v1/packets/{packet['id']}/documents/{packet['documents'][0]['id']}"
    assert post(waiting, b"PK") == (409, "no_word_to_edit")


def test_another_account_cannot_reach_an_edited_paper(
    client: FlaskClient, bench: Bench, letter: str, store: Any
) -> None:
    version = given_back(client, bench, letter, edited(client.get(letter).data))
    address = version["links"]["self"].partition("8000")[2]
    theirs = {"Authorization": f"Bearer {store.keys.create('cedar').text}"}
    for path in (address, f"{address}/file", f"{letter}/versions"):
        assert client.get(path, headers=theirs).status_code == 404


def test_a_comparison_that_never_ends_is_given_up(
    client: FlaskClient, bench: Bench, letter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = {"file": (io.BytesIO(client.get(letter).data), "letter.docx")}
    version = client.post(f"{letter}/versions", data=data).json
    from datetime import timedelta

    from storage.uploads import TICKETS

    monkeypatch.setattr("storage.uploads.PATIENCE", timedelta(seconds=-60))
    for _ in range(TICKETS):
        bench.store.paper_versions.signal_silent()
    found = client.get(version["links"]["self"].partition("8000")[2]).json
    assert (found["status"], found["faults"][0]["code"]) == ("rejected", "check_gave_up")


def test_no_word_of_a_patient_reaches_the_log_when_a_comparison_breaks(
    client: FlaskClient,
    bench: Bench,
    letter: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    import worker.compare_jobs

    def broken(*_: object) -> None:
        raise RuntimeError("Quillfeather")

    monkeypatch.setattr(worker.compare_jobs, "process_bench", lambda: bench)
    monkeypatch.setattr(worker.compare_jobs, "open_confined", broken)
    data = {"file": (io.BytesIO(client.get(letter).data), "letter.docx")}
    version = client.post(f"{letter}/versions", data=data).json
    with pytest.raises(worker.compare_jobs.JobBroken) as raised:
        worker.compare_jobs.compare_paper(version["id"])
    assert "Quillfeather" not in str(raised.value) + capsys.readouterr().out
