"""`necessity review` and `necessity generate`: a case on disk, no server and no queue."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from casework.calendar_file import calendar_file
from casework.documents import PlannedDocument, plan_documents
from casework.knowledge_base import BrokenKnowledge, Knowledge, load_knowledge
from casework.knowledge_base.kinds import ASSEMBLED
from casework.problems import InvalidCase
from casework.review import Review, review
from casework.sending import sent_together
from cli.case_file import Unusable, problem_lines, read_case
from cli.readable import readable_review
from storage.records import WrittenDocument


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommands."""
    reviewing = commands.add_parser("review", help="what a case shows, lacks and needs next")
    _shared(reviewing)
    reviewing.add_argument("--json", action="store_true", help="the review as JSON")
    reviewing.set_defaults(run=run_review)

    generating = commands.add_parser("generate", help="write the papers of a case as Word files")
    _shared(generating)
    generating.add_argument(
        "--documents",
        default="recommended",
        metavar="KINDS",
        help="'recommended' (the default) or kinds with commas between, kind/variant for a variant",
    )
    generating.add_argument(
        "--out", type=Path, default=Path(), metavar="DIR", help="where to put them"
    )
    generating.add_argument(
        "--packet",
        action="store_true",
        help="also one file of all papers to send, in their order: packet.docx",
    )
    generating.add_argument(
        "--pdf", action="store_true", help="each file also as PDF, through LibreOffice"
    )
    generating.add_argument("--sample", action="store_true", help="mark every page SAMPLE")
    generating.set_defaults(run=run_generate)


def _shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", type=Path, help="the case, a JSON file")
    parser.add_argument(
        "--letter-date", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD",
        help="the papers' date; today if left out",
    )  # fmt: skip
    parser.add_argument(
        "--knowledge", type=Path, default=None, metavar="DIR", help="a site's folder"
    )


def run_review(arguments: argparse.Namespace) -> int:
    """Print the review of a case; 1 when the case cannot be read, 0 otherwise."""
    try:
        _, found, _ = _reviewed(arguments)
    except Unusable as fault:
        return _refuse(fault)
    if arguments.json:
        print(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    else:
        print("\n".join(readable_review(found.to_json())))
    return 0


def run_generate(arguments: argparse.Namespace) -> int:
    """Write the papers of a case into a folder, and say what each still lacks."""
    # Word is opened only here: a review needs none of it.
    from worker.assembled import NotAssembled, SentPaper, write_assembled  # noqa: PLC0415
    from worker.pdf import NoPdf, missing_program, office  # noqa: PLC0415
    from worker.templates import Templates  # noqa: PLC0415
    from worker.writing import open_case, write_document  # noqa: PLC0415

    if arguments.pdf and office() is None:
        return _refuse(Unusable(missing_program()))
    try:
        case, found, knowledge = _reviewed(arguments)
        planned = _planned(arguments.documents, case, found, knowledge)
    except Unusable as fault:
        return _refuse(fault)
    draft = open_case(case, knowledge, found.facts.today, sample=arguments.sample)
    arguments.out.mkdir(parents=True, exist_ok=True)
    templates = Templates()
    papers = [
        SentPaper(file_name(paper), paper.kind, write_document(draft, paper, templates))
        for paper in planned
    ]
    files = [(each.id, each.written) for each in papers]
    try:
        if arguments.packet:
            sent = sent_together(papers, knowledge.kinds)
            whole = write_assembled(sent, knowledge.kinds, knowledge.version)
            files.append((f"{ASSEMBLED}.docx", whole))
        for name, written in files:
            _put(arguments.out / name, written, pdf=arguments.pdf)
    except (NotAssembled, NoPdf) as fault:
        return _refuse(Unusable(str(fault)))
    if any(knowledge.kinds[paper.kind].calendar for paper in planned):
        _put_calendar(arguments.out / "deadlines.ics", found)
    return 0


def _put_calendar(path: Path, found: Review) -> None:
    """Write the deadlines as a calendar file, which names no patient."""
    path.write_bytes(calendar_file(found.facts.deadlines, path.stem, found.facts.today))
    print(path)


def _put(path: Path, written: WrittenDocument, *, pdf: bool) -> None:
    """Write a document, then its PDF where that is wanted; raises NoPdf with the Word file kept."""
    from worker.pdf import to_pdf  # noqa: PLC0415

    path.write_bytes(written.content)
    print(f"{path}  {_state(written.missing)}")
    for left in (written.assembled or {}).get("left_out", ()):
        print(f"  without {left['id']}: {left['why']}")
    if pdf:
        path.with_suffix(".pdf").write_bytes(to_pdf(written.content))
        print(path.with_suffix(".pdf"))


def file_name(paper: PlannedDocument) -> str:
    """Return the name of a paper's file; it never holds a name of a person."""
    parts = [paper.kind, paper.variant, paper.language if paper.language != "en" else ""]
    return "-".join(part for part in parts if part) + ".docx"


def _state(missing: tuple[str, ...]) -> str:
    return f"DRAFT, to be filled in: {', '.join(missing)}" if missing else "complete"


def _reviewed(arguments: argparse.Namespace) -> tuple[dict[str, Any], Review, Knowledge]:
    knowledge = _knowledge(arguments.knowledge)
    case = read_case(arguments.case, knowledge)
    return case, review(case, knowledge, arguments.letter_date or date.today()), knowledge  # noqa: DTZ011 - the person's own day


def _knowledge(site: Path | None) -> Knowledge:
    try:
        return load_knowledge(site)
    except BrokenKnowledge as broken:
        raise Unusable(f"The knowledge cannot be used:\n{broken}") from None


def _planned(
    asked: str, case: Mapping[str, Any], found: Review, knowledge: Knowledge
) -> tuple[PlannedDocument, ...]:
    wanted: object = asked
    if asked != "recommended":
        wanted = [_one(name.strip()) for name in asked.split(",") if name.strip()]
    try:
        planned = plan_documents(wanted, case, found, knowledge, at="/documents")
    except InvalidCase as invalid:
        raise Unusable(problem_lines(Path("--documents"), invalid)) from None
    if not planned:
        raise Unusable("Nothing is recommended for this case; name the documents wanted.")
    return planned


def _one(name: str) -> object:
    kind, _, variant = name.partition("/")
    return {"kind": kind, "variant": variant} if variant else kind


def _refuse(fault: Unusable) -> int:
    print(fault, file=sys.stderr)
    return 1
