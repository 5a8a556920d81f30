"""The `necessity` command.

Each subcommand lives in a module with `register(subparsers)`, which adds its parser and sets the
default `run` to a function from the parsed arguments to an exit code: 0 done, 1 failed, 2 asked for
wrongly, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import cast

from casework.knowledge_base import BrokenKnowledge
from cli import (
    audit,
    backup,
    keys,
    knowledge,
    papers,
    processes,
    ready,
    run,
    staff,
    templates,
    webhooks,
)
from settings import BadSettings
from storage.faults import StorageFault
from worker.gate import GateFailed
from worker.render import BrokenTemplate, RenderFailed
from worker.templates import NoTemplate

Run = Callable[[argparse.Namespace], int]

_MODULES = (
    run,
    papers,
    knowledge,
    templates,
    keys,
    staff,
    webhooks,
    audit,
    processes,
    ready,
    backup,
)
_EPILOG = "Settings are environment variables; docs/deploy.md lists them."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; faults are told to a person, without traceback."""
    parsed = _parser().parse_args(arguments)
    try:
        return _run(parsed)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of a pipe went away; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(parsed: argparse.Namespace) -> int:
    try:
        return cast("Run", parsed.run)(parsed)
    except BadSettings as fault:
        return _told("the settings cannot be used", *fault.problems, *_hint(), code=2)
    except BrokenKnowledge as fault:
        return _told("the knowledge cannot be used", *map(str, fault.faults))
    except (StorageFault, BrokenTemplate, NoTemplate, RenderFailed, GateFailed) as fault:
        return _told(str(fault))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="necessity",
        description="Paperwork that gets ketamine treatment paid, as editable Word documents.",
        epilog=_EPILOG,
    )
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for module in _MODULES:
        module.register(subparsers)
    return parser


def _told(what: str, *lines: str, code: int = 1) -> int:
    print(f"necessity: {what}", *(f"  {line}" for line in lines), sep="\n", file=sys.stderr)
    return code


def _hint() -> tuple[str, ...]:
    if os.environ.get("NECESSITY_DEV"):
        return ()
    return ("For the data folder of `make run`, set NECESSITY_DEV=1: its keys lie there.",)
