"""`necessity staff`: letting people into the staff pages, and shutting them out."""

from __future__ import annotations

import json

import pytest

from cli.main import main
from settings import read_settings
from storage.store import open_store


@pytest.fixture(autouse=True)
def _environment(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REDIS_URL", "DATABASE_URL", "STORE_URL", "PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def test_a_code_is_shown_once_and_works_until_it_is_revoked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["staff", "add", "willow", "Robin Example", "--role", "reader"]) == 0
    code = capsys.readouterr().out.strip()
    main(["staff", "list", "--json"])
    shown = capsys.readouterr().out
    assert code[10:] not in shown
    (robin,) = json.loads(shown)
    assert (robin["name"], robin["role"], robin["revoked_at"]) == ("Robin Example", "reader", None)
    store = open_store(read_settings())
    assert store.staff.sign_in(code, "127.0.0.1") is not None
    assert main(["staff", "revoke", robin["id"]]) == 0
    assert "can no longer sign in" in capsys.readouterr().out
    assert store.staff.sign_in(code, "127.0.0.1") is None
    store.close()


def test_a_list_without_people_says_how_to_let_one_in(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["staff", "list"]) == 0
    assert "necessity staff add" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["add", "Main Street", "Robin"], ["add", "willow", " "], ["add", "willow", "x" * 101]]
)
def test_what_is_no_account_or_name_is_asked_for_wrongly(words: list[str]) -> None:
    assert main(["staff", *words]) == 2


def test_nobody_of_that_id_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["staff", "revoke", "stf_nobody"]) == 1
    assert "necessity staff list" in capsys.readouterr().err
