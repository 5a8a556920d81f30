"""The finished file: its bytes, its properties, its layout, what lies hidden in it."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from openxml_audit import OpenXmlValidator

from tests.render.papers import (
    LETTER,
    a_context,
    a_paper,
    a_template,
    body_text,
    cells,
    header_text,
    opened,
    part,
    part_names,
    said,
    trial,
    word_file,
)
from worker.render import compile_template, printed_passages, render

HARD = {
    "missing": {"/a": "first thing", "/b": "second thing"},
    "note": "⟦/a⟧\n<b> & ⟦/b⟧\t" + "W" * 300,
    "sample": "SAMPLE",
}


@pytest.mark.parametrize("changes", [{}, HARD], ids=["plain", "draft"])
def test_the_file_follows_the_open_xml_schemas(
    changes: dict[str, object], tmp_path: object
) -> None:
    path = tmp_path / "paper.docx"  # type: ignore[operator]
    path.write_bytes(a_paper(**changes).docx)
    result = OpenXmlValidator().validate(str(path))
    assert result.is_valid, [str(error) for error in result.errors]


def test_the_same_request_gives_the_same_bytes_also_from_a_template_compiled_anew() -> None:
    first = a_paper(**HARD).docx
    assert first == a_paper(**HARD).docx
    assert first == render(compile_template(word_file()), a_context(**HARD)).docx


def test_no_clock_shows_in_the_file() -> None:
    with zipfile.ZipFile(io.BytesIO(a_paper().docx)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_properties_are_the_paper_s_and_its_practice_s() -> None:
    properties = opened(a_paper().docx).core_properties
    assert properties.title == "Request: six infusions of ketamine"
    assert (properties.author, properties.last_modified_by) == ("Example Mood Clinic",) * 2
    assert properties.created.date().isoformat() == "2026-10-05"
    assert properties.language == "en-US"


def test_an_exact_day_goes_before_the_day_in_words() -> None:
    paper = a_paper(date="5 de octubre de 2026", date_iso="2026-10-05")
    assert opened(paper.docx).core_properties.created.date().isoformat() == "2026-10-05"


def test_every_value_of_the_context_is_printed_in_its_place() -> None:
    paper = a_paper().docx
    assert header_text(paper) == (
        "Example Mood Clinic\n12 Sample Street, Anytown, MA 02000\n"
        "Phone 555-010-0100 · Fax 555-010-0101"
    )
    assert header_text(paper, first=False).startswith(
        "Example Mood Clinic\tOctober 5, 2026\nRequest"
    )
    assert cells(paper, 1) == [
        ["Medicine", "Dose", "Result"],
        ["sertraline", "200 mg", "No response (Exhibit B)"],
        ["bupropion XL", "200 mg", "No response"],
    ]


def test_the_header_row_repeats_and_no_row_splits_over_pages() -> None:
    paper = a_paper(table={"trials": [trial(str(i)) for i in range(60)]}).docx
    rows = opened(paper).tables[1]._tbl.tr_lst
    assert len(rows) == 61
    assert ["tblHeader" in row.xml for row in rows] == [True] + [False] * 60
    assert all("cantSplit" in row.xml for row in rows)


def test_a_table_without_rows_leaves_neither_heading_row_nor_hole() -> None:
    paper = a_paper(table={"trials": []}).docx
    assert len(opened(paper).tables) == 1
    assert "What has been tried" not in body_text(paper)


def test_a_line_that_came_out_empty_is_no_blank_line() -> None:
    paper = a_paper("[Note] {{ note }}\n[Note] after", note="").docx
    assert [each.text for each in opened(paper).paragraphs] == ["after"]


def test_a_cell_that_came_out_empty_keeps_its_paragraph() -> None:
    row = {"label1": "Plan", "value1": "", "label2": "", "value2": ""}
    assert cells(a_paper(reference_block=[row]).docx, 0) == [["Plan", "", "", ""]]


def test_pages_are_counted_by_fields_with_a_cached_result() -> None:
    footer = part(a_paper().docx, "word/footer.xml")
    assert "D.E. · EHP-000-1111" in footer
    assert re.findall(r"<w:instrText[^>]*> (\w+) <", footer) == ["PAGE", "NUMPAGES"]
    assert footer.count('w:fldCharType="separate"/></w:r><w:r><w:t xml:space="preserve">1<') == 2


def test_each_printed_passage_leaves_its_id_in_a_hidden_bookmark() -> None:
    asked = [
        said("ask.whole", "One."),
        said("ask/é with a very long id, longer than forty signs", "Two."),
    ]
    context = a_context(say={"ask": asked, "unused": [said("unused", "Three.")]})
    paper = render(a_template(), context)
    printed = printed_passages(paper.docx, context)
    assert [each.id for each in printed] == [asked[0]["id"], asked[1]["id"]]
    names = re.findall(r'w:name="(_[^"]+)"', part(paper.docx, "word/document.xml"))
    assert [each.bookmark for each in printed] == names
    assert all(len(name) <= 40 for name in names)


def test_a_passage_printed_twice_is_told_at_both_places() -> None:
    twice = "{% for p in say.ask %}\n{{ p.text }} {{ p.text }}\n{% endfor %}"
    context = a_context()
    paper = render(a_template(twice), context)
    assert [(each.id, each.bookmark) for each in printed_passages(paper.docx, context)] == [
        ("ask.whole", "_n_ask_whole"),
        ("ask.whole", "_n_ask_whole_2"),
    ]


def test_passages_that_share_an_id_each_tell_what_they_rest_on_themselves() -> None:
    first = {**said("fact", "He works."), "from": ["/function/work"]}
    second = {**said("fact", "He sleeps: ⟦/function/sleep⟧."), "from": ["/function/sleep"]}
    missing = {"/function/sleep": "sleep"}
    context = a_context(say={"ask": [first, second]}, missing=missing)
    paper = render(a_template(), context)
    assert [each.rests_on for each in printed_passages(paper.docx, context)] == [
        ("/function/work",),
        ("/function/sleep",),
    ]


def test_the_sentences_of_a_passage_are_told_as_they_are_printed() -> None:
    parts = [
        {"text": "His score is ⟦/score⟧.", "from": ["/assessments/0"]},
        {"text": "It was 20.", "from": ["/assessments/1"]},
    ]
    whole = {**said("score", "His score is ⟦/score⟧. It was 20."), "sentences": parts}
    context = a_context(say={"ask": [whole]}, missing={"/score": "the score"})
    (printed,) = printed_passages(render(a_template(), context).docx, context)
    assert printed.sentences == (
        ("His score is [the score].", ("/assessments/0",)),
        ("It was 20.", ("/assessments/1",)),
    )


def test_numbered_lists_apart_from_each_other_each_begin_at_one() -> None:
    lists = "[List Number] a\n[List Number] b\nbetween\n[List Number] c"
    paper = a_paper(lists).docx
    numbers = re.findall(r'<w:numId w:val="(\d)"', part(paper, "word/document.xml"))
    assert numbers == ["3"]
    assert '<w:startOverride w:val="1"/>' in part(paper, "word/numbering.xml")


def test_a_loop_over_cells_widens_the_table_s_grid() -> None:
    cell = "<w:tc><w:tcPr/><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    row = "".join(
        cell.format(text) for text in ("{%tc for n in many %}", "{{ n }}", "{%tc endfor %}")
    )
    table = (
        '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="900"/>'
        f'<w:gridCol w:w="900"/><w:gridCol w:w="900"/></w:tblGrid><w:tr>{row}</w:tr></w:tbl>'
    )
    from tests.render.papers import with_body

    docx = with_body(word_file("[Note] x"), "<w:body>", f"<w:body>{table}")
    paper = render(compile_template(docx), a_context(many=["1", "2", "3", "4"])).docx
    assert cells(paper, 0) == [["1", "2", "3", "4"]]
    assert part(paper, "word/document.xml").count("<w:gridCol ") == 4


def test_nothing_but_word_s_own_parts_is_in_the_file() -> None:
    assert set(part_names(a_paper(**HARD).docx)) - set(part_names(word_file(LETTER))) == {
        "word/comments.xml"
    }


def test_a_form_s_labels_are_shaded_and_its_values_are_not() -> None:
    paper = a_paper("[table Form 30 70] Member\n[row] Name | {{ note }}\n[end]\nafter").docx
    label, value = opened(paper).tables[0].rows[0].cells
    assert "w:shd" in label._tc.xml
    assert "w:shd" not in value._tc.xml
