"""What a user typed comes out exactly as typed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.render.papers import a_context, a_paper, a_template, body_text, cells, part, said, trial
from worker.gate import check_document
from worker.render import RenderFailed, render

TYPED = [
    "AT&T <5 mg> dose",
    "PHQ-9 <w:p> then more",
    "</w:t></w:r></w:p><w:p><w:r><w:t>",
    "]]> <![CDATA[ x ]]> <!-- no -->",
    "{{ 7*7 }} and {% for x in y %} and {# gone? #}",
    "{{ title }}",
    "{_{ not a brace }_} {_% nor this %_}",
    "&amp; &lt; &#65;",
    "“curly” ‘quotes’ – — … ½ mg, 10² and µg",
    "שלום, العربية, 日本語, 😀",
    "W" * 3000,
    "  two spaces before,  inside and after  ",
    "None, nan and Undefined are words here",
    "⟦/not/a/field⟧ and ⟦free text⟧",
    "\ufdd0\ufdd1" + "0\ufdd3 and \ufdd23\ufdd3",
    "\ufdd40\ufdd3 is no chart",
    "=cmd|' /C calc'!A0",
    "Zero\u200bwidth and \u200fmark",
]


@pytest.mark.parametrize("typed", TYPED)
def test_text_in_a_passage_comes_out_as_typed(typed: str) -> None:
    paper = a_paper(say={"ask": [said("ask.whole", typed)]})
    assert typed in body_text(paper.docx).split("\n")


@pytest.mark.parametrize("typed", TYPED)
def test_text_in_a_table_cell_comes_out_as_typed(typed: str) -> None:
    paper = a_paper(table={"trials": [trial(typed)]})
    assert cells(paper.docx, 1)[1][0] == typed


@pytest.mark.parametrize("typed", TYPED)
def test_no_text_stops_the_letter_before_its_end(typed: str) -> None:
    context = a_context(note=typed, title=typed)
    paper = render(a_template(), context)
    assert body_text(paper.docx).endswith("End of the letter.")
    check_document(paper.docx, a_template(), context)


def test_newlines_become_line_breaks_and_tabs_tabs_in_one_paragraph() -> None:
    paper = a_paper(note="first\nsecond\tthird\n\nfifth")
    assert "In short: first\nsecond\tthird\n\nfifth" in body_text(paper.docx)


def test_a_field_code_typed_as_text_stays_text() -> None:
    paper = a_paper(note='{ DDEAUTO c:\\\\cmd.exe "/k calc" }')
    assert "instrText" not in part(paper.docx, "word/document.xml")
    assert "DDEAUTO" in body_text(paper.docx)


@pytest.mark.parametrize("unwritable", ["\x00", "\x07", "\x0b", "\x0c", "\ud800", "\ufffe"])
def test_a_character_no_word_file_can_hold_stops_the_paper_rather_than_cut_it(
    unwritable: str,
) -> None:
    with pytest.raises(RenderFailed) as failed:
        a_paper(note=f"secret{unwritable}text")
    assert "secret" not in str(failed.value)


def test_a_name_the_context_lacks_stops_the_paper_and_is_named() -> None:
    with pytest.raises(RenderFailed, match="nothing_here"):
        a_paper("[Note] {{ nothing_here }}")


@pytest.mark.parametrize("value", [None, ["a"], {"a": "b"}, True])
def test_what_is_no_text_is_not_printed(value: object) -> None:
    with pytest.raises(RenderFailed, match="prints a list"):
        a_paper(note=value)


def test_a_context_with_an_object_in_it_is_refused() -> None:
    with pytest.raises(RenderFailed, match="plain values only"):
        a_paper(note=object())


def test_a_group_s_entry_named_like_a_method_is_that_entry() -> None:
    paper = a_paper(
        "[Note] {{ row.items }} {{ row.title }}", row={"items": "six", "title": "vials"}
    )
    assert body_text(paper.docx) == "six vials"


# What the case schema lets through: all of Unicode but surrogates and most control characters.
ANY_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\n\t{}%_<>&⟦⟧/\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4 01"),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(typed=ANY_TEXT)
def test_whatever_is_typed_is_printed_whole_and_passes_the_gate(typed: str) -> None:
    context = a_context(note=f"<{typed}>", say={"ask": [said("ask.whole", f"<{typed}>")]})
    paper = render(a_template(), context)
    text = body_text(paper.docx)
    assert text.count(f"<{typed}>") >= 2
    check_document(paper.docx, a_template(), context)


@pytest.mark.parametrize(
    "tag", ["{% if note > 5 %}x{% endif %}", "{% for a in count %}x{% endfor %}"]
)
def test_a_tag_that_compares_or_repeats_the_wrong_thing_stops_the_paper(tag: str) -> None:
    with pytest.raises(RenderFailed, match="repeats or compares"):
        a_paper(f"[Note] x{tag}", count=5)
