"""API keys are made once, kept as digests, and stop when revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage.faults import NotFound

if TYPE_CHECKING:
    from settings import Settings
    from storage.store import Store
    from tests.storage.conftest import Clock


def test_a_new_key_opens_its_account(store: Store) -> None:
    made = store.keys.create("willow", "front desk", test=True, scopes=("read",))
    key = store.keys.authenticate(made.text)
    assert key is not None
    assert made.text.startswith(f"nk_test_{key.prefix}_")
    assert (key.account_id, key.label, key.test, key.scopes) == (
        "willow",
        "front desk",
        True,
        ("read",),
    )


@pytest.mark.sqlite
def test_a_key_is_in_no_file_and_no_repr(store: Store, settings: Settings) -> None:
    made = store.keys.create("willow")
    secret = made.text.rpartition("_")[2]
    files = [path for path in settings.data_dir.rglob("*") if path.is_file()]
    assert not any(secret.encode() in path.read_bytes() for path in files)
    assert any(made.key.prefix.encode() in path.read_bytes() for path in files)
    assert secret not in repr(made)


def test_any_other_text_opens_nothing(store: Store) -> None:
    text = store.keys.create("willow").text
    last = "a" if text[-1] != "a" else "b"
    for other in (
        "",
        text[:-1],
        text[:-1] + last,
        text.upper(),
        text + "\n",
        "kéy",
        "nk_live_x_y",
        text.replace("live", "test"),
    ):
        assert store.keys.authenticate(other) is None


def test_a_revoked_key_opens_nothing_and_stays_listed(store: Store, clock: Clock) -> None:
    made = store.keys.create("birch")
    revoked = store.keys.revoke(made.key.prefix)
    assert revoked.revoked_at == clock.now
    assert store.keys.authenticate(made.text) is None
    clock.forward(hours=1)
    assert store.keys.revoke(made.key.prefix) == revoked
    assert store.keys.list("birch") == (revoked,)


def test_a_prefix_that_does_not_exist_cannot_be_revoked(store: Store) -> None:
    with pytest.raises(NotFound):
        store.keys.revoke("aaaaaaaaaa")


def test_the_last_use_is_noted_within_the_hour(store: Store, clock: Clock) -> None:
    made = store.keys.create("birch")
    first = clock.now
    store.keys.authenticate(made.text)
    clock.forward(minutes=30)
    store.keys.authenticate(made.text)
    assert store.keys.list("birch")[0].last_used_at == first
    clock.forward(minutes=31)
    store.keys.authenticate(made.text)
    assert store.keys.list("birch")[0].last_used_at == clock.now


@pytest.mark.parametrize(
    ("account", "label", "scopes"),
    [
        ("Willow Clinic", "", ("read",)),
        ("", "", ("read",)),
        ("willow\n", "", ("read",)),
        ("willow", "x" * 101, ("read",)),
        ("willow", "", ("admin",)),
        ("willow", "", ()),
    ],
)
def test_what_cannot_be_an_account_a_label_or_a_scope_is_refused(
    store: Store, account: str, label: str, scopes: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match=r"account|label|scopes"):
        store.keys.create(account, label, scopes=scopes)


def test_making_and_revoking_keys_is_in_the_audit_trail(store: Store) -> None:
    prefix = store.keys.create("birch").key.prefix
    store.keys.revoke(prefix)
    said = [entry.action for entry in store.audit.entries("birch")]
    assert said == [f"key.revoked:{prefix}", f"key.created:{prefix}"]
