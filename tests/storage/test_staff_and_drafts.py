"""People, their sessions and half-typed cases at rest."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from storage.faults import NotFound, Unreadable
from storage.master_keys import rewrap
from storage.staff import CODE_TRIES, LockedOut
from storage.store import open_store
from storage.vault import Vault

if TYPE_CHECKING:
    from settings import Settings
    from storage.store import Store


@pytest.fixture(autouse=True)
def _cheap_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.staff._SCRYPT", {"n": 2, "r": 8, "p": 1})


def test_wrong_codes_sent_at_once_are_all_counted(store: Store) -> None:
    made = store.staff.add("willow", "Robin", "reader")
    wrong = f"{made.code[:9]}-aaaa-aaaa-aaaa-aaaa"
    outcomes: list[str] = []

    def guess() -> None:
        try:
            store.staff.sign_in(wrong, "192.0.2.1")
            outcomes.append("wrong")
        except LockedOut:
            outcomes.append("locked")

    threads = [threading.Thread(target=guess) for _ in range(3 * CODE_TRIES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("wrong") == CODE_TRIES
    assert outcomes.count("locked") == 2 * CODE_TRIES


def test_nobody_of_that_beginning_is_locked_as_somebody_is(store: Store) -> None:
    wrong = "zzzz-zzzz-aaaa-aaaa-aaaa-aaaa"
    for _ in range(CODE_TRIES):
        assert store.staff.sign_in(wrong, "192.0.2.1") is None
    with pytest.raises(LockedOut):
        store.staff.sign_in(wrong, "192.0.2.1")


def test_one_persons_lock_does_not_shut_out_another(store: Store) -> None:
    robin = store.staff.add("willow", "Robin", "reader")
    kim = store.staff.add("willow", "Kim", "reader")
    for _ in range(CODE_TRIES):
        store.staff.sign_in(f"{robin.code[:9]}-aaaa-aaaa-aaaa-aaaa", "192.0.2.1")
    assert store.staff.sign_in(kim.code, "192.0.2.2") is not None


def test_no_secret_shows_in_what_is_printed(store: Store) -> None:
    made = store.staff.add("willow", "Robin", "reader")
    signed_in = store.staff.sign_in(made.code, "192.0.2.1")
    assert signed_in is not None
    assert made.code not in repr(made)
    assert signed_in.token not in repr(signed_in)


def test_sessions_and_addresses_rest_as_digests(store: Store) -> None:
    made = store.staff.add("willow", "Robin", "reader")
    signed_in = store.staff.sign_in(made.code, "192.0.2.1")
    assert signed_in is not None
    token = store.calendar_addresses.make(made.person)
    with store.database.reading() as connection:
        rows = [
            connection.exec_driver_sql(f"SELECT * FROM {name}").all()
            for name in ("staff_sessions", "calendar_addresses", "sign_in_failures")
        ]
    assert signed_in.token not in repr(rows)
    assert token not in repr(rows)
    assert "192.0.2.1" not in repr(rows)


def test_a_new_master_key_takes_drafts_along(store: Store, settings: Settings) -> None:
    person = store.staff.add("willow", "Robin", "editor").person
    draft = store.drafts.create(person, {"patient": {"first_name": "Dana"}})
    new_key = b"n" * 32
    old_and_new = Vault((new_key, *settings.master_keys))
    object.__setattr__(store, "vault", old_and_new)
    assert rewrap(store) == 1
    only_new = open_store(replace(settings, master_keys=(new_key,)))
    assert only_new.drafts.find("willow", draft.id).case == {"patient": {"first_name": "Dana"}}
    only_new.close()
    with pytest.raises(Unreadable):
        store.drafts.find("willow", draft.id)


def test_an_erased_draft_leaves_nothing_behind(store: Store, settings: Settings) -> None:
    person = store.staff.add("willow", "Robin", "editor").person
    draft = store.drafts.create(person, {"patient": {"first_name": "Dana"}})
    with store.database.reading() as connection:
        sealed = connection.exec_driver_sql("SELECT sealed_case, wrapped_key FROM drafts").one()
    store.drafts.erase(person, draft.id)
    store.drafts.erase(person, draft.id)
    with pytest.raises(NotFound):
        store.drafts.find("willow", draft.id)
    files = b"".join(path.read_bytes() for path in settings.data_dir.glob("necessity.db*"))
    assert not any(each in files for each in sealed)


def test_a_draft_of_another_account_is_none(store: Store) -> None:
    person = store.staff.add("willow", "Robin", "editor").person
    stranger = store.staff.add("cedar", "Sam", "editor").person
    draft = store.drafts.create(person, {})
    with pytest.raises(NotFound):
        store.drafts.save(stranger, draft.id, 1, {})
    store.drafts.erase(stranger, draft.id)
    assert store.drafts.find("willow", draft.id).version == 1
