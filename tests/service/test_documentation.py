"""The interface described, for programs and for people without a network."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask
from openapi_spec_validator import validate

from service.error_codes import item_codes
from service.errors_document import errors_markdown
from service.problem_types import PROBLEM_TYPES
from tests.service.conftest import Caller, a_case

DOCS = Path(__file__).parents[2] / "docs"


def test_the_document_is_valid_openapi_3_1(app: Flask) -> None:
    document = app.test_client().get("/openapi.json").json
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_address_is_in_the_document(app: Flask) -> None:
    document = app.test_client().get("/openapi.json").json
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith(("/static", "/docs", "/openapi", "/staff"))
    }
    assert routes == set(document["paths"])


def test_answers_stay_open_to_added_fields(app: Flask) -> None:
    schemas = app.test_client().get("/openapi.json").json["components"]["schemas"]
    assert schemas["Packet"].get("additionalProperties", True)
    assert schemas["PacketBody"]["additionalProperties"] is False


def test_an_unchanged_document_is_not_sent_again(app: Flask) -> None:
    client = app.test_client()
    tag = client.get("/openapi.json").headers["ETag"]
    assert client.get("/openapi.json", headers={"If-None-Match": tag}).status_code == 304


def test_the_pages_ask_nothing_of_the_network(app: Flask) -> None:
    client = app.test_client()
    for page in ("/docs", "/docs/errors"):
        answer = client.get(page)
        assert answer.mimetype == "text/html"
        assert "'self'" in answer.headers["Content-Security-Policy"]
        for address in re.findall(r'(?:src|href)="([^"#]+)"', answer.text):
            assert address.startswith("/"), address
            assert client.get(address).status_code == 200, address


def test_the_type_of_a_problem_leads_to_its_cure(app: Flask, willow: Caller) -> None:
    problem = willow.post("/v1/packets", {"case": a_case(), "x": 1}).json
    address, _, fragment = problem["type"].partition("#")
    page = app.test_client().get(address.removeprefix("http://127.0.0.1:8000")).text
    assert f'id="{fragment}"' in page


def test_every_code_is_listed_once() -> None:
    for codes in ([row.code for row in PROBLEM_TYPES], [row.code for row in item_codes()]):
        assert len(codes) == len(set(codes))


def test_the_table_of_errors_is_the_one_the_code_reads() -> None:
    written = (DOCS / "errors.md").read_text(encoding="utf-8")
    assert written == errors_markdown(), "run: make docs"


def test_every_problem_has_its_section() -> None:
    written = (DOCS / "errors.md").read_text(encoding="utf-8")
    for row in PROBLEM_TYPES:
        assert f"### {row.code}\n" in written


def test_the_guide_names_every_address(app: Flask) -> None:
    guide = (DOCS / "api.md").read_text(encoding="utf-8")
    for path in app.test_client().get("/openapi.json").json["paths"]:
        assert re.sub(r"\{\w+\}", "{id}", path) in re.sub(r"\{\w+\}", "{id}", guide), path
