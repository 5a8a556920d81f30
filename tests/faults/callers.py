"""Callers of the API who do not give up: they hang up, retry, and end with a packet each.

Run as a process of its own, `python -m tests.faults.callers`, so that the process that kills and
starts others has no threads.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

_THREADS = 24
_PATIENCE_SECONDS = 180.0
_ANSWER_SECONDS = 20.0
_PAUSE_SECONDS = 0.3
_ACCEPTED = {200, 202}


@dataclass(frozen=True)
class Order:
    """What the callers are to do together: `packets` posts, so many a second, to these ports."""

    ports: tuple[int, ...]
    key: str
    body: dict[str, Any]
    packets: int
    per_second: float
    hanging_up: float
    seed: int


@dataclass(frozen=True)
class Posted:
    """One packet as its caller saw it. `packet_id` is None when patience ended first."""

    reference: str
    packet_id: str | None
    replayed: bool
    hung_up: bool
    failures: tuple[str, ...]
    accepted_at: float
    seconds: float


def post_all(order: Order) -> list[Posted]:
    """Post all packets on time and return what came of each."""
    chance = random.Random(order.seed)
    hanging = [chance.random() < order.hanging_up for _ in range(order.packets)]
    began = time.monotonic()

    def post(number: int) -> Posted:
        time.sleep(max(0.0, began + number / order.per_second - time.monotonic()))
        return _post(order, number, hang_up=hanging[number])

    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(post, range(order.packets)))


def ask(port: int, key: str, path: str) -> tuple[int, bytes]:
    """Return status and body of a GET."""
    connection = HTTPConnection("127.0.0.1", port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _post(order: Order, number: int, *, hang_up: bool) -> Posted:
    reference = f"storm-{number}"
    began = time.monotonic()
    failures: list[str] = []
    for port in _in_turn(order.ports, number):
        if time.monotonic() - began > _PATIENCE_SECONDS:
            break
        leaving = hang_up and not failures
        status, answer = _try(port, order, reference, leaving=leaving)
        if status in map(str, _ACCEPTED):
            ended = time.time(), time.monotonic() - began
            replayed = status == "200"
            return Posted(reference, answer["id"], replayed, hang_up, tuple(failures), *ended)
        failures.append(status)
        time.sleep(_PAUSE_SECONDS)
    return Posted(reference, None, False, hang_up, tuple(failures), 0.0, _PATIENCE_SECONDS)


def _in_turn(ports: Sequence[int], number: int) -> Iterator[int]:
    while True:
        number += 1
        yield ports[number % len(ports)]


def _try(port: int, order: Order, reference: str, *, leaving: bool) -> tuple[str, dict[str, Any]]:
    body = json.dumps({**order.body, "reference": reference})
    headers = {
        "Authorization": f"Bearer {order.key}",
        "Content-Type": "application/json",
        "Idempotency-Key": reference,
    }
    connection = HTTPConnection("127.0.0.1", port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("POST", "/v1/packets", body, headers)
        if leaving:
            return "hung up", {}
        answer = connection.getresponse()
        said = answer.read()
        return str(answer.status), json.loads(said) if answer.status in _ACCEPTED else {}
    except (TimeoutError, OSError, HTTPException) as fault:
        return type(fault).__name__, {}
    finally:
        connection.close()


def main() -> None:
    """Read an order from a file and write what came of it to another."""
    asked, answered = map(Path, sys.argv[1:])
    said = json.loads(asked.read_text(encoding="utf-8"))
    found = post_all(Order(**{**said, "ports": tuple(said["ports"])}))
    answered.write_text(json.dumps([asdict(each) for each in found]), encoding="utf-8")


if __name__ == "__main__":
    main()
