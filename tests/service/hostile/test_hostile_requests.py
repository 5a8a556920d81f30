"""Requests that reach for what is not theirs: addresses, methods, headers, keys, ids and links."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from storage.store import Store
from tests.service.conftest import CANARY, Caller, Clock, a_case
from tests.service.hostile.conftest import Mine
from tests.service.hostile.refusals import Refusals

_NOBODY = "a" * 26

ADDRESSES = {
    "up and out": "/v1/packets/../../etc/passwd",
    "up and out, escaped": "/v1/packets/..%2f..%2fetc%2fpasswd",
    "up and out, escaped twice": "/v1/packets/%252e%252e%252fetc",
    "up and out, as Windows writes it": "/v1/packets/..%5c..%5cboot.ini",
    "a whole path as id": "/v1/packets/%2fetc%2fshadow",
    "an address as id": "/v1/packets/http%3a%2f%2f127.0.0.1",
    "a NUL in the id": f"/v1/packets/pkt_{_NOBODY}%00",
    "a line break in the id": f"/v1/packets/pkt_{_NOBODY}%0a",
    "a header in the id": f"/v1/packets/pkt_{_NOBODY}%0d%0aX-Owned:%20{CANARY}",
    "a name as id": f"/v1/packets/{CANARY}",
    "capitals in the id": f"/v1/packets/PKT_{_NOBODY}",
    "letters that look alike": f"/v1/packets/pkt_{'%D0%B0' * 26}",
    "bytes that are no UTF-8": "/v1/packets/pkt_%ff%fe",
    "SQL in the id": "/v1/packets/pkt_'%20OR%201=1--",
    "a template in the id": "/v1/packets/{{7*7}}",
    "an id of 10,000 letters": "/v1/packets/pkt_" + "a" * 10_000,
    "an id that is no packet": f"/v1/packets/pkt_{_NOBODY}",
    "an archive that is none": f"/v1/packets/pkt_{_NOBODY}/archive",
    "deadlines of no packet": f"/v1/packets/pkt_{_NOBODY}/deadlines.ics",
    "events of no packet": f"/v1/packets/pkt_{_NOBODY}/events",
    "a document of no packet": f"/v1/packets/pkt_{_NOBODY}/documents/doc_{_NOBODY}",
    "a document's file name": f"/v1/packets/pkt_{_NOBODY}/documents/..%2f..%2fvar",
    "a doubled slash": "/v1//packets",
    "a slash at the end": "/v1/packets/",
    "a dot at the end": "/v1/packets/.",
    "a kind that is a path": "/v1/document-kinds/..%2f..%2fsettings.py",
    "a kind that is a class": "/v1/document-kinds/__class__",
    "a sample that is a path": "/v1/samples/..%2fconftest",
    "knowledge that is a path": "/v1/knowledge/laws/..%2f..%2f..%2fetc",
    "knowledge that is an attribute": "/v1/knowledge/__dict__",
    "a parameter in the path": "/v1/packets;jsessionid=1",
    "a file of the service": "/v1/settings.py",
}


@pytest.mark.parametrize("path", ADDRESSES.values(), ids=ADDRESSES)
def test_an_address_that_leads_nowhere_tells_nothing(
    willow: Caller, refuses: Refusals, path: str
) -> None:
    refuses.hold(willow.get(path), "not_found")


OUTSIDE = {
    "a static file above its folder": "/static/../app.py",
    "a static file above, escaped": "/static/%2e%2e/app.py",
    "a static file above, escaped whole": "/static/..%2fapp.py",
    "a static file that is a whole path": "/static/%2fetc%2fpasswd",
    "the folder of versions": "/.git/config",
    "an environment file": "/.env",
    "a name in the address": f"/{CANARY}",
    "a console": "/console?__debugger__=yes&cmd=resource&f=debugger.js",
    "a link of nothing but dots": "/d/..",
    "a link of 5000 letters": "/d/" + "a" * 5000,
    "a link with markup": "/d/<script>",
}


@pytest.mark.parametrize("path", OUTSIDE.values(), ids=OUTSIDE)
def test_an_address_without_a_key_leads_to_no_file_of_ours(
    anybody: Caller, refuses: Refusals, path: str
) -> None:
    refuses.hold(anybody.get(path), "not_found")


METHODS = {
    "deleting the list": ("DELETE", "/v1/packets"),
    "putting a packet": ("PUT", f"/v1/packets/pkt_{_NOBODY}"),
    "patching a packet": ("PATCH", f"/v1/packets/pkt_{_NOBODY}"),
    "posting to a packet": ("POST", f"/v1/packets/pkt_{_NOBODY}"),
    "deleting events": ("DELETE", f"/v1/packets/pkt_{_NOBODY}/events"),
    "posting an archive": ("POST", f"/v1/packets/pkt_{_NOBODY}/archive"),
    "reading a retry": ("GET", f"/v1/packets/pkt_{_NOBODY}/retry"),
    "reading a review": ("GET", "/v1/reviews"),
    "posting to a link": ("POST", "/d/abc"),
    "deleting a link": ("DELETE", "/d/abc"),
    "posting to health": ("POST", "/healthz"),
    "tracing": ("TRACE", "/v1/packets"),
    "connecting": ("CONNECT", "/v1/packets"),
    "finding properties": ("PROPFIND", "/v1/packets"),
    "a method that is no word": ("G3T", "/v1/packets"),
    "a method that is a name": (CANARY.upper(), "/v1/packets"),
}


@pytest.mark.parametrize(("method", "path"), METHODS.values(), ids=METHODS)
def test_a_method_that_an_address_does_not_take_is_refused(
    willow: Caller, refuses: Refusals, method: str, path: str
) -> None:
    answer = willow.ask(method, path)
    refuses.hold(answer, "method_not_allowed")
    assert method not in answer.headers["Allow"].split(", ")


OVERRIDES = {
    "a header": {"headers": {"X-HTTP-Method-Override": "DELETE"}},
    "another header": {"headers": {"X-Method-Override": "DELETE"}},
    "a query": {"query_string": "_method=DELETE"},
    "a form": {"data": {"_method": "DELETE"}},
}


@pytest.mark.parametrize("more", OVERRIDES.values(), ids=OVERRIDES)
def test_no_reading_is_turned_into_an_erasing(
    willow: Caller, refuses: Refusals, mine: Mine, more: dict[str, Any]
) -> None:
    answer = willow.ask("GET", f"/v1/packets/{mine.packet}", **more)
    assert (answer.status_code, answer.json["status"]) == (200, "ready")


KEYS = {
    "no key": None,
    "a scheme alone": "Bearer",
    "another scheme": "Basic d2lsbG93Og==",
    "a key without a scheme": "nk_live_" + "a" * 40,
    "a key that nobody has": "Bearer nk_live_aaaaaaaaaa_" + "b" * 32,
    "two keys": "Bearer a, Bearer b",
    "a key with a space": "Bearer a b",
    "a key of 100,000 letters": "Bearer " + "x" * 100_000,
    "a key with a letter beyond ASCII": "Bearer kéy",
    "SQL": "Bearer '_OR_1=1--",
    "a pattern": "Bearer nk_live_%_%",
    "null": "Bearer null",
    "a token that says it needs no signature": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ3aWxsb3cifQ.",
}


@pytest.mark.parametrize("header", KEYS.values(), ids=KEYS)
def test_without_a_key_of_ours_nothing_is_told(
    anybody: Caller, refuses: Refusals, mine: Mine, header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header}
    for method, path in (
        ("GET", f"/v1/packets/{mine.packet}"),
        ("DELETE", f"/v1/packets/{mine.packet}"),
        ("POST", "/v1/packets"),
        ("GET", "/v1/nothing"),
    ):
        answer = anybody.ask(method, path, headers=headers)
        refuses.hold(answer, "not_authenticated")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("change", [str.swapcase, lambda key: key[:-1], lambda key: key + "a"])
def test_a_key_that_is_nearly_right_is_wrong(
    store: Store,
    calling_with: Callable[[str], Caller],
    refuses: Refusals,
    change: Callable[[str], str],
) -> None:
    near = change(store.keys.create("willow").text)
    refuses.hold(calling_with(near).get("/v1/packets"), "not_authenticated")


def test_a_revoked_key_opens_nothing(
    store: Store, calling_with: Callable[[str], Caller], refuses: Refusals, mine: Mine
) -> None:
    key = store.keys.create("willow")
    store.keys.revoke(key.key.prefix)
    for path in ("/v1/packets", f"/v1/packets/{mine.packet}"):
        refuses.hold(calling_with(key.text).get(path), "not_authenticated")


def test_a_key_that_may_only_read_changes_nothing(
    store: Store, calling_with: Callable[[str], Caller], refuses: Refusals, mine: Mine
) -> None:
    reader = calling_with(store.keys.create("willow", scopes=("read",)).text)
    refuses.hold(reader.delete(f"/v1/packets/{mine.packet}"), "missing_scope")
    refuses.hold(reader.post(f"/v1/packets/{mine.packet}/retry"), "missing_scope")
    refuses.hold(reader.post(f"/v1/packets/{mine.packet}/events", {}), "missing_scope")
    refuses.hold(reader.post("/v1/packets", {"case": a_case()}), "missing_scope")


OTHERS = {
    "reading the packet": ("GET", ""),
    "waiting for the packet": ("GET", "?"),
    "erasing the packet": ("DELETE", ""),
    "retrying the packet": ("POST", "/retry"),
    "reading the document": ("GET", "/documents/{document}"),
    "reading the archive": ("GET", "/archive"),
    "reading the events": ("GET", "/events"),
    "reading the deadlines": ("GET", "/deadlines.ics"),
}


@pytest.mark.parametrize(("method", "below"), OTHERS.values(), ids=OTHERS)
def test_another_account_s_packet_is_not_there(
    cedar: Caller, refuses: Refusals, mine: Mine, method: str, below: str
) -> None:
    path = f"/v1/packets/{mine.packet}{below.format(document=mine.document)}"
    refuses.hold(cedar.ask(method, path, headers={"Prefer": "wait=5"}), "not_found")


def test_another_account_s_packet_takes_no_event(
    cedar: Caller, refuses: Refusals, mine: Mine
) -> None:
    event = {"type": "sent", "at": "2026-11-24", "note": CANARY}
    refuses.hold(cedar.post(f"/v1/packets/{mine.packet}/events", event), "not_found")


def test_another_account_s_packet_is_no_base(cedar: Caller, refuses: Refusals, mine: Mine) -> None:
    answer = cedar.post("/v1/packets", {"based_on": mine.packet})
    refuses.hold(answer, "invalid_request", "unknown_packet", "/based_on")


def test_a_document_is_not_reached_through_another_packet(
    willow: Caller, store: Store, mine: Mine
) -> None:
    other = willow.packet(documents=["appeal_letter"])
    answer = willow.get(f"/v1/packets/{other['id']}/documents/{mine.document}")
    Refusals().hold(answer, "not_found")


def _payload(token: str, **changes: str) -> str:
    """Return a link whose words are changed and whose signature is kept."""
    said, _, signature = token.partition(".")
    text = base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)).decode()
    for old, new in changes.items():
        text = text.replace(old.replace("_at_", "."), new)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=") + "." + signature


def _later(token: str, mine: Mine) -> str:
    said, _, signature = token.partition(".")
    text = base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)).decode()
    packet, document, moment, *rest = text.split(".")
    longer = ".".join((packet, document, str(int(moment) + 86_400), *rest))
    return base64.urlsafe_b64encode(longer.encode()).decode().rstrip("=") + "." + signature


def _of_the_next_round(token: str, mine: Mine) -> str:
    said, _, signature = token.partition(".")
    text = base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)).decode()
    next_round = re.sub(r"\.0\.(?=[a-z2-7]{10}\.)", ".1.", text)
    assert next_round != text
    return base64.urlsafe_b64encode(next_round.encode()).decode().rstrip("=") + "." + signature


LINKS: dict[str, Callable[[str, Mine], str]] = {
    "a later moment": _later,
    "the round after a revoking": _of_the_next_round,
    "another packet": lambda t, m: _payload(t, **{m.packet: f"pkt_{_NOBODY}"}),
    "another document": lambda t, m: _payload(t, **{m.document: f"doc_{_NOBODY}"}),
    "a signature turned": lambda t, m: t[:-1] + ("A" if t[-1] != "A" else "B"),
    "a signature of zeros": lambda t, m: t.partition(".")[0] + "." + "A" * 43,
    "no signature": lambda t, m: t.partition(".")[0],
    "an empty signature": lambda t, m: t.partition(".")[0] + ".",
    "a signature alone": lambda t, m: "." + t.partition(".")[2],
    "words and signature swapped": lambda t, m: ".".join(reversed(t.split("."))),
    "two signatures": lambda t, m: t + "." + t.partition(".")[2],
    "other spare bits in the last letter": lambda t, m: t[:-1] + chr(ord(t[-1]) + 1),
    "small letters": lambda t, m: t.lower(),
    "padding": lambda t, m: t + "=",
    "a line break at the end": lambda t, m: t + "%0a",
    "a NUL at the end": lambda t, m: t + "%00",
    "a query in it": lambda t, m: t + "%3fx=1",
    "words that are no text": lambda t, m: "____." + t.partition(".")[2],
    "the document's id": lambda t, m: m.document,
}


@pytest.mark.parametrize("change", LINKS.values(), ids=LINKS)
def test_a_link_that_was_changed_is_no_link(
    anybody: Caller, refuses: Refusals, mine: Mine, change: Callable[[str, Mine], str]
) -> None:
    assert anybody.get(f"/d/{mine.link}").status_code == 200
    refuses.hold(anybody.get(f"/d/{change(mine.link, mine)}"), "not_found")


def test_a_link_whose_time_has_passed_is_gone(
    anybody: Caller, refuses: Refusals, mine: Mine, clock: Clock
) -> None:
    now = clock.now
    clock.forward(minutes=16)
    refuses.hold(anybody.get(f"/d/{mine.link}"), "link_expired")
    clock.now = now


ACCEPTS = ["application/xml", "text/html", "image/png", "*/*;q=0", "", "a/b/c", "x" * 5000, "\t;;"]


@pytest.mark.parametrize("accept", ACCEPTS, ids=[each[:20] or "nothing" for each in ACCEPTS])
def test_a_problem_is_json_whatever_is_accepted(
    willow: Caller, refuses: Refusals, accept: str
) -> None:
    answer = willow.post("/v1/packets", {"case": CANARY}, headers={"Accept": accept})
    refuses.hold(answer, "invalid_request", "wrong_type", "/case")


HEADERS: dict[str, tuple[str, str]] = {
    "an idempotency key of nothing": ("Idempotency-Key", ""),
    "an idempotency key with a space": ("Idempotency-Key", f"{CANARY} 1"),
    "an idempotency key beyond ASCII": ("Idempotency-Key", f"clé-{CANARY}"),
    "an idempotency key of 256 letters": ("Idempotency-Key", "k" * 256),
    "an idempotency key with a tab": ("Idempotency-Key", "a\tb"),
}


@pytest.mark.parametrize(("name", "value"), HEADERS.values(), ids=HEADERS)
def test_a_header_that_cannot_be_read_is_named(
    willow: Caller, refuses: Refusals, name: str, value: str
) -> None:
    answer = willow.post("/v1/packets", {"case": a_case()}, headers={name: value})
    refuses.hold(answer, "bad_parameter", "bad_parameter")
    assert answer.json["errors"][0]["parameter"] == name


HARMLESS: dict[str, dict[str, str]] = {
    "a request id with markup": {"X-Request-ID": f"<script>{CANARY}</script>"},
    "a request id of 10,000 letters": {"X-Request-ID": CANARY * 1000},
    "a trace that is none": {"traceparent": f"00-{CANARY}-01"},
    "a wait without a number": {"Prefer": f"wait={CANARY}"},
    "a wait below zero": {"Prefer": "wait=-1"},
    "a wait of a thousand digits": {"Prefer": "wait=" + "9" * 1000},
    "a tag that is none": {"If-None-Match": f'"{CANARY}", W/"\x7f", "'},
    "a range": {"Range": "bytes=0-0,-1,5-2"},
    "another host": {"Host": f"{CANARY.lower()}.example.com"},
    "a forwarded host": {"X-Forwarded-Host": f"{CANARY}.example.com", "Forwarded": "host=evil"},
    "a forwarded path": {"X-Original-URL": "/v1/secrets", "X-Rewrite-URL": "/metrics"},
    "a cookie": {"Cookie": f"session={CANARY}; a=b; ;;=;"},
    "another origin": {"Origin": f"https://{CANARY}.example.com"},
}


@pytest.mark.parametrize("headers", HARMLESS.values(), ids=HARMLESS)
def test_a_header_that_is_nothing_to_us_changes_nothing(
    willow: Caller, refuses: Refusals, mine: Mine, headers: dict[str, str]
) -> None:
    answer = willow.get(f"/v1/packets/{mine.packet}", headers=headers)
    assert (answer.status_code, answer.json["id"]) == (200, mine.packet)
    assert answer.json["links"]["self"].startswith("http://127.0.0.1:8000/")
    assert "Access-Control-Allow-Origin" not in answer.headers
    refuses.hold_silence(answer)


QUERIES = {
    "no page": ("limit", "0"),
    "a page below zero": ("limit", "-1"),
    "a page too large": ("limit", "101"),
    "a page of a thousand digits": ("limit", "9" * 1000),
    "a page in words": ("limit", CANARY),
    "a page and a half": ("limit", "1.5"),
    "a cursor that is none": ("cursor", CANARY),
    "a cursor of another form": ("cursor", base64.urlsafe_b64encode(b"1").decode()),
    "a cursor of 301 letters": ("cursor", "a" * 301),
    "a cursor with a NUL": ("cursor", "\x00"),
    "a status that is none": ("status", CANARY),
    "a reference with a space": ("reference", f"{CANARY} x"),
    "a reference that is SQL": ("reference", "' OR 1=1 --"),
    "a reference with a line break": ("reference", "case-1\n"),
    "a day that is none": ("created_from", "2026-02-30"),
    "a year zero": ("created_from", "0000-01-01"),
    "a year 9999": ("created_before", "9999-12-31T23:59:59-23:59"),
    "a time in words": ("created_before", CANARY),
}


@pytest.mark.parametrize(("name", "value"), QUERIES.values(), ids=QUERIES)
def test_a_query_that_cannot_be_read_is_named(
    willow: Caller, refuses: Refusals, name: str, value: str
) -> None:
    answer = willow.get("/v1/packets", query_string={name: value})
    refuses.hold(answer, "bad_parameter", "bad_parameter")
    assert answer.json["errors"][0]["parameter"] == name


DAYS = ["2026-02-30", "2026-13-01", "0000-00-00", "26-1-1", CANARY, "2026-11-24T00:00:00Z", ""]


@pytest.mark.parametrize("day", DAYS, ids=[each or "nothing" for each in DAYS])
def test_deadlines_before_a_day_that_is_none_are_refused(
    willow: Caller, refuses: Refusals, day: str
) -> None:
    answer = willow.get("/v1/deadlines", query_string={"before": day})
    refuses.hold(answer, "bad_parameter", "bad_parameter")


EVENTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "nothing": ({}, "required", "/type"),
    "a type that is none": ({"type": CANARY}, "not_a_choice", "/type"),
    "a type that is a list": ({"type": [CANARY]}, "wrong_type", "/type"),
    "tomorrow": ({"at": "2026-11-25"}, "in_the_future", "/at"),
    "a day that is none": ({"at": "2026-02-30"}, "not_a_moment", "/at"),
    "a year 1": ({"at": "0001-01-01"}, "year_out_of_range", "/at"),
    "a time without offset": ({"at": "2026-11-24T10:00:00"}, "not_a_moment", "/at"),
    "an offset of 99 hours": ({"at": "2026-11-24T10:00:00+99:00"}, "not_a_moment", "/at"),
    "a channel that is none": ({"channel": CANARY}, "not_a_choice", "/channel"),
    "an outcome of nothing": ({"outcome": "approved"}, "outcome_of_decision", "/outcome"),
    "a note with a NUL": ({"note": f"{CANARY}\x00"}, "forbidden_character", "/note"),
    "a note that is too long": ({"note": CANARY * 300}, "too_long", "/note"),
    "a field that is none": ({"nte": CANARY}, "unknown_field", "/nte"),
}


@pytest.mark.parametrize(("changes", "entry", "at"), EVENTS.values(), ids=EVENTS)
def test_an_event_that_cannot_be_is_refused(
    willow: Caller, refuses: Refusals, mine: Mine, changes: dict[str, Any], entry: str, at: str
) -> None:
    body = {"type": "sent", "at": "2026-11-24", **changes} if changes else {}
    answer = willow.post(f"/v1/packets/{mine.packet}/events", body)
    refuses.hold(answer, "invalid_request", entry, at)
    assert willow.get(f"/v1/packets/{mine.packet}/events").json["items"] == []


def test_an_event_of_a_megabyte_is_refused(willow: Caller, refuses: Refusals, mine: Mine) -> None:
    body = json.dumps({"type": "sent", "at": "2026-11-24", "note": "x" * 1_000_000}).encode()
    refuses.hold(willow.post_raw(f"/v1/packets/{mine.packet}/events", body), "too_large")
