"""`necessity webhooks`: what was told to callback addresses, and telling it again."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from cli.as_json import as_json
from cli.opened import opened
from storage.faults import NotFound
from storage.records import MESSAGE_STATUSES, WebhookMessage

_ACTOR = "command"
_MOST = 100


def register(subparsers: Any) -> None:  # argparse's own type is private
    """Add `webhooks list` and `webhooks resend`."""
    webhooks = subparsers.add_parser("webhooks", help="list what was called back, send it again")
    actions = webhooks.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help=f"the newest {_MOST} messages")
    listing.add_argument("--account", help="of this account only")
    listing.add_argument("--status", choices=MESSAGE_STATUSES, help="dead: given up after a day")
    listing.add_argument("--packet", help="of this packet only")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=_list)
    resend = actions.add_parser("resend", help="send again now and, if it fails, for another day")
    what = resend.add_mutually_exclusive_group(required=True)
    what.add_argument("message", nargs="?", help="msg_ and 26 letters")
    what.add_argument("--dead", action="store_true", help="all dead letters")
    resend.add_argument("--account", help="with --dead: of this account only")
    resend.set_defaults(run=_resend)


def _list(arguments: argparse.Namespace) -> int:
    with opened() as store:
        found = store.webhooks.list(
            arguments.account, arguments.status, arguments.packet, limit=_MOST
        ).items
    if arguments.json:
        print(as_json(found))
        return 0
    for each in found:
        print(f"{each.id}  {_state(each):30}  {each.type:20}  {each.packet_id}  {each.account_id}")
    if not found:
        print("No such messages.", file=sys.stderr)
    return 0


def _resend(arguments: argparse.Namespace) -> int:
    with opened() as store:
        if arguments.dead:
            count = store.webhooks.resend_dead(arguments.account, _ACTOR)
            print(f"{count} to be sent again; `necessity tend` does it.")
            return 0
        try:
            found = store.webhooks.resend(arguments.account, arguments.message, _ACTOR)
        except NotFound as fault:
            print(f"necessity: {fault}; `necessity webhooks list` shows all", file=sys.stderr)
            return 1
    print(f"{found.id} is to be sent again; `necessity tend` does it.")
    return 0


def _state(message: WebhookMessage) -> str:
    result = f", last {message.last_result}" if message.last_result else ""
    return f"{message.status} ({message.attempts}{result})"
