"""From POST to a document on the disk, beside docxtpl and rq.Worker: `python -m benchmarks.end_to_end`.

Ours validates and reviews a case, commits it for good, writes the letter with all checks, seals and
stores it; the peer fills a plain letter of the same length and saves it. Both are served by the same
server and worked by two workers each.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from benchmarks import plain
from benchmarks.interleaved import (
    Contender,
    Goal,
    Timed,
    compared,
    print_goals,
    print_machine,
    print_table,
)
from benchmarks.letter import a_letter, template
from benchmarks.running import Client, Site, a_body, a_site, free_port, running, until_it_listens
from settings import read_settings
from storage.store import Store, open_store

OURS, PEER = "ours", "docxtpl + rq.Worker"
_PATIENCE_SECONDS = 120.0
_CROWDS = ((8, 4), (64, 1))


@dataclass(frozen=True)
class Stack:
    """One way from POST to document: its port, a request, and when the document was finished."""

    name: str
    port: int
    key: str
    body: bytes
    finished: Callable[[str], float | None]

    def client(self) -> Client:
        """Return a new caller."""
        return Client(self.port, self.key)

    def ends(self, ids: Iterable[str]) -> list[float]:
        """Wait for documents and return when each was finished, in seconds."""
        until = time.monotonic() + _PATIENCE_SECONDS
        found = []
        for each in ids:
            while (end := self.finished(each)) is None:
                if time.monotonic() > until:
                    raise TimeoutError(f"{self.name}: a document never came")
                time.sleep(0.002)
            found.append(end)
        return found


def main() -> None:
    """Compare one client, then eight and sixty-four at once."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.end_to_end")
    parser.add_argument("--rounds", type=int, default=12)
    arguments = parser.parse_args()
    print_machine(("flask", "gunicorn", "rq", "docxtpl"))
    with a_site() as site:
        port = free_port()
        (site.folder / plain.WRITTEN).mkdir()
        (site.folder / plain.TEMPLATE).write_bytes(template())
        peers = [("rq.cli", "worker", "plain", "-u", site.environ["REDIS_URL"], "-q")] * 2
        with running(
            site,
            ("benchmarks.served", "docxtpl", str(port)),
            ("cli", "serve"),
            *[("cli", "work")] * 2,
            *peers,
        ):
            store = open_store(read_settings(site.environ))
            stacks = _stacks(site, port, store)
            for stack in stacks:
                until_it_listens(stack.port)
                _one(stack)
            goals = list(_compared(stacks, arguments.rounds))
            store.close()
    print_goals(goals)


def _compared(stacks: list[Stack], rounds: int) -> Iterable[Goal]:
    alone = compared([Contender(each.name, partial(_one, each)) for each in stacks], rounds)
    print_table("POST to document, one client", list(alone.values()), alone[OURS])
    yield _goal("POST to document, 1 client", "≥ 20", alone)
    for clients, each in _CROWDS:
        contenders = [Contender(stack.name, _crowd(stack, clients, each)) for stack in stacks]
        found = compared(contenders, max(3, rounds // 3), warm_up=1)
        title = f"A document's share of the time, {clients} clients with {each} each"
        print_table(title, list(found.values()), found[OURS])
        yield _goal(f"documents a second, {clients} clients", "≥ 12", found)


def _goal(text: str, wanted: str, found: dict[str, Timed]) -> Goal:
    return Goal(f"{text}: {PEER} / ours", wanted, found[PEER].over(found[OURS]))


def _stacks(site: Site, port: int, store: Store) -> list[Stack]:
    def packet_finished(packet_id: str) -> float | None:
        packet = store.packets.find("benchmark", packet_id)
        if packet.status == "failed":
            raise ValueError("a packet failed")
        return packet.finished_at.timestamp() if packet.finished_at else None

    def file_finished(job_id: str) -> float | None:
        with suppress(FileNotFoundError):
            written = (site.folder / plain.WRITTEN / f"{job_id}.docx").stat()
            return written.st_mtime_ns / 1e9 if written.st_size else None
        return None

    return [
        Stack(OURS, int(site.environ["PORT"]), site.key, a_body(), packet_finished),
        Stack(PEER, port, "", json.dumps(a_letter()).encode(), file_finished),
    ]


def _one(stack: Stack) -> float:
    """Post one and wait for its document; return the milliseconds between."""
    client = stack.client()
    began = time.time()
    _, answer = client.post(stack.body)
    (end,) = stack.ends([answer["id"]])
    return (end - began) * 1e3


def _crowd(stack: Stack, clients: int, each: int) -> Callable[[], float]:
    """Return what has many clients post at once; its time is a document's share of the whole."""
    pool = ThreadPoolExecutor(clients)

    def posts(_: int) -> list[str]:
        client = stack.client()
        return [client.post(stack.body)[1]["id"] for _ in range(each)]

    def once() -> float:
        began = time.time()
        ids = [one for found in pool.map(posts, range(clients)) for one in found]
        return (max(stack.ends(ids)) - began) * 1e3 / len(ids)

    return once


if __name__ == "__main__":
    sys.exit(main())
