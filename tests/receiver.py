"""A receiver of webhooks on this machine: real TLS, with a behaviour that a test chooses."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "hooks.example.org"

Behaviour = Callable[[socket.socket], None]


@dataclass
class Request:
    """What came in: first line, headers by lower-case name, body."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Takes one connection after another and lets `behave` answer each request."""

    port: int
    ca: Path
    behave: Behaviour
    name: str = NAME
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"https://{self.name}:{self.port}/necessity?clinic=7"

    def trusting(self) -> ssl.SSLContext:
        """Return a client's context that trusts this receiver's authority and no other."""
        return ssl.create_default_context(cafile=str(self.ca))


def answering(status: str = "204 No Content", body: bytes = b"", *headers: str) -> Behaviour:
    """Answer with a status, headers and a body."""
    said = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}"]

    def behave(connection: socket.socket) -> None:
        connection.sendall("\r\n".join(said).encode() + b"\r\n\r\n" + body)

    return behave


def saying(raw: bytes) -> Behaviour:
    """Answer with these bytes, then close."""
    return lambda connection: connection.sendall(raw)


@contextmanager
def receiver(folder: Path, behave: Behaviour | None = None, name: str = NAME) -> Iterator[Receiver]:
    """Run a receiver whose certificate is for `name`."""
    ca, server = _certificates(folder, name)
    listener = socket.create_server(("127.0.0.1", 0))
    found = Receiver(listener.getsockname()[1], ca, behave or answering(), name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server)
    threading.Thread(target=_serve, args=(listener, context, found), daemon=True).start()
    try:
        yield found
    finally:
        listener.close()


def _serve(listener: socket.socket, context: ssl.SSLContext, found: Receiver) -> None:
    with suppress(OSError):
        while True:
            plain, _ = listener.accept()
            found.connections += 1
            threading.Thread(target=_answer, args=(plain, context, found), daemon=True).start()


def _answer(plain: socket.socket, context: ssl.SSLContext, found: Receiver) -> None:
    with suppress(OSError), plain, context.wrap_socket(plain, server_side=True) as connection:
        connection.settimeout(10)
        found.requests.append(_read(connection))
        found.behave(connection)


def _read(connection: socket.socket) -> Request:
    raw = b""
    while b"\r\n\r\n" not in raw:
        raw += connection.recv(4096)
    head, _, body = raw.partition(b"\r\n\r\n")
    line, *rest = head.decode("ascii").split("\r\n")
    headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in rest)}
    while len(body) < int(headers["content-length"]):
        body += connection.recv(4096)
    return Request(line, headers, body)


def _certificates(folder: Path, name: str) -> tuple[Path, Path]:
    authority, issuer = ec.generate_private_key(ec.SECP256R1()), _named("Test authority")
    own = x509.BasicConstraints(ca=True, path_length=None)
    root = _signed(issuer, authority.public_key(), issuer, authority, own)
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.DNSName(name)])
    certificate = _signed(_named(name), key.public_key(), issuer, authority, names)
    ca, server = folder / "ca.pem", folder / "server.pem"
    ca.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    server.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return ca, server


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _signed(
    subject: x509.Name,
    public: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    authority: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(extension, critical=False)
        .sign(authority, hashes.SHA256())
    )
