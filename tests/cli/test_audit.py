"""`necessity audit` and `necessity keys rotate-master`."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from cli.main import main
from settings import read_settings
from storage.records import Failure, Packet
from storage.store import Store, open_store
from storage.tables import audit_head, audit_lines

pytestmark = pytest.mark.usefixtures("commanded")


@pytest.fixture
def packet(store: Store, accept: Callable[..., Packet]) -> Packet:
    return accept(store, callback_url="https://hooks.example.org/")


def test_the_trail_is_written_out_from_its_first_line(
    packet: Packet, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.keys.create("cedar")
    assert main(["audit", "export"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["number"] for line in lines] == [1, 2, 3]
    assert lines[1]["action"] == "packet.accepted"
    assert set(lines[0]) == set(vars(store.audit.entries(limit=1)[0]))
    assert main(["audit", "export", "--packet", packet.id]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert main(["audit", "export", "--account", "cedar"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_whole_trail_is_said_to_be_whole_and_names_its_newest_line(
    packet: Packet, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "verify"]) == 0
    newest = store.audit.entries(limit=1)[0]
    assert f"{newest.number}:{newest.hash}" in capsys.readouterr().out
    store.keys.create("cedar")
    assert main(["audit", "verify", "--known", f"{newest.number}:{newest.hash}"]) == 0


def test_a_changed_line_is_named(
    packet: Packet, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    with store.database.writing() as connection:
        line = audit_lines.c.number == 2
        connection.execute(update(audit_lines).where(line).values(actor="nobody"))
    assert main(["audit", "verify"]) == 1
    assert "line 2" in capsys.readouterr().err


def test_a_trail_rewritten_whole_is_found_by_a_line_noted_elsewhere(
    packet: Packet, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    newest = store.audit.entries(limit=1)[0]
    with store.database.writing() as connection:
        connection.execute(delete(audit_lines))
        connection.execute(update(audit_head).values(number=0, hash="0" * 64))
    for _ in range(newest.number):
        store.audit.note("tried", "intruder")
    assert main(["audit", "verify"]) == 0
    assert main(["audit", "verify", "--known", f"{newest.number}:{newest.hash}"]) == 1
    assert "rewritten" in capsys.readouterr().err


def test_a_known_line_has_its_form() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["audit", "verify", "--known", "7"])
    assert ended.value.code == 2


def test_after_a_rotation_packets_and_webhook_secrets_need_the_new_key_alone(
    packet: Packet,
    store: Store,
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    store.webhook_secrets.make("willow")
    keys = Path(environment["NECESSITY_DATA_DIR"]) / "keys" / "master-key"
    old, new = keys.read_text().strip(), base64.b64encode(os.urandom(32)).decode()
    monkeypatch.setenv("NECESSITY_MASTER_KEY", f"{new},{old}")
    assert main(["keys", "rotate-master"]) == 0
    assert capsys.readouterr().out.startswith("2 wrapped anew")
    assert main(["keys", "rotate-master"]) == 0
    assert capsys.readouterr().out.startswith("0 wrapped anew")
    monkeypatch.setenv("NECESSITY_MASTER_KEY", new)
    opened = open_store(read_settings())
    claim = opened.attempts.claim(packet.id)
    assert claim is not None
    opened.attempts.fail(claim, Failure("x", "y"))
    call = opened.webhook_calls.claim()
    assert call is not None
    assert len(call.secrets) == 1
    assert opened.audit.broken_at() is None
    opened.close()


def test_a_rotation_that_lacks_a_key_says_which(
    packet: Packet, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NECESSITY_MASTER_KEY", base64.b64encode(os.urandom(32)).decode())
    assert main(["keys", "rotate-master"]) == 1
    assert "no master key with the id" in capsys.readouterr().err
