"""What a clinic may upload by mistake or in malice, and the answer that helps to mend it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from casework.knowledge_base import load_knowledge
from casework.knowledge_base.model import Knowledge
from tests.render.papers import a_context, part, with_body, with_part, word_file
from worker.lint import check_confined, lint_confined, lint_template
from worker.other_kinds import other_kind
from worker.render import TemplateFault
from worker.sample_contexts import sample_contexts
from worker.templates import BUILT_IN

LETTER = "letter_of_medical_necessity"
PLAIN = "[Note] {{ note }}\n[Note] the end"
TYPES = "[Content_Types].xml"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def with_paragraph(xml: str) -> bytes:
    """Return a template whose first paragraph holds this XML."""
    return with_body(word_file(PLAIN), "<w:body>", f"<w:body><w:p>{xml}</w:p>")


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def only(docx: bytes) -> TemplateFault:
    (fault,) = lint_template(docx, [a_context()])
    return fault


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def of_type(main: str) -> bytes:
    """Return a Word file whose body says that it is of another type, as renaming does."""
    docx = word_file(PLAIN)
    return with_part(docx, TYPES, part(docx, TYPES).replace(MAIN, main))


STRICT = part(word_file(PLAIN), "word/document.xml").replace(
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600


@pytest.mark.parametrize(
    ("content", "what", "cure"),
    [
        (OLE, "Word 97–2003 (.doc)", "Word Document (.docx)"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password", "without a password"),
        (b"{\\rtf1 hello}", ".rtf", "Word Document (.docx)"),
        (b"%PDF-1.7", "PDF", "Start from the Word file"),
        (b"\x89PNG\r\n", "picture", "into a Word file"),
        (b"<html><body>", "web page", "Word Document (.docx)"),
        (
            zipped(mimetype=b"application/vnd.oasis.opendocument.text"),
            "(.odt)",
            "Word Document (.docx)",
        ),
        (
            of_type("application/vnd.ms-word.document.macroEnabled.main+xml"),
            "macros (.docm",
            "leaves the macros out",
        ),
        (
            of_type(MAIN.replace("document.main", "template.main")),
            "(.dotx)",
            "Word Document (.docx)",
        ),
        (
            with_part(word_file(PLAIN), "word/document.xml", STRICT),
            "Strict Open XML",
            "not “Strict Open XML Document”",
        ),
    ],
)
def test_another_format_is_recognized_and_told_what_to_save_as(
    content: bytes, what: str, cure: str
) -> None:
    fault = only(content)
    assert (fault.code, fault.severity) == ("other_format", "error")
    assert what in fault.message
    assert cure in fault.suggestion


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("word/vbaProject.bin", "macros"),
        ("word/activeX/activeX1.xml", "macros or controls"),
        ("word/embeddings/oleObject1.bin", "embedded object"),
        ("word/charts/chart1.xml", "chart.scores"),
        ("word/media/image1.emf", "PNG or JPEG"),
        ("word/unknown.xml", "without macros"),
    ],
)
def test_an_unsafe_part_is_refused_by_its_name(name: str, told: str) -> None:
    fault = only(with_part(word_file(PLAIN), name, "<x/>"))
    assert (fault.code, fault.part) == ("forbidden_part", name)
    assert told in f"{fault.message} {fault.suggestion}"


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (run("Dated ") + '<w:fldSimple w:instr="DATE"/>', "forbidden_field"),
        (run("Dated ") + "<w:r><w:instrText>DDEAUTO x</w:instrText></w:r>", "forbidden_field"),
        (run("Dated ") + f'<w:ins w:id="1" w:author="A">{run("")}</w:ins>', "tracked_changes"),
        ('<w:pPr><w:pStyle w:val="Fancy"/></w:pPr>' + run("Dated "), "unknown_style"),
        (run("Dated ") + '<w:r><w:commentReference w:id="0"/></w:r>', "comment_dropped"),
    ],
)
def test_what_may_not_stand_is_told_with_the_text_around_it(xml: str, code: str) -> None:
    (fault,) = [each for each in lint_template(with_paragraph(xml)) if each.code == code]
    assert fault.page_text == "Dated "


@pytest.mark.parametrize("code", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
def test_an_entity_bomb_is_refused_in_every_encoding(code: str) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'.encode(code)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word_file(PLAIN))) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("word/footnotes.xml", bomb)
    assert "document type" in only(stream.getvalue()).message


def test_a_zip_bomb_costs_its_child_and_nobody_else() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (300 * 1024 * 1024))
    (fault,) = lint_confined(stream.getvalue())
    assert fault.code == "not_a_word_file"


def test_a_file_made_large_by_a_picture_is_told_how_to_shrink_it() -> None:
    fault = only(with_part(word_file(PLAIN), "word/media/image1.png", "x" * (6 * 1024 * 1024)))
    assert "Compress Pictures" in fault.message


def test_a_template_that_takes_forever_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    import worker.lint
    from worker.confined import run_confined

    def hurried(module: str, told: Any) -> Any:
        return run_confined(module, told, seconds=0.0001)

    monkeypatch.setattr(worker.lint, "run_confined", hurried)
    (fault,) = lint_confined(word_file(PLAIN))
    assert fault.code == "too_costly"


@pytest.mark.parametrize(
    ("xml", "what"),
    [
        (run("{{ no") + f'<w:hyperlink w:anchor="x">{run("te }}")}</w:hyperlink>', "a link"),
        (
            run("{{ no") + f"<w:sdt><w:sdtContent>{run('te')}</w:sdtContent></w:sdt>" + run(" }}"),
            "a content control",
        ),
        (
            run("{{ no")
            + '<w:bookmarkStart w:id="7" w:name="here"/><w:bookmarkEnd w:id="7"/>'
            + run("te }}"),
            "a bookmark",
        ),
        (run("{{ no") + '<w:r><w:footnoteReference w:id="1"/></w:r>' + run("te }}"), "a footnote"),
    ],
)
def test_a_tag_that_word_split_is_named_with_what_splits_it(xml: str, what: str) -> None:
    found = {fault.code: fault for fault in lint_template(with_paragraph(xml))}
    assert what in found["split_tag"].message
    assert found["split_tag"].tag == "{{ note }}"
    assert "{{ note }}" in found["split_tag"].suggestion


def test_a_tag_over_runs_of_different_looks_is_whole() -> None:
    xml = run("{{ no") + "<w:r><w:rPr><w:b/></w:rPr><w:t>te</w:t></w:r>" + run(" }}")
    assert lint_template(with_paragraph(xml), [a_context()]) == ()


@pytest.mark.parametrize("before", ["{{ no", "{{ note }}"])
def test_the_place_where_word_was_left_last_splits_no_tag(before: str) -> None:
    mark = '<w:bookmarkStart w:id="0" w:name="_GoBack"/><w:bookmarkEnd w:id="0"/>'
    after = "te }}" if before == "{{ no" else ""
    docx = with_paragraph(run(before) + mark + run(after))
    assert lint_template(docx, [a_context()]) == ()


def test_a_tag_over_two_paragraphs_is_told_once_where_it_opens() -> None:
    xml = run("Dear {{ note") + f"</w:p><w:p>{run('}} yours')}"
    fault = only(with_paragraph(xml))
    assert (fault.code, fault.page_text) == ("broken_tag", "Dear {{ note")


@pytest.mark.parametrize(
    ("text", "code", "cure"),
    [
        ("{{ note|default(“none”) }}", "typographic_tag", '{{ note|default("none") }}'),
        ("{{ note|default(‘–’) }}", "typographic_tag", "{{ note|default('-') }}"),
        ("{% for x In recipient %}{{ x }}{% endfor %}", "capital_in_tag", "Write “in”"),
        ("{% If note %}x{% endif %}", "unknown_statement", "Write “if” in small letters"),
        ("{%pfor x in recipient %}", "unknown_statement", "{%p for … %}"),
        ("{% tr for x in recipient %}", "unknown_statement", "{%tr … %}"),
        ("{% fore x in recipient %}", "unknown_statement", "Did you mean “for”?"),
        ("{{ note.upper() }}", "forbidden_tag", "Write {{ note|upper }}."),
        ("{{ tpl.new_subdoc() }}", "forbidden_tag", "one file"),
        ("{{ InlineImage(tpl, 'x.png') }}", "forbidden_tag", "Insert, Pictures"),
        ("{{ letterhead.name.strftime('%d') }}", "forbidden_tag", "ready in words"),
        ("{{ note two words }}", "tag_syntax", "one name"),
        ("{{ Letterhead.name }}", "unknown_name", "write “letterhead”"),
        ("{{ letterhead.Name }}", "unknown_name", "write “name”"),
        ("{{ phone_fax }}", "unknown_name", "“letterhead.phone_fax”"),
        ("{{ signature.nam }}", "unknown_name", "“name”"),
    ],
)
def test_a_faulty_tag_is_told_with_the_text_around_it_and_what_would_be_right(
    text: str, code: str, cure: str
) -> None:
    told = f"Dear reader, {text}"
    found = {fault.code: fault for fault in lint_template(with_paragraph(run(told)), [a_context()])}
    assert cure in found[code].suggestion
    assert found[code].page_text == told
    assert found[code].tag


def test_a_quoted_capital_is_no_mistake() -> None:
    docx = with_paragraph(run('{% if note == "Not In" %}x{% endif %}'))
    assert lint_template(docx, [a_context()]) == ()


def test_three_mistakes_give_three_answers() -> None:
    texts = ("{{ titel }}", "{{ note|Upper }}", "{% if note %}")
    docx = word_file("\n".join(f"[Note] {text}" for text in texts))
    broken = {fault.code for fault in lint_template(docx, [a_context()])}
    assert {"unclosed_block"} <= broken
    docx = word_file("[Note] {{ titel }}\n[Note] {{ nots }}\n[Note] {{ datum }}")
    assert [fault.tag for fault in lint_template(docx, [a_context()])] == ["titel", "nots", "datum"]


def built_ins() -> list[tuple[str, str, str]]:
    """Return kind, variant and language of every template of ours at a place of its own."""
    found, kinds = [], load_knowledge().kinds
    for path in sorted(BUILT_IN.rglob("template.docx")):
        kind, *inside = path.parent.relative_to(BUILT_IN).parts
        language = inside.pop() if inside and inside[-1] == "es" else "en"
        variant = inside[0] if inside else ""
        # A layout that several variants share is no place of its own.
        if variant in ("", *(each.id for each in kinds[kind].variants)):
            found.append((kind, variant, language))
    return found


@pytest.mark.parametrize(("kind", "variant", "language"), built_ins())
def test_each_of_our_templates_can_be_downloaded_and_uploaded_as_it_is(
    kind: str, variant: str, language: str, knowledge: Knowledge
) -> None:
    own = language if language != "en" else ""
    docx = (BUILT_IN.joinpath(kind, variant, own) / "template.docx").read_bytes()
    samples = sample_contexts(knowledge, kind, variant, language)
    assert samples
    assert lint_template(docx, samples, kind) == ()


@pytest.mark.parametrize("kind", [LETTER, "appeal_letter", "superbill", "fax_cover"])
def test_a_template_for_another_kind_is_named(kind: str) -> None:
    other = "continuation_letter" if kind == LETTER else LETTER
    text = Path(BUILT_IN / kind / "template.txt").read_text(encoding="utf-8")
    fault = other_kind(text, other)
    assert fault is not None
    assert kind in fault.message
    assert other_kind(text, kind) is None


def test_a_clinic_s_own_words_belong_to_no_other_kind() -> None:
    assert other_kind("\n".join(f"Our own sentence number {n}." for n in range(50)), LETTER) is None


def test_the_confined_check_tells_of_another_kind() -> None:
    docx = (BUILT_IN / "superbill" / "template.docx").read_bytes()
    assert [fault.code for fault in check_confined(docx, [], LETTER).faults] == ["other_kind"]


def test_a_forbidden_call_does_not_hide_an_unknown_name() -> None:
    docx = with_paragraph(run("{{ note.upper() }} {{ nots }}"))
    told = {fault.code: fault for fault in lint_template(docx, [a_context()])}
    assert set(told) == {"forbidden_tag", "unknown_name"}
    assert told["forbidden_tag"].suggestion == "Write {{ note|upper }}."
    assert told["unknown_name"].suggestion == "Did you mean “note”?"


def test_a_loop_left_open_in_the_body_does_not_hide_a_name_in_the_header() -> None:
    docx = with_paragraph(run("{% for each in many %}"))
    header = next(name for name in zipfile.ZipFile(io.BytesIO(docx)).namelist() if "header" in name)
    named = part(docx, header).replace("{{ draft }}", "{{ draft }}{{ nots }}")
    codes = [fault.code for fault in lint_template(with_part(docx, header, named), [a_context()])]
    assert codes.count("unknown_name") == 1
    assert len(codes) >= 2


def test_what_a_template_sets_is_told_as_what_it_may_not_do_and_is_no_unknown_name() -> None:
    docx = with_paragraph(run("{% set mine = note %}{{ mine }}"))
    codes = [fault.code for fault in lint_template(docx, [a_context()])]
    assert "forbidden_tag" in codes
    assert "unknown_name" not in codes
