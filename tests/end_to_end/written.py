"""The sample cases as written papers: their letter dates, their Word bytes, their text."""

from __future__ import annotations

import io
import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from docx import Document
from docx.table import Table

from casework.knowledge_base import load_knowledge
from casework.schema import load_case

CASES = Path(__file__).parents[1] / "cases"
EXPECTED = CASES / "expected"
KINDS = ("letter_of_medical_necessity", "prior_authorization_request", "appeal_letter")
# As tests/cases/README.md gives them: the day on which each case's facts are in order.
LETTER_DATES = {
    "bare_minimum": date(2026, 11, 20),
    "bipolar_depression": date(2026, 11, 18),
    "depression_commercial": date(2026, 10, 5),
    "depression_commercial_denied": date(2026, 10, 19),
    "erisa_urgent_appeal": date(2026, 11, 18),
    "medicaid_managed_care": date(2026, 11, 20),
    "medicare_advantage_denial": date(2026, 11, 23),
    "odd_but_valid": date(2026, 11, 23),
    "ptsd": date(2026, 11, 20),
    "renewal_iv": date(2026, 11, 16),
    "severe_anxiety": date(2026, 11, 20),
    "suicidal_crisis": date(2026, 11, 20),
}


def pairs() -> list[tuple[str, str]]:
    """Return every (case, kind) that the case can carry."""
    return [
        (name, kind)
        for name in LETTER_DATES
        for kind in KINDS
        if kind != "appeal_letter" or sent(name).get("denial")
    ]


@cache
def sent(name: str) -> dict[str, Any]:
    """Return a sample case as a caller would send it."""
    found: dict[str, Any] = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def loaded(name: str) -> dict[str, Any]:
    """Return a sample case validated."""
    return load_case(sent(name), load_knowledge())


@cache
def docx_of(name: str, kind: str) -> bytes:
    """Return the Word file of one paper, as a worker writes it."""
    from casework.documents import PlannedDocument
    from worker.templates import Templates
    from worker.writing import open_case, write_document

    draft = open_case(loaded(name), load_knowledge(), LETTER_DATES[name], sample=False)
    return write_document(draft, PlannedDocument(kind, "", "en"), Templates()).content


def text_of(docx: bytes) -> str:
    """Return a Word file as lines: header, paragraphs and table rows in order, footer."""
    document = Document(io.BytesIO(docx))
    lines: list[str] = []
    section = document.sections[0]
    for part in (section.first_page_header, section.header):
        lines += [f"^ {paragraph.text}" for paragraph in part.paragraphs if paragraph.text]
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            lines += [" | ".join(_cells(row)) for row in block.rows]
        elif block.text.strip():
            lines.append(block.text)
    return "\n".join(lines) + "\n"


def _cells(row: Any) -> list[str]:
    # A merged cell comes once for each column that it spans.
    cells = {id(cell._tc): cell for cell in row.cells}
    return [" ¶ ".join(p.text for p in cell.paragraphs) for cell in cells.values()]


def review_text(name: str) -> str:
    """Return the review of a sample case as a clinician reads it, without the knowledge version."""
    from casework.review import review
    from cli.readable import readable_review

    found = review(loaded(name), load_knowledge(), LETTER_DATES[name]).to_json()
    lines = readable_review({**found, "knowledge_version": "any"})
    return "\n".join(lines) + "\n"


def write_expected() -> None:
    """Write the expected review and text of every paper; read the difference before committing it."""
    EXPECTED.mkdir(exist_ok=True)
    for name in LETTER_DATES:
        (EXPECTED / f"{name}.review.txt").write_text(review_text(name), encoding="utf-8")
    for name, kind in pairs():
        (EXPECTED / f"{name}.{kind}.txt").write_text(text_of(docx_of(name, kind)), encoding="utf-8")


if __name__ == "__main__":
    write_expected()
