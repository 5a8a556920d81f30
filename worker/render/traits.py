"""What a template's parts ask for at each paper, decided once, on the part as it came from Word.

docxtpl parses, repairs and writes every part anew for each document; most parts never need it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from worker.render.wordml import NAMESPACES, Element, qn

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
# With these, docxtpl moves cells or text between cells; so does a dash at a tag's end.
_MOVES_CELLS = re.compile(r"\{[%{#]tc |\{%\s*(colspan|hm|vm)\b|\{%-|-%\}")
_ROW_TAG = re.compile(r"\{[%{#]tr (?:\s*(\w+))?")
_OPENS, _CLOSES = ("for", "if"), ("endfor", "endif")
# Paragraphs in these may stand inside other paragraphs, or their neighbours elsewhere.
_NESTING = (
    *(qn(f"w:{name}") for name in ("txbxContent", "sdt", "customXml", "ruby", "footnote", "endnote")),
    _ALTERNATIVES,
)  # fmt: skip
_INLINE = tuple(qn(f"w:{name}") for name in ("p", "hyperlink", "fldSimple", "smartTag"))


@dataclass(frozen=True)
class Traits:
    """What may have to be done to a part after its tags are filled.

    Attributes:
        repaired: docxtpl's table and picture repair, each time.
        may_lose_rows: the same, where a table comes out without any row.
        may_stand_empty: a table may come out with its heading rows alone.
        textual: what follows can be done on the part's text, without a tree.
    """

    repaired: bool
    may_lose_rows: bool
    may_stand_empty: bool
    textual: bool


def traits(root: Element) -> Traits:
    """Return the traits of a part, read from its tree before docxtpl rearranges its tags."""
    tables = [_Table(each) for each in root.iter(qn("w:tbl"))]
    settled = all(each.is_settled() for each in tables)
    body = root.tag == qn("w:document")
    pictures = body and next(root.iter(_DRAWING), None) is not None
    return Traits(
        repaired=pictures or not settled,
        may_lose_rows=body and any(each.may_lose_rows() for each in tables),
        may_stand_empty=any(each.may_stand_empty() for each in tables),
        textual=_is_textual(root),
    )


class _Table:
    """A table with the rows that are printed, and whether each is printed whatever the values."""

    def __init__(self, element: Element) -> None:
        self._element = element
        self._rows = list(_rows(element))

    def is_settled(self) -> bool:
        """Say whether no value can make its rows wider or narrower than its grid.

        docxtpl takes the widest row for the grid's width, and counts neither cells left out at a
        row's start nor those of a table inside.
        """
        table = self._element
        if next(table.iterdescendants(qn("w:tbl")), None) is not None:
            return False
        if _MOVES_CELLS.search(_text(table)):
            return False
        if any(row.getparent() is not table for row in table.iter(qn("w:tr"))):
            return False
        grid = len(table.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}"))
        return all(_columns(row) == grid for row, _ in self._rows)

    def may_lose_rows(self) -> bool:
        """Say whether values can leave it without any row."""
        return not any(always for _, always in self._rows)

    def may_stand_empty(self) -> bool:
        """Say whether values can leave it with heading rows alone."""
        return not any(always and not is_heading(row) for row, always in self._rows)


def _rows(table: Element) -> Iterator[tuple[Element, bool]]:
    depth = 0
    for row in table.findall(qn("w:tr")):
        tag = _ROW_TAG.search(_text(row))
        if tag is None:
            yield row, depth == 0
        else:
            depth += (tag[1] in _OPENS) - (tag[1] in _CLOSES)


def is_heading(row: Element) -> bool:
    """Say whether a row is repeated at the top of each page."""
    return row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None


def _columns(row: Element) -> int:
    """Return how many columns of the grid a row's cells take; -1 where some are wrapped."""
    cells = row.findall(qn("w:tc"))
    if len(cells) != sum(1 for _ in row.iter(qn("w:tc"))):
        return -1
    spans = [cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}") for cell in cells]
    return sum(1 if span is None else int(span.get(qn("w:val"))) for span in spans)


def _text(element: Element) -> str:
    return "".join(each.text or "" for each in element.iter(qn("w:t")))


def _is_textual(root: Element) -> bool:
    """Say whether each paragraph begins and ends once in the text, and so does each tagged run."""
    if root.nsmap.get("w") != NAMESPACES["w"] or next(root.iter(*_NESTING), None) is not None:
        return False
    tables = list(root.iter(qn("w:tbl")))
    if any(next(each.iterdescendants(qn("w:tbl")), None) is not None for each in tables):
        return False
    holder = root.find(qn("w:body")) if root.tag == qn("w:document") else root
    if tables and holder is root:  # a header's own paragraphs and those of its cells would mix
        return False
    return all(
        paragraph.getparent() is holder or paragraph.getparent().tag == qn("w:tc")
        for paragraph in root.iter(qn("w:p"))
    ) and all(_stands_plainly(run) for run in root.iter(qn("w:r")))


def _stands_plainly(run: Element) -> bool:
    holder = run.getparent()
    if holder.tag == qn("w:p"):
        return True
    paragraph = next(run.iterancestors(qn("w:p")), None)
    return holder.tag in _INLINE and paragraph is not None and "{" not in _text(paragraph)
