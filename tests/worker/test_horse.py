"""The process that lasts, and what its worker may ask of it."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from worker.horse import Ended, Horse

Stable = Callable[..., Horse]


@pytest.fixture
def stable() -> Iterator[Stable]:
    """Make horses that are let go at the end."""
    made: list[Horse] = []

    def make(work: Callable[[bytes], bool] = lambda _: True, most_jobs: int = 500) -> Horse:
        made.append(Horse(work, most_jobs))
        return made[-1]

    yield make
    for horse in made:
        horse.dismiss()


def at_its_end(horse: Horse) -> None:
    """Wait until the horse has said something that its worker has not heard."""
    assert select.select([horse._socket], [], [], 10)[0]


def test_a_job_that_is_done_leaves_the_horse_for_the_next(stable: Stable) -> None:
    horse = stable()
    for _ in range(3):
        assert horse.give(b"job")
        assert horse.wait(10) == Ended(horse.pid, 0)


def test_waiting_ends_while_the_job_goes_on(stable: Stable) -> None:
    horse = stable(lambda _: time.sleep(0.5) or True)
    horse.give(b"job")
    assert horse.wait(0.01) is None
    assert horse.wait(10) == Ended(horse.pid, 0)


def test_enough_jobs_or_one_that_went_wrong_are_its_last(stable: Stable) -> None:
    old, unlucky = stable(most_jobs=1), stable(lambda _: False)
    for horse in (old, unlucky):
        assert horse.give(b"job")
        assert horse.wait(10) == Ended(horse.pid, 0)
        assert not horse.give(b"job")


def test_a_death_tells_its_signal(stable: Stable) -> None:
    horse = stable(lambda _: os.kill(os.getpid(), signal.SIGKILL) or True)
    horse.give(b"job")
    assert horse.wait(10) == Ended(horse.pid, signal.SIGKILL)


def test_an_exception_ends_it_with_a_status(stable: Stable) -> None:
    horse = stable(lambda order: bool(1 / len(order[1:])))
    horse.give(b"j")
    ended = horse.wait(10)
    assert ended is not None
    assert os.waitstatus_to_exitcode(ended.status) == 1


def test_an_idle_horse_is_not_killed(stable: Stable) -> None:
    horse = stable()
    assert not horse.kill(signal.SIGKILL)
    assert horse.give(b"job")
    assert horse.wait(10) == Ended(horse.pid, 0)


def test_one_that_was_to_be_killed_gets_no_other_job_though_its_job_was_done(
    stable: Stable,
) -> None:
    horse = stable()
    horse.give(b"job")
    at_its_end(horse)
    assert horse.kill(signal.SIGCONT)  # which kills nobody, so that only the flag can tell
    assert horse.wait(10) == Ended(horse.pid, 0)
    assert not horse.give(b"job")


def test_it_goes_when_its_worker_is_gone(stable: Stable) -> None:
    horse = stable()
    horse._socket.close()
    assert os.waitstatus_to_exitcode(os.waitpid(horse.pid, 0)[1]) == 0
