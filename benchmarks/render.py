"""How fast papers are written, beside docxtpl and its peers: `python -m benchmarks.render`.

Peers that are not installed are named and left out. `--node FOLDER` names a folder in whose
node_modules docxtemplater (with pizzip) and easy-template-x stand; `--rust-docxtpl PYTHON` an
interpreter whose docxtpl is rust-docxtpl.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
from docxtpl import DocxTemplate

from benchmarks.interleaved import (
    IN_A_ROW,
    Child,
    Contender,
    Goal,
    Timed,
    compared,
    print_goals,
    print_machine,
    print_table,
    timed,
)
from benchmarks.letter import a_letter, mustache_template, template
from casework.context import CaseContext, paper_context
from casework.knowledge_base import load_knowledge
from worker.gate import check_document
from worker.render import Template, compile_template, passages_in, render
from worker.render.fill import _values, fill
from worker.render.package import LEVEL
from worker.render.part import ENVIRONMENT
from worker.render.tokens import Ledger
from worker.templates import BUILT_IN
from worker.writing import Draft, open_case, write_document

_ROOT = Path(__file__).resolve().parent.parent
_CASE = _ROOT / "tests" / "cases" / "depression_commercial_denied.json"
_DAY = date(2026, 10, 19)
_PACKAGES = ("docxtpl", "python-docx", "lxml", "jinja2")
OURS, DOCXTPL, SANDBOXED, FLOOR = (
    "ours, all checks on",
    "docxtpl as documented",
    "docxtpl, sandbox and autoescape",
    "the floor: Jinja and deflate",
)
_ROWS = (8, 80, 400, 2000)


@dataclass(frozen=True)
class Paper:
    """A kind's paper of the sample case: its template's bytes, compiled too, and its context."""

    kind: str
    docx: bytes
    template: Template
    context: Mapping[str, Any]
    variant: str = ""
    language: str = "en"


def main() -> None:
    """Run every comparison and print it, goals last."""
    arguments = _arguments()
    print_machine(_PACKAGES)
    print(
        f"{arguments.rounds} rounds of {IN_A_ROW} documents each, in an order drawn anew each round."
    )
    goals = [
        *_papers(arguments.rounds),
        *_peers(arguments.rounds, arguments.node, arguments.rust_docxtpl),
        *_growth(max(5, arguments.rounds // 10)),
    ]
    _steps(arguments.rounds)
    print_goals(goals)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.render")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--node", type=Path)
    parser.add_argument("--rust-docxtpl")
    return parser.parse_args()


def _papers(rounds: int) -> Iterator[Goal]:
    """Compare two kinds of ours with docxtpl and with what no renderer on Jinja can go under."""
    for kind, name, wanted in (
        ("letter_of_medical_necessity", "letter", "≥ 40"),
        ("prior_authorization_request", "form", "≥ 60"),
    ):
        paper = _paper(kind)
        found = compared(_contenders(paper.docx, paper.template, paper.context), rounds)
        print_table(f"The {name} ({kind})", list(found.values()), found[OURS])
        ours = found[OURS]
        yield Goal(f"{name}: docxtpl as documented / ours", wanted, found[DOCXTPL].over(ours))
        yield Goal(f"{name}: ours / the floor", "≤ 1.7", ours.over(found[FLOOR]))


def _contenders(docx: bytes, compiled: Template, context: Mapping[str, Any]) -> list[Contender]:
    plain = _values(compiled, context, Ledger({}))
    return [
        Contender(OURS, timed(lambda: render(compiled, context))),
        Contender(DOCXTPL, timed(partial(_by_docxtpl, docx, plain, None))),
        Contender(SANDBOXED, timed(partial(_by_docxtpl, docx, plain, ENVIRONMENT))),
        Contender(FLOOR, timed(partial(_floor, compiled, plain))),
    ]


def _by_docxtpl(
    docx: bytes, values: Mapping[str, Any], environment: jinja2.Environment | None
) -> bytes:
    document = DocxTemplate(io.BytesIO(docx))
    document.render(dict(values), environment)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _floor(compiled: Template, values: Mapping[str, Any]) -> list[bytes]:
    texts = (part.template.render(values) for part in compiled.filled.values())
    return [zlib.compress(text.encode(), LEVEL, -15) for text in texts]


def _paper(kind: str) -> Paper:
    docx = (BUILT_IN / kind / "template.docx").read_bytes()
    return Paper(kind, docx, compile_template(docx), _context(_draft().context, kind))


def _context(case: CaseContext, kind: str) -> dict[str, Any]:
    return paper_context(case, kind, "", "en", sample=False)


def _draft() -> Draft:
    case = json.loads(_CASE.read_text(encoding="utf-8"))
    return open_case(case, load_knowledge(), _DAY, sample=False)


def _peers(rounds: int, node: Path | None, rust_docxtpl: str | None) -> Iterator[Goal]:
    """Compare one plain letter in all engines that are here."""
    with _files() as folder:
        children, missing = _children(folder, node, rust_docxtpl)
        contenders = _contenders(template(), compile_template(template()), a_letter())
        peers = [Contender(name, child.once) for name, child in children.items()]
        found = compared([*contenders, *peers], rounds)
        for child in children.values():
            child.end()
    print_table("One plain letter of four pages, all engines", list(found.values()), found[OURS])
    if missing:
        print(f"\nNot installed here, left out: {', '.join(missing)}.")
    ours = found[OURS]
    yield Goal("plain letter: docxtpl as documented / ours", "≥ 40", found[DOCXTPL].over(ours))
    yield Goal("plain letter: ours / the floor", "≤ 1.7", ours.over(found[FLOOR]))
    if peers:
        fastest: Timed = min((found[each.name] for each in peers), key=lambda each: each.median)
        yield Goal(
            f"plain letter: fastest peer ({fastest.name}) / ours", "≥ 10", fastest.over(ours)
        )


@contextmanager
def _files() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "jinja.docx").write_bytes(template())
        (folder / "mustache.docx").write_bytes(mustache_template())
        (folder / "values.json").write_text(json.dumps(a_letter()), encoding="utf-8")
        yield folder


def _children(
    folder: Path, node: Path | None, rust_docxtpl: str | None
) -> tuple[dict[str, Child], list[str]]:
    """Start the peers that are installed; return the names of the others too."""
    scripts = Path(__file__).resolve().parent / "peers"
    python_peer = [str(scripts / "docxtpl_peer.py"), "jinja.docx", "values.json", str(IN_A_ROW)]
    commands: dict[str, Sequence[str] | None] = {
        "rust-docxtpl": [rust_docxtpl, *python_peer] if rust_docxtpl else None,
    }
    for name in ("docxtemplater", "easy-template-x"):
        there = node and (node / "node_modules" / name).is_dir() and shutil.which("node")
        script = ["node", str(scripts / "node_peer.mjs"), name, str(node and node.resolve())]
        commands[name] = [*script, "mustache.docx", "values.json", str(IN_A_ROW)] if there else None
    children = {name: Child(command, folder) for name, command in commands.items() if command}
    return children, [name for name in commands if name not in children]


def _growth(rounds: int) -> Iterator[Goal]:
    """Compare tables of more and more rows, where Jinja's own time begins to decide."""
    docx, compiled = template(), compile_template(template())
    rows = []
    for number in _ROWS:
        found = compared(_contenders(docx, compiled, a_letter(number)), rounds)
        rows.append((number, found[OURS], found[DOCXTPL]))
    print(
        "\n### Rows of a table\n\n| rows | ours, ms | docxtpl, ms | docxtpl / ours |\n|---:|---:|---:|---:|"
    )
    for number, ours, docxtpl in rows:
        print(
            f"| {number:,} | {ours.median:.2f} | {docxtpl.median:.1f} | {docxtpl.over(ours):.1f} |"
        )
    yield Goal("2,000 rows: docxtpl / ours", "≥ 8", rows[-1][2].over(rows[-1][1]))


def _steps(rounds: int) -> None:
    """Print where the time of one letter goes, from the case to the document that may leave."""
    draft = _draft()
    paper = _paper("letter_of_medical_necessity")
    rendered = render(paper.template, paper.context)
    body = check_document(rendered.docx, paper.template, paper.context, rendered.filled)
    whole = "the whole letter, the case once reviewed"
    steps: dict[str, Callable[[], object]] = {
        "review of the case, once a packet": _draft,
        "drafting: the paper's context": partial(_context, draft.context, paper.kind),
        "rendering": partial(render, paper.template, paper.context),
        "  of it: tags": partial(fill, paper.template, paper.context),
        "gate": partial(
            check_document, rendered.docx, paper.template, paper.context, rendered.filled
        ),
        "provenance": partial(passages_in, body, paper.context),
        whole: partial(write_document, draft, paper, _Compiled(paper.template)),
    }
    found = compared([Contender(name, timed(step)) for name, step in steps.items()], rounds)
    print("\n### A letter from case to document\n\n| step | median ms | p95 ms |\n|---|---:|---:|")
    for each in found.values():
        print(f"| {each.name} | {each.median:.2f} | {each.p95:.2f} |")


@dataclass(frozen=True)
class _Compiled:
    """The one template of a paper, where `write_document` looks for it."""

    template: Template

    def get(self, *_: str) -> Template:
        """Return it."""
        return self.template


if __name__ == "__main__":
    sys.exit(main())
