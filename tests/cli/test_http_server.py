"""`necessity serve` under a supervisor: what it has in hand is finished when it is told to stop."""

from __future__ import annotations

import json
import signal
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from subprocess import Popen

import pytest

from storage.records import Packet
from storage.store import Store
from tests.cli.test_run import free_port
from tests.processes import kill_tree, start, until


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def server(environment: dict[str, str], port: int) -> Iterator[Popen[str]]:
    process = start("serve", "--processes", "1", environ={**environment, "PORT": str(port)})
    until(lambda: answers(port), process)
    yield process
    if process.poll() is None:
        kill_tree(process)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_a_request_in_flight_is_answered_and_no_other_is_taken(
    server: Popen[str], port: int, store: Store, accept: Callable[..., Packet]
) -> None:
    packet = accept(store)
    key = store.keys.create("willow").text
    waiting = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/packets/{packet.id}",
        headers={"Authorization": f"Bearer {key}", "Prefer": "wait=4"},
    )
    with ThreadPoolExecutor() as pool:
        in_flight = pool.submit(lambda: json.load(urllib.request.urlopen(waiting, timeout=60)))
        until(lambda: any(each.last_used_at for each in store.keys.list("willow")), server)
        server.send_signal(signal.SIGTERM)
        assert in_flight.result()["id"] == packet.id
    assert server.wait(30) == 0
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(waiting, timeout=5)
