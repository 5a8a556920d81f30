"""Every sample case as Word files: the facts are there, nothing of ours is, and twice is the same."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile

import pytest

from casework.documents import PlannedDocument
from casework.knowledge_base import load_knowledge
from tests.end_to_end.written import EXPECTED, LETTER_DATES, docx_of, loaded, pairs, text_of

PAIRS = [pytest.param(*pair, id="-".join(pair)) for pair in pairs()]


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


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_a_paper_reads_as_expected(name: str, kind: str) -> None:
    """`python -m tests.end_to_end.written` writes the texts anew; read the difference."""
    expected = (EXPECTED / f"{name}.{kind}.txt").read_text(encoding="utf-8")
    assert text_of(docx_of(name, kind)) == expected


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_a_paper_has_the_patients_payers_and_providers_facts(name: str, kind: str) -> None:
    case, text = loaded(name), whole_text(docx_of(name, kind))
    patient = case["patient"]
    assert patient["last_name"] in text
    assert case["insurance"]["payer"]["name"] in text
    assert case["prescriber"]["npi"] in text
    assert case["prescriber"]["name"] in text
    member = case["insurance"].get("member_id")
    if member:
        assert member in text


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_a_paper_holds_no_trace_of_the_machine(name: str, kind: str) -> None:
    text = whole_text(docx_of(name, kind))
    typed = json.dumps(loaded(name), ensure_ascii=False)
    assert not re.search(r"\b(None|Undefined|nan|NaN|True|False)\b", text)
    assert not re.search(r"\{'|\['|\x91", text)
    for tag in re.findall(r"\{\{.*?\}\}|\{%.*?%\}", text):
        assert tag in typed, tag
    for mark in re.findall(r"⟦[^⟧]*⟧", text):
        assert mark in typed, mark


@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_the_same_case_gives_the_same_bytes(name: str, kind: str) -> None:
    from worker.templates import Templates
    from worker.writing import open_case, write_document

    draft = open_case(loaded(name), load_knowledge(), LETTER_DATES[name], sample=False)
    again = write_document(draft, PlannedDocument(kind, "", "en"), Templates())
    assert again.content == docx_of(name, kind)


def test_text_that_looks_like_tags_comes_out_as_typed() -> None:
    text = whole_text(docx_of("odd_but_valid", "letter_of_medical_necessity"))
    for typed in ("{{ payer.name }} Health & Welfare <Trust>", "${jndi:ldap://example.com/a}"):
        assert typed in text


def test_what_is_missing_is_marked_and_the_paper_is_a_draft() -> None:
    docx = docx_of("bare_minimum", "letter_of_medical_necessity")
    text = text_of(docx)
    assert "DRAFT" in text
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        comments = archive.read("word/comments.xml").decode("utf-8")
    assert "number of treatments asked for" in comments


def test_a_complete_paper_is_no_draft_and_holds_no_comment() -> None:
    docx = docx_of("depression_commercial", "letter_of_medical_necessity")
    assert "DRAFT" not in text_of(docx)
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        assert "word/comments.xml" not in archive.namelist()


def test_a_medicare_reader_never_meets_the_word_erisa() -> None:
    assert "ERISA" not in whole_text(docx_of("medicare_advantage_denial", "appeal_letter"))


def test_each_denial_reason_stands_in_its_own_words() -> None:
    for name, kind in pairs():
        if kind == "appeal_letter":
            text = whole_text(docx_of(name, kind))
            for reason in loaded(name)["denial"]["reasons"]:
                if reason.get("quote"):
                    assert reason["quote"] in text, name
