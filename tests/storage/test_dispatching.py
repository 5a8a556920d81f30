"""Tickets written behind the caller's back: soon, together, and never missed for good."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pytest

from settings import read_settings
from storage.dispatch import Dispatcher
from storage.queue import Ticket, TicketQueue
from storage.store import open_store

if TYPE_CHECKING:
    from storage.records import NewPacket
    from tests.storage.conftest import Clock

    Build = Callable[..., NewPacket]

DEAD = "redis://127.0.0.1:1/0"


class SlowQueue(TicketQueue):
    """A queue that writes only when it is let."""

    def __init__(self) -> None:
        super().__init__(None)
        self.may_write = threading.Event()
        self.written: list[int] = []

    def signal_all(self, tickets: Sequence[Ticket]) -> bool:
        self.may_write.wait(10)
        self.written.append(len(tickets))
        return True


def tickets(count: int) -> list[Ticket]:
    return [Ticket("pkt_" + "a" * 26, number, 1) for number in range(count)]


def until(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not what():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.01)


def test_a_caller_does_not_wait_for_the_queue() -> None:
    queue = SlowQueue()
    dispatcher = Dispatcher(queue)
    began = time.monotonic()
    dispatcher.signal_all(tickets(3))
    assert time.monotonic() - began < 1
    assert queue.written == []
    queue.may_write.set()
    until(lambda: sum(queue.written) == 3)


def test_what_gathers_while_the_queue_is_busy_is_written_together() -> None:
    queue = SlowQueue()
    dispatcher = Dispatcher(queue)
    for ticket in tickets(40):
        dispatcher.signal_all((ticket,))
    queue.may_write.set()
    until(lambda: sum(queue.written) == 40)
    assert len(queue.written) <= 2


def test_closing_writes_what_has_gathered() -> None:
    queue = SlowQueue()
    dispatcher = Dispatcher(queue)
    dispatcher.signal_all(tickets(3))
    threading.Timer(0.1, queue.may_write.set).start()
    dispatcher.close()
    assert sum(queue.written) == 3
    dispatcher.close()


def test_a_forked_process_writes_its_own_tickets(redis_url: str) -> None:
    queue = TicketQueue(redis_url)
    dispatcher = Dispatcher(queue)
    dispatcher.signal_all(tickets(1))
    until(queue.length)
    child = os.fork()
    if child == 0:
        dispatcher.signal_all((Ticket("pkt_" + "b" * 26, 1, 1),))
        dispatcher.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert queue.length() == 2


def test_accepted_packets_are_signalled_soon(
    environment: dict[str, str], a_packet: Build, redis_url: str
) -> None:
    store = open_store(read_settings({**environment, "REDIS_URL": redis_url}), dispatching=True)
    store.keys.create("willow")
    ids = {store.packets.accept(a_packet()).packet.id for _ in range(20)}
    until(lambda: store.queue.waiting() == ids)
    store.close()


@pytest.mark.parametrize("url", [DEAD, None])
def test_a_ticket_that_could_not_be_written_is_left_to_the_sweeper(
    environment: dict[str, str], a_packet: Build, redis_url: str, clock: Clock, url: str | None
) -> None:
    away = {**environment, "REDIS_URL": url} if url else environment
    store = open_store(read_settings(away), clock, dispatching=True)
    store.keys.create("willow")
    packet = store.packets.accept(a_packet()).packet
    store.close()
    clock.forward(seconds=6)
    revived = open_store(read_settings({**environment, "REDIS_URL": redis_url}), clock)
    assert revived.sweeper.sweep().signalled == 1
    assert revived.queue.waiting() == {packet.id}
    revived.close()
