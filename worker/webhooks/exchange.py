"""One POST to one address: one look-up, one connection, no redirect, a total time, a small answer.

Plain sockets rather than an HTTP library: those look the name up anew, follow redirects, go through
proxies that the environment names, and count their time-outs from each byte.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field

from storage.callback_url import CallbackUrl
from worker.webhooks.addresses import AddressRefused, Machine, NameUnknown, machines
from worker.webhooks.patience import Patience

SECONDS = 10.0
MOST_READ = 8192
_AT_ONCE = 2048
_END_OF_HEAD = b"\r\n\r\n"
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-9][0-9]{2})[ \r]")
_FIRST_FINAL = 200


class NoAnswer(Exception):
    """The call brought no HTTP answer; `code` says why in one word and names nothing."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Line:
    """How calls go out: whose certificates are trusted, how long a call may take in all."""

    dev: bool = False
    seconds: float = SECONDS
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)


def post(url: CallbackUrl, headers: Mapping[str, str], body: bytes, line: Line) -> int:
    """Send `body` and return the HTTP status of the answer, whatever it is.

    The answer is read up to its status and headers, at most `MOST_READ` bytes; its body is not.

    Raises:
        NoAnswer: with the reason.
    """
    patience = Patience(line.seconds)
    try:
        found = machines(url.host, url.port, patience, dev=line.dev)
        with closing(_connected(url, found, line, patience)) as connection:
            connection.settimeout(patience.left())
            connection.sendall(_request(url, headers, body))
            return _status(connection, patience)
    except TimeoutError:
        raise NoAnswer("timed_out") from None
    except AddressRefused:
        raise NoAnswer("address_refused") from None
    except NameUnknown:
        raise NoAnswer("name_unknown") from None
    except ssl.SSLError:
        raise NoAnswer("tls_failed") from None
    except OSError:
        raise NoAnswer("connection_failed") from None


def _connected(
    url: CallbackUrl, found: tuple[Machine, ...], line: Line, patience: Patience
) -> socket.socket:
    plain = _first_that_answers(found, patience)
    if url.scheme == "http":
        return plain
    try:
        plain.settimeout(patience.left())
        # The certificate must be of the name, not of the address that was connected to.
        return line.tls.wrap_socket(plain, server_hostname=url.host)
    except BaseException:
        plain.close()
        raise


def _first_that_answers(found: tuple[Machine, ...], patience: Patience) -> socket.socket:
    for number, machine in enumerate(found[:-1]):
        # One that swallows what is sent to it leaves the others their share of the time.
        with suppress(OSError):
            return _connect(machine, patience.left() / (len(found) - number))
    return _connect(found[-1], patience.left())


def _connect(machine: Machine, seconds: float) -> socket.socket:
    connection = socket.socket(machine.family, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect(machine.at)
    except BaseException:
        connection.close()
        raise
    return connection


def _request(url: CallbackUrl, headers: Mapping[str, str], body: bytes) -> bytes:
    host = url.host if url.is_default_port else f"{url.host}:{url.port}"
    said = {
        "Host": host,
        "User-Agent": "Necessity",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **headers,
    }
    lines = (f"POST {url.target} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items()))
    return "\r\n".join(lines).encode("ascii") + _END_OF_HEAD + body


def _status(connection: socket.socket, patience: Patience) -> int:
    """Return the first final status; interim answers (RFC 9110, 15.2) are passed over."""
    read, total = b"", 0
    while True:
        head, end, rest = read.partition(_END_OF_HEAD)
        if end:
            found = _STATUS.match(head + b"\r")
            if found is None:
                raise NoAnswer("not_http")
            if int(found[1]) >= _FIRST_FINAL:
                return int(found[1])
            read = rest
            continue
        if total >= MOST_READ:
            raise NoAnswer("answer_too_long")
        connection.settimeout(patience.left())
        more = connection.recv(min(_AT_ONCE, MOST_READ - total))
        if not more:
            raise NoAnswer("not_http")
        read, total = read + more, total + len(more)
