"""Bodies that are not the JSON asked for: broken, doubled, deep, huge, wrongly encoded or typed."""

from __future__ import annotations

import gzip
import io
import json

import pytest

from tests.service.conftest import CANARY, Caller, a_case
from tests.service.hostile.refusals import Refusals

POSTS = ("/v1/packets", "/v1/reviews")
_NAME = CANARY.encode()

NOT_JSON: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "not_json"),
    "white space": (b" \r\n\t ", "not_json"),
    "a brace alone": (b"{", "not_json"),
    "cut in a name": (b'{"case": {"patient": {"last_name": "' + _NAME, "not_json"),
    "a comma too many": (b'{"case": "' + _NAME + b'",}', "not_json"),
    "single quotes": (b"{'case': '" + _NAME + b"'}", "not_json"),
    "a key without quotes": (b"{case: 1}", "not_json"),
    "a comment": (b'{"case": {}} // ' + _NAME, "not_json"),
    "two objects": (b'{"case": {}}{"case": "' + _NAME + b'"}', "not_json"),
    "a line of JSON after another": (b'{"case": {}}\n{"case": {}}\n', "not_json"),
    "a form": (b"case=" + _NAME, "not_json"),
    "XML": (b"<case>" + _NAME + b"</case>", "not_json"),
    "YAML": (b"case:\n  patient: " + _NAME, "not_json"),
    "a bare control character in a text": (b'{"case": "\x01' + _NAME + b'"}', "not_json"),
    "a bare line break in a text": (b'{"case": "\n' + _NAME + b'"}', "not_json"),
    "a NUL byte after the object": (b'{"case": {}}\x00', "not_json"),
    "an escape that does not exist": (b'{"case": "\\x' + _NAME + b'"}', "not_json"),
    "half an escape": (b'{"case": "\\u00"}', "not_json"),
    "NaN": (b'{"case": NaN}', "not_json"),
    "Infinity": (b'{"case": Infinity}', "not_json"),
    "minus Infinity": (b'{"case": [-Infinity]}', "not_json"),
    "a number that begins with zero": (b'{"case": 007}', "not_json"),
    "a number that begins with a dot": (b'{"case": .5}', "not_json"),
    "a hexadecimal number": (b'{"case": 0x10}', "not_json"),
    "a number with a plus": (b'{"case": +1}', "not_json"),
    "True as Python writes it": (b'{"case": True}', "not_json"),
    "undefined": (b'{"case": undefined}', "not_json"),
    "a list": (b'["' + _NAME + b'"]', "not_an_object"),
    "a text": (b'"' + _NAME + b'"', "not_an_object"),
    "a number": (b"7", "not_an_object"),
    "null": (b"null", "not_an_object"),
    "true": (b"true", "not_an_object"),
    "33 lists deep": (b'{"case": ' + b"[" * 32 + b"]" * 32 + b"}", "too_deep"),
    "33 objects deep": (b'{"a":' * 33 + b"1" + b"}" * 33, "too_deep"),
    "a hundred thousand objects deep": (b'{"a":' * 100_000, "too_deep"),
    "deep after a quoted bracket": (b'{"]": ' + b"[" * 40 + b"]" * 40 + b"}", "too_deep"),
    "a number of 5000 digits": (b'{"case": ' + b"9" * 5000 + b"}", "number_out_of_range"),
    "a number of 400,000 digits": (b'{"case": ' + b"9" * 400_000 + b"}", "number_out_of_range"),
    "a number of 16 digits": (b'{"case": 9007199254740993}', "number_out_of_range"),
    "a number that overflows": (b'{"case": 1e400}', "number_out_of_range"),
    "a small number that overflows": (b'{"case": -1e999}', "number_out_of_range"),
    "a fraction of 60 digits": (b'{"case": 0.' + b"3" * 60 + b"}", "number_out_of_range"),
    "an exponent of 200 digits": (b'{"case": 1e' + b"1" * 200 + b"}", "number_out_of_range"),
    "a key twice": (b'{"case": "' + _NAME + b'", "case": {}}', "duplicate_key"),
    "a dose twice": (b'{"case": {"request": {"dose_mg": 1, "dose_mg": 9}}}', "duplicate_key"),
    "a key twice, once escaped": (b'{"case": 1, "c\\u0061se": 2}', "duplicate_key"),
    "a key twice inside a list": (b'{"case": [[{"a": 1, "a": 1}]]}', "duplicate_key"),
    "ten thousand keys twice": (b"{" + b'"a":1,"b":2,' * 10_000 + b'"c":3}', "duplicate_key"),
    "a byte order mark": (b'\xef\xbb\xbf{"case": {}}', "byte_order_mark"),
    "UTF-16": (f'{{"case": "{CANARY}"}}'.encode("utf-16-le") + b"\xd8\xd8", "not_utf8"),
    "Latin-1": (b'{"case": "Jos\xe9 ' + _NAME + b'"}', "not_utf8"),
    "an overlong NUL": (b'{"case": "\xc0\x80"}', "not_utf8"),
    "a surrogate in UTF-8": (b'{"case": "\xed\xa0\x80"}', "not_utf8"),
    "a character past Unicode": (b'{"case": "\xf4\x90\x80\x80"}', "not_utf8"),
    "a character cut in half": (b'{"case": "\xe2\x82', "not_utf8"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_utf8"),
    "a Word file": (b"PK\x03\x04\x14\x00\x06\x00\x08\x00" + bytes(range(128, 256)), "not_utf8"),
    "a hundred thousand members": (b"{" + b'"":0,' * 100_001 + b'"":0}', "too_many_members"),
}


@pytest.mark.parametrize(("body", "entry"), NOT_JSON.values(), ids=NOT_JSON)
def test_a_body_that_is_not_one_json_object_is_refused(
    willow: Caller, refuses: Refusals, body: bytes, entry: str
) -> None:
    for path in POSTS:
        refuses.hold(willow.post_raw(path, body), "not_json", entry)


TYPES = {
    "no type": "",
    "plain text": "text/plain",
    "a form": "application/x-www-form-urlencoded",
    "a form of several parts": "multipart/form-data; boundary=x",
    "XML": "application/xml",
    "a Word file": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "a merge patch": "application/merge-patch+json",
    "JSON of another kind": "application/vnd.api+json",
    "JSON in lines": "application/x-ndjson",
    "JSON as text": "text/json",
    "JSON in Latin-1": "application/json; charset=latin1",
    "JSON in UTF-16": "application/json; charset=utf-16",
    "JSON in UTF-7": 'application/json; charset="utf-7"',
    "two types": "application/json, text/html",
    "a type of 5000 letters": "application/" + "j" * 5000,
    "no subtype": "application",
    "letters beyond ASCII": "application/jsön",
}


@pytest.mark.parametrize("content_type", TYPES.values(), ids=TYPES)
def test_another_type_of_body_is_refused(
    willow: Caller, refuses: Refusals, content_type: str
) -> None:
    body = json.dumps({"case": a_case()}).encode()
    for path in POSTS:
        refuses.hold(willow.post_raw(path, body, content_type), "unsupported_media_type")


ENCODINGS = {
    "gzip": "gzip",
    "deflate": "deflate",
    "brotli": "br",
    "gzip twice": "gzip, gzip",
    "identity and gzip": "identity, gzip",
    "an encoding of 5000 letters": "g" * 5000,
}


@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
def test_a_compressed_body_is_refused_before_it_is_unpacked(
    willow: Caller, refuses: Refusals, encoding: str
) -> None:
    bomb = gzip.compress(b'{"case": "' + b"x" * 5_000_000 + b'"}', 1)
    answer = willow.ask(
        "POST",
        "/v1/packets",
        data=bomb,
        content_type="application/json",
        headers={"Content-Encoding": encoding},
    )
    refuses.hold(answer, "unsupported_media_type")


LARGE = {
    "a text": b'{"case": "' + b"x" * 524_288 + b'"}',
    "white space": b" " * 524_287 + b"{}",
    "a key": b'{"' + b"k" * 600_000 + b'": 1}',
    "bytes that are no JSON": b"\x00" * 600_000,
}


@pytest.mark.parametrize("counted", [True, False], ids=["with a length", "without a length"])
@pytest.mark.parametrize("body", LARGE.values(), ids=LARGE)
def test_a_body_over_half_a_megabyte_is_refused(
    willow: Caller, refuses: Refusals, body: bytes, counted: bool
) -> None:
    for path in POSTS:
        sent = {"data": body} if counted else {"input_stream": io.BytesIO(body)}
        answer = willow.ask(
            "POST",
            path,
            content_type="application/json",
            environ_overrides={}
            if counted
            else {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
            **sent,
        )
        refuses.hold(answer, "too_large")
        assert "524288 bytes" in answer.json["detail"]
