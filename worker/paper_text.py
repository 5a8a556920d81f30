"""A paper as its paragraphs read, each with the hidden bookmarks of the passages in it."""

from __future__ import annotations

from collections.abc import Iterator

from casework.edited_paper import PaperParagraph
from worker.render.package import read_parts
from worker.render.template import BODY
from worker.render.wordml import Element, paragraph_text, parse_xml, qn


def paragraphs_of(docx: bytes) -> list[PaperParagraph]:
    """Return the paragraphs of the body, those in tables too; empty ones are left out."""
    return list(_paragraphs(parse_xml(read_parts(docx)[BODY])))


def header_text(docx: bytes) -> str:
    """Return what the page headers say."""
    parts = read_parts(docx)
    headers = (parse_xml(parts[name]) for name in sorted(parts) if name.startswith("word/header"))
    return "\n".join(paragraph_text(each) for root in headers for each in root.iter(qn("w:p")))


def _paragraphs(body: Element) -> Iterator[PaperParagraph]:
    open_marks: dict[str, str] = {}
    for element in body.iter(qn("w:p")):
        marks = dict(open_marks)
        for mark in element.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd")):
            number = mark.get(qn("w:id"))
            if mark.tag == qn("w:bookmarkStart"):
                open_marks[number] = marks[number] = mark.get(qn("w:name"))
            else:
                open_marks.pop(number, None)
        text = " ".join(paragraph_text(element).split())
        if text:
            yield PaperParagraph(text, tuple(marks.values()))
