"""What is written for the patient reads at grade 8 or below, in English and in Spanish."""

from __future__ import annotations

import io

import pytest
from docx import Document
from docx.table import Table

from casework.documents import PlannedDocument
from casework.knowledge_base import load_knowledge
from tests.end_to_end.kind_folders import docx_of_sample
from tests.end_to_end.readability import ease, grade, spanish_syllables
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


@pytest.mark.parametrize(
    ("word", "count"),
    [("día", 2), ("autorización", 5), ("quien", 1), ("ciudad", 2), ("ayuda", 3), ("oía", 3)],
)
def test_spanish_syllables_are_counted_as_they_are_spoken(word: str, count: int) -> None:
    assert spanish_syllables(word) == count


def test_long_words_and_sentences_are_less_easy() -> None:
    assert ease(["El gato come pan."]) > 100
    assert ease(["La administración determinará la responsabilidad correspondiente."]) < 20
