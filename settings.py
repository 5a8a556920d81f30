"""Every environment variable of Necessity, read and checked once into one frozen value.

| variable | meaning | default |
|---|---|---|
| `NECESSITY_DATA_DIR` | folder of everything that is kept | `var` |
| `NECESSITY_DEV` | 1: make missing keys, allow http and loopback webhooks | 0 |
| `NECESSITY_MASTER_KEY` | base64 of 32 bytes; several: the first seals, all open | made in development |
| `NECESSITY_LINK_KEY` | same form; the first signs links, all verify them | made in development |
| `NECESSITY_PUBLIC_URL` | what absolute addresses begin with | `http://127.0.0.1:$PORT` |
| `NECESSITY_TIMEZONE` | where "today" is, an IANA name | `America/New_York` |
| `NECESSITY_RETENTION_DAYS` | days until a packet is erased | 30 |
| `NECESSITY_LINK_SECONDS` | life of a download link | 900 |
| `NECESSITY_WORKERS` | worker processes of `make run` | number of cores |
| `NECESSITY_JOBS_PER_CHILD` | packets that one process writes; 1: each has its own | 500 |
| `NECESSITY_KNOWLEDGE` | folder with a site's own knowledge | none |
| `NECESSITY_WEBHOOK_HOSTS` | hosts that may be called back, by commas; `host:port` if not 443 | none |
| `NECESSITY_TRUSTED_PROXIES` | addresses or networks, by commas, whose `X-Forwarded-For` counts | none |
| `PORT` | port of the API | 8000 |
| `REDIS_URL` | the queue's server; unset: `run` starts its own | none |
| `DATABASE_URL` | a `sqlite:///` path or `postgresql://user@host/name` | `necessity.db` in the data folder |
| `STORE_URL` | `file://` and a folder, or `s3://bucket/prefix` | `documents` in the data folder |
| `STORE_ENDPOINT` | address of a bucket's server that is not Amazon's | none |
| `STORE_REGION` | the bucket's region | `us-east-1` |
| `STORE_KEY_ID`, `STORE_SECRET_KEY` | the bucket's credentials; unset: the machine's own role | none |

The secrets `NECESSITY_MASTER_KEY`, `NECESSITY_LINK_KEY`, `REDIS_URL`, `DATABASE_URL`, `STORE_KEY_ID`
and `STORE_SECRET_KEY` may stand in a file that the same name with `_FILE` points to.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Value = TypeVar("Value")

KEY_BYTES = 32
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*(:[1-9][0-9]{0,4})?")


class BadSettings(Exception):
    """The environment cannot be used; `problems` names each variable and what would be right."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Bucket:
    """A bucket for documents. Without `endpoint` it is Amazon's; without keys a role opens it."""

    name: str
    prefix: str
    endpoint: str | None
    region: str
    key_id: str | None = field(repr=False)
    secret_key: str | None = field(repr=False)


@dataclass(frozen=True)
class Settings:
    """What the environment says. Secrets stay out of `repr`; of the keys the first is in use."""

    data_dir: Path
    public_url: str
    master_keys: tuple[bytes, ...] = field(repr=False)
    link_keys: tuple[bytes, ...] = field(repr=False)
    timezone: ZoneInfo
    retention_days: int
    workers: int
    jobs_per_child: int
    knowledge: Path | None
    webhook_hosts: tuple[str, ...]
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    link_seconds: int
    dev: bool
    port: int
    redis_url: str | None = field(repr=False)
    database_url: str = field(repr=False)
    documents_dir: Path
    bucket: Bucket | None


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read all settings from `environ`; in development make the keys that are missing.

    Raises:
        BadSettings: with every fault at once.
    """
    reader = _Reader(environ)
    data_dir = reader.read("NECESSITY_DATA_DIR", _path, Path("var").absolute())
    dev = reader.read("NECESSITY_DEV", _switch, default=False)
    port = reader.read("PORT", _whole(1, 65535), 8000)
    keys = _KeyFolder(data_dir / "keys") if dev else None
    store_url = reader.read("STORE_URL", _store_address, None)
    settings = Settings(
        data_dir=data_dir,
        public_url=reader.read("NECESSITY_PUBLIC_URL", _web_address, f"http://127.0.0.1:{port}"),
        master_keys=reader.keys("NECESSITY_MASTER_KEY", keys),
        link_keys=reader.keys("NECESSITY_LINK_KEY", keys),
        timezone=reader.read("NECESSITY_TIMEZONE", _zone, ZoneInfo("America/New_York")),
        retention_days=reader.read("NECESSITY_RETENTION_DAYS", _whole(1, 3650), 30),
        workers=reader.read("NECESSITY_WORKERS", _whole(1, 256), os.cpu_count() or 1),
        jobs_per_child=reader.read("NECESSITY_JOBS_PER_CHILD", _whole(1, 100_000), 500),
        knowledge=reader.read("NECESSITY_KNOWLEDGE", _folder, None),
        webhook_hosts=reader.read("NECESSITY_WEBHOOK_HOSTS", _hosts, ()),
        trusted_proxies=reader.read("NECESSITY_TRUSTED_PROXIES", _networks, ()),
        link_seconds=reader.read("NECESSITY_LINK_SECONDS", _whole(10, 86400), 900),
        dev=dev,
        port=port,
        redis_url=reader.read("REDIS_URL", _redis_address, None, secret=True),
        database_url=reader.read(
            "DATABASE_URL", _database_address, f"sqlite:///{data_dir}/necessity.db", secret=True
        ),
        documents_dir=_documents_dir(store_url) or data_dir / "documents",
        bucket=_bucket(store_url, reader),
    )
    reader.finish()
    return settings


class _Reader:
    """Reads variables one by one and remembers what is wrong with them.

    A value that cannot be used is not repeated in the fault: it may be a secret in the wrong place.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._problems: list[str] = []

    def read(
        self, name: str, parse: Callable[[str], Value], default: Value, *, secret: bool = False
    ) -> Value:
        text = self._secret(name) if secret else self._environ.get(name, "").strip()
        return self._parsed(name, text, parse, default) if text else default

    def keys(self, name: str, folder: _KeyFolder | None) -> tuple[bytes, ...]:
        text = self._secret(name)
        if text:
            return self._parsed(name, text, _keys, ())
        if folder is not None:
            return self._made(name, folder)
        self._problems.append(
            f"{name}: is missing; make one with"
            " python3 -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())'"
        )
        return ()

    def _made(self, name: str, folder: _KeyFolder) -> tuple[bytes, ...]:
        try:
            return (folder.key(name),)
        except (OSError, ValueError):
            self._problems.append(f"{name}: no key could be made or read under {folder.path}")
            return ()

    def finish(self) -> None:
        if self._problems:
            raise BadSettings(tuple(self._problems))

    def _parsed(self, name: str, text: str, parse: Callable[[str], Value], default: Value) -> Value:
        try:
            return parse(text)
        except ValueError as fault:
            self._problems.append(f"{name}: {fault}")
            return default

    def _secret(self, name: str) -> str:
        text = self._environ.get(name, "").strip()
        path = self._environ.get(f"{name}_FILE", "").strip()
        if not path:
            return text
        if text:
            self._problems.append(f"{name}_FILE: stands beside {name}; keep only one of them")
        return self._file(f"{name}_FILE", path)

    def _file(self, name: str, path: str) -> str:
        try:
            text = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            self._problems.append(f"{name}: should name a text file that can be read")
            return ""
        if not text:
            self._problems.append(f"{name}: the file is empty")
        return text


class _KeyFolder:
    """Keys of a development machine, one file each, readable by their owner only."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def key(self, name: str) -> bytes:
        path = self.path / name.removeprefix("NECESSITY_").lower().replace("_", "-")
        if not path.exists():
            self._make(path)
        return _key(path.read_text(encoding="ascii").strip())

    def _make(self, path: Path) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = path.with_suffix(f".{secrets.token_hex(8)}")
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode())
            file.flush()
            os.fsync(file.fileno())
        # A link refuses to replace: of processes that start together, all read the first one's key.
        with suppress(FileExistsError):
            os.link(made, path)
        made.unlink()


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _folder(text: str) -> Path:
    path = _path(text)
    if not path.is_dir():
        raise ValueError("should name a folder that exists")
    return path


def _switch(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError("should be 0 or 1")
    return text == "1"


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (re.fullmatch(r"[0-9]{1,9}", text) and least <= int(text) <= most):
            raise ValueError(f"should be a whole number from {least} to {most}")
        return int(text)

    return parse


def _keys(text: str) -> tuple[bytes, ...]:
    return tuple(_key(part.strip()) for part in text.split(","))


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"should be base64 of {KEY_BYTES} bytes, or several of them by commas")
    return key


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (OSError, ValueError, KeyError):
        raise ValueError("should be an IANA time zone such as America/New_York") from None


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if not all(_HOST.fullmatch(host) for host in hosts):
        raise ValueError("should be host names by commas, such as hooks.example.org:8443")
    return hosts


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(_network(part.strip()) for part in text.split(",") if part.strip())


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        network = ip_network(text)
    except ValueError:
        raise ValueError("should be addresses or networks such as 10.0.0.5, 10.1.0.0/16") from None
    if not network.prefixlen:
        raise ValueError("should not be every address: clients would choose their own")
    return network


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("should be an address such as https://letters.example.org")
    return text.rstrip("/")


def _redis_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"redis", "rediss", "unix"} or not (parts.hostname or parts.path):
        raise ValueError("should be an address such as redis://127.0.0.1:6379/0")
    return text


def _database_address(text: str) -> str:
    if re.match(r"postgres(ql)?://", text):
        return _postgresql_address(text)
    if not re.fullmatch(r"sqlite:///[^?]+", text) or text.endswith(":memory:"):
        raise ValueError(
            "should be sqlite:/// and the path of a file, or postgresql://user:password@host/name"
        )
    return f"sqlite:///{_path(text.removeprefix('sqlite:///'))}"


def _postgresql_address(text: str) -> str:
    parts = urlsplit(text)
    # A socket's folder stands in the query: postgresql://user@/name?host=/run/postgresql
    if not re.fullmatch(r"/[^/]+", parts.path):
        raise ValueError("should name a database: postgresql://user:password@host/name")
    return text.replace("postgres://", "postgresql://", 1)


def _store_address(text: str) -> str:
    parts = urlsplit(text)
    folder = parts.scheme == "file" and not parts.netloc and parts.path.startswith("/")
    bucket = parts.scheme == "s3" and _BUCKET.fullmatch(parts.netloc) is not None
    if parts.query or parts.fragment or not (folder or bucket):
        raise ValueError(
            "should be file:// and the absolute path of a folder, or s3://bucket/prefix"
        )
    return text


def _documents_dir(store_url: str | None) -> Path | None:
    if store_url is None or not store_url.startswith("file:"):
        return None
    return Path(unquote(urlsplit(store_url).path))


def _bucket(store_url: str | None, reader: _Reader) -> Bucket | None:
    if store_url is None or not store_url.startswith("s3:"):
        return None
    parts = urlsplit(store_url)
    return Bucket(
        name=parts.netloc,
        prefix=parts.path.strip("/"),
        endpoint=reader.read("STORE_ENDPOINT", _web_address, None),
        region=reader.read("STORE_REGION", str, "us-east-1"),
        key_id=reader.read("STORE_KEY_ID", str, None, secret=True),
        secret_key=reader.read("STORE_SECRET_KEY", str, None, secret=True),
    )
