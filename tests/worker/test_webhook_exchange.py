"""A call reaches the machine it was meant for and no other, and none holds a sender for long."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from storage.callback_url import CallbackUrl
from tests.receiver import NAME, Receiver, answering, receiver, saying
from worker.webhooks import exchange
from worker.webhooks.exchange import MOST_READ, Line, NoAnswer, post

HERE = "127.0.0.1"
PUBLIC = "93.184.215.14"
REAL_GETADDRINFO = socket.getaddrinfo

Leads = Callable[..., list[str]]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Receiver]:
    with receiver(tmp_path) as found:
        yield found


@pytest.fixture(autouse=True)
def leads_to(monkeypatch: pytest.MonkeyPatch) -> Leads:
    """Let names lead to these addresses, one list for each time that DNS is asked."""
    asked: list[str] = []

    def answer(*each_time: list[str]) -> list[str]:
        def getaddrinfo(host: str, port: int, *args: Any, **more: Any) -> list[Any]:
            if host != NAME:
                return REAL_GETADDRINFO(host, port, *args, **more)
            asked.append(host)
            found = each_time[min(len(asked), len(each_time)) - 1]
            if not found:
                raise socket.gaierror
            return [entry for one in found for entry in REAL_GETADDRINFO(one, port, **more)]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        return asked

    answer([HERE])
    return answer


def to(running: Receiver, host: str = NAME) -> CallbackUrl:
    return CallbackUrl("https", host, running.port, "/necessity?clinic=7")


def line(running: Receiver, seconds: float = 5.0, *, dev: bool = True) -> Line:
    return Line(dev=dev, seconds=seconds, tls=running.trusting())


def reason(running: Receiver, **changed: Any) -> str:
    with pytest.raises(NoAnswer) as fault:
        post(to(running), {}, b"{}", line(running, **changed))
    return fault.value.code


def test_a_message_arrives_as_it_was_sent(running: Receiver) -> None:
    assert post(to(running), {"webhook-id": "msg_1"}, b'{"a":1}', line(running)) == 204
    (request,) = running.requests
    assert request.line == "POST /necessity?clinic=7 HTTP/1.1"
    assert request.headers["host"] == f"{NAME}:{running.port}"
    assert request.headers["webhook-id"] == "msg_1"
    assert request.headers["content-type"] == "application/json"
    assert request.body == b'{"a":1}'


def test_the_name_is_asked_for_once_and_the_checked_address_is_the_one_called(
    running: Receiver, leads_to: Leads, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = leads_to([PUBLIC], [HERE])
    reached: list[tuple[Any, ...]] = []

    def connect(machine: Any, _seconds: float) -> socket.socket:
        reached.append(machine.at)
        return socket.create_connection((HERE, running.port), 5)

    monkeypatch.setattr(exchange, "_connect", connect)
    assert post(to(running), {}, b"{}", line(running, dev=False)) == 204
    assert asked == [NAME]
    assert reached == [(PUBLIC, running.port)]


def test_outside_development_this_machine_is_refused_too(running: Receiver) -> None:
    assert reason(running, dev=False) == "address_refused"
    assert running.connections == 0


@pytest.mark.parametrize(
    "inside",
    [
        "10.1.2.3",
        "169.254.169.254",
        "224.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "::ffff:10.0.0.1",
        "fd00::1",
    ],
)
def test_one_address_inside_among_public_ones_refuses_the_whole_name(
    running: Receiver, leads_to: Leads, inside: str
) -> None:
    leads_to([PUBLIC, inside])
    assert reason(running, dev=False) == "address_refused"
    leads_to([inside])
    assert reason(running) == "address_refused"


def test_a_name_that_leads_nowhere_is_said_to(running: Receiver, leads_to: Leads) -> None:
    leads_to([])
    assert reason(running) == "name_unknown"


def test_a_resolver_that_does_not_answer_holds_nobody(
    running: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: time.sleep(3) or [])
    began = time.monotonic()
    assert reason(running, seconds=0.3) == "timed_out"
    assert time.monotonic() - began < 1


def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    with receiver(tmp_path, name="other.example.org") as other:
        assert reason(other) == "tls_failed"
        assert other.requests == []


def test_a_certificate_of_an_unknown_authority_is_refused(running: Receiver) -> None:
    with pytest.raises(NoAnswer) as fault:
        post(to(running), {}, b"{}", Line(dev=True, tls=ssl.create_default_context()))
    assert fault.value.code == "tls_failed"
    assert running.requests == []


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Again", "308 Again"])
def test_a_redirect_is_not_followed(running: Receiver, status: str) -> None:
    running.behave = answering(status, b"", f"Location: https://{NAME}:{running.port}/inside")
    assert post(to(running), {}, b"{}", line(running)) == int(status[:3])
    assert running.connections == 1


def drip(connection: socket.socket) -> None:
    for byte in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def test_an_answer_that_drips_ends_with_the_total_time(running: Receiver) -> None:
    running.behave = drip
    began = time.monotonic()
    assert reason(running, seconds=0.7) == "timed_out"
    assert time.monotonic() - began < 1.5


def test_silence_ends_with_the_total_time_before_and_after_the_handshake(
    running: Receiver,
) -> None:
    running.behave = lambda _: time.sleep(3)
    assert reason(running, seconds=0.3) == "timed_out"
    with socket.create_server((HERE, 0)) as mute:
        url = CallbackUrl("https", NAME, mute.getsockname()[1], "/")
        began = time.monotonic()
        with pytest.raises(NoAnswer) as fault:
            post(url, {}, b"{}", line(running, 0.3))
        assert fault.value.code == "timed_out"
        assert time.monotonic() - began < 1


def test_a_huge_body_is_left_where_it_is(running: Receiver) -> None:
    sent = []

    def flood(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n")
        for _ in range(3000):
            connection.sendall(b"x" * 65536)
            sent.append(65536)

    running.behave = flood
    assert post(to(running), {}, b"{}", line(running)) == 200
    time.sleep(0.2)
    # No more than what the two systems' own buffers took.
    assert sum(sent) < 20_000_000


def test_headers_without_end_are_read_up_to_eight_kilobytes(
    running: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.behave = saying(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000)
    read: list[int] = []
    real = ssl.SSLSocket.recv

    def recv(connection: ssl.SSLSocket, most: int = 1024, flags: int = 0) -> bytes:
        got = real(connection, most, flags)
        read.append(len(got))
        return got

    monkeypatch.setattr(ssl.SSLSocket, "recv", recv)
    with pytest.raises(NoAnswer) as fault:
        post(to(running), {}, b"{}", line(running))
    assert fault.value.code == "answer_too_long"
    # The receiver here reads with the same class, less than half a kilobyte.
    assert sum(read) <= MOST_READ + 500


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"220 mail.example.org ESMTP\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: y",
    ],
)
def test_what_is_no_http_answer_is_no_success(running: Receiver, raw: bytes) -> None:
    running.behave = saying(raw)
    assert reason(running) == "not_http"


def test_interim_answers_are_passed_over(running: Receiver) -> None:
    running.behave = saying(
        b"HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
        b"HTTP/1.0 503 Service Unavailable\r\n\r\n"
    )
    assert post(to(running), {}, b"{}", line(running)) == 503


def test_in_development_a_message_goes_to_plain_http_on_this_machine(running: Receiver) -> None:
    with socket.create_server((HERE, 0)) as plain:
        url = CallbackUrl("http", NAME, plain.getsockname()[1], "/a")
        with ThreadPoolExecutor(1) as pool:
            status = pool.submit(post, url, {}, b"{}", line(running))
            connection, _ = plain.accept()
            with connection:
                assert connection.recv(4096).startswith(b"POST /a HTTP/1.1\r\n")
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                assert status.result(5) == 200


def test_a_closed_port_is_a_failed_connection(running: Receiver) -> None:
    with socket.create_server((HERE, 0)) as once:
        port = once.getsockname()[1]
    with pytest.raises(NoAnswer) as fault:
        post(CallbackUrl("https", NAME, port, "/"), {}, b"{}", line(running))
    assert fault.value.code == "connection_failed"


def test_the_next_address_is_tried_where_the_first_does_not_answer(
    running: Receiver, leads_to: Leads
) -> None:
    # Only 127.0.0.1 listens; all of 127.0.0.0/8 is this machine.
    leads_to(["127.0.0.2", HERE])
    assert post(to(running), {}, b"{}", line(running)) == 204


def test_no_reason_names_the_address(running: Receiver, leads_to: Leads) -> None:
    leads_to(["10.1.2.3"])
    with pytest.raises(NoAnswer) as fault:
        post(to(running), {}, b"{}", line(running))
    assert NAME not in repr(fault.value)
    assert fault.value.__suppress_context__
