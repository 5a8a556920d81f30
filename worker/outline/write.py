"""Write an outline as the one canonical text that reads back as it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from worker.outline.inline import write_spans
from worker.outline.tree import (
    BODY_STYLE,
    Block,
    BlockTag,
    Cell,
    Outline,
    Paragraph,
    Row,
    Table,
    default_cell_style,
)


def write_outline(outline: Outline) -> str:
    """Return the text of a template, ending in a newline."""
    lines: list[str] = []
    bare = len(outline.sections) == 1
    for name, blocks in outline.sections:
        lines += [] if bare else [f"== {name} =="]
        lines += _indented(line for block in blocks for line in _lines(block))
    return "\n".join(lines).strip("\n") + "\n"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    """Indent by open block; a blank line stands around what is open at the outermost level."""
    depth = 0
    solitary = True
    for line in lines:
        opens = _is_tag(line, ("for ", "if ")) or line.startswith("[table ")
        closes = _is_tag(line, ("endfor", "endif")) or line == "[end]"
        stands = opens or line.startswith(("[Heading", "[Subject]"))
        if depth == 0 and not solitary and stands:
            yield ""
        depth -= closes
        yield "  " * (depth - _is_tag(line, ("el",))) + line
        depth += opens
        solitary = closes and depth == 0
        if solitary:
            yield ""


def _is_tag(line: str, keywords: tuple[str, ...]) -> bool:
    """Say whether a line is one block tag with such a keyword."""
    starts = tuple(f"{{% {keyword}" for keyword in keywords)
    return line.startswith(starts) and line.endswith("%}") and line.count("%}") == 1


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, BlockTag):
        yield _tag(block)
    elif isinstance(block, Paragraph):
        yield _paragraph(block, BODY_STYLE)
    else:
        yield from _table(block)


def _tag(tag: BlockTag) -> str:
    return f"{{% {tag.code} %}}"


def _paragraph(paragraph: Paragraph, default: str, span: int = 1) -> str:
    text = write_spans(paragraph.spans)
    options = [f"+{each}" for each in paragraph.options] + ([f"+span{span}"] if span > 1 else [])
    told = options or paragraph.style != default or not text or text.startswith("== ")
    if told:
        return f"[{' '.join([paragraph.style, *options])}] {text}".rstrip()
    return f"\\{text}" if text.startswith("[") else text


def _table(table: Table) -> Iterator[str]:
    yield f"[table {table.style} {' '.join(map(str, table.widths))}] {table.caption}".rstrip()
    for row in table.rows:
        yield _tag(row) if isinstance(row, BlockTag) else _row(row, table.style)
    yield "[end]"


def _row(row: Row, table_style: str) -> str:
    cells = []
    column = 0
    for cell in row.cells:
        cells.append(_cell(cell, default_cell_style(table_style, column, header=row.header)))
        column += cell.span
    return f"[{'header' if row.header else 'row'}] {' | '.join(cells)}".rstrip()


def _cell(cell: Cell, default: str) -> str:
    pieces = []
    for each in cell.content:
        if isinstance(each, BlockTag):
            pieces.append(_tag(each))
        elif not each.spans and each.style == default and cell.span == 1:
            pieces.append("")
        else:
            pieces.append(_paragraph(each, default, cell.span))
    return " ¶ ".join(pieces)
