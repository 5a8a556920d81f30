"""Every kind in its own folder and over every sample case: whole, sound, and free of the machine."""

from __future__ import annotations

import html
import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from openxml_audit import OpenXmlValidator

from casework.documents import PlannedDocument, plan_documents
from casework.knowledge_base import load_knowledge
from casework.review import review
from casework.schema import load_case
from tests.end_to_end.kind_folders import (
    FOLDERS,
    docx_of_sample,
    folder_of,
    own_docx,
    own_papers,
    sample_case,
    sample_papers,
)
from tests.end_to_end.written import LETTER_DATES, loaded, text_of


def _name(paper: PlannedDocument) -> str:
    return "-".join(part for part in (paper.kind, paper.variant, paper.language) if part)


OWN = [pytest.param(paper, id=_name(paper)) for paper in own_papers()]
SAMPLES = [
    pytest.param(name, paper, id=f"{name}-{_name(paper)}") for name, paper in sample_papers()
]


@pytest.mark.parametrize("kind", load_knowledge().kinds)
def test_a_kind_is_one_folder_with_all_its_files(kind: str) -> None:
    held = {path.name for path in (FOLDERS / kind).iterdir()}
    wanted = {"kind.toml", "template.docx", "template.txt", "sample.json", "expected.txt"}
    assert wanted - held == set()


@pytest.mark.parametrize("paper", OWN)
def test_a_kind_accepts_its_own_sample(paper: PlannedDocument) -> None:
    knowledge, case = load_knowledge(), sample_case(paper)
    today = knowledge.kinds[paper.kind].of(paper.variant).sample_date
    asked = [{"kind": paper.kind, "variant": paper.variant, "language": paper.language}]
    assert plan_documents(asked, case, review(case, knowledge, today), knowledge) == (paper,)


@pytest.mark.parametrize("paper", OWN)
def test_a_kind_s_sample_reads_as_expected(paper: PlannedDocument) -> None:
    """`python -m tests.end_to_end.kind_folders KIND` writes the text anew; read the difference."""
    expected = (folder_of(paper) / "expected.txt").read_text(encoding="utf-8")
    assert text_of(own_docx(paper)) == expected


@pytest.mark.parametrize("paper", OWN)
def test_a_kind_s_word_file_meets_the_open_xml_schemas(
    paper: PlannedDocument, tmp_path: Path
) -> None:
    path = tmp_path / "paper.docx"
    path.write_bytes(own_docx(paper))
    result = OpenXmlValidator().validate(str(path))
    assert result.is_valid, result.errors


@pytest.mark.parametrize(("name", "paper"), SAMPLES)
def test_a_paper_of_any_sample_holds_no_trace_of_the_machine(
    name: str, paper: PlannedDocument
) -> None:
    text = whole_text(docx_of_sample(name, paper))
    typed = json.dumps(loaded(name), ensure_ascii=False)
    assert not re.search(r"\b(None|Undefined|nan|NaN|True|False)\b", text)
    assert not re.search(r"\{'|\['|\x91", text)
    for left in re.findall(r"\{\{.*?\}\}|\{%.*?%\}|⟦[^⟧]*⟧", text):
        assert left in typed, left


def whole_text(docx: bytes) -> str:
    """All text of all parts, so that nothing hides in a header, a comment or a footer."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        parts = [
            archive.read(name).decode("utf-8")
            for name in archive.namelist()
            if name.startswith("word/") and name.endswith(".xml") and "styles" not in name
        ]
    found = re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", "".join(parts))
    return html.unescape("\n".join(found))


def test_a_new_kind_is_one_new_folder(tmp_path: Path) -> None:
    from worker.templates import Templates
    from worker.writing import open_case, write_document

    kinds = tmp_path / "kinds"
    shutil.copytree(FOLDERS / "letter_of_medical_necessity", kinds / "thank_you_note")
    told = (FOLDERS / "letter_of_medical_necessity" / "kind.toml").read_text(encoding="utf-8")
    told = told.replace('"letter_of_medical_necessity"', '"thank_you_note"').replace(
        'titled = "request"', 'titled = "own"'
    )
    told = re.sub(r'(?m)^title = ".*"$', 'title = "Thank you for the approval"', told)
    (kinds / "thank_you_note" / "kind.toml").write_text(told, encoding="utf-8")

    knowledge = load_knowledge(kinds=kinds)
    name = "depression_commercial"
    case = load_case(json.loads(_case_text(name)), knowledge)
    draft = open_case(case, knowledge, LETTER_DATES[name], sample=False)
    paper = PlannedDocument("thank_you_note", "", "en")
    written = write_document(draft, paper, Templates(kinds))
    assert "Thank you for the approval" in text_of(written.content)


def _case_text(name: str) -> str:
    return (Path(__file__).parents[1] / "cases" / f"{name}.json").read_text(encoding="utf-8")
