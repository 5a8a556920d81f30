"""The compose file and the Dockerfile, as far as they can be proven without an engine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from casework.documents import MOST
from cli.http_server import GRACEFUL_SECONDS
from storage.queue import DOCUMENT_SECONDS, JOB_SECONDS
from worker.tend import SWEEP_SECONDS
from worker.webhooks.exchange import SECONDS

ROOT = Path(__file__).parents[2]
# All papers and the one file of them, each as Word and as PDF.
LONGEST_JOB = JOB_SECONDS + DOCUMENT_SECONDS * 2 * (MOST + 1)
SERVICES = ("api", "worker", "tend", "redis")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_the_compose_file_follows_the_specification() -> None:
    command = ["--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    subprocess.run(
        [Path(sys.executable).with_name("check-jsonschema"), *command], cwd=ROOT, check=True
    )


def test_the_dockerfile_has_no_lint() -> None:
    subprocess.run([Path(sys.executable).with_name("hadolint"), "Dockerfile"], cwd=ROOT, check=True)


def test_all_that_is_referred_to_is_declared(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert {volume.partition(":")[0] for volume in service["volumes"]} <= set(
            compose["volumes"]
        )
        assert set(service["networks"]) <= set(compose["networks"])
        assert set(service.get("depends_on", {})) <= set(compose["services"])


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_has_no_more_rights_than_it_needs(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", SERVICES)
def test_no_container_runs_as_root(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    image = re.search(r"^USER (.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert image is not None
    user = service.get("user", image[1] if "build" in service else "0:0")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    assert not service.get("privileged")


@pytest.mark.parametrize(
    ("name", "longest"),
    [("api", GRACEFUL_SECONDS), ("worker", LONGEST_JOB), ("tend", SECONDS + SWEEP_SECONDS)],
)
def test_each_process_has_the_time_to_finish_before_it_is_killed(
    compose: dict[str, Any], name: str, longest: float
) -> None:
    grace = compose["services"][name]["stop_grace_period"]
    assert longest < int(grace.removesuffix("s"))


def test_a_unit_of_systemd_has_the_same_time(compose: dict[str, Any]) -> None:
    page = (ROOT / "docs" / "deploy.md").read_text()
    for name in ("api", "worker", "tend"):
        seconds = compose["services"][name]["stop_grace_period"].removesuffix("s")
        assert re.search(rf"(TimeoutStopSec=|\(`){seconds}\b", page), name


@pytest.mark.parametrize("name", ["worker", "tend", "redis"])
def test_each_container_is_asked_whether_it_lives(compose: dict[str, Any], name: str) -> None:
    assert compose["services"][name]["healthcheck"]["test"][0] == "CMD"


def test_only_the_api_listens_on_the_host(compose: dict[str, Any]) -> None:
    listening = [name for name, service in compose["services"].items() if "ports" in service]
    assert listening == ["api"]
    assert compose["services"]["api"]["ports"][0].startswith("127.0.0.1:")


def test_the_queue_is_kept_on_disk_and_never_evicts(compose: dict[str, Any]) -> None:
    command = " ".join(compose["services"]["redis"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


def test_the_image_runs_as_a_numbered_user_and_asks_the_api_for_its_health() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER [1-9]\d+:[1-9]\d+$", text, re.MULTILINE)
    assert "HEALTHCHECK" in text
    assert "--require-hashes" in text


def test_the_image_holds_every_room_and_nothing_that_is_not_sent() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    sent = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    copied = set(re.findall(r"^COPY (?!--from)(\S+) ", dockerfile, re.MULTILINE))
    assert copied == sent
    assert all((ROOT / name).exists() for name in copied)
    assert {"casework", "service", "storage", "worker", "cli", "settings.py"} <= copied
