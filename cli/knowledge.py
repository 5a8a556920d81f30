"""`necessity knowledge`: check a site's own folder, and say what differs between two versions."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from casework.deadlines.starts import Events
from casework.knowledge_base import BrokenKnowledge, Knowledge, is_complete, load_knowledge
from casework.knowledge_base.faults import Fault
from casework.knowledge_base.load import faults_by_file
from casework.knowledge_changes import Change, Touch, changes, touched
from casework.road import day_of
from casework.worked_examples import example_faults
from cli.case_file import Unusable, read_case
from settings import read_settings
from storage.faults import Erased
from storage.records import Packet
from storage.store import Store, open_store

_PAGE = 100


@dataclass(frozen=True)
class _Open:
    """A case that is under way: its name in the answer is an id or a file's name, no person's."""

    name: str
    case: Any
    letter_date: date
    events: Events = ()


def register(subparsers: Any) -> None:  # argparse's own type is private
    """Add `knowledge check` and `knowledge diff`."""
    knowledge = subparsers.add_parser("knowledge", help="check and compare knowledge folders")
    actions = knowledge.add_subparsers(metavar="ACTION", required=True)
    checking = actions.add_parser(
        "check", help="every fault of a folder, and every worked example that fails"
    )
    checking.add_argument(
        "folder", type=Path, metavar="DIR", help="a site's folder, or a whole one"
    )
    checking.set_defaults(run=_check)
    comparing = actions.add_parser("diff", help="what changed, and which cases that touches")
    comparing.add_argument("old", type=Path, metavar="OLD", help="a site's folder, or a whole one")
    comparing.add_argument("new", type=Path, metavar="NEW", help="likewise")
    comparing.add_argument(
        "--case", type=Path, action="append", default=[], metavar="FILE", dest="cases",
        help="a case as JSON, to say whether it is touched; repeat for several",
    )  # fmt: skip
    comparing.add_argument(
        "--packets",
        action="store_true",
        help="also every packet this service keeps, erased ones not",
    )
    comparing.add_argument(
        "--letter-date", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD",
        help="the day on which the cases of --case are judged; today if left out",
    )  # fmt: skip
    comparing.add_argument("--json", action="store_true", help="as JSON")
    comparing.set_defaults(run=_diff)


def _check(arguments: argparse.Namespace) -> int:
    if not arguments.folder.is_dir():
        return _refused(f"{arguments.folder} is no folder")
    try:
        faults = tuple(example_faults(_read(arguments.folder)))
    except BrokenKnowledge as broken:
        faults = broken.faults
    return _told(arguments.folder, faults)


def _told(folder: Path, faults: tuple[Fault, ...]) -> int:
    if not faults:
        print(f"{folder}: no fault, and every worked example comes out")
        return 0
    print(*faults_by_file(faults), sep="\n")
    return 1


def _read(folder: Path) -> Knowledge:
    if is_complete(folder):
        return load_knowledge(base=folder)
    return load_knowledge(folder)


def _diff(arguments: argparse.Namespace) -> int:
    missing = [each for each in (arguments.old, arguments.new) if not each.is_dir()]
    if missing:
        return _refused(f"{missing[0]} is no folder")
    old, new = _read(arguments.old), _read(arguments.new)
    try:
        cases = list(_cases(arguments, new))
    except Unusable as fault:
        return _refused(str(fault))
    touching = {each.name: _touched(each, old, new) for each in cases}
    _print(changes(old, new), touching, as_json=arguments.json)
    return 0


def _cases(arguments: argparse.Namespace, knowledge: Knowledge) -> Iterator[_Open]:
    day = arguments.letter_date or date.today()  # noqa: DTZ011 - the person's own day
    for path in arguments.cases:
        yield _Open(str(path), read_case(path, knowledge), day)
    if arguments.packets:
        store = open_store(read_settings())
        try:
            yield from _packets(store)
        finally:
            store.close()


def _packets(store: Store) -> Iterator[_Open]:
    for account in dict.fromkeys(key.account_id for key in store.keys.list()):
        for packet in _kept(store, account):
            try:
                contents = store.packets.contents(account, packet.id)
            except Erased:
                continue
            told = (each.said for each in store.events.list(account, packet.id))
            yield _Open(
                packet.id, contents.case, packet.letter_date, tuple(sorted(told, key=day_of))
            )


def _kept(store: Store, account: str) -> Iterator[Packet]:
    cursor: str | None = None
    while True:
        page = store.packets.list(account, limit=_PAGE, cursor=cursor)
        yield from page.items
        cursor = page.next
        if cursor is None:
            return


def _touched(each: _Open, old: Knowledge, new: Knowledge) -> tuple[Touch, ...] | None:
    """Return what is touched; None where a case rests on an entry that one version lacks."""
    try:
        return touched(each.case, each.letter_date, old, new, each.events)
    except KeyError:
        return None


def _print(
    found: tuple[Change, ...], touching: dict[str, tuple[Touch, ...] | None], *, as_json: bool
) -> None:
    if as_json:
        told = {
            "changes": [asdict(each) for each in found],
            "touched": {
                name: None if rows is None else [asdict(each) for each in rows]
                for name, rows in touching.items()
            },
        }
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    print(*(str(each) for each in found) if found else ("Nothing changed.",), sep="\n")
    for name, rows in touching.items():
        if rows is None:
            print(f"{name}: rests on an entry that one of the two does not have")
        elif rows:
            print(f"{name}:", *(f"  {each}" for each in rows), sep="\n")
    if touching:
        count = sum(rows is None or bool(rows) for rows in touching.values())
        print(f"{count} of {len(touching)} cases touched")


def _refused(why: str) -> int:
    print(f"necessity: {why}", file=sys.stderr)
    return 2
