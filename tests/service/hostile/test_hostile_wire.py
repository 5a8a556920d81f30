"""Bytes that no HTTP library would send, to the real server on a real socket."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from werkzeug.test import TestResponse
from werkzeug.wrappers import Request

from settings import read_settings
from storage.store import open_store
from tests.processes import start
from tests.service.conftest import CANARY
from tests.service.hostile.refusals import Refusals

_NAME = CANARY.encode()
_PATIENCE = 20.0


@dataclass(frozen=True)
class Server:
    """A server of one process, what it says, and a key of an account."""

    port: int
    log: Path
    key: bytes

    def says(self, request: bytes, *, hangs_up: bool = False) -> bytes:
        """Return all that comes back until the server closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=_PATIENCE) as wire:
            wire.sendall(request.replace(b"{key}", self.key))
            if hangs_up:
                wire.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: wire.recv(65_536), b""))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("wire")
    environ = {"NECESSITY_DATA_DIR": str(folder / "var"), "NECESSITY_DEV": "1"}
    store = open_store(read_settings(environ))
    key = store.keys.create("willow").text.encode()
    store.close()
    port, log = _free_port(), folder / "log"
    words = ("serve", "--processes", "1", "--threads", "4")
    with log.open("w") as out:
        process = start(
            *words, environ={**environ, "PORT": str(port)}, stdout=out, stderr=subprocess.STDOUT
        )
        started = Server(port, log, key)
        _await(started)
        yield started
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _await(server: Server) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", server.port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the server never listened")


_HEAD = (
    b"POST /v1/reviews HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    b"Authorization: Bearer {key}\r\nContent-Type: application/json\r\n"
)
_HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
_CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n"


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


REQUESTS: dict[str, tuple[bytes, str]] = {
    "a length below zero": (_HEAD + b"Content-Length: -5\r\n\r\n{}", "bad_request"),
    "a length in words": (_HEAD + b"Content-Length: " + _NAME + b"\r\n\r\n{}", "bad_request"),
    "a length with a plus": (_HEAD + b"Content-Length: +2\r\n\r\n{}", "bad_request"),
    "two lengths": (_HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", "bad_request"),
    "a length of half a body": (_HEAD + b'Content-Length: 9\r\n\r\n{"case": {}}', "not_json"),
    "a length of a whole disk": (_HEAD + b"Content-Length: 99999999999\r\n\r\n{}", "too_large"),
    "a length of 4000 digits": (
        _HEAD + b"Content-Length: " + b"9" * 4000 + b"\r\n\r\n{}",
        "too_large",
    ),
    "a length and chunks": (
        _CHUNKED + b"Content-Length: 2\r\n\r\n" + _chunk(b"{}") + b"0\r\n\r\n",
        "bad_request",
    ),
    "a body in chunks without a case": (
        _CHUNKED + b"\r\n" + _chunk(b"{") + _chunk(b"}") + b"0\r\n\r\n",
        "invalid_request",
    ),
    "a chunk whose size is a word": (_CHUNKED + b"\r\n" + _NAME + b"\r\n{}\r\n", "bad_request"),
    "a chunk below zero": (_CHUNKED + b"\r\n-2\r\n{}\r\n0\r\n\r\n", "bad_request"),
    "a chunk longer than it says": (_CHUNKED + b"\r\n1\r\n{}\r\n0\r\n\r\n", "bad_request"),
    "chunks of a megabyte": (
        _CHUNKED + b"\r\n" + _chunk(b" " * 65_536) * 16 + _chunk(b"{}") + b"0\r\n\r\n",
        "too_large",
    ),
    "chunks of one byte too many": (
        _CHUNKED + b"\r\n" + _chunk(b"{}" + b" " * 524_286) + _chunk(_NAME) + b"0\r\n\r\n",
        "too_large",
    ),
    "chunks of just the limit": (
        _CHUNKED + b"\r\n" + _chunk(b"{}" + b" " * 524_286) + b"0\r\n\r\n",
        "invalid_request",
    ),
    "an unknown transfer coding": (
        _HEAD + b"Transfer-Encoding: " + _NAME + b"\r\n\r\n{}",
        "bad_request",
    ),
    "chunked twice": (
        _HEAD + b"Transfer-Encoding: chunked, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "bad_request",
    ),
    "an expectation nobody knows": (_HEAD + b"Expect: " + _NAME + b"\r\n\r\n", "bad_request"),
    "a space before a colon": (_HEALTH + b"X-Name : " + _NAME + b"\r\n\r\n", "bad_request"),
    "a header without a colon": (_HEALTH + _NAME + b"\r\n\r\n", "bad_request"),
    "a header with a NUL": (_HEALTH + b"X-Name: " + _NAME + b"\x00\r\n\r\n", "bad_request"),
    "a header over two lines": (_HEALTH + b"X-Name: a\r\n " + _NAME + b"\r\n\r\n", "bad_request"),
    "a header in a request id": (
        _HEALTH + b"X-Request-ID: a\rSet-Cookie: " + _NAME + b"\r\n\r\n",
        "bad_request",
    ),
    "300 headers": (_HEALTH + (b"X-Name: " + _NAME + b"\r\n") * 300 + b"\r\n", "bad_request"),
    "a header of 12,000 letters": (
        _HEALTH + b"X-Name: " + _NAME * 1000 + b"\r\n\r\n",
        "bad_request",
    ),
    "an address of 12,000 letters": (
        b"GET /" + _NAME * 1000 + b" HTTP/1.1\r\n\r\n",
        "bad_request",
    ),
    "a line that is a name": (_NAME + b"\r\n\r\n", "bad_request"),
    "a name in small letters as method": (
        _NAME.lower() + b" /healthz HTTP/1.1\r\n\r\n",
        "bad_request",
    ),
    "HTTP of the future": (b"GET /healthz HTTP/9.9\r\n\r\n", "bad_request"),
    "HTTP/2 without asking": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "bad_request"),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 60 + b"\r\n\r\n", ""),
    "a proxy's greeting": (b"PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n" + _HEALTH, "bad_request"),
    "line feeds alone": (b"GET /healthz HTTP/1.1\nX-Name: " + _NAME + b"\n\n", "bad_request"),
    "a whole address": (
        b"GET http://" + _NAME + b"/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "not_found",
    ),
}


@pytest.mark.parametrize(("request_", "code"), REQUESTS.values(), ids=REQUESTS)
def test_what_is_no_request_is_refused_as_everything_is(
    server: Server, request_: bytes, code: str
) -> None:
    written = server.log.stat().st_size
    answer = _read(server.says(request_))
    Refusals().hold(answer, code or "bad_request")
    told = server.log.read_text(encoding="utf-8")[written:]
    assert CANARY.lower() not in (told + answer.text).lower()
    assert "Traceback" not in told
    assert b"200 OK" in server.says(_HEALTH + b"\r\n")


def _read(said: bytes) -> TestResponse:
    """Return the one answer that came back."""
    head, _, body = said.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n").partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    assert status.startswith("HTTP/1.1 ")
    assert b"HTTP/1.1" not in body, "two answers to one request"
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    request = Request({"wsgi.url_scheme": "http", "SERVER_NAME": "x", "SERVER_PORT": "80"})
    answer = TestResponse([body], status.removeprefix("HTTP/1.1 "), headers, request)
    assert int(answer.headers["Content-Length"]) == len(body)
    return answer


def test_a_body_that_stops_halfway_is_refused(server: Server) -> None:
    half = _HEAD + b'Content-Length: 100\r\n\r\n{"case": "' + _NAME
    assert json.loads(server.says(half, hangs_up=True).partition(b"\r\n\r\n")[2])["status"] == 400


def test_a_second_request_hidden_in_a_body_is_no_request(server: Server) -> None:
    hidden = b"DELETE /v1/packets HTTP/1.1\r\nHost: x\r\n\r\n"
    said = server.says(_HEAD + b"Content-Length: %d\r\n\r\n" % len(hidden) + hidden)
    assert said.count(b"HTTP/1.1 ") == 1
    Refusals().hold(_read(said), "not_json", "not_json")
