"""From the end of a packet to the receiver, signed, without a word from the case."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from structlog.testing import capture_logs

from storage.records import Failure, WebhookCall, WebhookMessage
from storage.store import Store, open_store
from tests.receiver import NAME, Receiver, answering, receiver
from worker.webhooks import nearing
from worker.webhooks.exchange import Line
from worker.webhooks.message import body_of, signed_headers
from worker.webhooks.nearing import put_down_near
from worker.webhooks.sending import Senders

if TYPE_CHECKING:
    from casework.knowledge_base.model import Knowledge
    from settings import Settings

# The example that the Standard Webhooks libraries of all languages test against.
SPEC_SECRET = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
SPEC_ID, SPEC_SECONDS = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
SPEC_BODY = b'{"test": 2432232314}'
SPEC_SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

CANARY = "Quillfeather"


class Clock:
    """A clock that tests turn; real time is too slow for a day of attempts."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    real = socket.getaddrinfo

    def getaddrinfo(host: str, *args: Any, **more: Any) -> list[Any]:
        return real("127.0.0.1" if host == NAME else host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with receiver(tmp_path) as found:
        yield found


@pytest.fixture
def settings(settings: Settings, running: Receiver) -> Settings:
    return replace(settings, webhook_hosts=(f"{NAME}:{running.port}",))


@pytest.fixture
def store(settings: Settings, clock: Clock) -> Iterator[Store]:
    opened = open_store(settings, clock)
    opened.keys.create("willow")
    yield opened
    opened.close()


@pytest.fixture
def secret(store: Store) -> str:
    return store.webhook_secrets.make("willow")


@pytest.fixture
def end(
    store: Store, running: Receiver, cases: dict[str, dict[str, Any]], knowledge: Knowledge
) -> Callable[..., str]:
    """Accept a packet of the denied sample case, let it fail, and return its id."""
    from casework.schema import load_case
    from storage.records import AskedDocument, Contents, NewPacket

    def ended(**changes: Any) -> str:
        given = cases["depression_commercial_denied"]
        given = given | {"patient": given["patient"] | {"last_name": CANARY}}
        said = {
            "account_id": "willow",
            "actor": "key:abcdefghij",
            "contents": Contents(load_case(given, knowledge), {}, {}),
            "documents": (AskedDocument("letter_of_medical_necessity", "", "en"),),
            "letter_date": datetime(2026, 10, 19, tzinfo=UTC).date(),
            "knowledge_version": knowledge.version,
            "reference": "case-4711",
            "callback_url": running.url,
            **changes,
        }
        packet = store.packets.accept(NewPacket(**said)).packet
        claim = store.attempts.claim(packet.id)
        assert claim is not None
        store.attempts.fail(claim, Failure("render_failed", "The template broke."))
        return packet.id

    return ended


@pytest.fixture
def send(store: Store, settings: Settings, running: Receiver) -> Callable[[], None]:
    """Send what is due, as a pass of `tend` does, and wait for it."""

    def sent(**changed: Any) -> None:
        line = Line(dev=True, seconds=2.0, tls=running.trusting())
        senders = Senders(store, replace(settings, **changed), line)
        senders.send_due()
        senders.close()

    return sent


def only(store: Store) -> WebhookMessage:
    (message,) = store.webhooks.list(None).items
    return message


def test_a_signature_is_that_of_the_specifications_example() -> None:
    at = datetime.fromtimestamp(SPEC_SECONDS, UTC)
    headers = signed_headers(SPEC_ID, at, SPEC_BODY, [SPEC_SECRET])
    assert headers == {
        "webhook-id": SPEC_ID,
        "webhook-timestamp": str(SPEC_SECONDS),
        "webhook-signature": SPEC_SIGNATURE,
    }


def test_a_message_verifies_with_the_reference_library_under_either_secret(
    store: Store, secret: str, end: Callable[..., str], send: Callable[[], None], running: Receiver
) -> None:
    from standardwebhooks import Webhook
    from standardwebhooks.webhooks import WebhookVerificationError

    newer = store.webhook_secrets.make("willow")
    end()
    send()
    (request,) = running.requests
    assert request.headers["webhook-signature"].count("v1,") == 2
    for each in (secret, newer):
        assert Webhook(each).verify(request.body, request.headers)["type"] == "packet.failed"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(request.body + b" ", request.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 43 + "=").verify(request.body, request.headers)


def test_a_message_holds_ids_and_states_and_nothing_else(
    store: Store, secret: str, end: Callable[..., str], send: Callable[[], None], running: Receiver
) -> None:
    packet_id = end()
    send()
    (request,) = running.requests
    assert json.loads(request.body) == {
        "type": "packet.failed",
        "timestamp": "2026-11-24T12:00:00Z",
        "data": {"packet_id": packet_id, "reference": "case-4711", "status": "failed"},
    }
    assert request.headers["webhook-id"] == only(store).id
    assert abs(int(request.headers["webhook-timestamp"]) - time.time()) < 5
    # By hand, as a receiver without a library would.
    content = ".".join((request.headers["webhook-id"], request.headers["webhook-timestamp"]))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = hmac.new(key, content.encode() + b"." + request.body, hashlib.sha256).digest()
    assert request.headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"
    assert (only(store).status, only(store).last_result) == ("delivered", "204")


def test_a_failing_receiver_is_tried_again_with_the_same_id_and_body(
    store: Store,
    secret: str,
    end: Callable[..., str],
    send: Callable[[], None],
    running: Receiver,
    clock: Clock,
) -> None:
    running.behave = answering("500 Broken", b"x" * 100_000)
    end()
    send()
    assert (only(store).status, only(store).last_result) == ("waiting", "500")
    send()
    assert len(running.requests) == 1
    running.behave = answering("200 OK")
    clock.now += timedelta(seconds=6)
    send()
    first, second = running.requests
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert only(store).status == "delivered"


@pytest.mark.parametrize(
    ("behaviour", "status", "result"),
    [
        (answering("302 Found", b"", f"Location: https://{NAME}/"), "waiting", "302"),
        (answering("410 Gone"), "dead", "410"),
        (lambda connection: connection.sendall(b"SSH-2.0-x\r\n\r\n"), "waiting", "not_http"),
        (lambda _: time.sleep(4), "waiting", "timed_out"),
    ],
)
def test_how_a_call_went_is_told_in_a_word(
    store: Store,
    secret: str,
    end: Callable[..., str],
    send: Callable[[], None],
    running: Receiver,
    behaviour: Callable[[socket.socket], None],
    status: str,
    result: str,
) -> None:
    running.behave = behaviour
    end()
    send()
    assert (only(store).status, only(store).last_result) == (status, result)


def test_a_host_taken_off_the_list_is_called_no_more(
    store: Store, secret: str, end: Callable[..., str], send: Callable[..., None], running: Receiver
) -> None:
    end()
    send(webhook_hosts=())
    assert only(store).last_result == "callback_host_not_allowed"
    assert running.connections == 0


def test_nothing_goes_out_unsigned(
    store: Store, end: Callable[..., str], send: Callable[[], None], running: Receiver
) -> None:
    end()
    send()
    assert only(store).last_result == "no_webhook_secret"
    assert running.connections == 0


def test_a_slow_receiver_does_not_hold_up_another(
    store: Store, secret: str, end: Callable[..., str], running: Receiver, settings: Settings
) -> None:
    waits = iter((3.0, 0.0))
    running.behave = lambda connection: (
        time.sleep(next(waits, 0.0)),
        answering()(connection),
    )[1]
    end()
    end()
    senders = Senders(store, settings, Line(dev=True, tls=running.trusting()))
    began = time.monotonic()
    senders.send_due()
    assert time.monotonic() - began < 1
    while store.webhooks.counts().get("delivered") != 1:
        assert time.monotonic() - began < 2
        time.sleep(0.05)
    senders.close()
    assert store.webhooks.counts() == {"delivered": 2}


def test_neither_log_nor_body_tells_of_the_case_or_the_address(
    store: Store, secret: str, end: Callable[..., str], send: Callable[[], None], running: Receiver
) -> None:
    running.behave = answering("500 Broken")
    structlog.reset_defaults()
    with capture_logs() as lines:
        end()
        send()
    assert [line["event"] for line in lines] == ["webhook failed"]
    told = repr(lines) + running.requests[0].body.decode() + repr(running.requests[0].headers)
    assert CANARY not in told
    assert NAME not in repr(lines)


def test_a_call_shows_neither_address_nor_secret_when_it_is_printed(
    store: Store, secret: str, end: Callable[..., str]
) -> None:
    end()
    call = store.webhook_calls.claim()
    assert isinstance(call, WebhookCall)
    assert NAME not in repr(call)
    assert repr(call.secrets[0])[2:-1] not in repr(call)


def test_deadlines_are_told_at_fourteen_seven_three_days_and_one(
    store: Store, secret: str, end: Callable[..., str], settings: Settings, clock: Clock
) -> None:
    packet_id = end()
    # The appeal is due on 2027-04-13, 180 days after the notice.
    due = datetime(2027, 4, 13, 16, 0, tzinfo=UTC)
    seen = []
    for days in range(20, -3, -1):
        clock.now = due - timedelta(days=days)
        before = store.webhooks.counts().get("waiting", 0)
        put_down_near(store, settings, clock)
        if store.webhooks.counts()["waiting"] > before:
            seen.append(days)
    assert seen == [14, 7, 3, 1]
    calls = [store.webhook_calls.claim() for _ in range(2)]
    near = next(call for call in calls if call and call.deadline)
    assert json.loads(body_of(near)) == {
        "type": "packet.deadline_near",
        "timestamp": "2027-03-30T16:00:00Z",
        "data": {
            "packet_id": packet_id,
            "reference": "case-4711",
            "status": "failed",
            "deadline_id": "erisa.appeal.file",
        },
    }


def test_a_deadline_that_was_met_is_not_told(
    store: Store, end: Callable[..., str], settings: Settings, clock: Clock
) -> None:
    from storage.records import NewEvent

    packet_id = end()
    said = {"type": "sent", "at": "2027-03-01", "channel": "fax"}
    store.events.record("willow", packet_id, NewEvent(said, "key:x"))
    clock.now = datetime(2027, 4, 12, 16, 0, tzinfo=UTC)
    put_down_near(store, settings, clock)
    assert [each.type for each in store.webhooks.list(None).items] == ["packet.failed"]


def test_a_case_on_which_the_looking_breaks_stops_no_other(
    store: Store,
    end: Callable[..., str],
    settings: Settings,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    end()
    end()
    clock.now = datetime(2027, 4, 12, 16, 0, tzinfo=UTC)
    real, broken = nearing.followed, []

    def breaks_once(*args: Any) -> Any:
        if not broken:
            broken.append(args)
            raise RuntimeError(CANARY)
        return real(*args)

    monkeypatch.setattr(nearing, "followed", breaks_once)
    structlog.reset_defaults()
    with capture_logs() as lines:
        put_down_near(store, settings, clock)
    types = [each.type for each in store.webhooks.list(None).items]
    assert types.count("packet.deadline_near") == 1
    assert CANARY not in repr(lines)
