"""A patient's name goes through a whole installation, with faults and kills, and is looked for."""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from tests.cli.test_run import free_port
from tests.conftest import CASES
from tests.processes import ROOT, descendants, kill_tree, start, until

NAME = "Quillfeather"
SPELLINGS = (
    NAME.encode(),
    NAME.lower().encode(),
    NAME.encode("utf-16-le"),
    # Whatever stands before it shifts the letters of base64: three ways to write it.
    *(base64.b64encode(b" " * shift + NAME.encode())[4:16] for shift in range(3)),
    NAME.encode().hex().encode(),
)
PAPERS = ["letter_of_medical_necessity", "prior_authorization_request", "appeal_letter"]


def holds_name(content: bytes) -> bool:
    """Say whether the name stands there, also inside a ZIP (a Word file, an archive)."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(map(holds_name, map(archive.read, archive.namelist())))
    return any(spelling in content for spelling in SPELLINGS)


@dataclass
class Installation:
    """`necessity run` on folders of its own, and every answer that it gave."""

    folder: Path
    port: int = field(default_factory=free_port)
    refused: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.folder / "tmp").mkdir()
        with (self.folder / "output.txt").open("w") as output:
            self.process = start("run", environ=self.environ(), stdout=output, stderr=output)
        until(self.is_up, self.process)

    def environ(self) -> dict[str, str]:
        return {
            "NECESSITY_DATA_DIR": str(self.folder / "var"),
            "PORT": str(self.port),
            "NECESSITY_WORKERS": "1",
            "TMPDIR": str(self.folder / "tmp"),
        }

    def is_up(self) -> bool:
        return "Ctrl-C" in (self.folder / "output.txt").read_text()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> bytes:
        """Return what is answered; a refusal is kept, headers and all, to be looked through."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body else None
        sent = {"Authorization": f"Bearer {self.key()}", "Content-Type": "application/json"}
        address = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(address, data, {**sent, **headers}, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as refusal:
            self.refused.append(str(refusal.headers).encode() + refusal.read())
            return b""

    def key(self) -> str:
        return (self.folder / "var" / "dev-key").read_text().strip()

    def packet(self, packet_id: str) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.ask("GET", f"/v1/packets/{packet_id}"))
        return read

    def worker(self) -> int:
        found = [pid for pid in descendants(self.process.pid) if "work" in command(pid)]
        return found[0]

    def queue(self) -> bytes:
        """Return all that the queue's server holds, and what it wrote down."""
        (socket,) = (self.folder / "tmp").glob("*/queue.sock")
        with Redis(unix_socket_path=str(socket)) as redis:
            keys = redis.keys()
            return b"".join([*keys, *(redis.dump(key) or b"" for key in keys)])

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Give every file of the installation, log and temporary ones included, with its name."""
        for path in self.folder.rglob("*"):
            if path.is_file():
                yield str(path), os.fsencode(path.name) + path.read_bytes()

    def processes(self) -> Iterator[bytes]:
        """Give what anybody on the host may read of each process: its words and its variables."""
        for pid in [self.process.pid, *descendants(self.process.pid)]:
            yield Path(f"/proc/{pid}/cmdline").read_bytes()
            yield Path(f"/proc/{pid}/environ").read_bytes()


def command(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")


def a_case() -> dict[str, Any]:
    case: dict[str, Any] = json.loads((CASES / "depression_commercial_denied.json").read_text())
    case["patient"]["last_name"] = NAME
    return case


@pytest.fixture
def installation() -> Iterator[Installation]:
    # A short path of its own: the queue's socket lies below it.
    with tempfile.TemporaryDirectory(prefix="name-") as folder:
        made = Installation(Path(folder))
        try:
            yield made
        finally:
            kill_tree(made.process)


def live_through_everything(running: Installation) -> str:
    """Post the case and let good and bad things happen to it; return the packet's id."""
    body = {"case": a_case(), "documents": PAPERS * 4}
    accepted = json.loads(running.ask("POST", "/v1/packets", body, **{"Idempotency-Key": NAME}))
    packet_id: str = accepted["id"]
    until(lambda: running.packet(packet_id)["progress"]["done"], running.process)
    crash(running)
    refuse_it_in_every_way(running, packet_id)
    until(lambda: running.packet(packet_id)["status"] == "ready", running.process)
    event = {"type": "sent", "at": "2026-10-20", "channel": "fax", "note": f"sent for {NAME}"}
    assert running.ask("POST", f"/v1/packets/{packet_id}/events", event)
    return packet_id


def crash(running: Installation) -> None:
    """Kill the job as a fault in a library would, and then its worker as a dying host would."""
    worker = running.worker()
    for job in descendants(worker):
        os.kill(job, signal.SIGSEGV)
    os.kill(worker, signal.SIGKILL)


def refuse_it_in_every_way(running: Installation, packet_id: str) -> None:
    """Send the name as every kind of value that is refused.

    Not as the name of a field: a problem's pointer tells the caller which of theirs is unknown.
    """
    case = a_case()
    for body in (
        {"case": {**case, "patient": {**case["patient"], "date_of_birth": NAME}}},
        {"case": {**case, "insurance": {**case["insurance"], "plan_type": NAME}}},
        {"case": case, "documents": [NAME]},
        {"case": case, "reference": f"{NAME} {NAME}"},
        {"case": case, "callback_url": f"https://{NAME}.example/"},
        {"case": {"patient": {"last_name": NAME}}, "based_on": packet_id},
        [NAME],
    ):
        running.ask("POST", "/v1/packets", body)
    running.ask("POST", "/v1/packets", f'{{"case": {{"{NAME}": '.encode())
    running.ask("POST", "/v1/packets", {"case": case}, **{"Idempotency-Key": NAME})
    running.ask("POST", f"/v1/packets/{packet_id}/events", {"type": NAME, "note": NAME})
    for path in (f"/{NAME}", f"/d/{NAME}", f"/v1/packets/{NAME}", f"/v1/packets?reference={NAME}!"):
        running.ask("GET", path)
    running.ask("GET", "/v1/packets", Prefer=f"wait={NAME}", Authorization=f"Bearer {NAME}")
    assert len(running.refused) >= 14


def test_it_is_found_where_it_was_opened_on_purpose_and_nowhere_else(
    installation: Installation,
) -> None:
    packet_id = live_through_everything(installation)

    first = installation.packet(packet_id)["documents"][0]
    assert holds_name(installation.ask("GET", f"/v1/packets/{packet_id}/documents/{first['id']}"))
    assert holds_name(installation.ask("GET", f"/v1/packets/{packet_id}/archive"))

    assert [name for name, content in installation.files() if holds_name(content)] == []
    assert not holds_name(installation.queue())
    assert not any(map(holds_name, installation.processes()))
    assert [refusal for refusal in installation.refused if holds_name(refusal)] == []
    for path in (
        "/v1/packets",
        "/v1/deadlines",
        "/metrics",
        f"/v1/packets/{packet_id}/deadlines.ics",
    ):
        assert not holds_name(installation.ask("GET", path)), path
    assert not list(ROOT.glob("core*"))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_search_would_find_it(spelling: bytes) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w:t>" + spelling + b"</w:t>")
    assert holds_name(held.getvalue())
    assert not holds_name(held.getvalue()[:20])
