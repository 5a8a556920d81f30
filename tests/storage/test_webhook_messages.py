"""What is to be told is put down with the deed, tried for a day, and then a dead letter."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from storage.faults import BadCursor, NotFound
from storage.outbox import BACKOFF, TRIES
from storage.records import Failure, NewEvent
from storage.store import open_store
from storage.tables import webhook_secrets
from storage.webhook_calls import AT_ONE_ACCOUNT, pause

if TYPE_CHECKING:
    from collections.abc import Callable

    from settings import Settings
    from storage.records import NewPacket, Packet, WebhookMessage
    from storage.store import Store
    from tests.storage.conftest import Clock

    Build = Callable[..., NewPacket]

URL = "https://hooks.example.org/necessity?token=Tumbleweed"


@pytest.fixture
def end(store: Store, a_packet: Build) -> Callable[..., Packet]:
    """Accept a packet with a callback address and let it fail, which needs no paper."""

    def ended(**changes: object) -> Packet:
        packet = store.packets.accept(a_packet(callback_url=URL, **changes)).packet
        claim = store.attempts.claim(packet.id)
        assert claim is not None
        assert store.attempts.fail(claim, Failure("render_failed", "The template broke."))
        return packet

    return ended


def messages(store: Store) -> tuple[WebhookMessage, ...]:
    return store.webhooks.list(None).items


def test_the_end_of_a_packet_is_put_down_once_with_where_to_tell_it(
    store: Store, end: Callable[..., Packet], clock: Clock
) -> None:
    secret = store.webhook_secrets.make("willow")
    packet = end(reference="case-4711")
    call = store.webhook_calls.claim()
    assert call is not None
    assert (call.packet_id, call.type, call.packet_status) == (packet.id, "packet.failed", "failed")
    assert (call.reference, call.url, call.deadline) == ("case-4711", URL, None)
    assert (call.created_at, len(call.secrets)) == (clock.now, 1)
    assert secret.startswith("whsec_")
    assert store.webhook_calls.claim() is None
    assert store.webhook_calls.finish(call, "204", "delivered")
    (told,) = messages(store)
    assert (told.status, told.attempts, told.last_result) == ("delivered", 1, "204")
    assert (told.finished_at, told.due_at) == (clock.now, None)


def test_a_ready_packet_says_so_and_one_without_an_address_says_nothing(
    store: Store, a_packet: Build, a_paper: Callable[..., object]
) -> None:
    for url in (URL, None):
        packet = store.packets.accept(a_packet(callback_url=url)).packet
        claim = store.attempts.claim(packet.id)
        assert claim is not None
        for document in claim.documents:
            store.attempts.save_document(claim, document.id, a_paper())  # type: ignore[arg-type]
        assert store.attempts.publish(claim) == "ready"
    assert [each.type for each in messages(store)] == ["packet.ready"]


def test_a_packet_that_was_given_up_says_so(store: Store, a_packet: Build, clock: Clock) -> None:
    packet = store.packets.accept(a_packet(callback_url=URL)).packet
    while store.attempts.claim(packet.id) is not None:
        clock.forward(minutes=1)
    assert store.sweeper.sweep().given_up == 1
    assert [each.type for each in messages(store)] == ["packet.failed"]


def test_a_retried_packet_tells_its_second_end_too(
    store: Store, end: Callable[..., Packet], clock: Clock
) -> None:
    packet = end()
    clock.forward(minutes=1)
    store.packets.retry_failed("willow", packet.id, "key:x")
    claim = store.attempts.claim(packet.id)
    assert claim is not None
    store.attempts.fail(claim, Failure("render_failed", "The template broke again."))
    assert len({each.id for each in messages(store)}) == 2


def test_an_end_that_does_not_stand_is_not_told(
    store: Store, a_packet: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    packet = store.packets.accept(a_packet(callback_url=URL)).packet
    claim = store.attempts.claim(packet.id)
    assert claim is not None
    monkeypatch.setattr("storage.outbox._put", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store.attempts.fail(claim, Failure("x", "y"))
    assert store.packets.find("willow", packet.id).status == "writing"
    assert messages(store) == ()


def test_it_is_tried_for_a_day_with_growing_pauses_and_is_then_dead(
    store: Store, end: Callable[..., Packet], clock: Clock
) -> None:
    end()
    began, tried = clock.now, []
    while (call := store.webhook_calls.claim()) is not None:
        tried.append(clock.now - began)
        store.webhook_calls.finish(call, "503", "failed")
        (message,) = messages(store)
        if message.due_at is not None:
            clock.now = message.due_at - timedelta(seconds=1)
            assert store.webhook_calls.claim() is None
            clock.now = message.due_at
    assert len(tried) == TRIES == 9
    pauses = [after - before for before, after in pairwise(tried)]
    assert all(least <= pause <= 1.1 * least for least, pause in zip(BACKOFF, pauses, strict=True))
    assert timedelta(hours=24) <= tried[-1] <= timedelta(hours=27)
    assert (message.status, message.attempts, message.last_result) == ("dead", TRIES, "503")
    clock.forward(days=7)
    assert store.webhook_calls.claim() is None
    assert store.webhooks.counts() == {"dead": 1}


def test_messages_that_failed_together_come_back_apart() -> None:
    waits = {pause(f"msg_{number}", 3) for number in range(20)}
    assert len(waits) == 20


def test_a_receiver_that_says_gone_is_left_alone_at_once(
    store: Store, end: Callable[..., Packet]
) -> None:
    end()
    call = store.webhook_calls.claim()
    assert call is not None
    store.webhook_calls.finish(call, "410", "gone")
    assert [(each.status, each.attempts) for each in messages(store)] == [("dead", 1)]


def test_a_dead_letter_is_sent_again_for_another_day_under_its_id(
    store: Store, end: Callable[..., Packet], clock: Clock
) -> None:
    end()
    first = store.webhook_calls.claim()
    assert first is not None
    store.webhook_calls.finish(first, "410", "gone")
    clock.forward(hours=1)
    again = store.webhooks.resend("willow", first.message_id, "key:abcdefghij")
    assert (again.status, again.due_at, again.finished_at) == ("waiting", clock.now, None)
    for number in range(TRIES):
        call = store.webhook_calls.claim()
        assert call is not None
        assert (call.message_id, call.attempt) == (first.message_id, 2 + number)
        store.webhook_calls.finish(call, "503", "failed")
        if number == 0:
            wait = messages(store)[0].due_at
            assert wait is not None
            assert wait - clock.now < timedelta(seconds=6)
        clock.forward(hours=12)
    assert messages(store)[0].status == "dead"
    assert store.webhooks.resend_dead("cedar", "command") == 0
    assert store.webhooks.resend_dead(None, "command") == 1
    assert store.webhook_calls.claim() is not None
    assert [each.action for each in store.audit.entries()[:2]] == ["webhook.resent"] * 2
    assert store.audit.broken_at() is None


def test_another_accounts_message_is_none(store: Store, end: Callable[..., Packet]) -> None:
    end()
    (message,) = messages(store)
    assert store.webhooks.list("cedar").items == ()
    with pytest.raises(NotFound):
        store.webhooks.resend("cedar", message.id, "key:x")


def test_a_sender_that_dies_lets_go_and_one_that_wakes_late_changes_nothing(
    store: Store, end: Callable[..., Packet], clock: Clock
) -> None:
    end()
    frozen = store.webhook_calls.claim()
    assert frozen is not None
    clock.forward(seconds=39)
    assert store.webhook_calls.claim() is None
    clock.forward(seconds=2)
    second = store.webhook_calls.claim()
    assert second is not None
    assert not store.webhook_calls.finish(frozen, "timed_out", "failed")
    assert store.webhook_calls.finish(second, "200", "delivered")
    assert not store.webhook_calls.finish(second, "500", "failed")
    assert messages(store)[0].status == "delivered"


def test_a_message_on_which_every_sender_dies_is_given_up(
    store: Store, end: Callable[..., Packet], clock: Clock
) -> None:
    end()
    for _ in range(TRIES):
        assert store.webhook_calls.claim() is not None
        clock.forward(minutes=1)
    assert store.webhook_calls.claim() is None
    (message,) = messages(store)
    assert (message.status, message.last_result) == ("dead", "interrupted")


def test_one_account_does_not_take_all_senders(
    store: Store, end: Callable[..., Packet], clock: Clock
) -> None:
    for _ in range(AT_ONE_ACCOUNT + 2):
        end()
    clock.forward(seconds=1)
    end(account_id="cedar")
    calls = [store.webhook_calls.claim() for _ in range(AT_ONE_ACCOUNT + 1)]
    accounts = {each.id: each.account_id for each in messages(store)}
    taken = [accounts[call.message_id] for call in calls if call is not None]
    assert taken == ["willow"] * AT_ONE_ACCOUNT + ["cedar"]
    assert store.webhook_calls.claim() is None
    assert calls[0] is not None
    store.webhook_calls.finish(calls[0], "200", "delivered")
    assert store.webhook_calls.claim() is not None


def test_an_erased_packet_is_told_of_no_more(
    store: Store, end: Callable[..., Packet], clock: Clock
) -> None:
    first, second = end(), end()
    held = store.webhook_calls.claim()
    assert held is not None
    for packet in (first, second):
        store.packets.erase("willow", packet.id, "key:x")
    assert messages(store) == ()
    assert store.webhook_calls.claim() is None
    assert not store.webhook_calls.finish(held, "200", "delivered")
    assert store.nearing.take(timedelta(hours=1)) is None


def test_a_message_whose_key_is_gone_dies_and_stops_no_other(
    store: Store, settings: Settings, end: Callable[..., Packet], clock: Clock
) -> None:
    lost = end()
    other = open_store(replace(settings, master_keys=(b"n" * 32,)), clock)
    other.webhook_secrets.make("willow")
    assert other.webhook_calls.claim() is None
    (message,) = messages(store)
    assert (message.attempts, message.last_result) == (1, "unreadable")
    assert store.packets.find("willow", lost.id).status == "failed"
    other.close()


def test_messages_are_listed_newest_first_in_pages(
    store: Store, end: Callable[..., Packet], clock: Clock
) -> None:
    made = []
    for _ in range(3):
        made.insert(0, end().id)
        clock.forward(minutes=1)
    page = store.webhooks.list("willow", limit=2)
    rest = store.webhooks.list("willow", limit=2, cursor=page.next)
    assert [each.packet_id for each in (*page.items, *rest.items)] == made
    assert rest.next is None
    assert [each.packet_id for each in store.webhooks.list(None, packet_id=made[1]).items] == [
        made[1]
    ]
    assert store.webhooks.list("willow", "dead").items == ()
    packets = store.packets.list("willow", limit=1)
    with pytest.raises(BadCursor):
        store.webhooks.list("willow", cursor=packets.next)


def test_a_deadline_is_put_down_once_for_each_step_and_its_day_stands_nowhere(
    store: Store, end: Callable[..., Packet], settings: Settings
) -> None:
    packet = end()
    steps = ("2027-04-13 14", "2027-04-13 7", "2027-05-01 14")
    for step in (*steps, *steps):
        store.nearing.tell("willow", packet.id, "erisa.appeal.file", step)
    told = [each for each in messages(store) if each.type == "packet.deadline_near"]
    assert len(told) == 3
    store.webhook_secrets.make("willow")
    calls = [store.webhook_calls.claim() for _ in range(4)]
    assert [each.deadline for each in calls if each].count("erisa.appeal.file") == 3
    with pytest.raises(NotFound):
        store.nearing.tell("cedar", packet.id, "erisa.appeal.file", "x")


def test_a_packets_deadlines_are_looked_at_now_and_then_and_after_each_event(
    store: Store, end: Callable[..., Packet], clock: Clock
) -> None:
    packet = end()
    again = timedelta(hours=6)
    assert store.nearing.take(again) == ("willow", packet.id)
    assert store.nearing.take(again) is None
    clock.forward(hours=1)
    store.events.record("willow", packet.id, NewEvent({"type": "sent"}, "key:x"))
    assert store.nearing.take(again) == ("willow", packet.id)
    clock.forward(hours=5)
    assert store.nearing.take(again) is None
    clock.forward(hours=1)
    assert store.nearing.take(again) == ("willow", packet.id)


def test_neither_address_nor_secret_nor_deadline_rests_in_clear(
    store: Store, end: Callable[..., Packet], settings: Settings, canary: str
) -> None:
    secret = store.webhook_secrets.make("willow")
    packet = end()
    store.nearing.tell("willow", packet.id, "erisa.appeal.file", "2027-04-13 14")
    store.database.forget_deleted()
    kept = b"".join(path.read_bytes() for path in settings.data_dir.rglob("*") if path.is_file())
    raw = base64.b64decode(secret.removeprefix("whsec_"))
    for hidden in (
        b"Tumbleweed",
        b"hooks.example",
        b"erisa.appeal",
        b"2027-04-13",
        canary.encode(),
    ):
        assert hidden not in kept
    assert raw not in kept
    assert secret.encode() not in kept


def test_the_two_newest_secrets_sign_during_a_rotation_and_a_leaked_one_ends_at_once(
    store: Store, end: Callable[..., Packet], clock: Clock
) -> None:
    def signing() -> list[str]:
        end()
        call = store.webhook_calls.claim()
        assert call is not None
        store.webhook_calls.finish(call, "200", "delivered")
        return [f"whsec_{base64.b64encode(each).decode()}" for each in call.secrets]

    assert not store.webhook_secrets.exist("willow")
    assert signing() == []
    first = store.webhook_secrets.make("willow")
    assert store.webhook_secrets.exist("willow")
    assert not store.webhook_secrets.exist("cedar")
    assert signing() == [first]
    clock.forward(days=30)
    second = store.webhook_secrets.make("willow")
    assert signing() == [second, first]
    clock.forward(hours=1)
    third = store.webhook_secrets.make("willow")
    assert signing() == [third, second]
    clock.forward(hours=25)
    assert signing() == [third]
    fourth = store.webhook_secrets.make("willow", at_once=True)
    assert signing() == [fourth]
    with pytest.raises(NotFound):
        store.webhook_secrets.make("nobody")
    with store.database.reading() as connection:
        # What signs no more is not kept.
        assert connection.scalar(select(func.count()).select_from(webhook_secrets)) == 1
