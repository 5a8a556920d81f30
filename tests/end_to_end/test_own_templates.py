"""A clinic's template over HTTP, checked and used by a real worker: from mistakes to papers."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from openxml_audit import OpenXmlValidator

from service import create_app
from tests.render.papers import body_text, header_text, with_body
from worker.bench import Bench
from worker.jobs import write
from worker.template_jobs import check
from worker.templates import BUILT_IN, Templates

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


def changed(docx: bytes, *texts: str) -> bytes:
    """Return a template with paragraphs put first, as somebody in Word would."""
    first = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)
    return with_body(docx, "<w:body>", f"<w:body>{first}")


def uploaded(client: FlaskClient, bench: Bench, docx: bytes) -> dict[str, Any]:
    data = {"kind": LETTER, "file": (io.BytesIO(docx), "letter.docx")}
    version = client.post("/v1/templates", data=data).json["id"]
    check(version, bench)
    answer: dict[str, Any] = client.get(f"/v1/templates/{version}").json
    return answer


def finished(client: FlaskClient, bench: Bench, packet: dict[str, Any]) -> dict[str, Any]:
    write(packet["id"], bench)
    read: dict[str, Any] = client.get(f"/v1/packets/{packet['id']}").json
    assert read["status"] == "ready", read["documents"]
    return read


def letter(client: FlaskClient, packet: dict[str, Any]) -> bytes:
    document = packet["documents"][0]
    return bytes(client.get(f"/v1/packets/{packet['id']}/documents/{document['id']}").data)


def test_three_mistakes_three_answers_then_a_draft_in_use_and_back(
    client: FlaskClient, bench: Bench, tmp_path: Path
) -> None:
    ours = client.get(f"/v1/templates/built-in/{LETTER}").data
    assert ours == (BUILT_IN / LETTER / "template.docx").read_bytes()
    wrong = uploaded(
        client, bench, changed(ours, "{{ titel }}", "{{ fields.payer_name }}", "{{ Date }}")
    )
    assert wrong["status"] == "rejected"
    assert [(each["tag"], each["page_text"]) for each in wrong["lint"]] == [
        ("titel", "{{ titel }}"),
        ("fields", "{{ fields.payer_name }}"),
        ("Date", "{{ Date }}"),
    ]
    assert all(each["suggestion"] for each in wrong["lint"])
    draft = uploaded(client, bench, changed(ours, "Greetings from {{ letterhead.name }}."))
    assert (draft["status"], draft["lint"]) == ("draft", [])
    told = client.get(f"/v1/templates/{draft['id']}/difference").json
    assert (told["changed"], told["lines"][0]["change"]) == (1, "added")

    preview = client.post(f"/v1/templates/{draft['id']}/preview", json={}).json
    shown = letter(client, finished(client, bench, preview))
    assert body_text(shown).startswith("Greetings from")
    assert "SAMPLE" in header_text(shown)
    (tmp_path / "shown.docx").write_bytes(shown)
    assert OpenXmlValidator().validate(tmp_path / "shown.docx").is_valid

    assert client.post(f"/v1/templates/{draft['id']}/activate").status_code == 200
    case = json.loads((CASES / "depression_commercial.json").read_text(encoding="utf-8"))
    asked = {"case": case, "documents": [LETTER], "options": {"letter_date": "2026-10-05"}}
    packet = finished(client, bench, client.post("/v1/packets", json=asked).json)
    assert packet["documents"][0]["template_version"] == draft["id"]
    assert body_text(letter(client, packet)).startswith("Greetings from")
    archive = client.get(f"/v1/packets/{packet['id']}/archive").data
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        (line,) = json.loads(opened.read("manifest.json"))["documents"]
    assert line["provenance"]["template"] == {
        "version": draft["id"],
        "number": 2,
        "sha256": draft["sha256"],
        "built_in": False,
    }

    client.post(f"/v1/templates/{draft['id']}/roll-back")
    packet = finished(client, bench, client.post("/v1/packets", json=asked).json)
    assert packet["documents"][0]["template_version"] != draft["id"]
    assert "Greetings" not in body_text(letter(client, packet))


def test_a_preview_of_a_packet_of_one_s_own_shows_its_case(
    client: FlaskClient, bench: Bench
) -> None:
    ours = client.get(f"/v1/templates/built-in/{LETTER}").data
    draft = uploaded(client, bench, changed(ours, "Greetings."))
    case = json.loads((CASES / "ptsd.json").read_text(encoding="utf-8"))
    packet = client.post("/v1/packets", json={"case": case, "documents": [LETTER]}).json
    preview = client.post(f"/v1/templates/{draft['id']}/preview", json={"packet": packet["id"]})
    shown = body_text(letter(client, finished(client, bench, preview.json)))
    assert case["patient"]["last_name"] in shown


def test_a_template_that_tries_to_reach_a_file_or_run_code_is_refused(
    client: FlaskClient, bench: Bench, tmp_path: Path
) -> None:
    ours = client.get(f"/v1/templates/built-in/{LETTER}").data
    target = tmp_path / "written"
    attempts = (
        f"{{% include '{target}' %}}",
        f"{{{{ tpl.save('{target}') }}}}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ ''.__class__.__mro__ }}",
        "{% for a in range(999999999) %}x{% endfor %}",
    )
    for attempt in attempts:
        answer = uploaded(client, bench, changed(ours, attempt.replace("&", "&amp;")))
        assert answer["status"] == "rejected", attempt
    assert not target.exists()
