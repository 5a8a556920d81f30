"""A template as text, a paragraph a line, so that two versions can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from worker.outline import read_outline, write_outline
from worker.render.package import read_parts
from worker.render.wordml import Element, paragraph_text, parse_xml, qn

_FRAME = Path(__file__).resolve().parent.parent / "templates_docx" / "_frame.docx"
# What a Word file of somebody else's may lack: a grid, a style's name, a relation.
_STRANGE = (AttributeError, IndexError, KeyError, TypeError, ValueError)


def template_text(docx: bytes) -> str:
    """Return the outline of a template that can be used; its bare text where it has none."""
    try:
        return write_outline(read_outline(docx, _FRAME.read_bytes()))
    except _STRANGE:
        body = parse_xml(read_parts(docx)["word/document.xml"]).find(qn("w:body"))
        return "".join(f"{line}\n" for line in _lines(body))


def _lines(holder: Element) -> Iterator[str]:
    for element in holder:
        if element.tag == qn("w:p"):
            yield paragraph_text(element)
        elif element.tag == qn("w:tr"):
            yield " | ".join(" ¶ ".join(_lines(cell)) for cell in element.findall(qn("w:tc")))
        elif element.tag in (qn("w:tbl"), qn("w:sdt"), qn("w:sdtContent")):
            yield from _lines(element)
