"""What one packet costs beside how many: `python -m benchmarks.scale [--svg FOLDER]`.

Rows are made in bulk, one database for each size, then the same single steps are timed in all of them
in alternation: accepting a packet, claiming one, listing a page, a pass of the sweeper; and putting a
ticket and taking one at each length of the queue.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import insert

from benchmarks.interleaved import Contender, Goal, compared, print_goals, print_machine
from benchmarks.plots import plot
from cli.embedded import EmbeddedServer
from settings import read_settings
from storage.ids import new_document_id, new_packet_id
from storage.queue import Ticket, TicketQueue
from storage.records import AskedDocument, Contents, NewPacket
from storage.store import Store, open_store
from storage.tables import documents, packets

ROWS = (1_000, 10_000, 100_000, 1_000_000)
QUEUED = (100, 1_000, 10_000, 100_000)
_ACCOUNT = "benchmark"
_BATCH = 10_000
Curve = dict[int, float]


@dataclass(frozen=True)
class Curves:
    """Medians in milliseconds by size, for each step."""

    title: str
    steps: Mapping[str, Curve]

    def goals(self, wanted: str = "≤ 1.2") -> Iterator[Goal]:
        """Return what the largest costs beside the smallest."""
        for name, curve in self.steps.items():
            least, most = min(curve), max(curve)
            ratio = curve[most] / curve[least]
            yield Goal(f"{name}: {most:,} / {least:,} {self.title}", wanted, ratio)


def main() -> None:
    """Measure both and print them; draw them where asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale")
    parser.add_argument("--svg", type=Path)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--most-rows", type=int, default=ROWS[-1])
    arguments = parser.parse_args()
    print_machine(("sqlalchemy", "rq", "redis"))
    sizes = [each for each in ROWS if each <= arguments.most_rows]
    # The short one first: making a million rows keeps the disk busy for a while.
    found = [_queued(arguments.rounds), _rows(sizes, arguments.rounds)]
    for curves in found:
        _print(curves)
        if arguments.svg:
            file = arguments.svg / f"scale-{curves.title.split()[0]}.svg"
            file.write_text(plot(curves.title, curves.steps), encoding="utf-8")
    print_goals([goal for curves in found for goal in curves.goals()])


def _print(curves: Curves) -> None:
    sizes = list(next(iter(curves.steps.values())))
    print(f"\n### Milliseconds by {curves.title}\n")
    print("| step | " + " | ".join(f"{size:,}" for size in sizes) + " |")
    print("|---" * (len(sizes) + 1) + "|")
    for name, curve in curves.steps.items():
        print(f"| {name} | " + " | ".join(f"{curve[size]:.2f}" for size in sizes) + " |")


def _rows(sizes: Sequence[int], rounds: int) -> Curves:
    """Time the steps in rows of every size, one database each, in alternation."""
    with ExitStack() as stack:
        stores = {size: stack.enter_context(_filled(size)) for size in sizes}
        steps = {size: _steps(store) for size, store in stores.items()}
        return Curves("rows of packets", _curves(steps, rounds))


@contextmanager
def _filled(size: int) -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(read_settings({"NECESSITY_DATA_DIR": folder, "NECESSITY_DEV": "1"}))
        store.keys.create(_ACCOUNT)
        _fill(store, size)
        yield store
        store.close()


def _curves(
    steps: Mapping[int, Mapping[str, Callable[[], object]]], rounds: int
) -> dict[str, Curve]:
    """Return the median of each step at each size, all sizes in each round."""
    curves = {}
    for name in next(iter(steps.values())):
        contenders = [Contender(str(size), _timed(of[name])) for size, of in steps.items()]
        found = compared(contenders, rounds)
        curves[name] = {int(size): timed.median for size, timed in found.items()}
    return curves


def _steps(store: Store) -> dict[str, Callable[[], object]]:
    waiting: list[str] = []

    def accept() -> None:
        waiting.append(store.packets.accept(_new()).packet.id)

    def claim() -> None:
        claimed = store.attempts.claim(waiting.pop())
        assert claimed

    return {
        "accepting a packet": accept,
        "claiming it": claim,
        "a page of the list": lambda: store.packets.list(_ACCOUNT, limit=20),
        "a pass of the sweeper": store.sweeper.sweep,
    }


def _queued(rounds: int) -> Curves:
    """Time a ticket's two ends with more and more tickets between them, one server each."""
    with ExitStack() as stack:
        queues = {length: stack.enter_context(_lengthened(length)) for length in QUEUED}
        steps = {
            length: {"putting a ticket": partial(_put, queue), "taking one": partial(_take, queue)}
            for length, queue in queues.items()
        }
        return Curves("tickets queued", _curves(steps, rounds))


@contextmanager
def _lengthened(length: int) -> Iterator[TicketQueue]:
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer(Path(folder) / "queue") as server:
        server.start()
        queue = TicketQueue(server.url)
        for first in range(0, length, _BATCH):
            queue.signal_all([_ticket() for _ in range(min(_BATCH, length - first))])
        yield queue
        queue.close()


def _put(queue: TicketQueue) -> None:
    assert queue.signal_all((_ticket(),))


def _take(queue: TicketQueue) -> None:
    rq = queue.rq()
    assert rq.dequeue_any(
        [rq], None, connection=rq.connection, job_class=rq.job_class, serializer=rq.serializer
    )


def _ticket() -> Ticket:
    return Ticket(new_packet_id(), 1, 1)


def _timed(step: Callable[[], object]) -> Callable[[], float]:
    def once() -> float:
        before = time.perf_counter()
        step()
        return (time.perf_counter() - before) * 1e3

    return once


def _new() -> NewPacket:
    return NewPacket(
        account_id=_ACCOUNT,
        actor="key:benchmark",
        contents=Contents({"case": "x" * 6_000}, {"review": "x" * 12_000}, {}),
        documents=(AskedDocument("letter_of_medical_necessity", "", "en"),),
        letter_date=date(2026, 10, 19),
        knowledge_version="benchmark",
    )


def _fill(store: Store, count: int) -> None:
    """Put finished packets there, as their rows are, with short sealed texts."""
    for first in range(0, count, _BATCH):
        some = [_finished() for _ in range(min(_BATCH, count - first))]
        with store.database.writing() as connection:
            connection.execute(insert(packets), some)
            connection.execute(insert(documents), [_paper(each["id"]) for each in some])


def _finished() -> dict[str, object]:
    now = datetime.now(UTC)
    return {
        "id": new_packet_id(),
        "account_id": _ACCOUNT,
        "status": "ready",
        "sample": False,
        "letter_date": now.date(),
        "knowledge_version": "benchmark",
        "created_at": now,
        "finished_at": now,
        "expires_at": now + timedelta(days=30),
        "version": 4,
        "attempt": 1,
        "attempt_limit": 6,
        "tickets": 1,
        "signalled_at": now,
        "idempotency_digest": new_packet_id().encode(),
        # No key: what stands in them is not to be opened.
        "sealed_case": b"x" * 200,
        "sealed_review": b"x" * 200,
        "sealed_options": b"x" * 20,
    }


def _paper(packet_id: object) -> dict[str, object]:
    return {
        "id": new_document_id(),
        "packet_id": packet_id,
        "position": 0,
        "kind": "letter_of_medical_necessity",
        "variant": "",
        "language": "en",
        "status": "ready",
        "draft": False,
        "media_type": "application/octet-stream",
    }


if __name__ == "__main__":
    sys.exit(main())
