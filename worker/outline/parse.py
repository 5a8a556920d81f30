"""Read a template's text. The syntax is told in docs/templates.md."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from worker.outline.inline import read_spans
from worker.outline.tree import (
    BODY_STYLE,
    SECTIONS,
    Block,
    BlockTag,
    BrokenOutline,
    Cell,
    Outline,
    OutlineFault,
    Paragraph,
    Row,
    Table,
    default_cell_style,
)

_SECTION = re.compile(r"== (.+) ==$")
_BLOCK_TAG = re.compile(r"\{%\s*((?:for|if|elif|else|endif|endfor)\b(?:(?!%\}).)*?)\s*%\}$")
_BRACKET = re.compile(r"\[([A-Z][^\]]*)\]\s?(.*)$")
_TABLE = re.compile(r"\[table ([A-Z][A-Za-z ]*?)((?: \d+)+)\]\s*(.*)$")
_ROW = re.compile(r"\[(header|row)\]\s?(.*)$")
_SPLIT_AWARE = r"(\{\{.*?\}\}|\{%.*?%\}|\\.)"
_WHOLE = 100  # percent
_OPTION = re.compile(r"\+(keep|together|newpage|span\d+)$")


@dataclass
class _Reader:
    sections: dict[str, list[Block]] = field(default_factory=dict)
    faults: list[OutlineFault] = field(default_factory=list)
    section: str = "body"
    table: Table | None = None
    rows: list[Row | BlockTag] = field(default_factory=list)
    line: int = 0

    def blame(self, message: str) -> None:
        self.faults.append(OutlineFault(self.line, message))

    def add(self, block: Block) -> None:
        self.sections.setdefault(self.section, []).append(block)


def parse_outline(text: str) -> Outline:
    """Return the outline that a template's text says.

    Raises:
        BrokenOutline: with every faulty line.
    """
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), start=1):
        reader.line = number
        if line.strip():
            _read_line(reader, line.strip())
    if reader.table:
        reader.blame("The table is not closed with [end].")
    if "body" not in reader.sections:
        reader.blame("The template has no body.")
    _check_neighbours(reader)
    if reader.faults:
        raise BrokenOutline(tuple(reader.faults))
    kept = ((name, tuple(reader.sections[name])) for name in SECTIONS if name in reader.sections)
    return Outline(tuple(kept))


def _read_line(reader: _Reader, line: str) -> None:
    if reader.table:
        _read_in_table(reader, reader.table, line)
    elif found := _SECTION.match(line):
        _open_section(reader, found[1])
    elif found := _BLOCK_TAG.match(line):
        reader.add(BlockTag(found[1]))
    elif found := _TABLE.match(line):
        widths = tuple(int(each) for each in found[2].split())
        reader.table, reader.rows = Table(found[1], widths, found[3], ()), []
        if sum(widths) != _WHOLE:
            reader.blame(f"The widths of a table add up to 100, not {sum(widths)}.")
    elif re.match(r"\[(table|header|row|end)\b", line):
        reader.blame("This table line stands outside a table, or its form is wrong.")
    else:
        reader.add(_paragraph(reader, line, BODY_STYLE)[0])


def _open_section(reader: _Reader, name: str) -> None:
    if name not in SECTIONS:
        reader.blame(f"Unknown section; known are: {', '.join(SECTIONS)}.")
    reader.section = name
    reader.sections.setdefault(name, [])


def _read_in_table(reader: _Reader, table: Table, line: str) -> None:
    if line == "[end]":
        reader.add(Table(table.style, table.widths, table.caption, tuple(reader.rows)))
        reader.table = None
    elif found := _BLOCK_TAG.match(line):
        reader.rows.append(BlockTag(found[1]))
    elif found := _ROW.match(line):
        reader.rows.append(_row(reader, table, found[2], header=found[1] == "header"))
    else:
        reader.blame("Inside a table stand [header], [row], block tags and [end] only.")


def _row(reader: _Reader, table: Table, line: str, *, header: bool) -> Row:
    cells: list[Cell] = []
    column = 0
    for text in _split(line, "|"):
        style = default_cell_style(table.style, column, header=header)
        cells.append(_cell(reader, text, style))
        column += cells[-1].span
    if column != len(table.widths):
        reader.blame(f"The row has {column} columns, the table {len(table.widths)}.")
    return Row(tuple(cells), header)


def _cell(reader: _Reader, text: str, style: str) -> Cell:
    content: list[Paragraph | BlockTag] = []
    span = 1
    for piece in _split(text, "¶"):
        if found := _BLOCK_TAG.match(piece):
            content.append(BlockTag(found[1]))
            continue
        paragraph, wide = _paragraph(reader, piece, style)
        content.append(paragraph)
        span = max(span, wide)
    if not any(isinstance(each, Paragraph) for each in content):
        reader.blame("A cell needs a paragraph beside its tags.")
    return Cell(tuple(content), span)


def _paragraph(reader: _Reader, line: str, style: str) -> tuple[Paragraph, int]:
    """Return a paragraph and how many columns it asks for."""
    found = _BRACKET.match(line)
    if not found:
        return Paragraph(style, read_spans(line)), 1
    words = found[1].split(" ")
    options = [word[1:] for word in words if _OPTION.match(word)]
    if unknown := [word for word in words if word.startswith("+") and not _OPTION.match(word)]:
        reader.blame(f"Unknown option {unknown[0]}; known are +keep, +together, +newpage, +spanN.")
    named = " ".join(word for word in words if not word.startswith("+"))
    span = max([int(each[4:]) for each in options if each.startswith("span")], default=1)
    kept = tuple(sorted(each for each in options if not each.startswith("span")))
    return Paragraph(named or style, read_spans(found[2]), kept), span


def _split(line: str, separator: str) -> list[str]:
    """Split at a separator that is neither escaped nor inside a tag."""
    pieces = [""]
    for i, piece in enumerate(re.split(_SPLIT_AWARE, line)):
        first, *more = [piece] if i % 2 else piece.split(separator)
        pieces[-1] += first
        pieces += more
    return [piece.strip() for piece in pieces]


def _check_neighbours(reader: _Reader) -> None:
    for name, blocks in reader.sections.items():
        solid = [block for block in blocks if not isinstance(block, BlockTag)]
        for one, other in pairwise(solid):
            if isinstance(one, Table) and isinstance(other, Table):
                message = (
                    f"Two tables stand together in {name}: “{one.caption}”, “{other.caption}”."
                )
                reader.faults.append(OutlineFault(0, f"{message} Put a paragraph between them."))
