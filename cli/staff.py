"""`necessity staff`: let people into the staff pages, list them, shut them out."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from cli.as_json import as_json
from cli.opened import opened
from storage.faults import NotFound
from storage.staff_records import ROLES, Person


def register(subparsers: Any) -> None:  # argparse's own type is private
    """Add `staff add`, `staff list` and `staff revoke`."""
    staff = subparsers.add_parser("staff", help="let people into the staff pages, or shut them out")
    actions = staff.add_subparsers(metavar="ACTION", required=True)
    _register_add(actions)
    listing = actions.add_parser("list", help="show people; their access codes are not kept")
    listing.add_argument("--account", help="of this account only")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=_list)
    revoke = actions.add_parser("revoke", help="shut a person out, at once")
    revoke.add_argument("id", help="as `necessity staff list` shows it")
    revoke.set_defaults(run=_revoke)


def _register_add(actions: Any) -> None:  # as above
    add = actions.add_parser("add", help="make an access code for a person; it is shown once")
    add.add_argument("account", help="such as main-street; made when it is new")
    add.add_argument("name", help="the person's name, as colleagues know it")
    add.add_argument(
        "--role",
        choices=ROLES,
        default="editor",
        help="reader: see and download; editor: also make packets and record what happened; "
        "administrator: also erase, and read the audit trail (default: %(default)s)",
    )
    add.set_defaults(run=_add)


def _add(arguments: argparse.Namespace) -> int:
    with opened() as store:
        try:
            made = store.staff.add(arguments.account, arguments.name, arguments.role)
        except ValueError as fault:
            print(f"necessity: {fault}", file=sys.stderr)
            return 2
    print(made.code)
    print("Give it to this person alone, now: it is not shown again.", file=sys.stderr)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    with opened() as store:
        people = store.staff.list(arguments.account)
    if arguments.json:
        print(as_json(people))
        return 0
    for person in people:
        print(
            f"{person.id}  {_state(person):20}  {person.role:13}  {person.account_id:20}  {person.name}"
        )
    if not people:
        print("Nobody yet; `necessity staff add ACCOUNT NAME` lets one in.", file=sys.stderr)
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    with opened() as store:
        try:
            person = store.staff.revoke(arguments.id)
        except NotFound as fault:
            print(f"necessity: {fault}; `necessity staff list` shows all ids", file=sys.stderr)
            return 1
    print(f"{person.name} of {person.account_id} can no longer sign in.")
    return 0


def _state(person: Person) -> str:
    if person.revoked_at is not None:
        return f"revoked {person.revoked_at:%Y-%m-%d}"
    return f"seen {person.last_seen_at:%Y-%m-%d}" if person.last_seen_at else "never signed in"
