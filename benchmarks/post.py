"""What accepting a case costs beside Flask alone: `python -m benchmarks.post`.

Ours validates, reviews and commits for good (an fsync); all three run under the same server. Requests
alternate in one run, so that a busy machine slows them all alike.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from statistics import median

from benchmarks.interleaved import (
    Contender,
    Goal,
    Timed,
    compared,
    print_goals,
    print_machine,
    print_table,
)
from benchmarks.running import Client, a_body, a_site, free_port, running, until_it_listens

OURS, BARE, VALIDATING = "ours", "bare Flask", "Flask and validation"
_AT_ONCE = 8


def main() -> None:
    """Compare with one client, then with eight."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.post")
    parser.add_argument("--rounds", type=int, default=200)
    arguments = parser.parse_args()
    print_machine(("flask", "gunicorn", "marshmallow", "sqlalchemy"))
    with a_site() as site:
        ports = {BARE: free_port(), VALIDATING: free_port(), OURS: int(site.environ["PORT"])}
        with running(
            site,
            ("benchmarks.served", "bare", str(ports[BARE])),
            ("benchmarks.served", "validating", str(ports[VALIDATING])),
            ("cli", "serve"),
        ):
            for port in ports.values():
                until_it_listens(port)
            alone = compared(_alone(ports, site.key), arguments.rounds)
            together = compared(_together(ports, site.key), max(5, arguments.rounds // 10))
    print_table("One POST, one client", list(alone.values()), alone[OURS])
    print_table(f"One POST of {_AT_ONCE} clients at once", list(together.values()), together[OURS])
    print_goals([*_goals("1 client", alone), *_goals(f"{_AT_ONCE} clients", together)])


def _goals(clients: str, found: dict[str, Timed]) -> list[Goal]:
    ours = found[OURS]
    return [
        Goal(f"POST, {clients}: ours / bare Flask", "≤ 4", ours.over(found[BARE])),
        Goal(f"POST, {clients}: ours / Flask + validation", "≤ 2", ours.over(found[VALIDATING])),
    ]


def _alone(ports: dict[str, int], key: str) -> list[Contender]:
    body = a_body()
    return [
        Contender(name, partial(_once, Client(port, key), body)) for name, port in ports.items()
    ]


def _together(ports: dict[str, int], key: str) -> list[Contender]:
    return [Contender(name, _crowd(port, key)) for name, port in ports.items()]


def _crowd(port: int, key: str) -> Callable[[], float]:
    """Return what posts five times by each of eight clients; the median of all is its time."""
    body = a_body()
    clients = [Client(port, key) for _ in range(_AT_ONCE)]
    pool = ThreadPoolExecutor(_AT_ONCE)

    def five(client: Client) -> list[float]:
        return [_once(client, body) for _ in range(5)]

    return lambda: median(took for each in pool.map(five, clients) for took in each)


def _once(client: Client, body: bytes) -> float:
    took, _ = client.post(body)
    return took


if __name__ == "__main__":
    sys.exit(main())
