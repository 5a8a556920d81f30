"""`necessity backup` and `necessity restore`: everything that rests, in one file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from settings import read_settings
from storage.backup import back_up
from storage.restoring import restore
from storage.store import open_store


def register(subparsers: Any) -> None:  # argparse's own type is private
    """Add `backup` and `restore`."""
    backup = subparsers.add_parser(
        "backup", help="rows and documents into one file, while all runs"
    )
    backup.add_argument("file", type=Path, help="a new file; the master key does not go into it")
    backup.set_defaults(run=_backup)
    back = subparsers.add_parser("restore", help="a backup into an empty installation")
    back.add_argument("file", type=Path, help="what `necessity backup` has written")
    back.set_defaults(run=_restore)


def _backup(arguments: argparse.Namespace) -> int:
    store = open_store(read_settings())
    try:
        made = back_up(store, arguments.file)
    finally:
        store.close()
    print(f"{arguments.file}: {made.packets} packets, {made.documents} documents.")
    print("It opens with the master key alone: keep that apart from it.", file=sys.stderr)
    for packet_id in made.damaged:
        print(f"necessity: a document of {packet_id} is not in the store", file=sys.stderr)
    return 1 if made.damaged else 0


def _restore(arguments: argparse.Namespace) -> int:
    done = restore(read_settings(), arguments.file)
    print(f"{done.packets} packets and {done.documents} documents are back.")
    if done.erased:
        print(f"{done.erased} were erased while the backup was made, and are erased here too.")
    if done.trail_broken_at is None:
        return 0
    print(f"necessity: the audit trail is broken at line {done.trail_broken_at}", file=sys.stderr)
    return 1
