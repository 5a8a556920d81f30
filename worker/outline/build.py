"""Build a template's Word file from its outline, on top of the one frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from worker.outline.tree import Block, BlockTag, Cell, Outline, Paragraph, Row, Span, Table
from worker.render.package import read_parts, write_parts
from worker.render.wordml import Element, make, parse_xml, qn, serialize, text_element

HEADER_PARTS = {
    "first header": ("word/header_first.xml", "w:hdr"),
    "header": ("word/header.xml", "w:hdr"),
    "footer": ("word/footer.xml", "w:ftr"),
}
TEXT_WIDTH = 9936  # twentieths of a point: Letter paper between margins of 0.8 inch
LABEL_STYLE = "Form Label"
LABEL_SHADE = "ECEFF2"  # no table style can shade every other column's labels
LIST_STYLE = "List Number"
_LIST_ABSTRACT = "2"  # the frame's numbered list
_FIRST_FREE_NUMBER = 3  # the frame uses 1 (bullets) and 2 (the first numbered list)
_OPTION_ELEMENTS = {"keep": "w:keepNext", "together": "w:keepLines", "newpage": "w:pageBreakBefore"}


class UnknownStyle(Exception):
    """The text names styles that the frame does not have; `names` lists them."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(sorted(names))
        super().__init__(f"The frame has no style named: {', '.join(self.names)}.")


@dataclass
class _Builder:
    styles: Mapping[str, str]
    unknown: set[str]
    lists: int = 0
    in_list: bool = False

    def style_id(self, name: str) -> str:
        found = self.styles.get(name.lower())
        if found is None:
            self.unknown.add(name)
        return found or name


def build_template(outline: Outline, frame: bytes) -> bytes:
    """Return the template's .docx: the frame's parts with the outline's body and own headers.

    The same outline and frame give the same bytes.

    Raises:
        UnknownStyle: where the text names a style the frame lacks.
    """
    parts = read_parts(frame)
    builder = _Builder(style_ids(parts["word/styles.xml"]), set())
    for name, blocks in outline.sections:
        if name == "body":
            parts["word/document.xml"] = _document(builder, blocks, parts["word/document.xml"])
        else:
            part, tag = HEADER_PARTS[name]
            parts[part] = section_part(builder.styles, tag, blocks)
    parts["word/numbering.xml"] = _numbering(parts["word/numbering.xml"], builder.lists)
    if builder.unknown:
        raise UnknownStyle(builder.unknown)
    return write_parts(parts, compressed=False)


def style_ids(styles: bytes) -> dict[str, str]:
    """Return style ids by lower-case style name (Word itself ignores the case)."""
    root = parse_xml(styles)
    return {
        style.find(qn("w:name")).get(qn("w:val")).lower(): style.get(qn("w:styleId"))
        for style in root.iter(qn("w:style"))
    }


def section_part(styles: Mapping[str, str], tag: str, blocks: Iterable[Block]) -> bytes:
    """Return the XML of a header or footer part ("w:hdr", "w:ftr").

    Raises:
        UnknownStyle: where a line names a style that is not there.
    """
    builder = _Builder(styles, set())
    part = serialize(make(tag, None, *_elements(builder, blocks)))
    if builder.unknown:
        raise UnknownStyle(builder.unknown)
    return part


def _document(builder: _Builder, blocks: Iterable[Block], frame_document: bytes) -> bytes:
    root = parse_xml(frame_document)
    body = root.find(qn("w:body"))
    layout = body.find(qn("w:sectPr"))
    for old in list(body):
        body.remove(old)
    body.extend(_elements(builder, blocks))
    body.append(layout)
    return serialize(root)


def _elements(builder: _Builder, blocks: Iterable[Block]) -> Iterator[Element]:
    for block in blocks:
        if isinstance(block, BlockTag):
            yield _tag_paragraph(block, "p")
            continue
        if isinstance(block, Table):
            builder.in_list = False
            yield _table(builder, block)
        else:
            yield _paragraph(builder, block)


def _tag_paragraph(tag: BlockTag, level: str) -> Element:
    return make("w:p", None, _run(Span(f"{{%{level} {tag.code} %}}")))


def _paragraph(builder: _Builder, paragraph: Paragraph) -> Element:
    properties = make("w:pPr", None, make("w:pStyle", {"w:val": builder.style_id(paragraph.style)}))
    for option in ("keep", "together", "newpage"):
        if option in paragraph.options:
            properties.append(make(_OPTION_ELEMENTS[option]))
    _number(builder, paragraph, properties)
    runs = [run for span in paragraph.spans for run in _runs(span)]
    return make("w:p", None, properties, *runs)


def _number(builder: _Builder, paragraph: Paragraph, properties: Element) -> None:
    """Give each run of numbered lines but the first its own list, so that it starts at 1."""
    if paragraph.style != LIST_STYLE:
        builder.in_list = False
        return
    if not builder.in_list:
        builder.lists += 1
        builder.in_list = True
    if builder.lists > 1:
        number = str(_FIRST_FREE_NUMBER + builder.lists - 2)
        level = make("w:ilvl", {"w:val": "0"})
        properties.append(make("w:numPr", None, level, make("w:numId", {"w:val": number})))


def _numbering(frame_numbering: bytes, lists: int) -> bytes:
    root = parse_xml(frame_numbering)
    for extra in range(max(lists - 1, 0)):
        restart = make("w:lvlOverride", {"w:ilvl": "0"}, make("w:startOverride", {"w:val": "1"}))
        abstract = make("w:abstractNumId", {"w:val": _LIST_ABSTRACT})
        root.append(make("w:num", {"w:numId": str(_FIRST_FREE_NUMBER + extra)}, abstract, restart))
    return serialize(root)


def _runs(span: Span) -> Iterator[Element]:
    if span.kind in ("PAGE", "NUMPAGES"):
        yield from _field(span)
    else:
        yield _run(span)


def _run(span: Span) -> Element:
    content = {"tab": "w:tab", "break": "w:br"}.get(span.kind)
    return make("w:r", None, *_look(span), make(content) if content else text_element(span.text))


def _look(span: Span) -> list[Element]:
    looks = [make("w:b")] if span.bold else []
    looks += [make("w:i")] if span.italic else []
    return [make("w:rPr", None, *looks)] if looks else []


def _field(span: Span) -> Iterator[Element]:
    """Write a page field with a cached result: without one Word may call the file damaged."""
    instruction = make("w:instrText", {"xml:space": "preserve"})
    instruction.text = f" {span.kind} "
    yield make("w:r", None, *_look(span), make("w:fldChar", {"w:fldCharType": "begin"}))
    yield make("w:r", None, *_look(span), instruction)
    yield make("w:r", None, *_look(span), make("w:fldChar", {"w:fldCharType": "separate"}))
    yield make("w:r", None, *_look(span), text_element("1"))
    yield make("w:r", None, *_look(span), make("w:fldChar", {"w:fldCharType": "end"}))


def _table(builder: _Builder, table: Table) -> Element:
    widths = _column_widths(table.widths)
    headed = any(isinstance(row, Row) and row.header for row in table.rows)
    look = {"firstRow": str(int(headed)), "lastRow": "0", "firstColumn": "0", "lastColumn": "0"}
    flags = {f"w:{key}": value for key, value in look.items()}
    properties = make(
        "w:tblPr",
        None,
        make("w:tblStyle", {"w:val": builder.style_id(table.style)}),
        make("w:tblW", {"w:w": str(TEXT_WIDTH), "w:type": "dxa"}),
        make("w:tblLayout", {"w:type": "fixed"}),
        make(
            "w:tblLook",
            {"w:val": "0620" if headed else "0600", **flags, "w:noHBand": "1", "w:noVBand": "1"},
        ),
    )
    if table.caption:
        properties.append(make("w:tblCaption", {"w:val": table.caption}))
    grid = make("w:tblGrid", None, *(make("w:gridCol", {"w:w": str(width)}) for width in widths))
    rows = (_row(builder, row, widths) for row in table.rows)
    return make("w:tbl", None, properties, grid, *rows)


def _column_widths(percents: tuple[int, ...]) -> list[int]:
    widths = [TEXT_WIDTH * percent // 100 for percent in percents]
    widths[-1] += TEXT_WIDTH - sum(widths)
    return widths


def _row(builder: _Builder, row: Row | BlockTag, widths: list[int]) -> Element:
    if isinstance(row, BlockTag):
        whole = _tc(sum(widths), len(widths), [_tag_paragraph(row, "tr")])
        return make("w:tr", None, whole)
    properties = make("w:trPr", None, make("w:cantSplit"))
    if row.header:
        properties.append(make("w:tblHeader"))
    column = 0
    cells = []
    for cell in row.cells:
        width = sum(widths[column : column + cell.span])
        shade = LABEL_SHADE if _is_label(cell) else ""
        cells.append(_tc(width, cell.span, _cell_content(builder, cell), shade))
        column += cell.span
    return make("w:tr", None, properties, *cells)


def _cell_content(builder: _Builder, cell: Cell) -> list[Element]:
    return [
        _tag_paragraph(each, "p") if isinstance(each, BlockTag) else _paragraph(builder, each)
        for each in cell.content
    ]


def _is_label(cell: Cell) -> bool:
    first = cell.content[0]
    return isinstance(first, Paragraph) and first.style == LABEL_STYLE


def _tc(width: int, span: int, content: Iterable[Element], shade: str = "") -> Element:
    properties = make("w:tcPr", None, make("w:tcW", {"w:w": str(width), "w:type": "dxa"}))
    if span > 1:
        properties.append(make("w:gridSpan", {"w:val": str(span)}))
    if shade:
        properties.append(make("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": shade}))
    return make("w:tc", None, properties, *content)
