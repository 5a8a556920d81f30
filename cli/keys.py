"""`necessity keys`: make, list and revoke API keys."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from settings import read_settings
from storage.faults import NotFound
from storage.records import SCOPES, ApiKey
from storage.store import Store, open_store


def register(subparsers: Any) -> None:  # argparse's own type is private
    """Add `keys create`, `keys list` and `keys revoke`."""
    keys = subparsers.add_parser("keys", help="make, list and revoke API keys")
    actions = keys.add_subparsers(metavar="ACTION", required=True)
    _register_create(actions)
    listing = actions.add_parser("list", help="show keys; their secrets are not kept")
    listing.add_argument("--account", help="of this account only")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=_list)
    revoke = actions.add_parser("revoke", help="stop a key from working, at once")
    revoke.add_argument("prefix", help="the ten letters after nk_live_ or nk_test_")
    revoke.set_defaults(run=_revoke)


def _register_create(actions: Any) -> None:  # as above
    create = actions.add_parser("create", help="make a key; it is shown once")
    create.add_argument("account", help="such as main-street; made when it is new")
    create.add_argument("--label", default="", help="what the key is for")
    create.add_argument("--test", action="store_true", help="papers carry SAMPLE, kept for a day")
    create.add_argument(
        "--scope",
        action="append",
        choices=SCOPES,
        dest="scopes",
        help="what the key may do; repeat for several (default: all)",
    )
    create.set_defaults(run=_create)


def _create(arguments: argparse.Namespace) -> int:
    scopes = tuple(arguments.scopes or SCOPES)
    with opened_store() as store:
        try:
            made = store.keys.create(
                arguments.account, arguments.label, test=arguments.test, scopes=scopes
            )
        except ValueError as fault:
            print(f"necessity: {fault}", file=sys.stderr)
            return 2
    print(made.text)
    print("Keep it now: it is not shown again.", file=sys.stderr)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    with opened_store() as store:
        keys = store.keys.list(arguments.account)
    if arguments.json:
        print(json.dumps([_as_json(key) for key in keys], indent=2))
        return 0
    for key in keys:
        print(f"{key.prefix}  {_state(key):28}  {key.account_id:20}  {key.label}".rstrip())
    if not keys:
        print("No keys yet; `necessity keys create ACCOUNT` makes one.", file=sys.stderr)
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    with opened_store() as store:
        try:
            key = store.keys.revoke(arguments.prefix)
        except NotFound as fault:
            print(f"necessity: {fault}; `necessity keys list` shows all prefixes", file=sys.stderr)
            return 1
    print(f"{key.prefix} of {key.account_id} no longer works.")
    return 0


def _state(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    used = f"used {key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never used"
    return f"{'test' if key.test else 'live'}, {used}"


def _as_json(key: ApiKey) -> dict[str, object]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in vars(key).items()
    }


@contextmanager
def opened_store() -> Iterator[Store]:
    """Give the store that the settings name, and close it."""
    store = open_store(read_settings())
    try:
        yield store
    finally:
        store.close()
