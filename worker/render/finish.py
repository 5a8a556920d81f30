"""After the template is filled: tokens in the tree become breaks, tabs, blanks and bookmarks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from worker.render.charts import drawing
from worker.render.tokens import TOKEN, Ledger, Piece, pieces, placeholder
from worker.render.wordml import Element, make, qn, text_element

BOOKMARK_PREFIX = "_n_"
_LONGEST_NAME = 40  # characters Word allows in a bookmark's name
_RUN_CONTENT = [
    qn(f"w:{name}")
    for name in ("t", "tab", "br", "drawing", "pict", "object", "fldChar", "instrText", "sym")
]


@dataclass
class Finish:
    """One paper in the making: what its tokens mean, and what has been printed so far."""

    ledger: Ledger
    styles: frozenset[str]  # ids
    printed: list[str] = field(default_factory=list)  # pointers of blanks, in order, each once
    comments: list[str] = field(default_factory=list)  # one pointer a comment, in order
    charts: list[Mapping[str, Any]] = field(default_factory=list)  # as printed
    bookmarks: dict[str, int] = field(default_factory=dict)  # how often a name was used
    next_bookmark: int = 0


def finish_part(root: Element, finish: Finish, *, commented: bool) -> None:
    """Put the last hand to a filled part, in place.

    Comments stand in the body only (`commented`): Word has none in headers and footers.
    """
    for run in list(root.iter(qn("w:r"))):
        texts = run.findall(qn("w:t"))
        if any(TOKEN.search(each.text or "") for each in texts):
            _rewrite_run(run, finish, commented=commented)
        elif texts:
            _keep_spaces(run)
    _close_bookmarks(root)
    _drop_empty_runs_and_paragraphs(root)
    drop_empty_tables(root)


def _keep_spaces(run: Element) -> None:
    for text in run.findall(qn("w:t")):
        text.set(qn("xml:space"), "preserve")


def _rewrite_run(run: Element, finish: Finish, *, commented: bool) -> None:
    """Replace a run by runs of the same look, with what its tokens stand for between them."""
    properties = run.find(qn("w:rPr"))
    made: list[Element] = []
    for child in run:
        if child.tag == qn("w:rPr"):
            continue
        if child.tag != qn("w:t"):
            made.append(_run(properties, deepcopy(child)))
            continue
        for piece in pieces(child.text or "", finish.ledger):
            made += _elements(piece, properties, finish, commented=commented)
    parent = run.getparent()
    place = parent.index(run)
    parent[place : place + 1] = made or [_run(properties, text_element(""))]


def _run(properties: Element | None, content: Element) -> Element:
    looks = [] if properties is None else [deepcopy(properties)]
    return make("w:r", None, *looks, content)


def _elements(
    piece: Piece, properties: Element | None, finish: Finish, *, commented: bool
) -> list[Element]:
    if piece.kind == "text":
        return [_run(properties, text_element(piece.value))]
    if piece.kind in ("tab", "break"):
        return [_run(properties, make("w:tab" if piece.kind == "tab" else "w:br"))]
    if piece.kind == "chart":
        finish.charts.append(finish.ledger.charts[int(piece.value)])
        return [_run(None, drawing(len(finish.charts), finish.charts[-1]))]
    if piece.kind == "passage":
        return [_bookmark(piece.value, finish)]
    return _blank(piece.value, properties, finish, commented=commented)


def _blank(
    pointer: str, properties: Element | None, finish: Finish, *, commented: bool
) -> list[Element]:
    if pointer not in finish.printed:
        finish.printed.append(pointer)
    text = placeholder(finish.ledger.labels[pointer])
    shown = make("w:r", None, _highlighted(properties), text_element(text))
    if not commented:
        return [shown]
    number = {"w:id": str(len(finish.comments))}
    finish.comments.append(pointer)
    style = "AnnotationReference"
    looks = (
        [make("w:rPr", None, make("w:rStyle", {"w:val": style}))] if style in finish.styles else []
    )
    reference = make("w:r", None, *looks, make("w:commentReference", number))
    start, end = make("w:commentRangeStart", number), make("w:commentRangeEnd", number)
    return [start, shown, end, reference]


def _highlighted(properties: Element | None) -> Element:
    """Return the run's look with a yellow highlight, placed where the schema wants it."""
    looks = make("w:rPr") if properties is None else deepcopy(properties)
    for old in looks.findall(qn("w:highlight")):
        looks.remove(old)
    after = {qn(f"w:{name}") for name in ("u", "effect", "bdr", "shd", "fitText", "vertAlign",
             "rtl", "cs", "em", "lang", "eastAsianLayout", "specVanish", "oMath")}  # fmt: skip
    place = next((i for i, each in enumerate(looks) if each.tag in after), len(looks))
    looks.insert(place, make("w:highlight", {"w:val": "yellow"}))
    return looks


def bookmark_name(passage_id: str) -> str:
    """Return the hidden bookmark's name of a passage, from its id alone."""
    name = BOOKMARK_PREFIX + re.sub(r"[^A-Za-z0-9_]", "_", passage_id)
    # "_999" for a passage printed several times, two digits for its paper in an assembled file.
    room = _LONGEST_NAME - 6
    if len(name) <= room:
        return name
    return f"{name[: room - 9]}_{sha256(passage_id.encode()).hexdigest()[:8]}"


def _bookmark(passage_id: str, finish: Finish) -> Element:
    name = bookmark_name(passage_id)
    used = finish.bookmarks[name] = finish.bookmarks.get(name, 0) + 1
    finish.next_bookmark += 1
    unique = name if used == 1 else f"{name}_{used}"
    return make("w:bookmarkStart", {"w:id": str(finish.next_bookmark), "w:name": unique})


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
    others = (name for name in _RUN_CONTENT if name != qn("w:t"))
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
