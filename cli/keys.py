"""`necessity keys`: API keys, the secrets that sign webhooks, the rotation of the master key."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from cli.as_json import as_json
from cli.opened import opened
from storage.faults import NotFound
from storage.master_keys import rewrap
from storage.records import SCOPES, ApiKey


def register(subparsers: Any) -> None:  # argparse's own type is private
    """Add `keys create`, `keys list`, `keys revoke`, `keys webhook` and `keys rotate-master`."""
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
    webhook = actions.add_parser(
        "webhook", help="make the secret that signs an account's webhooks; it is shown once"
    )
    webhook.add_argument("account", help="that has a key")
    webhook.add_argument(
        "--at-once",
        action="store_true",
        help="end the secret before it now, because it leaked (default: both sign for a day)",
    )
    webhook.set_defaults(run=_webhook)
    rotate = actions.add_parser(
        "rotate-master",
        help="wrap all that rests sealed anew, under the first key of NECESSITY_MASTER_KEY",
    )
    rotate.set_defaults(run=_rotate_master)


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
    with opened() as store:
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
    with opened() as store:
        keys = store.keys.list(arguments.account)
    if arguments.json:
        print(as_json(keys))
        return 0
    for key in keys:
        print(f"{key.prefix}  {_state(key):28}  {key.account_id:20}  {key.label}".rstrip())
    if not keys:
        print("No keys yet; `necessity keys create ACCOUNT` makes one.", file=sys.stderr)
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    with opened() as store:
        try:
            key = store.keys.revoke(arguments.prefix)
        except NotFound as fault:
            print(f"necessity: {fault}; `necessity keys list` shows all prefixes", file=sys.stderr)
            return 1
    print(f"{key.prefix} of {key.account_id} no longer works.")
    return 0


def _webhook(arguments: argparse.Namespace) -> int:
    with opened() as store:
        try:
            secret = store.webhook_secrets.make(arguments.account, at_once=arguments.at_once)
        except NotFound as fault:
            print(f"necessity: {fault}; `necessity keys list` shows all", file=sys.stderr)
            return 1
    print(secret)
    print("Keep it now: it is not shown again.", file=sys.stderr)
    return 0


def _rotate_master(_arguments: argparse.Namespace) -> int:
    with opened() as store:
        count = rewrap(store)
    print(f"{count} wrapped anew; nothing needs the older master keys any more.")
    return 0


def _state(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    used = f"used {key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never used"
    return f"{'test' if key.test else 'live'}, {used}"
