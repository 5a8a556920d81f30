"""Bodies that nobody should send: always a problem with a cure, never a 500, never a value back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.service.conftest import CANARY, Caller, a_case, errors

POSTS = ("/v1/packets", "/v1/reviews")
DEEP = b'{"case":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"[]", "not_an_object"),
        (b'"case"', "not_an_object"),
        (b"null", "not_an_object"),
        (b'{"case": NaN}', "not_json"),
        (b'{"case": 1e999}', "number_out_of_range"),
        (b'{"case": ' + b"9" * 5000 + b"}", "number_out_of_range"),
        (b'{"case": {"dose": 1, "dose": 9}}', "duplicate_key"),
        (DEEP, "too_deep"),
        (b'\xef\xbb\xbf{"case": {}}', "byte_order_mark"),
        ('{"case": {}}'.encode("utf-16"), "not_utf8"),
        (b'{"case": "\xe9"}', "not_utf8"),
    ],
)
def test_what_is_not_one_json_object_is_400(
    willow: Caller, path: str, body: bytes, code: str
) -> None:
    answer = willow.post_raw(path, body)
    assert (answer.status_code, answer.json["code"]) == (400, "not_json")
    assert answer.json["errors"][0]["code"] == code


@pytest.mark.parametrize("path", POSTS)
def test_ten_megabytes_are_413(willow: Caller, path: str) -> None:
    answer = willow.post_raw(path, b'{"case": "' + b"x" * 10_000_000 + b'"}')
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
    assert "524288 bytes" in answer.json["detail"]


def test_a_body_without_a_length_is_measured_too(willow: Caller) -> None:
    import io

    answer = willow.ask(
        "POST",
        "/v1/packets",
        input_stream=io.BytesIO(b'{"case": "' + b"x" * 600_000 + b'"}'),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/xml",
        "",
        "multipart/form-data",
        "application/json; charset=latin1",
    ],
)
def test_another_content_type_is_415(willow: Caller, path: str, content_type: str) -> None:
    answer = willow.post_raw(path, b'{"case": {}}', content_type)
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type")


def test_a_compressed_body_is_415(willow: Caller) -> None:
    headers = {"Content-Encoding": "gzip"}
    answer = willow.post("/v1/packets", {"case": {}}, headers=headers)
    assert answer.status_code == 415


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("case", [None, [], "case", 7, True, {}])
def test_what_is_no_case_is_422(willow: Caller, path: str, case: Any) -> None:
    answer = willow.post(path, {"case": case})
    assert answer.status_code == 422
    assert all(pointer.startswith("/case") for pointer in errors(answer))


@pytest.mark.parametrize("path", POSTS)
def test_a_case_that_is_left_out_is_asked_for(willow: Caller, path: str) -> None:
    assert errors(willow.post(path, {})) == {"/case": "required"}


@pytest.mark.parametrize("text", ["a\x00b", "a\x07b", "\ud800", "\u202egnp.docx", "\uffff"])
def test_characters_that_no_paper_can_show_are_refused_by_place(willow: Caller, text: str) -> None:
    case = a_case()
    case["patient"]["last_name"] = text
    answer = willow.post_raw("/v1/packets", json.dumps({"case": case}).encode())
    assert answer.status_code == 422
    assert errors(answer)["/case/patient/last_name"] == "forbidden_character"


def test_a_lone_surrogate_in_a_name_of_a_field_is_refused(willow: Caller) -> None:
    for body in (b'{"case": {"\\ud800": 1}}', b'{"case": {}, "\\ud800": 1}'):
        answer = willow.post_raw("/v1/packets", body)
        assert answer.status_code == 422
        assert "unknown_field" in errors(answer).values()


def test_text_that_looks_like_a_tag_is_text(willow: Caller) -> None:
    assert willow.packet(case=a_case("odd_but_valid"))["status"] == "queued"


def test_a_wrong_npi_and_an_impossible_date_are_both_named(willow: Caller) -> None:
    case = a_case()
    case["prescriber"]["npi"] = "2000000151"
    case["patient"]["date_of_birth"] = "1980-02-30"
    found = errors(willow.post("/v1/packets", {"case": case}))
    assert found["/case/prescriber/npi"] == "wrong_check_digit"
    assert found["/case/patient/date_of_birth"] == "not_a_date"


def test_no_answer_to_a_bad_body_repeats_a_value_of_it(willow: Caller) -> None:
    body = {
        "case": a_case(patient={"first_name": 1, "last_name": [CANARY], "date_of_birth": CANARY}),
        "reference": f"{CANARY} {CANARY}",
        "documents": [CANARY, {"kind": CANARY, "language": CANARY}],
        "options": {"letter_date": CANARY, "on_missing": CANARY, "formats": [CANARY]},
        "based_on": CANARY,
    }
    for path in POSTS:
        answer = willow.post(path, body)
        assert answer.status_code == 422
        assert CANARY not in answer.text


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False)
    | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=9,
)
AROUND = st.dictionaries(
    st.sampled_from(["documents", "options", "reference", "based_on", "append", "case", "_schema"]),
    JSON,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=AROUND)
def test_no_body_is_a_failure_of_ours(willow: Caller, body: dict[str, Any]) -> None:
    for path in POSTS:
        answer = willow.post_raw(path, json.dumps(body).encode())
        assert answer.status_code in {400, 422}
