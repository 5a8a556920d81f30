"""`necessity template`: templates that staff changed in Word, checked, looked at, put into use.

Every action ends with 1 where a template cannot be used, so that a clinic which keeps its templates
in git can let its own checks call it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from casework.context import case_context, paper_context
from casework.documents import place_problems
from casework.knowledge_base import Knowledge, load_knowledge
from casework.offered import offered
from casework.problems import InvalidCase
from casework.review import review
from casework.schema import load_case
from casework.strict_json import NotJson, parse_json
from cli.case_file import Unusable
from settings import read_settings
from storage.faults import NotFound, WrongState
from storage.records import NewTemplate, TemplatePlace, TemplateVersion
from storage.store import Store, open_store
from worker.lint import Checked, check_confined
from worker.sample_contexts import every_context, sample_contexts
from worker.template_jobs import checked_for, report_of

_ACTOR = "command"


@dataclass(frozen=True)
class _File:
    """A template on disk, and the place it is for where that is known."""

    path: Path
    place: TemplatePlace | None


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommands."""
    template = commands.add_parser("template", help="check, preview and manage Word templates")
    actions = template.add_subparsers(required=True, metavar="ACTION")
    _register_check(actions)
    _register_preview(actions)
    names = actions.add_parser("names", help="what a template of a kind may name, with samples")
    names.add_argument("kind", help="the document kind")
    _json(names)
    names.set_defaults(run=_told(run_names))
    _register_versions(actions)


def _register_check(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = actions.add_parser("check", help="say what is wrong with a template file")
    check.add_argument(
        "file",
        type=Path,
        help="the template, or a folder with KIND/template.docx, KIND/VARIANT/template.docx",
    )
    check.add_argument(
        "--kind", help="the document kind that it is for: its names are checked, and it is filled"
    )
    _place(check)
    _json(check)
    check.set_defaults(run=_told(run_check))


def _register_preview(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    preview = actions.add_parser("preview", help="fill a template file with a case, to look at")
    preview.add_argument("file", type=Path, help="the template, a .docx file")
    preview.add_argument("--kind", required=True, help="the document kind that it is for")
    _place(preview)
    preview.add_argument("--case", type=Path, help="a case, a JSON file; the kind's sample if none")
    preview.add_argument(
        "--letter-date", type=date.fromisoformat, metavar="YYYY-MM-DD",
        help="the paper's date with --case; today if left out",
    )  # fmt: skip
    preview.add_argument(
        "--out",
        type=Path,
        default=Path("preview.docx"),
        metavar="FILE",
        help="preview.docx if none",
    )
    preview.add_argument("--pdf", action="store_true", help="also as PDF, through LibreOffice")
    preview.set_defaults(run=_told(run_preview))


def _register_versions(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    upload = actions.add_parser("upload", help="check a file and keep it as a draft")
    upload.add_argument("file", type=Path, help="the template, a .docx file")
    upload.add_argument("--kind", required=True, help="the document kind that it is for")
    _place(upload)
    upload.add_argument("--activate", action="store_true", help="put it into use at once")
    listing = actions.add_parser("list", help="show the versions of an account")
    listing.add_argument("--kind", help="of this document kind only")
    activate = actions.add_parser("activate", help="put a version into use")
    activate.add_argument("version", help="its id, tpl_…")
    back = actions.add_parser("roll-back", help="take the version in use back")
    back.add_argument("version", help="its id, tpl_…")
    acts = ((upload, run_upload), (listing, run_list), (activate, run_activate), (back, run_back))
    for parser, run in acts:
        parser.add_argument("--account", help="whose; may be left out where there is one only")
        _json(parser)
        parser.set_defaults(run=_told(run))


def _place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--variant", default="", help="the kind's variant")
    parser.add_argument("--language", default="en", help="the paper's language; en if left out")


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON")


def run_check(arguments: argparse.Namespace) -> int:
    """Print every fault; 1 when one of them stops a template from being used."""
    knowledge = load_knowledge()
    checked = {each.path: _checked(each, knowledge) for each in _files(arguments, knowledge)}
    if arguments.json:
        _print_json([
            {"file": str(path), **fault.to_json()}
            for path, found in checked.items()
            for fault in found.faults
        ])  # fmt: skip
    else:
        for path, found in checked.items():
            _print_faults(path, found)
    return 0 if all(found.usable for found in checked.values()) else 1


def run_names(arguments: argparse.Namespace) -> int:
    """Print every name that a template of this kind may use; 1 when there is no such kind."""
    knowledge = load_knowledge()
    _known_place(arguments.kind, "", "en", knowledge)
    found = offered(every_context(knowledge, arguments.kind))
    if arguments.json:
        _print_json([asdict(each) for each in found])
        return 0
    for each in found:
        print(f"{each.tag}\n    {each.example or '(empty in the sample)'}")
    return 0


def run_preview(arguments: argparse.Namespace) -> int:
    """Write the filled template; 1 with its faults when it cannot be used."""
    from worker.pdf import NoPdf, to_pdf  # noqa: PLC0415
    from worker.preview import preview_confined  # noqa: PLC0415

    knowledge = load_knowledge()
    place = _known_place(arguments.kind, arguments.variant, arguments.language, knowledge)
    context = _context(arguments, place, knowledge)
    filled = preview_confined(_read(arguments.file), context, place.kind)
    if isinstance(filled, Checked):
        _print_faults(arguments.file, filled)
        return 1
    arguments.out.write_bytes(filled)
    print(arguments.out)
    if arguments.pdf:
        try:
            arguments.out.with_suffix(".pdf").write_bytes(to_pdf(filled))
        except NoPdf as fault:
            raise Unusable(str(fault)) from None
        print(arguments.out.with_suffix(".pdf"))
    return 0


def run_upload(arguments: argparse.Namespace) -> int:
    """Check a file, keep it as a draft, put it into use if asked to; 1 with its faults."""
    knowledge = load_knowledge()
    place = _known_place(arguments.kind, arguments.variant, arguments.language, knowledge)
    docx = _read(arguments.file)
    checked = checked_for(place, docx, knowledge)
    if not checked.usable:
        _print_faults(arguments.file, checked)
        return 1
    with _account(arguments) as (store, account):
        version = store.templates.upload(NewTemplate(account, _ACTOR, place, docx)).version
        store.templates.decide(version.id, report_of(checked), _ACTOR)
        if arguments.activate:
            store.templates.activate(account, version.id, _ACTOR)
        _print_versions([store.templates.find(account, version.id)], arguments)
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    """Print the versions of an account, newest first."""
    with _account(arguments) as (store, account):
        found = store.templates.list(account)
    shown = [each for each in found if arguments.kind in (None, each.place.kind)]
    _print_versions(shown, arguments)
    if not shown and not arguments.json:
        print("No templates of its own: the built-in ones write its papers.", file=sys.stderr)
    return 0


def run_activate(arguments: argparse.Namespace) -> int:
    """Put a version into use; 1 when it cannot be."""
    with _account(arguments) as (store, account):
        version = store.templates.activate(account, arguments.version, _ACTOR)
    _print_versions([version], arguments)
    return 0


def run_back(arguments: argparse.Namespace) -> int:
    """Take the version in use back; 1 when it is not the one in use."""
    with _account(arguments) as (store, account):
        now = store.templates.roll_back(account, arguments.version, _ACTOR)
    _print_versions([] if now is None else [now], arguments)
    if now is None and not arguments.json:
        print("The built-in template writes this paper again.")
    return 0


def _told(run: Any) -> Any:  # argparse gives and takes plain functions
    def telling(arguments: argparse.Namespace) -> int:
        try:
            code: int = run(arguments)
        except Unusable as fault:
            print(f"necessity: {fault}", file=sys.stderr)
            return fault.code
        except (NotFound, WrongState) as fault:
            print(f"necessity: {fault}; `necessity template list` shows all", file=sys.stderr)
            return 1
        return code

    return telling


def _files(arguments: argparse.Namespace, knowledge: Knowledge) -> list[_File]:
    """Return the file named, or those of a folder that is laid out like ours."""
    if not arguments.file.is_dir():
        place = None
        if arguments.kind:
            place = _known_place(arguments.kind, arguments.variant, arguments.language, knowledge)
        return [_File(arguments.file, place)]
    found = sorted(arguments.file.rglob("template.docx"))
    if not found:
        raise Unusable(f"{arguments.file}: no KIND/template.docx lies there")
    return [_File(path, _place_of(path, arguments.file, knowledge)) for path in found]


def _place_of(path: Path, folder: Path, knowledge: Knowledge) -> TemplatePlace:
    kind, *inside = path.parent.relative_to(folder).parts or ("",)
    known = knowledge.kinds.get(kind)
    languages = known.languages if known else ()
    language = inside.pop() if inside and inside[-1] in languages else "en"
    return _known_place(kind, inside[0] if inside else "", language, knowledge)


def _known_place(kind: str, variant: str, language: str, knowledge: Knowledge) -> TemplatePlace:
    place = TemplatePlace(kind, variant, language)
    for problem in place_problems(vars(place), knowledge):
        raise Unusable(problem.message)
    return place


def _checked(file: _File, knowledge: Knowledge) -> Checked:
    docx = _read(file.path)
    return checked_for(file.place, docx, knowledge) if file.place else check_confined(docx)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror}") from None


def _context(
    arguments: argparse.Namespace, place: TemplatePlace, knowledge: Knowledge
) -> dict[str, Any]:
    if arguments.case is None:
        samples = sample_contexts(knowledge, place.kind, place.variant, place.language)
        if not samples:
            raise Unusable("this kind has no sample case: give one with --case")
        return samples[0]
    today = arguments.letter_date or date.today()  # noqa: DTZ011 - the clinic's own day
    try:
        case = load_case(parse_json(_read(arguments.case)), knowledge)
    except (NotJson, InvalidCase) as fault:
        hint = "`necessity review` says what is wrong"
        raise Unusable(f"{arguments.case}: no case can be read from it; {hint}") from fault
    context = case_context(case, review(case, knowledge, today), knowledge, today)
    return paper_context(context, place.kind, place.variant, place.language, sample=True)


@contextmanager
def _account(arguments: argparse.Namespace) -> Iterator[tuple[Store, str]]:
    """Give the store and the account asked for, or the only one."""
    store = open_store(read_settings())
    try:
        known = {key.account_id for key in store.keys.list()}
        account = arguments.account or (next(iter(known)) if len(known) == 1 else None)
        if account is None:
            raise Unusable("say whose with --account: " + (", ".join(sorted(known)) or "none"), 2)
        if account not in known:
            raise Unusable(
                f"there is no account {account}: {', '.join(sorted(known)) or 'none'}", 2
            )
        yield store, account
    finally:
        store.close()


def _print_faults(path: Path, checked: Checked) -> None:
    for fault in checked.faults:
        print(f"{fault.severity}: {fault}")
    count = len(checked.faults)
    print(f"{path}: {count or 'no'} fault{'' if count == 1 else 's'}")


def _print_versions(found: list[TemplateVersion], arguments: argparse.Namespace) -> None:
    if arguments.json:
        _print_json([_as_json(each) for each in found])
        return
    for each in found:
        where = "/".join(filter(None, (each.place.kind, each.place.variant, each.place.language)))
        print(f"{each.id}  {each.status:8}  {where} v{each.number}  {each.uploaded_at:%Y-%m-%d}")


def _as_json(version: TemplateVersion) -> dict[str, Any]:
    report = version.report
    return {
        "id": version.id,
        **vars(version.place),
        "number": version.number,
        "status": version.status,
        "sha256": version.sha256,
        "uploaded_at": version.uploaded_at.isoformat(),
        "uploaded_by": version.uploaded_by,
        "lint": None if report is None else [dict(fault) for fault in report.faults],
    }


def _print_json(tree: Any) -> None:  # as JSON is
    print(json.dumps(tree, ensure_ascii=False, indent=2))
