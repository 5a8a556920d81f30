"""`necessity template check`: a template that staff changed in Word, checked before it is used."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from casework.knowledge_base import load_knowledge
from casework.offered import offered
from worker.sample_contexts import every_context, sample_contexts


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    template = commands.add_parser("template", help="check Word templates")
    actions = template.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser("check", help="say what is wrong with a template file")
    check.add_argument("file", type=Path, help="the template, a .docx file")
    check.add_argument(
        "--kind", help="the document kind that it is for: its names are checked, and it is filled"
    )
    check.add_argument("--json", action="store_true", help="the faults as JSON")
    check.set_defaults(run=run_check)
    names = actions.add_parser("names", help="what a template of a kind may name, with samples")
    names.add_argument("kind", help="the document kind")
    names.add_argument("--json", action="store_true", help="the names as JSON")
    names.set_defaults(run=run_names)


def run_check(arguments: argparse.Namespace) -> int:
    """Print every fault; 1 when one of them stops the template from being used."""
    # The file is opened in a confined child, never here.
    from worker.lint import lint_confined  # noqa: PLC0415

    try:
        docx = arguments.file.read_bytes()
        samples = sample_contexts(load_knowledge(), arguments.kind) if arguments.kind else []
    except OSError as error:
        print(f"{arguments.file}: {error.strerror}", file=sys.stderr)
        return 1
    except KeyError:
        return _no_kind(arguments.kind)
    faults = lint_confined(docx, samples)
    if arguments.json:
        print(json.dumps([fault.to_json() for fault in faults], ensure_ascii=False, indent=2))
    else:
        for fault in faults:
            print(fault)
        print(f"{arguments.file}: {len(faults) or 'no'} fault{'' if len(faults) == 1 else 's'}")
    return 1 if any(fault.severity == "error" for fault in faults) else 0


def run_names(arguments: argparse.Namespace) -> int:
    """Print every name that a template of this kind may use; 1 when there is no such kind."""
    try:
        found = offered(every_context(load_knowledge(), arguments.kind))
    except KeyError:
        return _no_kind(arguments.kind)
    if arguments.json:
        print(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2))
        return 0
    for each in found:
        print(f"{each.tag}\n    {each.example or '(empty in the sample)'}")
    return 0


def _no_kind(kind: str) -> int:
    print(
        f"There is no document kind {kind!r}: {', '.join(load_knowledge().kinds)}", file=sys.stderr
    )
    return 1
