"""A missing fact is a yellow blank with a comment, and DRAFT stands on every page until none is left."""

from __future__ import annotations

import re

import pytest

from tests.render.papers import (
    a_context,
    a_paper,
    a_template,
    body_text,
    cells,
    header_text,
    part,
    part_names,
    said,
)
from worker.gate import check_document
from worker.render import render

LABELS = {"/insurance/member_id": "member ID", "/request/end": "end of the course asked for"}


def draft() -> dict[str, object]:
    return {
        "missing": LABELS,
        "note": "until ⟦/request/end⟧, member ⟦/insurance/member_id⟧, again ⟦/request/end⟧.",
    }


def test_a_missing_fact_is_printed_as_its_name_in_brackets() -> None:
    text = body_text(a_paper(**draft()).docx)
    assert "until [end of the course asked for], member [member ID]" in text
    assert "⟦" not in text


def test_the_blank_alone_is_highlighted() -> None:
    document = part(a_paper(**draft()).docx, "word/document.xml")
    runs = [run for run in re.findall(r"<w:r>.*?</w:r>", document) if "w:highlight" in run]
    assert [re.sub(r"<[^>]+>", "", run) for run in runs] == [
        "[end of the course asked for]",
        "[member ID]",
        "[end of the course asked for]",
    ]


def test_each_blank_has_a_comment_that_names_the_field() -> None:
    comments = part(a_paper(**draft()).docx, "word/comments.xml")
    assert comments.count("<w:comment ") == 3
    assert (
        "To be filled in: member ID. The case does not hold it (/insurance/member_id)." in comments
    )


def test_the_paper_tells_which_facts_are_missing_each_once_in_order() -> None:
    paper = a_paper(**draft())
    assert paper.missing == ("/request/end", "/insurance/member_id")
    assert paper.draft


@pytest.mark.parametrize("first", [True, False])
def test_draft_stands_in_the_header_of_every_page(first: bool) -> None:
    assert header_text(a_paper(**draft()).docx, first=first).startswith("DRAFT")


def test_without_a_blank_there_is_no_draft_and_no_comments_part() -> None:
    paper = a_paper(missing=LABELS)
    assert "DRAFT" not in header_text(paper.docx)
    assert "word/comments.xml" not in part_names(paper.docx)
    assert (paper.missing, paper.draft) == ((), False)


def test_a_blank_in_the_header_counts_and_has_no_comment_since_word_has_none_there() -> None:
    letterhead = {"name": "Clinic", "address": "⟦/prescriber/practice/address⟧", "phone_fax": ""}
    missing = {"/prescriber/practice/address": "practice address"}
    context = a_context(letterhead=letterhead, missing=missing)
    paper = render(a_template(), context)
    assert header_text(paper.docx) == "DRAFT\nClinic\n[practice address]"
    assert paper.missing == ("/prescriber/practice/address",)
    assert "word/comments.xml" not in part_names(paper.docx)
    check_document(paper.docx, a_template(), context)


def test_brackets_that_name_no_missing_field_are_the_user_s_own() -> None:
    paper = a_paper(note="⟦/insurance/member_id⟧", missing={})
    assert "⟦/insurance/member_id⟧" in body_text(paper.docx)
    assert not paper.draft


def test_a_blank_in_a_table_cell_is_a_blank_too() -> None:
    row = {"label1": "Member ID", "value1": "⟦/insurance/member_id⟧", "label2": "", "value2": ""}
    paper = a_paper(reference_block=[row], missing=LABELS)
    assert cells(paper.docx, 0) == [["Member ID", "[member ID]", "", ""]]
    assert paper.draft


def test_a_blank_in_a_repeated_passage_is_told_once_and_marked_each_time() -> None:
    asked = [said("ask.one", "By ⟦/request/end⟧."), said("ask.two", "Until ⟦/request/end⟧.")]
    paper = a_paper(say={"ask": asked}, missing=LABELS)
    assert paper.missing == ("/request/end",)
    assert part(paper.docx, "word/comments.xml").count("<w:comment ") == 2


def test_a_sample_says_so_on_every_page_beside_draft() -> None:
    paper = a_paper(**draft(), sample="SAMPLE")
    assert header_text(paper.docx, first=True).startswith("DRAFT · SAMPLE")
    assert header_text(a_paper(sample="SAMPLE").docx, first=False).startswith("SAMPLE")


def test_a_blank_in_the_title_reads_as_its_name_in_the_file_s_properties() -> None:
    paper = a_paper(title="Request until ⟦/request/end⟧", missing=LABELS)
    assert "<dc:title>Request until [end of the course asked for]</dc:title>" in part(
        paper.docx, "docProps/core.xml"
    )
