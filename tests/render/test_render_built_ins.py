"""The templates that ship: built from their texts, sound, and accepted by Word."""

from __future__ import annotations

from pathlib import Path

import pytest
from openxml_audit import OpenXmlValidator

from tests.render.papers import FRAME, ROOT
from worker.render import compile_template
from worker.templates_build import disagreements, template_folders

FOLDERS = template_folders(ROOT / "templates_docx")
EACH = pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])


@EACH
def test_its_text_and_its_word_file_agree(folder: Path) -> None:
    assert list(disagreements(folder, FRAME.read_bytes())) == []


@EACH
def test_it_compiles_without_a_fault(folder: Path) -> None:
    assert compile_template((folder / "template.docx").read_bytes()).warnings == ()


@EACH
def test_it_follows_the_open_xml_schemas(folder: Path) -> None:
    result = OpenXmlValidator().validate(str(folder / "template.docx"))
    assert result.is_valid, [str(error) for error in result.errors]
