"""The pages of `docs/` that are made from what the programs read; `make docs` writes them anew.

`--check` writes nothing and fails where a page is not as it would be written. `--samples` also
writes every paper of `docs/samples/`, and `--pictures` the picture of the README, which needs
LibreOffice Writer and poppler.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from casework.documents import PlannedDocument  # noqa: E402
from casework.knowledge_base import load_knowledge  # noqa: E402
from casework.knowledge_base.kinds import Kind  # noqa: E402
from casework.offered import Offered, offered  # noqa: E402
from casework.schema import load_case  # noqa: E402
from casework.schema.published import reference  # noqa: E402
from casework.strict_json import parse_json  # noqa: E402
from service.errors_document import errors_markdown  # noqa: E402
from tools.coverage_page import coverage_markdown  # noqa: E402
from tools.criteria_page import criteria_markdown  # noqa: E402
from worker.sample_contexts import every_context  # noqa: E402

DOCS = ROOT / "docs"
TEMPLATES = ROOT / "templates_docx"
PICTURED = (ROOT / "tests/cases/depression_commercial.json", date(2026, 10, 5))
_EXAMPLE_LENGTH = 90

_CONTEXT_OPENING = """\
# What a template may name

Every name that a paper's template can use, with a value from a sample case. The tree is the same for
every kind; passages and tables that a kind does not choose in its `kind.toml` are empty. All values
are ready words; a template counts and words nothing. The names of one kind alone, with what its own
sample gives: `necessity template names KIND`.

This page is written by `make docs`.
"""

_SECTIONS = {
    "say": "Passages: paragraphs made from the facts; each tag stands alone in its own paragraph.",
    "list": "Groups of passages, each with a heading.",
    "table": "Tables. Write `{%tr for row in table.NAME %}`, the row, `{%tr endfor %}`.",
    "chart": "Word charts. The tag stands alone in its paragraph of the body; empty, it is left out.",
    "field": "The boxes of a form: one text each, empty where an optional fact is missing.",
    "form": "A prescribed form, section by section, and what its boxes could not hold; empty elsewhere.",
    "flag": "Yes or no: `{%p if flag.NAME %}` … `{%p endif %}`.",
    "phrase": "Fixed words of a kind that its variants change.",
}
_REST = "The rest of the page: letterhead, addressee, title, signature."


def pages() -> Mapping[str, Callable[[], str]]:
    """Return each generated page by its file name."""
    return {
        "case.md": reference,
        "context.md": context_markdown,
        "coverage.md": lambda: coverage_markdown(load_knowledge()),
        "criteria.md": lambda: criteria_markdown(load_knowledge()),
        "errors.md": errors_markdown,
    }


def context_markdown() -> str:
    """Return docs/context.md, from the sample of every kind."""
    knowledge = load_knowledge()
    trees = [tree for kind in knowledge.kinds for tree in every_context(knowledge, kind)]
    return "\n".join((_CONTEXT_OPENING, *_sections(offered(trees)))).rstrip() + "\n"


def _sections(names: Sequence[Offered]) -> Iterator[str]:
    for section, words in _SECTIONS.items():
        yield f"## {section}\n\n{words}\n"
        yield from _rows([each for each in names if each.top == section])
    yield f"## The page\n\n{_REST}\n"
    yield from _rows([each for each in names if each.top not in _SECTIONS])


def _rows(names: Sequence[Offered]) -> Iterator[str]:
    yield "| name | write | for example |\n|---|---|---|"
    for each in names:
        yield f"| `{each.name}` | `{_cell(each.tag)}` | {_cell(_short(each.example))} |"
    yield ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXAMPLE_LENGTH else f"{line[:_EXAMPLE_LENGTH]}…"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def stale() -> Iterator[str]:
    """Yield the name of each page that is not as it would be written."""
    for name, written in pages().items():
        path = DOCS / name
        if not path.is_file() or path.read_text(encoding="utf-8") != written():
            yield name


def write_samples(folder: Path) -> None:
    """Write each kind's sample case as a Word file, in every language and variant, marked SAMPLE."""
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.docx"):
        old.unlink()
    for kind in load_knowledge().kinds.values():
        for paper in _papers_of(kind):
            parts = (paper.variant, "" if paper.language == "en" else paper.language)
            nearest = (TEMPLATES.joinpath(kind.id, *some) for some in (parts, parts[:1], ()))
            path = next(each for each in nearest if (each / "sample.json").is_file())
            name = ".".join(part for part in (kind.id, *parts) if part)
            written = _written(
                path / "sample.json", kind.of(paper.variant).sample_date, paper, sample=True
            )
            (folder / f"{name}.docx").write_bytes(written)


def _papers_of(kind: Kind) -> Iterator[PlannedDocument]:
    for variant in ("", *(each.id for each in kind.variants)):
        for language in kind.languages:
            yield PlannedDocument(kind.id, variant, language)


def write_picture(to: Path) -> None:
    """Draw the first page of a sample letter; LibreOffice Writer and poppler do it."""
    from worker.pdf import to_pdf  # noqa: PLC0415 - the pages need no Word

    path, today = PICTURED
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "letter.pdf"
        paper = PlannedDocument("letter_of_medical_necessity", "", "en")
        letter = _written(path, today, paper, sample=False)
        pdf.write_bytes(to_pdf(letter))
        drawing = ("pdftoppm", "-png", "-r", "80", "-singlefile", pdf, to.with_suffix(""))
        subprocess.run(drawing, check=True, capture_output=True)


def _written(path: Path, today: date, paper: PlannedDocument, *, sample: bool) -> bytes:
    from worker.templates import Templates  # noqa: PLC0415 - the pages need no Word
    from worker.writing import open_case, write_document  # noqa: PLC0415

    knowledge = load_knowledge()
    case = load_case(parse_json(path.read_bytes()), knowledge)
    draft = open_case(case, knowledge, today, sample=sample)
    return write_document(draft, paper, Templates()).content


def main() -> int:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--samples", action="store_true")
    parser.add_argument("--pictures", action="store_true")
    arguments = parser.parse_args()
    if arguments.check:
        old = list(stale())
        for name in old:
            print(f"docs/{name} is not as the programs are now: make docs")
        return 1 if old else 0
    for name, written in pages().items():
        (DOCS / name).write_text(written(), encoding="utf-8")
    if arguments.samples:
        write_samples(DOCS / "samples")
    if arguments.pictures:
        return _draw()
    return 0


def _draw() -> int:
    from worker.pdf import NoPdf  # noqa: PLC0415 - the pages need no Word

    try:
        write_picture(DOCS / "letter.png")
    except (NoPdf, FileNotFoundError) as fault:
        print(f"docs/letter.png stays as it was: {fault}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
