"""The last hand to a filled part, on its text: a paragraph that needs nothing is not looked into.

It does what `finish` does on a tree, for parts whose traits are `textual`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.sax.saxutils import escape

from worker.render.finish import AFTER_HIGHLIGHT, RUN_CONTENT, Finish
from worker.render.part import NO_TEXT, PARAGRAPH_END, TEXT, NotWellFormed, element_start
from worker.render.tokens import (
    CHART,
    END,
    MISSING,
    TOKEN,
    USER,
)

_TABLE_END, _CELL_END, _BARE = "</w:tbl>", "</w:tc>", "<w:p/>"
_LOOKS = r"<w:rPr>(?:<(?!/w:rPr>)[^>]*>)*</w:rPr>|<w:rPr/>"
_RUN = re.compile(rf"<w:r(?: [^>]*)?>({_LOOKS})?(.*?)</w:r>", re.DOTALL)
_EMPTY_RUN = re.compile(rf"<w:r(?: [^>]*)?>(?:{_LOOKS})?</w:r>", re.DOTALL)
_WORDS = re.compile(rf"(?<={TEXT})[^<]+")
_MORE = re.compile(rf"<w:(?:{'|'.join(each for each in RUN_CONTENT if each != 't')})[ />]")
_AFTER_HIGHLIGHT = re.compile(rf"<w:(?:{'|'.join(AFTER_HIGHLIGHT)})[ />]")


def finish_text(xml: str, finish: Finish, *, body: bool, may_stand_empty: bool) -> str:
    """Return the part with the last hand put to it; see `finish.finish_part`.

    Raises:
        NotWellFormed: a paragraph ends that never began.
    """
    if may_stand_empty:
        xml = without_empty_tables(xml)
    if END not in xml and NO_TEXT not in xml:
        return xml
    pieces = xml.split(PARAGRAPH_END)
    place = _Place(pieces, body=body)
    done = [
        f"{piece}{PARAGRAPH_END}"
        if END not in piece and NO_TEXT not in piece
        else _finished(number, piece, place, finish)
        for number, piece in enumerate(pieces[:-1])
    ]
    return "".join([*done, _worded(pieces[-1], finish)])


def without_empty_tables(xml: str) -> str:
    """Drop tables that no loop gave a row; see `finish.drop_empty_tables`."""
    *pieces, tail = xml.split(_TABLE_END)
    kept = []
    for piece in pieces:
        if _ends_in_heading(piece) and piece.count("</w:tr>") == piece.count("<w:tblHeader"):
            kept.append(piece[: element_start(piece, "w:tbl")])
        else:
            kept.append(f"{piece}{_TABLE_END}")
    return "".join([*kept, tail])


def _ends_in_heading(table: str) -> bool:
    """Say whether the last row is a heading, or there is no row: seldom so, and quickly asked."""
    last = element_start(table, "w:tr")
    return last < 0 or "<w:tblHeader" in table[last:]


def _finished(number: int, piece: str, place: _Place, finish: Finish) -> str:
    """Return a piece, which is a paragraph without its end and all that stands before it."""
    start = element_start(piece, "w:p")
    if start < 0:
        raise NotWellFormed
    before, paragraph = _worded(piece[:start], finish), piece[start:]
    if END in paragraph:
        paragraph = _Marks(finish, commented=place.body).resolved(paragraph)
    if NO_TEXT in paragraph:
        if paragraph.count(TEXT) > paragraph.count(NO_TEXT) or _holds_more(paragraph):
            paragraph = _EMPTY_RUN.sub("", paragraph.replace(NO_TEXT, ""))
        elif place.may_lose(number, before):
            return before
    return f"{before}{paragraph}{PARAGRAPH_END}"


def _holds_more(paragraph: str) -> bool:
    _, _, content = paragraph.rpartition("</w:pPr>")
    return _MORE.search(content) is not None or "<w:sectPr" in paragraph


def _worded(xml: str, finish: Finish) -> str:
    """Return XML with words where marks stand outside of runs' texts, as in attributes."""
    if END not in xml:
        return xml
    return TOKEN.sub(lambda mark: escape(finish.words(mark), {'"': "&quot;"}), xml)


@dataclass
class _Marks:
    """The marks of one paragraph, each becoming what it stands for, and its open bookmark."""

    finish: Finish
    commented: bool
    bookmark: str = ""  # the end of the bookmark that is open

    def resolved(self, paragraph: str) -> str:
        """Return the paragraph with its marks resolved, and its last bookmark ended."""
        return _worded(_RUN.sub(self._run, paragraph) + self.bookmark, self.finish)

    def _run(self, found: re.Match[str]) -> str:
        """Return a run as several of the same look, parted where a mark stands."""
        if END not in found[0]:
            return found[0]
        opened = f"<w:r>{found[1] or ''}"
        content = _WORDS.sub(lambda words: self._text(words[0], opened), found[2])
        runs = f"{opened}{content}</w:r>".replace(f"{opened}{NO_TEXT}</w:r>", "")
        return runs if "<w:r>" in runs else f"{runs}{opened}{NO_TEXT}</w:r>"

    def _text(self, text: str, opened: str) -> str:
        return TOKEN.sub(lambda mark: self._element(mark, opened), text)

    def _element(self, mark: re.Match[str], opened: str) -> str:
        if mark[1] == USER:
            return mark[0]
        return f"</w:t></w:r>{self._between(mark[1], int(mark[2]), opened)}{opened}{TEXT}"

    def _between(self, kind: str, number: int, opened: str) -> str:
        """Return what a mark stands for, which stands between two runs."""
        if kind == MISSING:
            return self._blank(number, opened)
        if kind == CHART:
            return f"<w:r>{self.finish.chart(number)}</w:r>"
        identity, name = self.finish.bookmark(number)
        ended, self.bookmark = self.bookmark, f'<w:bookmarkEnd w:id="{identity}"/>'
        return f'{ended}<w:bookmarkStart w:id="{identity}" w:name="{name}"/>'

    def _blank(self, number: int, opened: str) -> str:
        text = escape(self.finish.blank(number))
        shown = f"{_highlighted(opened)}{TEXT}{text}</w:t></w:r>"
        if not self.commented:
            return shown
        numbered = f'w:id="{self.finish.comment(number)}"'
        style = self.finish.reference_style
        looks = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
        return (
            f"<w:commentRangeStart {numbered}/>{shown}<w:commentRangeEnd {numbered}/>"
            f"<w:r>{looks}<w:commentReference {numbered}/></w:r>"
        )


@lru_cache(maxsize=256)
def _highlighted(opened: str) -> str:
    """Return a run's beginning with a yellow highlight, placed where the schema wants it."""
    looks = re.sub(r"<w:highlight [^>]*/>", "", opened).replace("<w:rPr/>", "")
    if "<w:rPr>" not in looks:
        looks = f"{looks}<w:rPr></w:rPr>"
    later = _AFTER_HIGHLIGHT.search(looks)
    place = later.start() if later else looks.index("</w:rPr>")
    return f'{looks[:place]}<w:highlight w:val="yellow"/>{looks[place:]}'


class _Place:
    """Where a paragraph stands: whether what holds it stays valid without it."""

    def __init__(self, pieces: Sequence[str], *, body: bool) -> None:
        self.body = body
        self._pieces = pieces
        self._passed = 0  # pieces
        self._in_cell = False
        self._between = ""  # what stands between the last paragraph kept and this one

    def may_lose(self, number: int, before: str) -> bool:
        """Say whether the paragraph of a piece may go, after what stands before it in the piece.

        A cell ends in a paragraph, and so do a header and a footer. Asked in the order of pieces.
        """
        for piece in self._pieces[self._passed : number]:
            self._pass(piece)
            self._between = ""
        self._pass(before)
        self._passed = number + 1
        between = self._between + before
        goes = self._goes(number, between)
        self._between = between if goes else ""
        return goes

    def _pass(self, text: str) -> None:
        opened, ended = max(text.rfind("<w:tc>"), text.rfind("<w:tc ")), text.rfind(_CELL_END)
        if opened > ended:
            self._in_cell = True
        elif ended >= 0:
            self._in_cell = False

    def _goes(self, number: int, between: str) -> bool:
        if self.body and not self._in_cell:
            return True
        if not self._is_last(number):
            return True
        return not between or between.endswith(_BARE)  # right after a paragraph that stays

    def _is_last(self, number: int) -> bool:
        following = self._pieces[number + 1]
        if self._in_cell:
            end = following.find(_CELL_END)
        else:
            end = len(following) if number + 2 == len(self._pieces) else -1
        return end >= 0 and "<w:p" not in following[:end]
