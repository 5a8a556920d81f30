"""A template as its text says it: sections of paragraphs, tables and block tags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

BODY_STYLE = "Body Text"
SECTIONS = ("first header", "header", "footer", "body")


@dataclass(frozen=True)
class Span:
    """Characters of one look, or one of: "tab", "break", "PAGE", "NUMPAGES" as `kind`."""

    text: str = ""
    bold: bool = False
    italic: bool = False
    kind: str = "text"


@dataclass(frozen=True)
class BlockTag:
    """A tag alone on its line, without braces: "for row in table.trials", "endfor"."""

    code: str

    @property
    def keyword(self) -> str:
        """The tag's first word."""
        return self.code.split(None, 1)[0]


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; `options` are of keep, together, newpage."""

    style: str
    spans: tuple[Span, ...]
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """One cell: paragraphs and block tags, `span` columns wide."""

    content: tuple[Paragraph | BlockTag, ...]
    span: int = 1


@dataclass(frozen=True)
class Row:
    """One row; header rows repeat on every page."""

    cells: tuple[Cell, ...]
    header: bool = False


@dataclass(frozen=True)
class Table:
    """A table of a table style, column widths in percent, with its text for screen readers."""

    style: str
    widths: tuple[int, ...]
    caption: str
    rows: tuple[Row | BlockTag, ...]


Block: TypeAlias = Paragraph | BlockTag | Table


@dataclass(frozen=True)
class Outline:
    """A whole template; a section absent is the frame's own."""

    sections: tuple[tuple[str, tuple[Block, ...]], ...]

    def blocks(self, name: str) -> tuple[Block, ...] | None:
        """Return a section's blocks, None where the frame's stands."""
        return dict(self.sections).get(name)


@dataclass(frozen=True)
class OutlineFault:
    """What is wrong with a line of a template's text; `line` counts from 1."""

    line: int
    message: str


class BrokenOutline(Exception):
    """The text cannot be a template; `faults` names every line."""

    def __init__(self, faults: tuple[OutlineFault, ...]) -> None:
        super().__init__("\n".join(f"line {each.line}: {each.message}" for each in faults))
        self.faults = faults


def default_cell_style(table_style: str, column: int, *, header: bool) -> str:
    """Return the style of a cell's paragraphs that name none; `column` counts from 0."""
    if table_style in ("Reference Block", "Form") and not header:
        prefix = "Reference" if table_style == "Reference Block" else "Form"
        return f"{prefix} {'Value' if column % 2 else 'Label'}"
    return "Table Header" if header else "Table Text"
