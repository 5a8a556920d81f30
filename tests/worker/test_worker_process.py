"""A real worker process on a real queue."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from redis import Redis

from settings import read_settings
from storage.queue import TicketJob
from storage.records import NewTemplate, Packet, TemplatePlace
from storage.store import Store
from tests.processes import descendants, start, until

if TYPE_CHECKING:
    from settings import Settings

Accept = Callable[..., Packet]
ACCOUNT = "willow"
PATIENT = b"Example-Rivera"


@pytest.fixture
def environment(environment: dict[str, str], redis_url: str) -> dict[str, str]:
    return {**environment, "REDIS_URL": redis_url}


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    return read_settings(environment)


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as client:
        yield client


def everything_in(redis: Redis) -> bytes:
    return b"".join(redis.dump(key) or b"" for key in redis.keys())  # noqa: SIM118 - Redis's own


def test_a_ticket_holds_the_packet_s_id_and_nothing_else(
    store: Store, accept: Accept, redis: Redis
) -> None:
    packet = accept(store)
    (job,) = store.queue.rq().jobs
    assert isinstance(job, TicketJob)
    assert (job.func_name, job.args, job.kwargs, job.meta) == (
        "worker.jobs.write_packet",
        [packet.id],
        {},
        {},
    )
    assert job.description == "write packet"
    assert PATIENT not in everything_in(redis)


def test_a_queued_packet_is_written_by_a_worker(
    store: Store, accept: Accept, environment: dict[str, str], redis: Redis
) -> None:
    packet = accept(store)
    worker = start("work", "--burst", environ=environment, stderr=subprocess.PIPE)
    _, log = worker.communicate(timeout=60)
    assert worker.returncode == 0, log
    ended = store.packets.find(ACCOUNT, packet.id)
    assert (ended.status, ended.attempt, ended.done) == ("ready", 1, 3)
    assert PATIENT.decode() not in log
    assert PATIENT not in everything_in(redis)


def test_a_confined_job_checks_a_template_and_compares_an_edited_paper(
    store: Store, accept: Accept, environment: dict[str, str]
) -> None:
    from worker.templates import BUILT_IN

    def worked() -> str:
        worker = start("work", "--burst", environ=environment, stderr=subprocess.PIPE)
        _, log = worker.communicate(timeout=100)
        assert worker.returncode == 0, log
        return str(log)

    packet = accept(store, "letter_of_medical_necessity")
    place = TemplatePlace("letter_of_medical_necessity", "", "en")
    docx = (BUILT_IN / place.kind / "template.docx").read_bytes()
    template = store.templates.upload(NewTemplate(ACCOUNT, "key:x", place, docx)).version
    worked()
    assert store.templates.find(ACCOUNT, template.id).status == "draft"
    (paper,) = store.packets.read_all(ACCOUNT, packet.id, "test")
    version = store.paper_versions.upload(
        ACCOUNT, packet.id, paper.document.id, "key:x", paper.content
    )
    log = worked()
    assert store.paper_versions.find(ACCOUNT, packet.id, version.id).status == "kept"
    assert PATIENT.decode() not in log


@pytest.mark.parametrize(("jobs", "processes"), [("1", 3), ("2", 2), ("500", 1)])
def test_a_process_writes_as_many_packets_as_it_may(
    store: Store,
    accept: Accept,
    environment: dict[str, str],
    tmp_path: Path,
    jobs: str,
    processes: int,
) -> None:
    packets = [accept(store, "appeal_letter") for _ in range(3)]
    trace = tmp_path / "trace"
    worker = start(
        "work",
        "--burst",
        environ={
            **environment,
            "NECESSITY_JOBS_PER_CHILD": jobs,
            "PYTHONPATH": str(noting_forks(tmp_path, trace)),
        },
    )
    assert worker.wait(60) == 0
    assert {store.packets.find(ACCOUNT, each.id).status for each in packets} == {"ready"}
    assert len(trace.read_text().split()) == processes


def noting_forks(folder: Path, trace: Path) -> Path:
    """Make a module that Python loads at its start, and that notes each fork of a process."""
    (folder / "sitecustomize.py").write_text(
        "import os\n"
        f"note = lambda: open({str(trace)!r}, 'a').write(f'{{os.getpid()}}\\n')\n"
        "os.register_at_fork(after_in_child=note)\n"
    )
    return folder


def test_a_worker_is_heard_of_while_it_lives(store: Store, environment: dict[str, str]) -> None:
    worker = start("work", environ=environment)
    until(store.workers.alive, worker)
    assert store.readiness().ready
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    assert not store.workers.alive()


@pytest.mark.parametrize(("installed", "able"), [(True, ("pdf",)), (False, ())])
def test_a_worker_says_whether_it_can_make_pdf(
    store: Store,
    environment: dict[str, str],
    tmp_path: Path,
    installed: bool,
    able: tuple[str, ...],
) -> None:
    (tmp_path / "bin").mkdir()
    if installed:
        (tmp_path / "bin" / "soffice").touch(mode=0o755)
    worker = start("work", environ={**environment, "PATH": str(tmp_path / "bin")})
    until(store.workers.alive, worker)
    assert store.workers.alive()[0].capabilities == able
    worker.terminate()
    worker.wait(10)


@pytest.mark.pages
def test_a_confined_job_makes_pdf(
    store: Store, accept: Accept, environment: dict[str, str]
) -> None:
    packet = accept(store, "letter_of_medical_necessity", pdf=True)
    worker = start("work", "--burst", environ=environment, stderr=subprocess.PIPE)
    _, log = worker.communicate(timeout=60)
    ended = store.packets.find(packet.account_id, packet.id)
    assert ended.status == "ready", log
    assert [each.pages for each in ended.documents] == [ended.documents[1].pages] * 2
    assert ended.documents[1].pages


def test_a_worker_that_is_told_to_stop_finishes_its_job(
    store: Store, accept: Accept, environment: dict[str, str]
) -> None:
    packet = accept(store, *["letter_of_medical_necessity"] * 12)
    worker = start("work", environ=environment)
    until(lambda: store.packets.find(ACCOUNT, packet.id).done, worker)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    assert store.packets.find(ACCOUNT, packet.id).status == "ready"


def test_a_job_runs_confined_and_its_worker_does_not(
    store: Store, accept: Accept, environment: dict[str, str]
) -> None:
    packet = accept(store, *["letter_of_medical_necessity"] * 12)
    worker = start("work", environ=environment)
    until(lambda: store.packets.find(ACCOUNT, packet.id).done, worker)
    (job,) = descendants(worker.pid)
    assert str(2 * 2**30) in address_space(job)
    assert "unlimited" in address_space(worker.pid)
    worker.terminate()
    assert worker.wait(60) == 0


def address_space(pid: int) -> str:
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    return next(line for line in lines if line.startswith("Max address space"))


def test_a_worker_waits_for_a_queue_that_is_away(environment: dict[str, str], store: Store) -> None:
    away = {**environment, "REDIS_URL": "redis://127.0.0.1:1/0"}
    worker = start("work", environ=away, stderr=subprocess.PIPE)
    assert "waiting for the queue's server" in worker.stderr.readline()
    worker.kill()
    worker.communicate()


def test_a_worker_refuses_a_queue_that_evicts(environment: dict[str, str], redis: Redis) -> None:
    redis.config_set("maxmemory-policy", "allkeys-lru")
    try:
        worker = start("work", environ=environment, stderr=subprocess.PIPE)
        _, log = worker.communicate(timeout=60)
    finally:
        redis.config_set("maxmemory-policy", "noeviction")
    assert worker.returncode == 1
    assert "maxmemory-policy should be noeviction" in log
