"""`necessity audit`: who did what to which packet, and whether anybody changed that."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any

from cli.as_json import as_json_line
from cli.opened import opened
from storage.records import AuditEntry
from storage.store import Store

_KNOWN = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")


def register(subparsers: Any) -> None:  # argparse's own type is private
    """Add `audit verify` and `audit export`."""
    audit = subparsers.add_parser("audit", help="check the audit trail, write it out")
    actions = audit.add_subparsers(metavar="ACTION", required=True)
    verify = actions.add_parser("verify", help="say whether a line was changed or taken out")
    verify.add_argument(
        "--known",
        type=_known,
        metavar="NUMBER:HASH",
        help="a line that an earlier `verify` printed; it must still be there",
    )
    verify.set_defaults(run=_verify)
    export = actions.add_parser("export", help="all lines as JSON, one a line, the oldest first")
    export.add_argument("--account", help="of this account only")
    export.add_argument("--packet", help="of this packet only")
    export.set_defaults(run=_export)


def _verify(arguments: argparse.Namespace) -> int:
    with opened() as store:
        broken = store.audit.broken_at()
        newest = store.audit.entries(limit=1)
        kept = _is_kept(store, arguments.known)
    if broken is not None:
        print(f"necessity: the trail is broken at line {broken}", file=sys.stderr)
        return 1
    if not kept:
        print("necessity: the known line is not there: the trail was rewritten", file=sys.stderr)
        return 1
    print(f"The trail is whole. Newest line: {_shown(newest)}")
    return 0


def _export(arguments: argparse.Namespace) -> int:
    with opened() as store:
        for entry in store.audit.whole():
            if _asked_for(entry, arguments.account, arguments.packet):
                print(as_json_line(entry))
    return 0


def _is_kept(store: Store, known: tuple[int, str] | None) -> bool:
    if known is None:
        return True
    line = store.audit.line(known[0])
    return line is not None and line.hash == known[1]


def _asked_for(entry: AuditEntry, account_id: str | None, packet_id: str | None) -> bool:
    mine = account_id is None or entry.account_id == account_id
    return mine and (packet_id is None or entry.packet_id == packet_id)


def _shown(newest: tuple[AuditEntry, ...]) -> str:
    return f"{newest[0].number}:{newest[0].hash}" if newest else "none yet"


def _known(text: str) -> tuple[int, str]:
    found = _KNOWN.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError("should be a number, a colon and 64 hexadecimal digits")
    return int(found[1]), found[2]
