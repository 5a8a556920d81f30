"""Each kind's own folder: its sample case, and its papers in every variant and language as text.

`python -m tests.end_to_end.kind_folders [KIND …]` writes the expected texts anew; read the
difference before committing it.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

from casework.carrying import can_be_written
from casework.documents import PlannedDocument
from casework.knowledge_base import load_knowledge
from casework.schema import load_case
from tests.end_to_end.written import LETTER_DATES, loaded, text_of

FOLDERS = Path(__file__).parents[2] / "templates_docx"


def own_papers(kinds: tuple[str, ...] = ()) -> list[PlannedDocument]:
    """Return every kind (or the named ones) in each variant and language."""
    return [
        PlannedDocument(kind.id, variant, language)
        for kind in load_knowledge().kinds.values()
        if not kinds or kind.id in kinds
        for variant in ("", *(each.id for each in kind.variants))
        for language in kind.languages
    ]


def sample_papers() -> list[tuple[str, PlannedDocument]]:
    """Return every paper that each of the shared sample cases can carry."""
    found = load_knowledge().kinds
    return [
        (name, paper)
        for name in LETTER_DATES
        for paper in own_papers()
        if can_be_written(found[paper.kind].of(paper.variant), loaded(name))
    ]


def folder_of(paper: PlannedDocument) -> Path:
    """Return the folder of a kind, a variant in it, and a language other than English in that."""
    language = paper.language if paper.language != "en" else ""
    return FOLDERS.joinpath(paper.kind, paper.variant, language)


@cache
def sample_case(paper: PlannedDocument) -> dict[str, Any]:
    """Return the case of the nearest `sample.json`, validated."""
    folders = (folder_of(paper), FOLDERS / paper.kind / paper.variant, FOLDERS / paper.kind)
    path = next(each / "sample.json" for each in folders if (each / "sample.json").is_file())
    return load_case(json.loads(path.read_text(encoding="utf-8")), load_knowledge())


@cache
def own_docx(paper: PlannedDocument) -> bytes:
    """Return the kind's sample as a Word file, under the kind's own letter date."""
    kind = load_knowledge().kinds[paper.kind].of(paper.variant)
    return _written(sample_case(paper), kind.sample_date, paper)


@cache
def docx_of_sample(name: str, paper: PlannedDocument) -> bytes:
    """Return a paper of one of the shared sample cases."""
    return _written(loaded(name), LETTER_DATES[name], paper)


def _written(case: dict[str, Any], today: Any, paper: PlannedDocument) -> bytes:
    from worker.writing import open_case, write_document

    draft = open_case(case, load_knowledge(), today, sample=False)
    return write_document(draft, paper, _templates()).content


@cache
def _templates() -> Any:
    from worker.templates import Templates

    return Templates()


def write_expected(kinds: tuple[str, ...] = ()) -> None:
    """Write `expected.txt` into every kind's folder and its variants' and languages'."""
    for paper in own_papers(kinds):
        folder_of(paper).mkdir(exist_ok=True)
        (folder_of(paper) / "expected.txt").write_text(text_of(own_docx(paper)), encoding="utf-8")


if __name__ == "__main__":
    write_expected(tuple(sys.argv[1:]))
