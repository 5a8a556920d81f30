"""Read a template's Word file back as its outline, so that an edit made in Word shows as text.

What text cannot say (a font set by hand, a picture) is not read; it is named by
`unsaid_formatting`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from worker.outline.build import TEXT_WIDTH
from worker.outline.inline import merged
from worker.outline.tree import (
    BODY_STYLE,
    SECTIONS,
    Block,
    BlockTag,
    Cell,
    Outline,
    Paragraph,
    Row,
    Span,
    Table,
)
from worker.render.package import read_parts
from worker.render.wordml import Element, parse_xml, qn

_LEVEL_TAG = re.compile(r"\s*\{%(?:p|tr)\s+(.*?)\s*%\}\s*$")
_SAID = {"pStyle", "keepNext", "keepLines", "pageBreakBefore", "numPr", "rPr", "rStyle"}
_MARGINS = {
    ("headerReference", "first"): "first header",
    ("headerReference", "default"): "header",
    ("footerReference", "default"): "footer",
}
_OPTIONS = {"keepNext": "keep", "keepLines": "together", "pageBreakBefore": "newpage"}


def read_outline(template: bytes, frame: bytes) -> Outline:
    """Return the outline of a template; header and footer only where they differ from the frame's.

    Raises:
        NotAPackage: where the bytes are no Word file.
    """
    parts, framed = read_parts(template), read_parts(frame)
    names = style_names(parts["word/styles.xml"])
    body = parse_xml(parts["word/document.xml"]).find(qn("w:body"))
    sections = {"body": tuple(_blocks(body, names))}
    frames = _margins(framed, style_names(framed["word/styles.xml"]))
    margins = _margins(parts, names)
    sections |= {section: own for section, own in margins.items() if own != frames[section]}
    return Outline(tuple((name, sections[name]) for name in SECTIONS if name in sections))


def _margins(parts: Mapping[str, bytes], names: dict[str, str]) -> dict[str, tuple[Block, ...]]:
    """Return the blocks of headers and footer, by section, wherever Word filed them."""
    body = parse_xml(parts["word/document.xml"])
    relations = {
        each.get("Id"): each.get("Target")
        for each in parse_xml(parts["word/_rels/document.xml.rels"])
    }
    found = {}
    for reference in body.iter(qn("w:headerReference"), qn("w:footerReference")):
        section = _MARGINS.get((_local(reference), reference.get(qn("w:type"))))
        part = f"word/{relations.get(reference.get(qn('r:id')))}"
        if section and part in parts:
            found[section] = tuple(_blocks(parse_xml(parts[part]), names))
    return found


def style_names(styles: bytes) -> dict[str, str]:
    """Return style names by id, built-in headings written as "Heading 1"."""
    return {
        style.get(qn("w:styleId")): re.sub(
            r"^heading ", "Heading ", style.find(qn("w:name")).get(qn("w:val"))
        )
        for style in parse_xml(styles).iter(qn("w:style"))
    }


def unsaid_formatting(template: bytes) -> tuple[str, ...]:
    """Return the names of formatting in the body that a template's text cannot say."""
    body = parse_xml(read_parts(template)["word/document.xml"]).find(qn("w:body"))
    found: dict[str, None] = {}
    for properties in body.iter(qn("w:pPr"), qn("w:rPr")):
        known = _SAID | ({"b", "i"} if properties.tag == qn("w:rPr") else set())
        found |= dict.fromkeys(_local(each) for each in properties if _local(each) not in known)
    found |= dict.fromkeys(_local(each) for each in body.iter(qn("w:drawing"), qn("w:pict")))
    return tuple(found)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _blocks(container: Element, names: dict[str, str]) -> Iterator[Block]:
    for element in container:
        if element.tag == qn("w:p"):
            yield _paragraph_or_tag(element, names)
        elif element.tag == qn("w:tbl"):
            yield _table(element, names)


def _paragraph_or_tag(element: Element, names: dict[str, str]) -> Paragraph | BlockTag:
    spans = merged(_stripped(list(_spans(element))))
    tag = _LEVEL_TAG.match("".join(span.text for span in spans))
    if tag:
        return BlockTag(tag[1])
    style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    name = BODY_STYLE if style is None else names.get(style.get(qn("w:val")), BODY_STYLE)
    properties = element.find(qn("w:pPr"))
    options = (
        sorted(_OPTIONS[_local(p)] for p in properties if _local(p) in _OPTIONS)
        if properties is not None
        else []
    )
    return Paragraph(name, spans, tuple(options))


def _stripped(spans: list[Span]) -> Iterable[Span]:
    spans = list(merged(spans))
    if spans and spans[0].kind == "text":
        spans[0] = Span(spans[0].text.lstrip(" "), spans[0].bold, spans[0].italic)
    if spans and spans[-1].kind == "text":
        spans[-1] = Span(spans[-1].text.rstrip(" "), spans[-1].bold, spans[-1].italic)
    return spans


def _spans(paragraph: Element) -> Iterator[Span]:
    field = ""
    for run in paragraph.iter(qn("w:r")):
        bold, italic = _is_on(run, "w:b"), _is_on(run, "w:i")
        for element in run:
            kind = _local(element)
            if kind == "fldChar":
                field = "result" if element.get(qn("w:fldCharType")) != "end" else ""
            elif kind == "instrText":
                name = (element.text or "").strip().split(" ")[0]
                yield Span(kind=name, bold=bold, italic=italic)
            elif kind == "t" and not field:
                yield Span(element.text or "", bold, italic)
            elif kind in ("tab", "br"):
                yield Span(kind="tab" if kind == "tab" else "break", bold=bold, italic=italic)


def _is_on(run: Element, look: str) -> bool:
    found = run.find(f"{qn('w:rPr')}/{qn(look)}")
    return found is not None and found.get(qn("w:val")) not in ("0", "false")


def _table(element: Element, names: dict[str, str]) -> Table:
    properties = element.find(qn("w:tblPr"))
    style = properties.find(qn("w:tblStyle"))
    caption = properties.find(qn("w:tblCaption"))
    return Table(
        "Grid" if style is None else names.get(style.get(qn("w:val")), "Grid"),
        _percents(element),
        "" if caption is None else caption.get(qn("w:val")),
        tuple(_row(row, names) for row in element.findall(qn("w:tr"))),
    )


def _percents(table: Element) -> tuple[int, ...]:
    """Return whole percents that add up to 100, from widths that rounding may have moved."""
    grid = [int(each.get(qn("w:w")) or 0) for each in table.find(qn("w:tblGrid"))]
    total = sum(grid) or TEXT_WIDTH
    percents = [max(1, round(width * 100 / total)) for width in grid]
    percents[-1] += 100 - sum(percents)
    return tuple(percents)


def _row(row: Element, names: dict[str, str]) -> Row | BlockTag:
    cells = [_cell(cell, names) for cell in row.findall(qn("w:tc"))]
    if len(cells) == 1 and isinstance(cells[0].content[0], BlockTag) and len(cells[0].content) == 1:
        return cells[0].content[0]
    header = row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    return Row(tuple(cells), header)


def _cell(cell: Element, names: dict[str, str]) -> Cell:
    span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    content = tuple(_paragraph_or_tag(each, names) for each in cell.findall(qn("w:p")))
    return Cell(content, 1 if span is None else int(span.get(qn("w:val"))))
