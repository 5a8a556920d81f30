"""A storm: packets are posted while a random process is killed every few seconds.

`make faults`, or `python -m tests.faults.storm --help`. Every process of an installation is killed
with SIGKILL: the API (its first process, or all of them), a worker's parent alone, a job under its
worker, the queue's server (its data wiped half of the time), the sweeper, and with PostgreSQL the
rows' server too. What dies is started again, as a service manager would.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from storage.database import utc_now
from storage.faults import StorageFault
from storage.store import Store, open_store
from storage.tables import audit_lines, documents, packets
from tests.faults.callers import Order, Posted, ask
from tests.faults.installation import Installation, Plan
from tests.processes import ROOT

_CASE = ROOT / "tests" / "cases" / "depression_commercial.json"
_KINDS = ["fax_cover"]
_ACCOUNT = "storm"
_POLL_SECONDS = 0.1
_STANDSTILL_SECONDS = 120.0
_OPEN = ("queued", "writing")


@dataclass(frozen=True)
class Outcome:
    """What a storm left, in numbers; `lost`, `twice` and `broken` are to be 0."""

    accepted: int
    ready: int
    lost: int
    twice: int
    broken: int
    strays: int
    hung_up: int
    replayed: int
    failed_requests: int
    extra_attempts: int
    kills: dict[str, int]
    wiped: int
    drain_seconds: float
    post_p50_ms: float
    post_p99_ms: float
    ready_p50_seconds: float
    ready_p99_seconds: float


def blow(plan: Plan) -> Outcome:
    """Go through a storm and count what it left."""
    with tempfile.TemporaryDirectory(prefix="necessity-storm-") as made, ExitStack() as stack:
        folder = Path(made)
        installation = Installation(plan, folder, stack)
        installation.start()
        stack.callback(installation.stop)
        store = open_store(installation.settings)
        stack.callback(store.close)
        key = store.keys.create(_ACCOUNT).text
        _until_ready(installation, store)
        with _callers(plan, installation, key, folder) as callers:
            kills, last_kill = _kill_while(callers, plan, installation)
        drained = _drain(installation, store)
        posted = [Posted(**each) for each in json.loads((folder / "posted").read_text())]
        return _count(installation, store, key, posted, kills, drained - last_kill)


def _until_ready(installation: Installation, store: Store) -> None:
    deadline = time.monotonic() + 90
    while not (store.readiness().ready and all(map(_alive, installation.ports))):
        assert time.monotonic() < deadline, "the installation did not come up"
        installation.revive()
        time.sleep(_POLL_SECONDS)


def _alive(port: int) -> bool:
    try:
        return ask(port, "", "/healthz")[0] == 200
    except OSError:
        return False


@contextmanager
def _callers(
    plan: Plan, installation: Installation, key: str, folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    case = json.loads(_CASE.read_text(encoding="utf-8"))
    body = {"case": case, "documents": _KINDS}
    order = Order(installation.ports, key, body, plan.packets, plan.per_second, 0.1, plan.seed)
    (folder / "order").write_text(json.dumps(asdict(order)), encoding="utf-8")
    words = ["-m", "tests.faults.callers", str(folder / "order"), str(folder / "posted")]
    process = subprocess.Popen([sys.executable, *words], cwd=ROOT)
    try:
        yield process
        assert process.returncode == 0, "the callers broke off"
    finally:
        process.kill()


def _kill_while(
    callers: subprocess.Popen[bytes], plan: Plan, installation: Installation
) -> tuple[Counter[str], float]:
    chance = random.Random(plan.seed)
    ways = [
        installation.kill_api,
        installation.kill_worker,
        installation.kill_job,
        installation.kill_queue,
        installation.kill_tend,
        *([installation.kill_rows] if plan.postgresql else []),
    ]
    kills: Counter[str] = Counter()
    last = time.monotonic()
    while callers.poll() is None:
        if time.monotonic() - last >= plan.kill_seconds:
            kills[chance.choice(ways)(chance)] += 1
            last = time.monotonic()
        installation.revive()
        time.sleep(_POLL_SECONDS)
    return kills, last


def _drain(installation: Installation, store: Store) -> float:
    """Wait until no packet is open, or nothing has moved for two minutes; return when that was."""
    moved, before = time.monotonic(), -1
    while time.monotonic() - moved < _STANDSTILL_SECONDS:
        installation.revive()
        with suppress(StorageFault):
            counts = store.packets.counts()
            still = sum(counts.get(status, 0) for status in _OPEN)
            if not still:
                break
            if still != before:
                moved, before = time.monotonic(), still
        time.sleep(_POLL_SECONDS)
    return time.monotonic()


def _count(
    installation: Installation,
    store: Store,
    key: str,
    posted: list[Posted],
    kills: Counter[str],
    drain: float,
) -> Outcome:
    _until_ready(installation, store)
    accepted = {each.packet_id for each in posted if each.packet_id}
    stored = set(_stored(store))
    with store.database.reading() as connection:
        rows = connection.execute(select(packets)).all()
        named = set(connection.scalars(select(documents.c.stored_name)))
        ended = select(func.count()).where(audit_lines.c.action == "packet.ready")
        twice = connection.execute(ended.group_by(audit_lines.c.packet_id)).all()
    ready = {row.id: row for row in rows if row.status == "ready"}
    references = Counter(row.reference for row in rows)
    port = installation.ports[0]
    broken = [id_ for id_ in ready if not _opens(store, id_, port, key)]
    waits = [(row.finished_at - row.created_at).total_seconds() for row in ready.values()]
    seconds = [each.seconds for each in posted if not each.hung_up]
    return Outcome(
        accepted=len(accepted),
        ready=len(accepted & ready.keys()),
        lost=len(posted) - len(accepted & ready.keys()),
        twice=sum(count - 1 for count in references.values())
        + sum(count - 1 for (count,) in twice),
        broken=len(broken),
        strays=len(stored - named),
        hung_up=sum(each.hung_up for each in posted),
        replayed=sum(each.replayed for each in posted),
        failed_requests=sum(len(each.failures) - each.hung_up for each in posted),
        extra_attempts=sum(row.attempt - 1 for row in ready.values()),
        kills=dict(kills),
        wiped=kills["queue, wiped"],
        drain_seconds=round(max(0.0, drain), 1),
        post_p50_ms=round(1000 * statistics.median(seconds), 1),
        post_p99_ms=round(1000 * _percentile(seconds, 99), 1),
        ready_p50_seconds=round(statistics.median(waits), 2),
        ready_p99_seconds=round(_percentile(waits, 99), 2),
    )


def _opens(store: Store, packet_id: str, port: int, key: str) -> bool:
    """Say whether all of a packet's papers come whole through the API."""
    packet = store.packets.find(_ACCOUNT, packet_id)
    return len(packet.documents) == len(_KINDS) and all(
        _is_whole(_fetched(port, key, f"/v1/packets/{packet_id}/documents/{document.id}"))
        for document in packet.documents
    )


def _fetched(port: int, key: str, path: str) -> bytes:
    for _ in range(100):
        status, content = ask(port, key, path)
        if status == 200:
            return content
        # A thousand downloads within a minute come near the limit of a key.
        if status != 429:
            return b""
        time.sleep(2)
    return b""


def _is_whole(content: bytes) -> bool:
    try:
        return zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    except zipfile.BadZipFile:
        return False


def _stored(store: Store) -> Iterator[str]:
    return store.documents.older_than(utc_now() + timedelta(days=1))


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def main() -> int:
    """Go through the storm that the arguments describe and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--packets", type=int, default=1000)
    parser.add_argument("--per-second", type=float, default=14.0)
    parser.add_argument("--kill-seconds", type=float, default=2.0)
    parser.add_argument("--hosts", type=int, default=1)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    outcome = blow(Plan(**vars(parser.parse_args())))
    print(json.dumps(asdict(outcome), indent=2))  # noqa: T201 - a program of its own
    return 1 if outcome.lost or outcome.twice or outcome.broken else 0


if __name__ == "__main__":
    sys.exit(main())
