"""Prescribed forms as Word files: every field of the form's file is in the paper."""

from __future__ import annotations

import pytest

from casework.documents import PlannedDocument
from casework.knowledge_base import load_knowledge
from tests.end_to_end.kind_folders import docx_of_sample, own_docx, sample_papers
from tests.end_to_end.written import text_of

FORMS = [
    (PlannedDocument(kind.id, each.id, "en"), each.form)
    for kind in load_knowledge().kinds.values()
    for each in kind.variants
    if each.form
]
SAMPLES = [
    (name, paper, dict(FORMS)[paper]) for name, paper in sample_papers() if paper in dict(FORMS)
]


def lacking(form_id: str, text: str) -> list[str]:
    """Return the labels of the form's file that do not stand in a cell or a caption of the text."""
    starts = [cell.strip() for line in text.splitlines() for cell in line.split(" | ")]
    return [
        each.label
        for each in load_knowledge().forms[form_id].field
        if not any(start.startswith(each.label) for start in starts)
    ]


@pytest.mark.parametrize(("paper", "form_id"), FORMS, ids=[form for _, form in FORMS])
def test_every_field_of_the_form_s_file_stands_in_its_paper(
    paper: PlannedDocument, form_id: str
) -> None:
    assert lacking(form_id, text_of(own_docx(paper))) == []


@pytest.mark.parametrize(("name", "paper", "form_id"), SAMPLES)
def test_every_field_stands_there_whatever_the_case_lacks(
    name: str, paper: PlannedDocument, form_id: str
) -> None:
    assert lacking(form_id, text_of(docx_of_sample(name, paper))) == []


def test_all_six_forms_can_be_written() -> None:
    assert len(FORMS) == 6
