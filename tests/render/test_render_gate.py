"""A paper that lost or kept what it should not does not leave."""

from __future__ import annotations

import pytest

from tests.render.papers import a_context, a_paper, a_template, part, trial, with_body, with_part
from worker.gate import GateFailed, check_document
from worker.render import render

MISSING = {"missing": {"/a": "first thing"}, "note": "until ⟦/a⟧."}


def reasons(docx: bytes, **changes: object) -> str:
    with pytest.raises(GateFailed) as failed:
        check_document(docx, a_template(), a_context(**changes))
    return " ".join(failed.value.reasons)


@pytest.mark.parametrize("changes", [{}, MISSING, {"sample": "SAMPLE"}, {"table": {"trials": []}}])
def test_a_sound_paper_passes(changes: dict[str, object]) -> None:
    context = a_context(**changes)
    check_document(render(a_template(), context).docx, a_template(), context)


def test_a_letter_cut_off_in_the_middle_is_stopped() -> None:
    document = part(a_paper().docx, "word/document.xml")
    start, end = document.index("In short"), document.index("<w:sectPr")
    cut = document[: document.rindex("<w:p>", 0, start)] + document[end:]
    told = reasons(with_part(a_paper().docx, "word/document.xml", cut))
    assert "does not hold the whole text" in told
    assert "lacks a text of its template" in told


def test_a_lost_table_row_is_stopped() -> None:
    document = part(a_paper().docx, "word/document.xml")
    last = document.rindex("<w:tr>")
    cut = document[:last] + document[document.index("</w:tr>", last) + len("</w:tr>") :]
    assert "all rows" in reasons(with_part(a_paper().docx, "word/document.xml", cut))


@pytest.mark.parametrize(
    ("left", "told"),
    [
        ("{{ note }}", "a tag of the template"),
        ("None", "the word None"),
        ("nan", "the word nan"),
        ("\ufdd10\ufdd3", "an inner mark"),
    ],
)
def test_what_only_a_fault_leaves_behind_is_stopped(left: str, told: str) -> None:
    assert told in reasons(with_body(a_paper().docx, "one sentence.", left))


def test_the_mark_of_a_missing_fact_left_in_the_text_is_stopped() -> None:
    paper = a_paper(**MISSING).docx
    assert "mark of a missing fact" in reasons(with_body(paper, "[first thing]", "⟦/a⟧"), **MISSING)


def test_a_draft_without_the_word_draft_is_stopped() -> None:
    paper = a_paper(**MISSING).docx
    header = part(paper, "word/header.xml").replace("DRAFT", "")
    assert "does not say DRAFT" in reasons(with_part(paper, "word/header.xml", header), **MISSING)


def test_a_comment_without_its_place_is_stopped() -> None:
    paper = with_body(a_paper(**MISSING).docx, '<w:commentReference w:id="0"/>', "")
    assert "Comments and their places" in reasons(paper, **MISSING)


def test_an_unknown_style_is_stopped() -> None:
    paper = with_body(a_paper().docx, '<w:pStyle w:val="Note"/>', '<w:pStyle w:val="Gone"/>')
    assert "uses the style Gone" in reasons(paper)


def test_a_macro_or_a_part_of_unknown_kind_is_stopped() -> None:
    assert "vbaProject" in reasons(with_part(a_paper().docx, "word/vbaProject.bin", "x"))


@pytest.mark.parametrize("docx", [b"", b"no zip", a_paper().docx[:-200]])
def test_bytes_that_do_not_open_are_stopped(docx: bytes) -> None:
    assert "not a readable" in reasons(docx)


def test_a_damaged_part_is_stopped() -> None:
    assert "not well-formed" in reasons(with_part(a_paper().docx, "word/document.xml", "<w:p>"))


def test_reasons_hold_no_patient_data() -> None:
    context = a_context(table={"trials": [trial("zuranolone")]}, note="Secret words")
    paper = render(a_template(), context).docx
    with pytest.raises(GateFailed) as failed:
        check_document(with_body(paper, "Secret words", "zuranolone None"), a_template(), context)
    assert "Secret" not in str(failed.value)
    assert "zuranolone" not in str(failed.value)


def test_a_part_that_never_changes_is_read_when_it_did_change() -> None:
    styles = part(a_paper().docx, "word/styles.xml")
    field = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>DDE x</w:instrText></w:r></w:p>'
    )
    changed = styles.replace("</w:styles>", f"{field}</w:styles>")
    assert "the field DDE" in reasons(with_part(a_paper().docx, "word/styles.xml", changed))


def test_a_relationship_to_the_outside_is_stopped() -> None:
    relations = part(a_paper().docx, "word/_rels/document.xml.rels")
    outside = '<Relationship Id="x" Type="x/image" Target="http://x" TargetMode="External"/>'
    changed = relations.replace("</Relationships>", f"{outside}</Relationships>")
    paper = with_part(a_paper().docx, "word/_rels/document.xml.rels", changed)
    assert "loads something from outside" in reasons(paper)
