"""Several hosts on one PostgreSQL: rows are locked one by one, and one clock tells the time."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from settings import read_settings
from storage.clock import ASKED_EVERY_SECONDS, ServerClock
from storage.database import Database
from storage.faults import StorageUnavailable, WrongState
from storage.packets import ATTEMPTS
from storage.records import Failure
from storage.store import open_store
from storage.tables import packets
from tests.servers import postgres_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from settings import Settings
    from storage.records import NewPacket, WrittenDocument
    from storage.store import Store
    from tests.servers import PostgresServer
    from tests.storage.conftest import Clock

    Build = Callable[..., NewPacket]
    Paper = Callable[..., WrittenDocument]

pytestmark = pytest.mark.postgresql
ROUNDS = 40


@pytest.fixture
def settings(tmp_path: Path, postgresql: PostgresServer, made_database: str) -> Settings:
    plain = {"NECESSITY_DATA_DIR": str(tmp_path / "var"), "NECESSITY_DEV": "1"}
    url = postgresql.url(postgresql.new_database(made_database))
    return read_settings({**plain, "DATABASE_URL": url})


@pytest.fixture
def other(store: Store, settings: Settings, clock: Clock) -> Iterator[Store]:
    """The same rows, seen from another host."""
    opened = open_store(settings, clock)
    yield opened
    opened.close()


@pytest.fixture
def both() -> Iterator[Callable[..., tuple[object, object]]]:
    """Do two things at the same time and return what they answered."""
    with ThreadPoolExecutor(2) as pool:

        def done(
            first: Callable[[], object], second: Callable[[], object]
        ) -> tuple[object, object]:
            one, two = pool.submit(first), pool.submit(second)
            return one.result(30), two.result(30)

        yield done


def test_hosts_that_start_together_on_an_empty_database_all_come_up(
    settings: Settings, postgresql: PostgresServer
) -> None:
    empty = replace(settings, database_url=postgresql.url(postgresql.new_database()))
    context = multiprocessing.get_context("fork")
    starts = [context.Process(target=_open_and_close, args=(empty,)) for _ in range(4)]
    for start in starts:
        start.start()
    for start in starts:
        start.join(60)
    assert [start.exitcode for start in starts] == [0, 0, 0, 0]


def _open_and_close(settings: Settings) -> None:
    open_store(settings).close()


def test_one_idempotency_key_posted_to_two_hosts_at_once_makes_one_packet(
    store: Store, other: Store, a_packet: Build, both: Callable[..., tuple[object, object]]
) -> None:
    for number in range(ROUNDS):
        new = a_packet(idempotency_key=f"order {number}")
        one, two = both(partial(store.packets.accept, new), partial(other.packets.accept, new))
        assert one.packet.id == two.packet.id
        assert sorted((one.replayed, two.replayed)) == [False, True]
    assert store.packets.counts() == {"queued": ROUNDS}
    assert store.audit.broken_at() is None


def test_of_two_hosts_one_claims_a_packet(
    store: Store, other: Store, a_packet: Build, both: Callable[..., tuple[object, object]]
) -> None:
    for _ in range(ROUNDS):
        packet = store.packets.accept(a_packet()).packet
        claims = both(
            partial(store.attempts.claim, packet.id), partial(other.attempts.claim, packet.id)
        )
        assert sum(claim is not None for claim in claims) == 1
        assert store.packets.find("willow", packet.id).attempt == 1


def test_a_packet_is_published_by_its_attempt_or_taken_over_and_never_both(
    store: Store,
    other: Store,
    a_packet: Build,
    a_paper: Paper,
    clock: Clock,
    both: Callable[..., tuple[object, object]],
) -> None:
    for _ in range(ROUNDS):
        packet = store.packets.accept(a_packet()).packet
        claim = store.attempts.claim(packet.id)
        for document in claim.documents:
            store.attempts.save_document(claim, document.id, a_paper())
        clock.forward(minutes=1)
        published, taken = both(
            partial(store.attempts.publish, claim), partial(other.attempts.claim, packet.id)
        )
        assert (published is None) != (taken is None)
        status = store.packets.find("willow", packet.id).status
        assert status == ("ready" if taken is None else "writing")


def test_a_packet_erased_while_it_is_tried_again_stays_erased(
    store: Store, other: Store, a_packet: Build, both: Callable[..., tuple[object, object]]
) -> None:
    for _ in range(ROUNDS):
        packet = store.packets.accept(a_packet()).packet
        store.attempts.fail(store.attempts.claim(packet.id), Failure("broken", "no template"))
        both(
            partial(store.packets.erase, "willow", packet.id, "key:x"),
            partial(_tried_again, other, packet.id),
        )
        assert store.packets.find("willow", packet.id).status == "erased"


def _tried_again(store: Store, packet_id: str) -> None:
    with suppress(WrongState):
        store.packets.retry_failed("willow", packet_id, "key:y")


def test_sweepers_on_two_hosts_give_each_packet_up_once(
    store: Store,
    other: Store,
    a_packet: Build,
    clock: Clock,
    both: Callable[..., tuple[object, object]],
) -> None:
    ids = [store.packets.accept(a_packet()).packet.id for _ in range(30)]
    with store.database.writing() as connection:
        connection.execute(update(packets).values(attempt=ATTEMPTS))
    one, two = both(store.sweeper.sweep, other.sweeper.sweep)
    assert one.given_up + two.given_up + store.sweeper.sweep().given_up == 30
    for packet_id in ids:
        lines = store.audit.entries(packet_id=packet_id)
        assert [line.action for line in lines] == ["packet.failed", "packet.accepted"]
    assert store.audit.broken_at() is None


def test_a_host_that_freezes_in_a_transaction_does_not_hold_its_locks_for_ever(
    settings: Settings, store: Store, a_packet: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    packet = store.packets.accept(a_packet()).packet
    impatient = ("SET idle_in_transaction_session_timeout = '300ms'",)
    monkeypatch.setattr("storage.engine._SESSION", impatient)
    frozen = Database(settings.database_url)
    with pytest.raises(StorageUnavailable), frozen.writing() as connection:  # noqa: PT012
        connection.execute(select(packets).where(packets.c.id == packet.id).with_for_update())
        # Waits for the frozen one's lock, and gets it.
        assert store.attempts.claim(packet.id) is not None
        connection.execute(select(packets))
    frozen.close()


def test_rows_that_are_out_of_reach_are_unavailable_and_their_address_stays_untold(
    settings: Settings,
) -> None:
    nowhere = replace(
        settings, database_url="postgresql://willow:hush@127.0.0.1:1/rows?connect_timeout=2"
    )
    with pytest.raises(StorageUnavailable) as fault:
        open_store(nowhere)
    assert "hush" not in str(fault.value)
    assert "127.0.0.1" not in str(fault.value)


def test_what_was_accepted_outlives_a_crash_of_the_server_and_hosts_go_on_without_a_restart(
    settings: Settings, a_packet: Build
) -> None:
    with postgres_server(durable=True) as server:
        hosts = open_store(replace(settings, database_url=server.url(server.new_database())))
        hosts.keys.create("willow")
        accepted = [hosts.packets.accept(a_packet()).packet.id for _ in range(50)]
        server.crash()
        with pytest.raises(StorageUnavailable):
            hosts.packets.accept(a_packet())
        server.start()
        assert {each.id for each in hosts.packets.list("willow", limit=100).items} == set(accepted)
        assert hosts.packets.accept(a_packet()).packet.status == "queued"
        assert hosts.audit.broken_at() is None
        hosts.close()


def test_the_server_tells_the_time_whatever_a_hosts_own_clock_says(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ServerClock(store.database)()
    assert abs(told - datetime.now(UTC)) < timedelta(seconds=5)
    monkeypatch.setattr("storage.database.utc_now", lambda: datetime.now(UTC) + timedelta(hours=1))
    assert abs(ServerClock(store.database)() - told) < timedelta(seconds=5)


def test_the_time_goes_on_between_two_askings_and_while_the_server_is_away(store: Store) -> None:
    ticks = 0.0
    clock = ServerClock(store.database, lambda: ticks)
    first = clock()
    ticks = 30.0
    assert clock() - first == timedelta(seconds=30)
    ticks = ASKED_EVERY_SECONDS + 1
    again = clock()
    assert again - first < timedelta(seconds=20), "it was asked again"
    nowhere = Database("postgresql://willow@127.0.0.1:1/rows")
    clock._database = nowhere
    ticks *= 3
    assert clock() > again
    nowhere.close()


def test_a_store_on_postgresql_goes_by_the_servers_time(
    settings: Settings, a_packet: Build
) -> None:
    hosts = open_store(settings)
    hosts.keys.create("willow")
    assert isinstance(hosts.packets._clock, ServerClock)
    assert hosts.packets.accept(a_packet()).packet.created_at.tzinfo is not None
    hosts.close()
