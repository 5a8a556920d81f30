"""All papers to send as one file: whole, in order, pages counted through, nothing given twice."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from openxml_audit import OpenXmlValidator

from casework.sending import sent_together
from storage.records import AskedDocument, Packet
from tests.end_to_end.written import LETTER_DATES, loaded
from tests.render.papers import FRAME, a_context
from worker.assembled import SentPaper, write_assembled
from worker.assembly import assemble, bookmarks_of, misfit
from worker.bench import Bench
from worker.gate import GateFailed, check_assembled
from worker.jobs import write
from worker.outline import build_template, parse_outline
from worker.render import compile_template, render
from worker.templates import BUILT_IN, Templates
from worker.writing import open_case, write_document

APPEAL, LETTER, FORM = (
    "appeal_letter",
    "letter_of_medical_necessity",
    "prior_authorization_request",
)
NUMBERED = "[Heading 1] Steps\n[List Number] First, {{ note }}\n[List Number] Second.\n"


@pytest.fixture(scope="module")
def papers(knowledge: Any) -> list[SentPaper]:
    """The papers of a case that lacks a fact, so that they hold comments."""
    case = {**loaded("depression_commercial_denied")}
    case["insurance"] = {**case["insurance"], "member_id": None}
    draft = open_case(case, knowledge, LETTER_DATES["depression_commercial_denied"], sample=False)
    templates = Templates()
    asked = [AskedDocument(kind, "", "en") for kind in (FORM, LETTER, APPEAL)]
    written = [
        SentPaper(each.kind, each.kind, write_document(draft, each, templates)) for each in asked
    ]
    return list(sent_together(written, knowledge.kinds))


@pytest.fixture(scope="module")
def whole(papers: list[SentPaper], knowledge: Any) -> Any:
    return write_assembled(papers, knowledge.kinds, knowledge.version)


def contents(papers: list[SentPaper]) -> list[bytes]:
    return [each.written.content for each in papers]


def read(docx: bytes) -> Any:
    return Document(io.BytesIO(docx))


def a_paper(outline: str, frame: bytes | None = None, **changes: Any) -> bytes:
    template = build_template(parse_outline(outline), frame or FRAME.read_bytes())
    return render(compile_template(template), a_context(**changes)).docx


def ids(document: Any, tag: str) -> list[str]:
    return [each.get(qn("w:id")) for each in document.element.iter(qn(tag))]


def test_the_appeal_comes_before_the_letter_and_the_form(papers: list[SentPaper]) -> None:
    assert [each.kind for each in papers] == [APPEAL, LETTER, FORM]


def test_papers_for_another_desk_stay_out_of_the_file(knowledge: Any) -> None:
    kinds = dict(knowledge.kinds)
    elsewhere = replace_place(kinds[FORM], "reviewer")
    sent = sent_together(
        [AskedDocument(FORM, "", "en"), AskedDocument(APPEAL, "", "en")],
        {**kinds, FORM: elsewhere},
    )
    assert [each.kind for each in sent] == [APPEAL]


def replace_place(kind: Any, desk: str) -> Any:
    from msgspec import structs

    return structs.replace(kind, packet=structs.replace(kind.packet, desk=desk))


def test_what_stays_at_the_clinic_is_not_sent(knowledge: Any) -> None:
    brief = AskedDocument("peer_to_peer_brief", "", "en")
    assert sent_together([brief], knowledge.kinds) == ()


def test_every_word_of_every_paper_stands_in_the_file(papers: list[SentPaper], whole: Any) -> None:
    texts = [text for paper in contents(papers) for text in words(read(paper))]
    assert words(read(whole.content)) == texts


def words(document: Any) -> list[str]:
    return [each.text for each in document.element.body.iter(qn("w:t")) if each.text]


def test_each_paper_has_its_own_headers(papers: list[SentPaper], whole: Any) -> None:
    shown = [
        (header_text(section.first_page_header), header_text(section.header))
        for paper in contents(papers)
        for section in read(paper).sections
    ]
    assert [
        (header_text(section.first_page_header), header_text(section.header))
        for section in read(whole.content).sections
    ] == shown
    assert shown[0] != shown[1]


def header_text(header: Any) -> str:
    return "\n".join(paragraph.text for paragraph in header.paragraphs)


def test_pages_are_counted_through(whole: Any) -> None:
    document = read(whole.content)
    starts = [each.get(qn("w:start")) for each in document.element.iter(qn("w:pgNumType"))]
    assert not any(starts)
    for section in document.sections:
        assert "NUMPAGES" in section.footer._element.xml


def test_comments_and_bookmarks_have_one_number_each(whole: Any, papers: list[SentPaper]) -> None:
    document = read(whole.content)
    bookmarks = ids(document, "w:bookmarkStart")
    assert len(bookmarks) == len(set(bookmarks)) == sum(1 for _ in bookmarks_of(whole.content))
    assert len(set(bookmarks_of(whole.content))) == len(bookmarks)
    comments = ids(document, "w:commentReference")
    assert len(comments) == len(set(comments))
    assert len(comments) == sum(len(ids(read(p), "w:commentReference")) for p in contents(papers))
    assert len(comments) >= len(papers)


def test_word_can_open_the_file(whole: Any, tmp_path: Path) -> None:
    path = tmp_path / "packet.docx"
    path.write_bytes(whole.content)
    found = OpenXmlValidator().validate(path)
    assert found.is_valid, found.errors


def test_the_same_papers_give_the_same_bytes(papers: list[SentPaper], whole: Any) -> None:
    assert assemble(contents(papers)) == whole.content


def test_a_draft_among_the_papers_makes_the_file_a_draft(whole: Any) -> None:
    assert whole.draft
    assert whole.missing == ("/insurance/member_id",)


def test_each_passage_of_the_file_is_found_again_in_its_paper(
    papers: list[SentPaper], whole: Any
) -> None:
    passages = whole.provenance["passages"]
    assert [(each["document"], each["id"], each["from"]) for each in passages] == [
        (paper.id, each["id"], each["from"])
        for paper in papers
        for each in paper.written.provenance["passages"]
    ]
    assert {each["bookmark"] for each in passages} <= set(bookmarks_of(whole.content))


def test_numbered_lists_begin_anew_in_each_paper(tmp_path: Path) -> None:
    one = a_paper(NUMBERED)
    docx = assemble([one, one])
    used = [lists_of(paragraph) for paragraph in read(docx).paragraphs if "," in paragraph.text]
    assert used == ["by its style", "4"]
    numbering = zipfile.ZipFile(io.BytesIO(docx)).read("word/numbering.xml").decode()
    assert numbering.count("<w:abstractNum ") == 4
    path = tmp_path / "lists.docx"
    path.write_bytes(docx)
    assert OpenXmlValidator().validate(path).is_valid


def lists_of(paragraph: Any) -> str:
    found = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
    return "by its style" if found is None else str(found.get(qn("w:val")))


def test_a_paper_with_a_look_of_its_own_is_left_out_and_named(
    papers: list[SentPaper], knowledge: Any
) -> None:
    other = a_paper(NUMBERED, frame=another_look())
    stranger = SentPaper("stranger", FORM, replace(papers[0].written, content=other))
    found = write_assembled([*papers, stranger], knowledge.kinds, knowledge.version)
    assert found.assembled["documents"] == [each.id for each in papers]
    (left,) = found.assembled["left_out"]
    assert left["id"] == "stranger"
    assert "styles of its own" in left["why"]
    assert misfit(papers[1].written.content, papers[0].written.content) == ""


def another_look() -> bytes:
    from worker.render.package import read_parts, write_parts

    parts = read_parts(FRAME.read_bytes())
    styles = parts["word/styles.xml"].replace(b'w:before="20"', b'w:before="60"')
    assert styles != parts["word/styles.xml"]
    return write_parts({**parts, "word/styles.xml": styles}, compressed=False)


def test_a_file_that_lacks_a_paper_is_stopped(papers: list[SentPaper]) -> None:
    with pytest.raises(GateFailed, match="whole text"):
        check_assembled(assemble(contents(papers)[:2]), contents(papers))


@pytest.fixture
def accept_assembled(bench: Bench, accept: Callable[..., Packet]) -> Packet:
    """A packet of three papers and the one file of those to send."""
    return accept(bench.store, LETTER, FORM, APPEAL, "packet")


def test_the_file_is_a_document_beside_the_papers(bench: Bench, accept_assembled: Packet) -> None:
    write(accept_assembled.id, bench)
    ended = bench.store.packets.find("willow", accept_assembled.id)
    assert ended.status == "ready"
    *apart, whole = ended.documents
    assert whole.filename.startswith("packet-")
    assert whole.assembled == {
        "documents": [apart[2].id, apart[0].id, apart[1].id],
        "left_out": [],
    }


def test_a_paper_that_fails_is_not_left_out_in_silence(
    bench: Bench, accept_assembled: Packet, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(BUILT_IN, tmp_path / "templates"))
    (folder / FORM / "template.docx").write_bytes(b"no Word file")
    write(accept_assembled.id, replace(bench, templates=Templates(folder)))
    ended = bench.store.packets.find("willow", accept_assembled.id)
    assert [each.status for each in ended.documents] == ["ready", "failed", "ready", "failed"]
    assert ended.documents[3].error.code == "paper_missing"
    bench.store.packets.retry_failed("willow", accept_assembled.id, "test")
    write(accept_assembled.id, bench)
    again = bench.store.packets.find("willow", accept_assembled.id)
    assert again.status == "ready"
    assert len(again.documents[3].assembled["documents"]) == 3
