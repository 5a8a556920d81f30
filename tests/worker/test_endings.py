"""However a job ends, our worker ends it as RQ's own does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from rq import Callback, Queue, Retry
from rq.command import send_kill_horse_command, send_shutdown_command, send_stop_job_command
from rq.job import Job
from rq.worker import Worker

from cli.embedded import EmbeddedServer
from tests.processes import ROOT, descendants, kill_tree, until
from tests.worker.endings import jobs
from tests.worker.endings.run import WORKERS

Put = Callable[..., Job]
LASTING = "a lasting horse"


@pytest.fixture(params=WORKERS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def queue(redis: Redis) -> Queue:
    return Queue("endings", connection=redis)


@pytest.fixture
def put(queue: Queue) -> Put:
    """Enqueue a job that is kept."""

    def enqueued(work: Callable[..., Any], *args: Any, **more: Any) -> Job:
        settings = {"job_timeout": 20, "result_ttl": 60, "failure_ttl": 60, **more}
        return queue.enqueue(work, args=args, **settings)

    return enqueued


@pytest.fixture
def began(tmp_path: Path) -> Path:
    """A file that a job makes when it has begun."""
    return tmp_path / "began"


@pytest.fixture
def started(kind: str, redis_url: str, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Start a worker of this kind; what is left of it is killed at the end."""
    running: list[subprocess.Popen[str]] = []

    def start(*options: str, url: str = redis_url) -> subprocess.Popen[str]:
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.worker.endings.run", kind, url, *options],
            cwd=ROOT,
            env={**os.environ, "NOTES": str(tmp_path / "notes")},
            start_new_session=True,
            text=True,
            stderr=subprocess.PIPE,
        )
        running.append(worker)
        return worker

    yield start
    for worker in running:
        if worker.poll() is None:
            kill_tree(worker)
        worker.communicate()


@pytest.fixture
def all_done(started: Callable[..., Any]) -> Callable[[], str]:
    """Run a worker until the queue is empty; return what it logged."""

    def run() -> str:
        worker = started("--burst")
        _, log = worker.communicate(timeout=60)
        assert worker.returncode == 0, log
        return str(log)

    return run


def status(job: Job) -> str:
    return str(job.get_status().value)


def reason(job: Job) -> str:
    return str(job.latest_result().exc_string)


def test_a_job_that_returns_is_finished_with_its_result(
    put: Put, all_done: Callable[[], str], queue: Queue, redis: Redis
) -> None:
    added = put(jobs.add, 2, 3)
    all_done()
    assert (status(added), added.return_value()) == ("finished", 5)
    assert (queue.count, queue.started_job_registry.count) == (0, 0)
    assert queue.finished_job_registry.get_job_ids() == [added.id]
    assert redis.llen(queue.intermediate_queue_key) == 0
    assert not list(redis.scan_iter("rq:execution*"))


def test_a_result_that_is_not_kept_leaves_nothing(
    put: Put, all_done: Callable[[], str], redis: Redis
) -> None:
    job = put(jobs.add, 2, 3, result_ttl=0)
    all_done()
    assert not redis.exists(job.key)


@pytest.mark.parametrize(
    ("work", "why"),
    [
        (jobs.raise_an_error, "ValueError: this job is broken"),
        (jobs.leave, "SystemExit: 3"),
        (jobs.leave_at_once, "Work-horse terminated unexpectedly; waitpid returned 768"),
        (jobs.kill_itself, "waitpid returned 9 (signal 9)"),
        (jobs.overflow_the_stack, "(signal 11)"),
    ],
)
def test_a_job_that_breaks_is_failed_and_the_next_is_done(
    put: Put, all_done: Callable[[], str], queue: Queue, work: Callable[[], None], why: str
) -> None:
    before, broken, after = put(jobs.add, 1, 1), put(work), put(jobs.add, 2, 2)
    all_done()
    assert [status(each) for each in (before, broken, after)] == ["finished", "failed", "finished"]
    assert why in reason(broken)
    assert queue.failed_job_registry.get_job_ids() == [broken.id]
    assert queue.started_job_registry.count == 0


def test_a_job_over_its_time_is_failed_and_the_next_is_done(
    put: Put, all_done: Callable[[], str]
) -> None:
    slow, after = put(jobs.loop, job_timeout=1), put(jobs.add, 2, 2)
    began = time.monotonic()
    all_done()
    assert (status(slow), status(after)) == ("failed", "finished")
    assert "JobTimeoutException" in reason(slow)
    assert time.monotonic() - began < 30


def test_many_jobs_of_all_sorts_end_each_in_its_own_way(
    put: Put, all_done: Callable[[], str]
) -> None:
    work = [jobs.kill_itself if number % 10 == 5 else jobs.leave for number in range(20)]
    work += [jobs.raise_an_error] * 3
    sent = [put(each) if number % 2 else put(jobs.add, 1, 1) for number, each in enumerate(work)]
    all_done()
    expected = ["failed" if number % 2 else "finished" for number in range(len(work))]
    assert [status(each) for each in sent] == expected


def test_a_job_that_is_stopped_is_stopped_with_what_it_started(
    put: Put, started: Callable[..., Any], redis: Redis, began: Path
) -> None:
    job, after = put(jobs.wait_with_a_child, str(began)), put(jobs.add, 2, 2)
    worker = started()
    until(lambda: began.exists() and began.read_text(), worker)
    send_stop_job_command(redis, job.id)
    until(lambda: status(after) == "finished", worker)
    assert status(job) == "stopped"
    assert "stopped by user" in reason(job)
    until(lambda: not Path(f"/proc/{began.read_text()}").exists())


def test_a_horse_that_is_killed_by_command_fails_its_job(
    put: Put, started: Callable[..., Any], redis: Redis, began: Path
) -> None:
    job, after = put(jobs.wait, 30, str(began)), put(jobs.add, 2, 2)
    worker = started()
    until(began.exists, worker)
    (listed,) = Worker.all(redis)
    send_kill_horse_command(redis, listed.name)
    until(lambda: status(after) == "finished", worker)
    assert status(job) == "failed"
    assert "signal 9" in reason(job)
    send_kill_horse_command(redis, listed.name)
    last = put(jobs.add, 3, 3)
    until(lambda: status(last) == "finished", worker)


def test_a_job_is_tried_again_as_often_as_it_says(
    put: Put, all_done: Callable[[], str], tmp_path: Path
) -> None:
    twice = put(jobs.fail_until, str(tmp_path / "a"), 2, retry=Retry(max=2))
    too_often = put(jobs.fail_until, str(tmp_path / "b"), 9, retry=Retry(max=2))
    all_done()
    assert (status(twice), twice.return_value()) == ("finished", "at last")
    assert status(too_often) == "failed"
    assert len((tmp_path / "b").read_text()) == 3


def test_a_job_that_dies_is_tried_again_too(
    put: Put, all_done: Callable[[], str], tmp_path: Path
) -> None:
    twice = put(jobs.die_until, str(tmp_path / "a"), 2, retry=Retry(max=2))
    too_often = put(jobs.die_until, str(tmp_path / "b"), 9, retry=Retry(max=1))
    all_done()
    assert (status(twice), status(too_often)) == ("finished", "failed")
    assert len((tmp_path / "b").read_text()) == 2


def test_a_job_that_asks_for_it_is_tried_again(
    put: Put, all_done: Callable[[], str], tmp_path: Path
) -> None:
    job = put(jobs.ask_again, str(tmp_path / "a"), 2)
    all_done()
    assert (status(job), job.return_value()) == ("finished", "at last")


@pytest.mark.parametrize(
    ("work", "noted"),
    [(jobs.who, "success ["), (jobs.raise_an_error, "failure ValueError")],
)
def test_callbacks_run(
    put: Put, all_done: Callable[[], str], tmp_path: Path, work: Callable[[], Any], noted: str
) -> None:
    put(work, on_success=Callback(jobs.note_success), on_failure=Callback(jobs.note_failure))
    all_done()
    assert (tmp_path / "notes").read_text().startswith(noted)


def test_a_job_that_waits_for_another_comes_after_it(put: Put, all_done: Callable[[], str]) -> None:
    first = put(jobs.add, 1, 1)
    second = put(jobs.add, 2, 2, depends_on=first)
    all_done()
    assert status(second) == "finished"


def test_a_job_knows_itself_and_its_worker(put: Put, all_done: Callable[[], str]) -> None:
    sent = [put(jobs.who) for _ in range(3)]
    all_done()
    told = [job.return_value() for job in sent]
    assert [[own, variable] for own, variable, *_ in told] == [[job.id, job.id] for job in sent]
    assert {name for _, _, name, _ in told} == {job.latest_result().worker_name for job in sent}


def test_a_worker_that_is_told_to_stop_finishes_its_job_and_takes_no_other(
    put: Put, started: Callable[..., Any], began: Path
) -> None:
    job, after = put(jobs.wait, 1.5, str(began)), put(jobs.add, 2, 2)
    worker = started()
    until(began.exists, worker)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    assert (status(job), status(after)) == ("finished", "queued")


def test_a_signal_to_all_its_processes_lets_the_job_finish(
    put: Put, started: Callable[..., Any], began: Path
) -> None:
    job = put(jobs.wait, 1.5, str(began))
    worker = started()
    until(began.exists, worker)
    for pid in [worker.pid, *descendants(worker.pid)]:
        os.kill(pid, signal.SIGINT)
    assert worker.wait(30) == 0
    assert status(job) == "finished"


def test_a_worker_that_is_told_twice_takes_its_job_with_it(
    put: Put, started: Callable[..., Any], began: Path
) -> None:
    put(jobs.wait_with_a_child, str(began))
    worker = started()
    until(lambda: began.exists() and began.read_text(), worker)
    left = descendants(worker.pid)
    worker.send_signal(signal.SIGTERM)
    time.sleep(1.2)
    worker.send_signal(signal.SIGTERM)
    worker.wait(30)
    until(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in left))


def test_an_idle_worker_stops_at_once_by_signal_or_command(
    put: Put, started: Callable[..., Any], redis: Redis
) -> None:
    worker = started()
    done = put(jobs.add, 1, 1)
    until(lambda: status(done) == "finished", worker)
    (listed,) = Worker.all(redis)
    send_shutdown_command(redis, listed.name)
    assert worker.wait(20) == 0
    assert not Worker.all(redis)


def test_a_job_whose_worker_is_killed_comes_to_its_end(
    put: Put, started: Callable[..., Any], began: Path
) -> None:
    job = put(jobs.wait, 1.5, str(began))
    worker = started()
    until(began.exists, worker)
    horses = descendants(worker.pid)
    worker.kill()
    worker.wait()
    until(lambda: status(job) == "finished")
    until(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in horses))


@pytest.mark.parametrize("at_work", [True, False], ids=["during a job", "while idle"])
def test_a_server_that_restarts(
    started: Callable[..., Any], began: Path, tmp_path: Path, at_work: bool
) -> None:
    """A restart while idle is waited out; one in the middle of a job shows in no lost job."""
    with EmbeddedServer(tmp_path / "queue") as server:
        server.start()
        queue = Queue("endings", connection=Redis.from_url(server.url))
        first = queue.enqueue(jobs.wait, 2.0 if at_work else 0.0, str(began), result_ttl=60)
        worker = started(url=server.url)
        until(began.exists, worker)
        if not at_work:
            until(lambda: status(first) == "finished", worker)
        server.ask_to_stop()
        until(lambda: server.ended() is not None)
        server.start()
        after = queue.enqueue(jobs.add, 2, 2, result_ttl=60)
        until(lambda: worker.poll() is not None or status(after) == "finished")
        if worker.poll() is not None:
            started("--burst", url=server.url).wait(30)
        assert (status(first), status(after)) == ("finished", "finished")


class TestALastingHorse:
    """What only a horse that lasts can do wrong."""

    @pytest.fixture
    def kind(self) -> str:
        return LASTING

    def test_it_does_job_after_job(self, put: Put, all_done: Callable[[], str]) -> None:
        sent = [put(jobs.who) for _ in range(5)]
        all_done()
        assert len({job.return_value()[-1] for job in sent}) == 1

    @pytest.mark.parametrize("work", [jobs.raise_an_error, jobs.kill_itself, jobs.loop])
    def test_it_does_no_other_after_one_that_went_wrong(
        self, put: Put, all_done: Callable[[], str], work: Callable[[], None]
    ) -> None:
        before, _, after = put(jobs.who), put(work, job_timeout=1), put(jobs.who)
        all_done()
        assert before.return_value()[-1] != after.return_value()[-1]

    def test_it_that_dies_while_idle_fails_no_job(
        self, put: Put, started: Callable[..., Any]
    ) -> None:
        worker = started()
        before = put(jobs.who)
        until(lambda: status(before) == "finished", worker)
        time.sleep(0.3)
        os.kill(before.return_value()[-1], signal.SIGKILL)
        time.sleep(0.3)
        after = put(jobs.who)
        until(lambda: status(after) != "queued" and status(after) != "started", worker)
        assert status(after) == "finished"
