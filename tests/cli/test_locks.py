"""What is installed is pinned, hashed, and listed for whoever audits it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-audit.lock")
# Asked for by Pythons or systems other than the one that audits.
OTHER_PYTHONS = {"async-timeout", "colorama", "pywin32"}
AUDITORS = Path(sys.executable).parents[1] / "audit" / "bin"
_PINNED = re.compile(
    r"^([a-z0-9][a-z0-9._-]*)==([^ \\;]+)(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL
)


def pinned(lock: str) -> dict[tuple[str, str], list[str]]:
    """Return the hashes of each name and version; a name has several for several Pythons."""
    text = (ROOT / lock).read_text()
    return {
        (found[1], found[2]): re.findall(r"--hash=sha256:([0-9a-f]{64})", found[3])
        for found in _PINNED.finditer(text)
    }


def asked_for(group: str | None) -> set[str]:
    """Return the names that pyproject asks for, as locks spell them."""
    said = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lines = said["dependency-groups"][group] if group else said["project"]["dependencies"]
    return {re.split(r"[\[<>=~! ;]", line)[0].lower().replace("_", "-") for line in lines}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_to_files_by_their_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text()
    packages = pinned(lock)
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(packages) == len(lines)
    assert all(packages.values())


@pytest.mark.parametrize(
    ("lock", "group"), [(LOCKS[0], None), (LOCKS[1], None), (LOCKS[1], "dev"), (LOCKS[2], "audit")]
)
def test_a_lock_holds_all_that_is_asked_for(lock: str, group: str | None) -> None:
    assert asked_for(group) <= {name for name, _ in pinned(lock)}


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    tested = pinned("requirements-dev.lock")
    assert pinned("requirements.lock").items() <= tested.items()


def test_nothing_is_installed_without_its_hash() -> None:
    for name in ("Makefile", "Dockerfile"):
        text = (ROOT / name).read_text().replace("\\\n", " ")
        installing = [line for line in text.splitlines() if re.search(r"pip\"? install", line)]
        assert installing, name
        assert all("--require-hashes" in line for line in installing), name


def test_images_are_named_by_their_version() -> None:
    said = (ROOT / "Dockerfile").read_text() + (ROOT / "docker-compose.yml").read_text()
    images = re.findall(r"^(?:FROM|\s+image:) (\S+)", said, re.MULTILINE)
    ours = {"necessity"}
    assert images
    assert all(re.search(r":\d+\.\d+\.\d+", image) for image in set(images) - ours), images


def test_the_bill_of_materials_lists_what_the_lock_pins(tmp_path: Path) -> None:
    made = bill_of_materials(tmp_path / "sbom.json")
    assert made["bomFormat"] == "CycloneDX"
    assert made["metadata"]["component"]["name"] == "necessity"
    listed = {
        (each["name"], each["version"]): [
            hashed["content"]
            for source in each["externalReferences"]
            for hashed in source["hashes"]
        ]
        for each in made["components"]
    }
    assert listed == pinned("requirements.lock")


class Adviser(BaseHTTPRequestHandler):
    """Answers as a service of advisories does, and knows something against one package."""

    against = ""
    asked: ClassVar[set[str]] = set()

    def do_POST(self) -> None:
        name = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
        self.asked.add(name)
        known = {"vulns": [{"id": "PYSEC-2026-1", "affected": []}]} if name == self.against else {}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(known).encode())

    def log_message(self, *_: object) -> None: ...


@pytest.mark.parametrize(("against", "code"), [("", 0), ("cryptography", 2), ("pytest", 2)])
def test_the_audit_asks_of_every_package_and_fails_when_something_is_known_against_one(
    against: str, code: int, tmp_path: Path
) -> None:
    adviser = type("_", (Adviser,), {"against": against, "asked": set()})
    with HTTPServer(("127.0.0.1", 0), adviser) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        done = run_target("audit", tmp_path, server.server_port)
        server.shutdown()
    assert done.returncode == code, done.stderr
    if not against:
        assert adviser.asked >= {name for name, _ in pinned("requirements.lock")} - OTHER_PYTHONS


def run_target(name: str, folder: Path, port: int) -> subprocess.CompletedProcess[str]:
    """Run a target of the Makefile with a service of advisories on this machine."""
    environ = {
        **os.environ,
        "PIP_AUDIT_VULNERABILITY_SERVICE": "osv",
        "PIP_AUDIT_OSV_URL": f"http://127.0.0.1:{port}/v1/query",
        "XDG_CACHE_HOME": str(folder),
        "NO_PROXY": "127.0.0.1",
    }
    return subprocess.run(
        ["make", name, f"AUDITORS={auditors()}", "AUDIT=Makefile"],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip


def bill_of_materials(path: Path) -> dict[str, Any]:
    """Run the command of `make sbom`, writing to `path`."""
    subprocess.run(
        ["make", "sbom", f"AUDITORS={auditors()}", "AUDIT=Makefile", f"SBOM={path}"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    made: dict[str, Any] = json.loads(path.read_text())
    return made


def auditors() -> Path:
    """Return the folder of the auditing programs, or skip where nobody has made it."""
    found = shutil.which("cyclonedx-py", path=f"{AUDITORS}{os.pathsep}{os.environ['PATH']}")
    if found is not None:
        return Path(found).parent
    said = "needs cyclonedx-bom: make sbom"
    if os.environ.get("NECESSITY_NO_SKIPS") == "1":
        pytest.fail(f"{said} (NECESSITY_NO_SKIPS=1)", pytrace=False)
    pytest.skip(said)
