"""`necessity run`, as a person would use it: paste the curl, open the paper, press Ctrl-C."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import socket
import subprocess
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ROOT, descendants, start, until
from tests.programs import need


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """A started `necessity run` and what it said."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.environ = {
            "NECESSITY_DATA_DIR": str(data),
            "PORT": str(self.port),
            "NECESSITY_WORKERS": "1",
        }
        self.output = data.parent / "output.txt"
        with self.output.open("w") as output:
            self.process = start(
                "run", environ=self.environ, stdout=output, stderr=subprocess.STDOUT
            )
        until(lambda: "Ctrl-C" in self.said() or self.process.poll() is not None)
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        return self.output.read_text()

    def curl(self) -> str:
        return self.said().partition("\ncurl ")[2].partition("\n\n")[0].join(("curl ", ""))

    def get(self, url: str) -> bytes:
        key = (self.data / "dev-key").read_text().strip()
        request = urllib.request.Request(
            url, headers={"Authorization": f"Bearer {key}", "Prefer": "wait=20"}
        )
        with urllib.request.urlopen(request) as answer:
            return answer.read()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    need(("curl", "curl"))
    made = Running(tmp_path_factory.mktemp("run") / "var")
    yield made
    if made.process.poll() is None:
        made.process.terminate()
        made.process.wait(60)


def post(running: Running) -> dict[str, Any]:
    done = subprocess.run(
        ["sh", "-c", running.curl()], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_the_printed_curl_works_and_its_papers_open(running: Running) -> None:
    packet = post(running)
    assert "id" in packet, packet
    url = f"http://127.0.0.1:{running.port}/v1/packets/{packet['id']}"
    until(lambda: json.loads(running.get(url))["status"] not in {"queued", "writing"})
    ended = json.loads(running.get(url))
    assert ended["status"] == "ready", ended
    assert ended["documents"]
    for document in ended["documents"]:
        with urllib.request.urlopen(document["download_url"]) as paper:
            assert zipfile.ZipFile(io.BytesIO(paper.read())).testzip() is None


def test_a_killed_worker_is_started_again(running: Running) -> None:
    worker = next(each for each in descendants(running.process.pid) if "work" in command(each))
    os.kill(worker, signal.SIGKILL)
    until(lambda: "worker 1 ended (signal 9); started again" in running.said(), running.process)
    assert post(running)["status"] == "queued"


def test_a_second_run_on_the_same_folder_is_refused(running: Running) -> None:
    second = start(
        "run", environ={**running.environ, "PORT": str(free_port())}, stderr=subprocess.PIPE
    )
    _, told = second.communicate(timeout=30)
    assert second.returncode == 1
    assert "already runs" in told


def test_a_taken_port_is_named(running: Running, tmp_path: Path) -> None:
    environ = {**running.environ, "NECESSITY_DATA_DIR": str(tmp_path)}
    second = start("run", environ=environ, stderr=subprocess.PIPE)
    _, told = second.communicate(timeout=30)
    assert second.returncode == 1
    assert re.search(rf"port {running.port} cannot be used", told)


def test_the_key_is_readable_by_its_owner_only(running: Running) -> None:
    assert (running.data / "dev-key").stat().st_mode & 0o077 == 0


def test_ctrl_c_stops_everything(running: Running) -> None:
    """Last, since it ends what the others use."""
    children = descendants(running.process.pid)
    assert len(children) >= 4
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(60) == 0
    assert not [each for each in children if Path(f"/proc/{each}").exists()]
    assert "Traceback" not in running.said()


def command(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
