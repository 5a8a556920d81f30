"""A paper says in which language it is: to Word's spelling check, and to who reads it aloud."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from casework.documents import PlannedDocument
from casework.knowledge_base import load_knowledge
from casework.languages import LANGUAGE_TAGS
from tests.end_to_end.kind_folders import own_docx, own_papers
from worker.assembly.join import misfit

BY_LANGUAGE = [
    pytest.param(each, id=f"{each.kind}-{each.variant}-{each.language}") for each in own_papers()
]


def parts(paper: PlannedDocument) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(own_docx(paper))) as archive:
        names = ("word/styles.xml", "word/settings.xml", "docProps/core.xml")
        return {name: archive.read(name).decode("utf-8") for name in names}


@pytest.mark.parametrize("paper", BY_LANGUAGE)
def test_styles_settings_and_properties_name_the_language(paper: PlannedDocument) -> None:
    tag, read = LANGUAGE_TAGS[paper.language], parts(paper)
    assert set(re.findall(r'<w:lang w:val="([^"]*)"', read["word/styles.xml"])) == {tag}
    assert f'<w:themeFontLang w:val="{tag}"' in read["word/settings.xml"]
    assert f"<dc:language>{tag}</dc:language>" in read["docProps/core.xml"]


def test_every_language_of_a_kind_has_its_tag() -> None:
    spoken = {each for kind in load_knowledge().kinds.values() for each in kind.languages}
    assert spoken <= set(LANGUAGE_TAGS)


def test_a_paper_in_spanish_still_fits_into_the_one_file() -> None:
    spanish = own_docx(PlannedDocument("patient_statement", "", "es"))
    english = own_docx(PlannedDocument("appeal_letter", "", "en"))
    assert misfit(spanish, english) == ""
