"""What can be asked before anything is written: reviews, kinds, knowledge, samples."""

from __future__ import annotations

import re

import pytest
from jsonschema import Draft202012Validator

from service.converters import EntryId
from tests.service.conftest import CASES, Caller, a_case, errors


def test_a_review_is_what_the_packet_will_say(willow: Caller) -> None:
    body = {"case": a_case(), "options": {"letter_date": "2026-10-19"}}
    review = willow.post("/v1/reviews", body).json
    packet = willow.post("/v1/packets", body).json
    assert review["findings"] == packet["findings"]
    assert review["deadlines"] == packet["deadlines"]
    asked = [each["kind"] for each in review["recommended_documents"]]
    assert asked == [each["kind"] for each in packet["documents"]]


def test_a_review_stores_nothing(willow: Caller) -> None:
    willow.post("/v1/reviews", {"case": a_case()})
    assert willow.get("/v1/packets").json["items"] == []


@pytest.mark.parametrize("path", sorted(CASES.glob("*.json")), ids=lambda path: path.stem)
def test_every_sample_case_can_be_reviewed_and_posted(willow: Caller, path) -> None:
    case = a_case(path.stem)
    assert willow.post("/v1/reviews", {"case": case}).status_code == 200
    body = {"case": case, "documents": ["letter_of_medical_necessity"]}
    assert willow.post("/v1/packets", body).status_code == 202


def test_a_review_knows_no_packet_options(willow: Caller) -> None:
    answer = willow.post("/v1/reviews", {"case": a_case(), "options": {"formats": ["docx"]}})
    assert errors(answer) == {"/options/formats": "unknown_field"}


def test_each_kind_tells_its_schema_its_template_and_a_sample(willow: Caller) -> None:
    for item in willow.get("/v1/document-kinds").json["items"]:
        kind = willow.get(item["url"]).json
        assert len(kind["templates"][0]["sha256"]) == 64
        Draft202012Validator.check_schema(kind["case_schema"])
        Draft202012Validator(kind["case_schema"]).validate(kind["sample"])


def test_each_kind_accepts_its_own_sample(willow: Caller) -> None:
    for item in willow.get("/v1/document-kinds").json["items"]:
        sample = willow.get(item["url"]).json["sample"]
        assert willow.packet(case=sample, documents=[item["kind"]])["documents"]


def test_a_kind_that_answers_a_denial_asks_for_one_in_its_schema(willow: Caller) -> None:
    schema = willow.get("/v1/document-kinds/appeal_letter").json["case_schema"]
    assert not Draft202012Validator(schema).is_valid(a_case("depression_commercial"))
    assert not Draft202012Validator(schema).is_valid(a_case(denial=None))
    assert Draft202012Validator(schema).is_valid(a_case())


def test_an_unknown_kind_is_404(willow: Caller) -> None:
    assert willow.get("/v1/document-kinds/love_letter").status_code == 404


def test_every_entry_of_the_knowledge_can_be_reached(willow: Caller) -> None:
    entry_address = re.compile(f"http://127.0.0.1:8000/v1/knowledge/[a-z_]+/{EntryId.regex}")
    for area in willow.get("/v1/knowledge").json["items"]:
        address, found = f"{area['url']}?limit=100", 0
        while address:
            page = willow.get(address).json
            found += len(page["items"])
            assert all(entry_address.fullmatch(each["url"]) for each in page["items"])
            address = page["next"] and f"{area['url']}?limit=100&cursor={page['next']}"
        assert found == area["entries"], area["area"]
        assert willow.get(page["items"][0]["url"]).status_code == 200


def test_a_rule_is_shown_with_its_source(willow: Caller) -> None:
    assert willow.get("/v1/knowledge/scales/phq9").json["entry"]["source"]


def test_a_sample_is_a_whole_case(willow: Caller) -> None:
    (first, *_) = willow.get("/v1/samples").json["items"]
    sample = willow.get(first["url"]).json
    assert willow.packet(case=sample["case"], documents=["letter_of_medical_necessity"])
