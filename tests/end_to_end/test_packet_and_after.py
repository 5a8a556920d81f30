"""From a case to the one file that is sent, its PDF and its archive, and on to the appeal."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pypdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from flask.testing import FlaskClient
from openxml_audit import OpenXmlValidator

from service import create_app
from tests.end_to_end.written import sent
from worker.bench import Bench
from worker.jobs import write
from worker.templates import Templates

REQUEST = ["letter_of_medical_necessity", "prior_authorization_request", "deadline_tracker"]


@pytest.fixture
def bench(settings: Any, store: Any, knowledge: Any) -> Bench:
    return Bench(settings, store, knowledge, Templates())


@pytest.fixture
def client(bench: Bench, store: Any) -> FlaskClient:
    app = create_app(bench.settings, store, bench.knowledge, log=io.StringIO())
    client = app.test_client()
    key = store.keys.create("willow").text
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    return client


def posted(client: FlaskClient, bench: Bench, **body: Any) -> dict[str, Any]:
    """Post a packet, let it be written, and read it again."""
    answer = client.post("/v1/packets", json=body)
    assert answer.status_code == 202, answer.text
    write(answer.json["id"], bench)
    read: dict[str, Any] = client.get(f"/v1/packets/{answer.json['id']}").json
    assert read["status"] == "ready", read
    return read


def test_one_file_to_send_with_everything_beside_it(
    client: FlaskClient, bench: Bench, tmp_path: Any
) -> None:
    packet = posted(
        client,
        bench,
        case=sent("depression_commercial"),
        documents=REQUEST,
        options={"assemble": True},
    )
    letter, form, _, whole = packet["documents"]
    assert whole["assembled"]["documents"] == [letter["id"], form["id"]]
    answer = client.get(f"/v1/packets/{packet['id']}/archive")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        docx = archive.read(whole["filename"])
        manifest = json.loads(archive.read("manifest.json"))
        provenance = json.loads(archive.read("provenance.json"))["documents"][-1]
    assert [each["kind"] for each in manifest["documents"]] == [*REQUEST, "packet"]
    (tmp_path / "packet.docx").write_bytes(docx)
    assert OpenXmlValidator().validate(tmp_path / "packet.docx").is_valid
    there = {
        each.get(qn("w:name"))
        for each in Document(io.BytesIO(docx)).element.iter(qn("w:bookmarkStart"))
    }
    assert {each["bookmark"] for each in provenance["passages"]} == there
    assert {each["document"] for each in provenance["passages"]} == {letter["id"], form["id"]}


@pytest.mark.pages
def test_the_file_to_send_as_pdf_counts_its_pages_through(
    client: FlaskClient, bench: Bench
) -> None:
    packet = posted(
        client,
        bench,
        case=sent("depression_commercial"),
        documents=REQUEST[:2],
        options={"assemble": True, "formats": ["docx", "pdf"]},
    )
    papers, pdfs = packet["documents"][:3], packet["documents"][3:]
    assert [each["pages"] for each in papers] == [each["pages"] for each in pdfs]
    assert papers[2]["pages"] == papers[0]["pages"] + papers[1]["pages"]
    shown = pypdf.PdfReader(io.BytesIO(client.get(pdfs[2]["download_url"]).data))
    last = papers[2]["pages"]
    assert f"Page {last} of {last}" in shown.pages[-1].extract_text()


def test_from_a_denial_to_its_appeal_nothing_is_typed_again(
    client: FlaskClient, bench: Bench
) -> None:
    case = {**sent("depression_commercial_denied")}
    denial = case.pop("denial")
    first = posted(client, bench, case=case, documents=REQUEST[:1])
    for event in (
        {"type": "sent", "at": "2026-10-05", "channel": "fax"},
        {"type": "decided", "at": denial["notice_date"], "outcome": "denied"},
    ):
        answer = client.post(f"/v1/packets/{first['id']}/events", json=event)
        assert answer.status_code == 201, answer.text
    assert "based_on" in answer.json["next_step"]["text"]
    appeal = posted(
        client, bench, based_on=first["id"], case={"denial": denial}, documents=["appeal_letter"]
    )
    assert appeal["based_on"] == first["id"]
    text = body_of(client.get(appeal["documents"][0]["download_url"]).data)
    assert case["patient"]["last_name"] in text
    again = client.get(f"/v1/packets/{first['id']}").json
    assert [each["sha256"] for each in again["documents"]] == [
        each["sha256"] for each in first["documents"]
    ]


def body_of(docx: bytes) -> str:
    return "".join(each.text or "" for each in Document(io.BytesIO(docx)).element.iter(qn("w:t")))
