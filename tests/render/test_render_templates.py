"""A template made by hand: every fault is named where it stands, and nothing in it can act."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.render.papers import a_context, body_text, part, with_body, with_part, word_file
from worker.lint import lint_confined, lint_template
from worker.render import BrokenTemplate, RenderFailed, compile_template, render

PLAIN = "[Note] {{ note }}\n[Note] the end"


def faults(docx: bytes) -> dict[str, str]:
    """Return the faults' texts by code."""
    with pytest.raises(BrokenTemplate) as broken:
        compile_template(docx)
    return {fault.code: str(fault) for fault in broken.value.faults}


def paragraphs(*texts: str) -> bytes:
    body = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>' for text in texts
    )
    return with_body(word_file(PLAIN), "<w:body>", f"<w:body>{body}")


@pytest.mark.parametrize(
    ("texts", "code", "told"),
    [
        (["Dear {{ name"], "broken_tag", "Dear {{ name"),
        (["{%p for p in say.ask %}", "{{ p.text }}"], "unclosed_block", "Add {% endfor %}"),
        (["{%p endfor %}"], "unopened_block", "closes nothing"),
        (["{%p for p in a %}", "{%p endif %}"], "crossed_blocks", "“endif” stands where “endfor”"),
        (["{%p if a %}", "x {% endif %}"], "broken_block", "same level"),
        (["{% if a %} x", "y {% endif %}"], "broken_block", "same level"),
        (["lost words {%p if a %}", "x", "{%p endif %}"], "text_beside_tag", "would be lost"),
        (["{% For p in a %}x{% endfor %}"], "unknown_statement", "Write “for” in small letters"),
        (["{% set a = 1 %}"], "unknown_statement", "Unknown word “set”"),
        (["{{ note.upper() }}"], "forbidden_tag", "Write {{ note|upper }}"),
        (["{{ 'x' * 1000000000 }}"], "forbidden_tag", "a template may not do"),
        (["{{ 9 ** 9 ** 9 }}"], "forbidden_tag", "a template may not do"),
        (["{{ note|attr('x') }}"], "forbidden_tag", "Known filters"),
        (["{{ a ~ b }}"], "forbidden_tag", "{{ a }}{{ b }}"),
        (["{{p subdocument }}"], "object_tag", "Print plain values"),
        (["{{ note |}}"], "tag_syntax", "cannot be read"),
        (["{{ a\u00a0b }}"], "typographic_tag", "plain spaces"),
    ],
)
def test_a_faulty_tag_is_told_with_its_cure(texts: list[str], code: str, told: str) -> None:
    found = faults(paragraphs(*texts))
    assert told in found[code]


def test_all_faults_are_told_at_once() -> None:
    docx = with_body(paragraphs("{%p if x %}", "{{ open"), 'w:val="Note"', 'w:val="Fancy"')
    found = faults(docx)
    assert {"unclosed_block", "broken_tag", "unknown_style"} <= set(found)


def test_a_tag_that_word_split_over_runs_is_one_tag() -> None:
    split = "<w:t>{{ no</w:t></w:r><w:proofErr w:type='spellStart'/><w:r><w:rPr><w:b/></w:rPr><w:t>te }}</w:t>"
    docx = with_body(paragraphs("@"), '<w:t xml:space="preserve">@</w:t>', split)
    assert body_text(render(compile_template(docx), a_context()).docx).startswith("one sentence.")


def test_typographic_quotes_in_a_tag_are_read_and_warned_of() -> None:
    docx = paragraphs("{% if note == “one sentence.” %}same{% endif %}")
    template = compile_template(docx)
    assert [fault.code for fault in template.warnings] == ["typographic_tag"]
    assert body_text(render(template, a_context()).docx).startswith("same")


def test_braces_printed_on_purpose_come_out_as_braces() -> None:
    docx = paragraphs("write {_{ name }_} here")
    assert body_text(render(compile_template(docx), a_context()).docx).startswith(
        "write {{ name }} here"
    )


def test_an_unknown_style_is_named() -> None:
    docx = with_body(word_file(PLAIN), 'w:val="Note"', 'w:val="Fancy"')
    assert "“Fancy”" in faults(docx)["unknown_style"]


def test_a_page_header_that_hides_draft_is_refused() -> None:
    found = faults(word_file("== header ==\n[Page Header] {{ title }}\n== body ==\n[Note] x"))
    assert "{{ sample }}" in found["no_draft_mark"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("word/vbaProject.bin", "x"),
        ("word/embeddings/oleObject1.bin", "x"),
        ("word/afchunk.html", "x"),
    ],
)
def test_macros_and_embedded_files_are_refused(name: str, content: str) -> None:
    assert "forbidden_part" in faults(with_part(word_file(PLAIN), name, content))


def test_what_is_loaded_from_elsewhere_is_refused_but_a_web_link_may_stand() -> None:
    def with_relation(kind: str, target: str) -> bytes:
        name = "word/_rels/document.xml.rels"
        base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        row = f'<Relationship Id="x" Type="{base}/{kind}" Target="{target}" TargetMode="External"/>'
        relations = part(word_file(PLAIN), name).replace("</Rel", row + "</Rel")
        return with_part(word_file(PLAIN), name, relations)

    assert "external_link" in faults(
        with_relation("attachedTemplate", "https://evil.example/t.dotm")
    )
    assert "external_link" in faults(with_relation("image", "https://evil.example/pixel.png"))
    assert "external_link" in faults(with_relation("hyperlink", "file:///etc/passwd"))
    compile_template(with_relation("hyperlink", "https://example.org/"))


@pytest.mark.parametrize("instruction", ["DDEAUTO cmd", "INCLUDETEXT x", "DATE", "MACROBUTTON x"])
def test_a_field_that_loads_or_computes_is_refused(instruction: str) -> None:
    half = len(instruction) // 2
    field = "".join(
        f"<w:r><w:instrText>{text}</w:instrText></w:r>"
        for text in (instruction[:half], instruction[half:])
    )
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    docx = with_body(word_file(PLAIN), "<w:body>", f"<w:body><w:p>{begin}{field}{end}</w:p>")
    assert instruction.split(maxsplit=1)[0] in faults(docx)["forbidden_field"]


def test_tracked_changes_are_refused() -> None:
    change = '<w:p><w:ins w:id="1" w:author="Staff Person"><w:r><w:t>x</w:t></w:r></w:ins></w:p>'
    docx = with_body(word_file(PLAIN), "<w:body>", f"<w:body>{change}")
    assert "Accept or reject" in faults(docx)["tracked_changes"]


def test_a_template_s_own_comments_and_traces_do_not_reach_papers() -> None:
    anchored = (
        '<w:p w:rsidR="00AA1122"><w:commentRangeStart w:id="0"/><w:r><w:t>words</w:t></w:r>'
        '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r></w:p>'
    )
    docx = with_body(word_file(PLAIN), "<w:body>", f"<w:body>{anchored}")
    docx = with_part(docx, "word/comments.xml", "<x>Staff Person</x>")
    template = compile_template(docx)
    paper = render(template, a_context()).docx
    document = part(paper, "word/document.xml")
    assert "comment" not in document
    assert "rsid" not in document
    assert [fault.code for fault in template.warnings] == ["comment_dropped"]


def test_a_part_with_a_document_type_is_refused_before_it_is_parsed() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    assert (
        "document type"
        in faults(with_part(word_file(PLAIN), "word/footnotes.xml", bomb))["not_a_word_file"]
    )


def test_a_file_that_unpacks_to_far_too_much_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (51 * 1024 * 1024))
    assert "50 MB" in faults(stream.getvalue())["not_a_word_file"]


@pytest.mark.parametrize("rubbish", [b"", b"PK\x03\x04rubbish", b"%PDF-1.7"])
def test_what_is_no_word_file_is_told_so(rubbish: bytes) -> None:
    assert "not_a_word_file" in faults(rubbish)


@pytest.mark.parametrize(
    "tag",
    [
        "{{ note.__class__ }}",
        "{{ note['__class__'] }}",
        "{{ loop.__init__ }}",
        "{{ self }}",
        "{{ namespace }}",
    ],
)
def test_nothing_behind_a_value_can_be_reached(tag: str) -> None:
    template = compile_template(paragraphs(tag))
    with pytest.raises(RenderFailed):
        render(template, a_context())


def test_lint_names_a_value_that_no_paper_has() -> None:
    docx = word_file("{% for row in table.trials %}\n{{ row.medcine }} {{ titel }}\n{% endfor %}")
    found = {fault.tag: fault.suggestion for fault in lint_template(docx, [a_context()])}
    assert found == {"row.medcine": "Did you mean “medicine”?", "titel": "Did you mean “title”?"}


def test_lint_lets_a_template_ask_whether_a_value_is_there() -> None:
    docx = word_file("[Note] x{% if extra is defined %}{{ note|default('') }}{% endif %}")
    assert lint_template(docx, [a_context()]) == ()


def test_lint_says_where_a_sample_cannot_be_filled() -> None:
    docx = word_file("[Note] {{ recipient }}")
    (fault,) = lint_template(docx, [a_context()])
    assert fault.code == "cannot_be_filled"


def test_lint_in_its_confined_child_finds_the_same() -> None:
    docx = word_file("[Note] {{ titel }}")
    assert lint_confined(docx, [a_context()]) == lint_template(docx, [a_context()])


def test_prefixes_that_word_declares_for_newer_features_stay_declared() -> None:
    declared = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" mc:Ignorable="w14"'
    )
    docx = with_body(paragraphs("x"), "<w:document ", f"<w:document {declared} ")
    document = part(render(compile_template(docx), a_context()).docx, "word/document.xml")
    assert 'mc:Ignorable="w14"' in document
    assert "xmlns:w14=" in document


def test_a_header_that_word_keeps_but_no_page_shows_needs_no_mark() -> None:
    docx = with_body(word_file(PLAIN), "<w:titlePg/>", "")
    first = part(docx, "word/header_first.xml").replace("draft", "title")
    assert compile_template(with_part(docx, "word/header_first.xml", first)).warnings == ()


def test_a_first_page_without_a_header_is_refused_since_draft_would_not_show() -> None:
    reference = '<w:headerReference w:type="first" r:id="rId5"/>'
    assert "no header" in faults(with_body(word_file(PLAIN), reference, ""))["no_draft_mark"]
