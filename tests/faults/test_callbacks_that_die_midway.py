"""`necessity tend` itself, calling a receiver with real TLS, killed and stopped in mid-call."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from settings import read_settings
from storage.database import utc_now
from storage.records import Failure, Packet
from storage.store import Store, open_store
from storage.tables import packets, webhook_messages
from tests.processes import kill_tree, start, until
from tests.receiver import Behaviour, Receiver, answering, receiver

Accept = Callable[..., Packet]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Receiver]:
    with receiver(tmp_path, name="localhost") as found:
        yield found


@pytest.fixture
def environment(environment: dict[str, str], running: Receiver) -> dict[str, str]:
    return {
        **environment,
        "NECESSITY_WEBHOOK_HOSTS": f"localhost:{running.port}",
        "SSL_CERT_FILE": str(running.ca),
    }


@pytest.fixture
def store(environment: dict[str, str]) -> Iterator[Store]:
    opened = open_store(read_settings(environment))
    opened.keys.create("willow")
    opened.webhook_secrets.make("willow")
    yield opened
    opened.close()


def end(store: Store, accept: Accept, running: Receiver) -> None:
    packet = accept(store, "appeal_letter", callback_url=running.url)
    claim = store.attempts.claim(packet.id)
    assert claim is not None
    store.attempts.fail(claim, Failure("render_failed", "The template broke."))


def once(told: threading.Event) -> Behaviour:
    """Answer when the test says so."""

    def behave(connection: socket.socket) -> None:
        told.wait(30)
        answering()(connection)

    return behave


def delivered(store: Store) -> bool:
    return store.webhooks.counts() == {"delivered": 1}


def test_a_tend_killed_in_mid_call_leaves_a_message_that_another_delivers(
    store: Store, accept: Accept, environment: dict[str, str], running: Receiver
) -> None:
    answer = threading.Event()
    running.behave = once(answer)
    end(store, accept, running)
    tend = start("tend", environ=environment)
    until(lambda: running.requests, tend)
    kill_tree(tend)
    assert store.webhooks.counts() == {"waiting": 1}

    answer.set()
    with store.database.writing() as connection:
        lapsed = utc_now() - timedelta(seconds=1)
        connection.execute(update(webhook_messages).values(lease_until=lapsed))
    second = start("tend", environ=environment)
    until(lambda: delivered(store), second)
    second.terminate()
    assert second.wait(30) == 0
    ids = [request.headers["webhook-id"] for request in running.requests]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert running.requests[0].body == running.requests[1].body


def test_a_tend_that_is_stopped_finishes_its_call(
    store: Store, accept: Accept, environment: dict[str, str], running: Receiver, tmp_path: Path
) -> None:
    answer = threading.Event()
    running.behave = once(answer)
    end(store, accept, running)
    log = tmp_path / "log"
    with log.open("w") as lines:
        tend = start("tend", environ=environment, stderr=lines)
    until(lambda: running.requests, tend)
    tend.terminate()
    answer.set()
    assert tend.wait(30) == 0
    assert delivered(store)
    told = log.read_text()
    assert "Traceback" not in told
    assert "localhost" not in told


def test_a_receiver_that_never_answers_holds_up_no_packet(
    store: Store, accept: Accept, environment: dict[str, str], running: Receiver
) -> None:
    running.behave = lambda _: time.sleep(30)
    end(store, accept, running)
    tend = start("tend", environ=environment)
    until(lambda: running.requests, tend)
    hopeless = accept(store, "appeal_letter")
    while store.attempts.claim(hopeless.id) is not None:
        with store.database.writing() as connection:
            lapsed = utc_now() - timedelta(seconds=1)
            connection.execute(update(packets).values(lease_until=lapsed))
    # Given up by the sweeping that goes on beside the call.
    until(lambda: store.packets.find("willow", hopeless.id).status == "failed", tend)
    (message,) = store.webhooks.list(None).items
    assert (message.status, message.last_result) == ("waiting", None)
    kill_tree(tend)
