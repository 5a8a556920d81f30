"""After the template is filled: marks in the tree become blanks, bookmarks and charts.

`finish_text` does the same on the text of most parts, many times faster; where paragraphs stand inside
others it is done here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

from lxml import etree

from worker.render.charts import drawing_xml
from worker.render.tokens import (
    CARRIERS,
    MISSING,
    TOKEN,
    USER,
    Ledger,
    Piece,
    pieces,
    placeholder,
    user_sign,
    whole,
)
from worker.render.wordml import Element, make, parse_xml, qn, text_element

BOOKMARK_PREFIX = "_n_"
_LONGEST_NAME = 40  # characters Word allows in a bookmark's name
RUN_CONTENT = ("t", "tab", "br", "drawing", "pict", "object", "fldChar", "instrText", "sym")
# What the schema wants after a highlight among a run's properties.
AFTER_HIGHLIGHT = (
    "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang",
    "eastAsianLayout", "specVanish", "oMath",
)  # fmt: skip


@dataclass
class Finish:
    """One paper in the making: what its marks mean, and what has been printed so far."""

    ledger: Ledger
    styles: frozenset[str]  # ids
    printed: dict[str, None] = field(default_factory=dict)  # pointers of blanks, in order
    comments: list[str] = field(default_factory=list)  # one pointer a comment, in order
    charts: list[Mapping[str, Any]] = field(default_factory=list)  # as printed
    bookmarks: dict[str, int] = field(default_factory=dict)  # how often a name was used
    last_bookmark: int = 0

    def blank(self, number: int) -> str:
        """Print the blank of a mark: return the words that stand there."""
        pointer = self.ledger.pointers[number]
        self.printed[pointer] = None
        return placeholder(self.ledger.labels[pointer])

    def comment(self, number: int) -> int:
        """Return the number of one more comment, on the blank of a mark."""
        self.comments.append(self.ledger.pointers[number])
        return len(self.comments) - 1

    def chart(self, number: int) -> str:
        """Return the drawing of a mark's chart, as XML."""
        self.charts.append(self.ledger.charts[number])
        return drawing_xml(len(self.charts), self.charts[-1])

    def bookmark(self, number: int) -> tuple[int, str]:
        """Return id and name of the bookmark of a mark's passage."""
        name = bookmark_name(self.ledger.passages[number])
        used = self.bookmarks[name] = self.bookmarks.get(name, 0) + 1
        self.last_bookmark += 1
        return self.last_bookmark, name if used == 1 else f"{name}_{used}"

    def words(self, mark: re.Match[str]) -> str:
        """Return what a mark says where only words can stand, as in a picture's description."""
        if mark[1] == MISSING:
            return self.blank(int(mark[2]))
        return user_sign(int(mark[2])) if mark[1] == USER else ""

    @property
    def reference_style(self) -> str:
        """The style of a comment's sign in the text; "" where the template has none."""
        style = "AnnotationReference"
        return style if style in self.styles else ""


def finish_part(root: Element, finish: Finish, *, commented: bool) -> None:
    """Put the last hand to a filled part, in place.

    Comments stand in the body only (`commented`): Word has none in headers and footers.

    Raises:
        CutMark: a filter cut a marked value in two.
    """
    drop_empty_tables(root)
    for run in list(root.iter(qn("w:r"))):
        texts = run.findall(qn("w:t"))
        if any(CARRIERS.search(each.text or "") for each in texts):
            _rewrite_run(run, finish, commented=commented)
    _resolve_words(root, finish)
    _close_bookmarks(root)
    _drop_empty_runs_and_paragraphs(root)


def _rewrite_run(run: Element, finish: Finish, *, commented: bool) -> None:
    """Replace a run by several of the same look, parted where a mark stands."""
    looks = run.find(qn("w:rPr"))
    made: list[Element] = []
    content: list[Element] = []
    for child in run.iterchildren():
        if child.tag != qn("w:t"):
            content += [] if child is looks else [deepcopy(child)]
            continue
        for piece in pieces(whole(child.text or "")):
            if piece.kind == "text":
                content.append(text_element(piece.value))
                continue
            made += [_run(looks, content)] if content else []
            made += _between(piece, looks, finish, commented=commented)
            content = []
    if content or not any(each.tag == qn("w:r") for each in made):
        made.append(_run(looks, content or [text_element("")]))
    parent = run.getparent()
    place = parent.index(run)
    parent[place : place + 1] = made


def _run(looks: Element | None, content: list[Element]) -> Element:
    return make("w:r", None, *([] if looks is None else [deepcopy(looks)]), *content)


def _between(
    piece: Piece, looks: Element | None, finish: Finish, *, commented: bool
) -> list[Element]:
    """Return what a mark stands for, which stands between two runs."""
    number = int(piece.value)
    if piece.kind == "chart":
        return [make("w:r", None, parse_xml(finish.chart(number).encode()))]
    if piece.kind == "missing":
        return _blank(number, looks, finish, commented=commented)
    identity, name = finish.bookmark(number)
    return [make("w:bookmarkStart", {"w:id": str(identity), "w:name": name})]


def _blank(number: int, looks: Element | None, finish: Finish, *, commented: bool) -> list[Element]:
    shown = make("w:r", None, _highlighted(looks), text_element(finish.blank(number)))
    if not commented:
        return [shown]
    numbered = {"w:id": str(finish.comment(number))}
    style = finish.reference_style
    styled = [make("w:rPr", None, make("w:rStyle", {"w:val": style}))] if style else []
    reference = make("w:r", None, *styled, make("w:commentReference", numbered))
    start, end = make("w:commentRangeStart", numbered), make("w:commentRangeEnd", numbered)
    return [start, shown, end, reference]


def _highlighted(properties: Element | None) -> Element:
    """Return the run's look with a yellow highlight, placed where the schema wants it."""
    looks = make("w:rPr") if properties is None else deepcopy(properties)
    for old in looks.findall(qn("w:highlight")):
        looks.remove(old)
    after = {qn(f"w:{name}") for name in AFTER_HIGHLIGHT}
    place = next((i for i, each in enumerate(looks) if each.tag in after), len(looks))
    looks.insert(place, make("w:highlight", {"w:val": "yellow"}))
    return looks


@lru_cache(maxsize=1024)
def bookmark_name(passage_id: str) -> str:
    """Return the hidden bookmark's name of a passage, from its id alone."""
    name = BOOKMARK_PREFIX + re.sub(r"[^A-Za-z0-9_]", "_", passage_id)
    # "_999" for a passage printed several times, two digits for its paper in an assembled file.
    room = _LONGEST_NAME - 6
    if len(name) <= room:
        return name
    return f"{name[: room - 9]}_{sha256(passage_id.encode()).hexdigest()[:8]}"


def _resolve_words(root: Element, finish: Finish) -> None:
    """Put words in place of the marks that stand outside of runs' texts."""
    for element in root.iter(etree.Element):
        for name, value in element.attrib.items():
            if TOKEN.search(value):
                element.set(name, TOKEN.sub(finish.words, value))
        if element.tag != qn("w:t") and element.text and TOKEN.search(element.text):
            element.text = TOKEN.sub(finish.words, element.text)


def _close_bookmarks(root: Element) -> None:
    """End each passage's bookmark where the next one starts, or with its paragraph."""
    for start in list(root.iter(qn("w:bookmarkStart"))):
        if not start.get(qn("w:name")).startswith(BOOKMARK_PREFIX):
            continue
        paragraph = start.getparent()
        end = make("w:bookmarkEnd", {"w:id": start.get(qn("w:id"))})
        following = (
            each for each in start.itersiblings(qn("w:bookmarkStart"))
            if each.get(qn("w:name")).startswith(BOOKMARK_PREFIX)
        )  # fmt: skip
        later = next(following, None)
        place = len(paragraph) if later is None else paragraph.index(later)
        paragraph.insert(place, end)


def _drop_empty_runs_and_paragraphs(root: Element) -> None:
    """Drop paragraphs whose tags all came out empty, as a typist leaves no blank line for them.

    A paragraph that a template leaves empty on purpose has no text run and stays.
    """
    for paragraph in list(root.iter(qn("w:p"))):
        texts = list(paragraph.iter(qn("w:t")))
        if not texts:
            continue
        if any(each.text for each in texts) or _holds_more(paragraph):
            _drop_empty_runs(paragraph)
        elif _may_go(paragraph):
            paragraph.getparent().remove(paragraph)


def _holds_more(paragraph: Element) -> bool:
    others = (qn(f"w:{name}") for name in RUN_CONTENT if name != "t")
    run_content = any(each.getparent().tag == qn("w:r") for each in paragraph.iter(*others))
    return run_content or paragraph.find(f".//{qn('w:sectPr')}") is not None


def _drop_empty_runs(paragraph: Element) -> None:
    for text in list(paragraph.iter(qn("w:t"))):
        run = text.getparent()
        if text.text:
            continue
        run.remove(text)
        if all(child.tag == qn("w:rPr") for child in run):
            run.getparent().remove(run)


def _may_go(paragraph: Element) -> bool:
    """Say whether what holds the paragraph stays valid without it: a cell ends in a paragraph."""
    if paragraph.getparent().tag == qn("w:body"):
        return True
    siblings = paragraph.getparent().findall(qn("w:p"))
    return len(siblings) > 1 and (
        siblings[-1] is not paragraph or paragraph.getprevious().tag == qn("w:p")
    )


def drop_empty_tables(root: Element) -> None:
    """Drop tables that no loop gave a row: headings over nothing, and a file Word refuses."""
    for table in list(root.iter(qn("w:tbl"))):
        rows = table.findall(qn("w:tr"))
        if any(row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is None for row in rows):
            continue
        table.getparent().remove(table)
