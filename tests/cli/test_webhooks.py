"""`necessity keys webhook` and `necessity webhooks`: secrets, lists, dead letters sent again."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from cli.main import main
from settings import read_settings
from storage.records import Failure, Packet
from storage.store import Store, open_store

URL = "https://hooks.example.org/necessity"

pytestmark = pytest.mark.usefixtures("commanded")


@pytest.fixture
def dead(store: Store, accept: Callable[..., Packet]) -> str:
    """The id of a message that was given up."""
    packet = accept(store, callback_url=URL)
    claim = store.attempts.claim(packet.id)
    assert claim is not None
    store.attempts.fail(claim, Failure("render_failed", "The template broke."))
    call = store.webhook_calls.claim()
    assert call is not None
    store.webhook_calls.finish(call, "410", "gone")
    return call.message_id


def test_a_secret_is_shown_once_and_signs_from_then_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["keys", "create", "main-street"])
    capsys.readouterr()
    assert main(["keys", "webhook", "main-street"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("whsec_")
    assert "not shown again" in said.err
    opened = open_store(read_settings())
    assert opened.webhook_secrets.exist("main-street")
    opened.close()
    assert main(["keys", "webhook", "main-street", "--at-once"]) == 0


def test_an_account_that_is_not_there_gets_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "webhook", "nobody"]) == 1
    assert "no such account" in capsys.readouterr().err


def test_dead_letters_are_listed_and_sent_again(
    dead: str, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["webhooks", "list", "--status", "dead"]) == 0
    listed = capsys.readouterr().out
    assert dead in listed
    assert "dead (1, last 410)" in listed
    assert "hooks.example" not in listed
    assert main(["webhooks", "list", "--json", "--account", "willow"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["id"], told["type"], told["status"]) == (dead, "packet.failed", "dead")
    assert main(["webhooks", "resend", dead]) == 0
    assert store.webhooks.counts() == {"waiting": 1}
    assert main(["webhooks", "list", "--status", "dead"]) == 0
    assert "No such messages" in capsys.readouterr().err


def test_all_dead_letters_of_an_account_are_sent_again(
    dead: str, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["webhooks", "resend", "--dead", "--account", "cedar"]) == 0
    assert capsys.readouterr().out.startswith("0 ")
    assert main(["webhooks", "resend", "--dead"]) == 0
    assert capsys.readouterr().out.startswith("1 ")
    assert store.webhooks.counts() == {"waiting": 1}


def test_a_message_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["webhooks", "resend", "msg_" + "a" * 26]) == 1
    assert "no such message" in capsys.readouterr().err


def test_resend_needs_one_of_a_message_and_dead() -> None:
    for words in ([], ["msg_" + "a" * 26, "--dead"]):
        with pytest.raises(SystemExit) as ended:
            main(["webhooks", "resend", *words])
        assert ended.value.code == 2
