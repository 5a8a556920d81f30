"""What is written for the patient reads at grade 8 or below, in English and in Spanish."""

from __future__ import annotations

import io

import pytest
from docx import Document
from docx.table import Table

from casework.documents import PlannedDocument
from casework.knowledge_base import load_knowledge
from tests.end_to_end.kind_folders import docx_of_sample
from tests.end_to_end.reading_ease import ease, grade
from tests.end_to_end.written import LETTER_DATES

OWN_WORDS = {"patient_statement"}
KINDS = sorted(
    kind.id
    for kind in load_knowledge().kinds.values()
    if kind.reader == "patient" and kind.id not in OWN_WORDS
)


def texts(docx: bytes) -> list[str]:
    """Every paragraph and cell with a sentence in it; labels, names and numbers are no prose."""
    found: list[str] = []
    for block in Document(io.BytesIO(docx)).iter_inner_content():
        if isinstance(block, Table):
            found += [text for row in block.rows for text in {cell.text for cell in row.cells}]
        else:
            found.append(block.text)
    return [text for text in found if text.rstrip("”").endswith((".", "?"))]


@pytest.mark.parametrize("name", LETTER_DATES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_patient_s_paper_reads_at_grade_8_or_below(kind: str, name: str) -> None:
    assert grade(texts(docx_of_sample(name, PlannedDocument(kind, "", "en")))) <= 8


@pytest.mark.parametrize("name", LETTER_DATES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_patient_s_paper_is_as_easy_in_spanish(kind: str, name: str) -> None:
    assert ease(texts(docx_of_sample(name, PlannedDocument(kind, "", "es")))) >= 60


def test_grades_are_those_of_known_texts() -> None:
    assert grade(["The cat sat on the mat."]) < 1
    assert grade(["Utilization management determines medical necessity independently."]) > 15
    assert ease(["El gato come pan."]) > 100
    assert ease(["La administración determinará la responsabilidad correspondiente."]) < 20
