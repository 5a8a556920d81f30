"""A template's text, its Word file, and the way between them in both directions."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.render.papers import (
    FRAME,
    LETTER,
    a_paper,
    body_text,
    cells,
    header_text,
    with_body,
    word_file,
)
from tools.make_frame import frame
from worker.outline import (
    BrokenOutline,
    UnknownStyle,
    build_template,
    parse_outline,
    read_outline,
    unsaid_formatting,
    write_outline,
)
from worker.outline.inline import read_spans, write_spans
from worker.templates_build import main

SECTIONED = "== header ==\n[Page Header] own {{ draft }}{{ sample }}\n== body ==\n[Note] x\n"


@pytest.mark.parametrize(
    "text",
    [
        LETTER,
        SECTIONED,
        "plain words",
        "\\[not a style] and \\* star, \\| bar, \\\\ slash, \\¶",
        "**bold** *italic* ***both*** **{{ title }}**",
        "[Body Text +keep +newpage] kept",
        "[table Grid 40 60] x\n[row] [Table Number +span2] {{ n|join(' | ') }}\n[row] a ¶ b | \n[end]\nafter",
        "[table Form 50 50]\n[row] a | {% for p in q %} ¶ {{ p }} ¶ {% endfor %}\n[end]\nafter",
        "{% if a %}inline{% endif %} more",
        "Page «PAGE» of «NUMPAGES»\\tright\\nnext",
    ],
)
def test_text_and_word_file_say_the_same_in_both_directions(text: str) -> None:
    outline = parse_outline(text)
    again = read_outline(build_template(outline, FRAME.read_bytes()), FRAME.read_bytes())
    assert again == outline
    assert parse_outline(write_outline(outline)) == outline


@given(st.text(st.sampled_from("ab *\\|[]«»¶{}%\t"), max_size=12))
def test_any_characters_survive_writing_and_reading(text: str) -> None:
    spans = read_spans(text)
    assert read_spans(write_spans(spans)) == spans


def test_the_same_text_gives_the_same_bytes() -> None:
    outline = parse_outline(LETTER)
    assert build_template(outline, FRAME.read_bytes()) == build_template(
        outline, FRAME.read_bytes()
    )


def test_the_frame_on_disk_is_the_one_its_tool_makes() -> None:
    assert FRAME.read_bytes() == frame()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[table Grid 50 40] x\n[row] a | b\n[end]", "add up to 100, not 90"),
        ("[table Grid 50 50] x\n[row] a\n[end]", "has 1 columns, the table 2"),
        ("[table Grid 100] x\n[row] a", "not closed"),
        ("[row] a | b", "outside a table"),
        ("[table Grid 100] x\nwords\n[end]", "Inside a table"),
        ("[Note +loud] x", "Unknown option +loud"),
        ("== margin ==\nx", "Unknown section"),
        (
            "[table Grid 100] x\n[row] a\n[end]\n[table Grid 100] y\n[row] b\n[end]",
            "Put a paragraph",
        ),
    ],
)
def test_a_line_that_cannot_be_read_is_told_with_its_number(text: str, told: str) -> None:
    with pytest.raises(BrokenOutline) as broken:
        parse_outline(text)
    assert told in str(broken.value)
    assert str(broken.value).startswith("line ")


def test_a_style_the_frame_lacks_is_named() -> None:
    with pytest.raises(UnknownStyle, match="Shiny"):
        word_file("[Shiny] x")


def test_bold_and_cells_with_several_paragraphs_come_out() -> None:
    text = "[table Grid 40 60] x\n[row] **a** ¶ b | {% for p in recipient %} ¶ {{ p }} ¶ {% endfor %}\n[end]\nafter"
    paper = a_paper(text).docx
    assert cells(paper, 0) == [["a\nb", "Example Health Plan\nUtilization Management"]]


def test_an_own_header_replaces_the_frame_s() -> None:
    assert header_text(a_paper(SECTIONED, sample="SAMPLE").docx, first=False) == "own SAMPLE"
    assert "Example Mood Clinic" in header_text(a_paper(SECTIONED).docx)


def test_formatting_that_text_cannot_say_is_named() -> None:
    docx = with_body(
        word_file("[Note] x"), "<w:r>", '<w:r><w:rPr><w:color w:val="FF0000"/></w:rPr>'
    )
    assert unsaid_formatting(docx) == ("color",)
    assert unsaid_formatting(word_file(LETTER)) == ()


@pytest.fixture
def kinds(tmp_path: Path) -> Path:
    shutil.copy(FRAME, tmp_path)
    (tmp_path / "a_letter").mkdir()
    (tmp_path / "a_letter" / "template.txt").write_text(LETTER)
    return tmp_path


def run(root: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["--root", str(root), *options])
    return result.exit_code, result.output


def test_make_templates_builds_and_then_the_check_holds(kinds: Path) -> None:
    assert run(kinds, "--check")[0] == 1
    assert run(kinds)[0] == 0
    assert run(kinds, "--check") == (0, "")


def test_the_check_fails_where_someone_changed_only_one_of_the_two(kinds: Path) -> None:
    run(kinds)
    text = kinds / "a_letter" / "template.txt"
    text.write_text(text.read_text().replace("End of the letter", "The end"))
    code, told = run(kinds, "--check")
    assert code == 1
    assert "a_letter: template.docx is not what template.txt and the frame give" in told


def test_an_edit_made_in_word_shows_in_the_text(kinds: Path) -> None:
    run(kinds)
    word = kinds / "a_letter" / "template.docx"
    word.write_bytes(with_body(word.read_bytes(), "End of the letter", "Edited in Word"))
    assert run(kinds, "--to-text", "a_letter")[0] == 0
    assert "[Note] Edited in Word." in (kinds / "a_letter" / "template.txt").read_text()
    run(kinds, "--from-text", "a_letter")
    assert run(kinds, "--check") == (0, "")


@pytest.mark.pages
@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice Writer")
def test_a_template_saved_by_another_word_processor_reads_the_same(tmp_path: Path) -> None:
    source = tmp_path / "in.docx"
    source.write_bytes(word_file(LETTER))
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
    ]
    subprocess.run(
        [*command, "docx:MS Word 2007 XML", "--outdir", tmp_path / "out", source], check=True
    )
    saved = (tmp_path / "out" / "in.docx").read_bytes()
    written = write_outline(read_outline(saved, FRAME.read_bytes()))
    captions = (" About this request", " Medicines tried")  # LibreOffice drops the captions
    expected = write_outline(parse_outline(LETTER))
    for caption in captions:
        expected = expected.replace(caption, "", 1) if f"]{caption}" in expected else expected
    assert written == expected
    assert "End of the letter." in body_text(saved)
