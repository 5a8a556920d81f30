"""A paper's text made ready to stand beside others: ids, names and lists of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass

from worker.render.finish import BOOKMARK_PREFIX
from worker.render.wordml import NAMESPACES, Element, make, qn

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
# What the schema puts before a paragraph's numbering.
_BEFORE_NUMBERING = [
    qn(f"w:{name}")
    for name in ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl")
]
_COMMENTED = ("w:commentRangeStart", "w:commentRangeEnd", "w:commentReference")


@dataclass
class Counters:
    """The highest ids given out so far, over all papers."""

    bookmarks: int = 0
    comments: int = 0
    drawings: int = 0
    lists: int = 0
    list_kinds: int = 0


def new_relations(body: Element, ids: Mapping[str, str]) -> None:
    """Give every reference to a relationship its new id."""
    relation = f"{{{NAMESPACES['r']}}}"
    for element in body.iter():
        for name, value in element.attrib.items():
            if name.startswith(relation) and value in ids:
                element.set(name, ids[value])


def new_bookmarks(body: Element, paper: int, counters: Counters) -> None:
    """Number bookmarks through, and name those of the second paper on after their paper."""
    numbers: dict[str, str] = {}
    names: dict[str, str] = {}
    for start in body.iter(qn("w:bookmarkStart")):
        counters.bookmarks += 1
        numbers[start.get(qn("w:id"))] = str(counters.bookmarks)
        old = start.get(qn("w:name"))
        names[old] = bookmark_in_packet(old, paper)
        start.set(qn("w:name"), names[old])
        start.set(qn("w:id"), str(counters.bookmarks))
    for end in body.iter(qn("w:bookmarkEnd")):
        end.set(qn("w:id"), numbers[end.get(qn("w:id"))])
    _follow(body, names)


def bookmark_in_packet(name: str, paper: int) -> str:
    """Return the name that a paper's bookmark has in the file of all; papers count from 1."""
    if paper == 1:
        return name
    if name.startswith(BOOKMARK_PREFIX):
        return f"_n{paper}_{name.removeprefix(BOOKMARK_PREFIX)}"
    return f"{name[:36]}_{paper}"


def _follow(body: Element, names: Mapping[str, str]) -> None:
    """Let links and cross-references find the bookmarks under their new names."""
    for link in body.iter(qn("w:hyperlink")):
        anchor = link.get(qn("w:anchor"))
        if anchor in names:
            link.set(qn("w:anchor"), names[anchor])
    for instruction in body.iter(qn("w:instrText")):
        words = re.split(r"([\s\"]+)", instruction.text or "")
        instruction.text = "".join(names.get(word, word) for word in words)


def new_comments(body: Element, comments: Element | None, counters: Counters) -> list[Element]:
    """Number the paper's comments through; return them, for the part of all comments."""
    if comments is None:
        return []
    taken = list(comments.iter(qn("w:comment")))
    numbers = {
        each.get(qn("w:id")): str(counters.comments + index) for index, each in enumerate(taken)
    }
    counters.comments += len(taken)
    for element in [*taken, *body.iter(*(qn(name) for name in _COMMENTED))]:
        element.set(qn("w:id"), numbers[element.get(qn("w:id"))])
    return taken


def new_drawings(body: Element, counters: Counters) -> None:
    """Number pictures and charts through: an id given twice makes Word mend the file."""
    for drawing in body.iter(_DRAWING):
        counters.drawings += 1
        drawing.set("id", str(counters.drawings))


def new_lists(
    body: Element, numbering: Element | None, styles: Element, counters: Counters
) -> tuple[list[Element], list[Element]]:
    """Give the paper lists of its own, so that its numbers start again; return their definitions.

    A style's list belongs to the first paper: in later ones its paragraphs name their own.
    """
    if numbering is None:
        return [], []
    first = counters.lists == 0
    kinds, lists = _copied_lists(numbering, counters)
    if not first:
        offset = {old: new for old, new, _ in lists}
        for paragraph in body.iter(qn("w:p")):
            _name_list(paragraph, offset, styles)
    return kinds, [each for _, _, each in lists]


def _copied_lists(
    numbering: Element, counters: Counters
) -> tuple[list[Element], list[tuple[str, str, Element]]]:
    kinds: list[Element] = []
    lists: list[tuple[str, str, Element]] = []
    kind_offset, list_offset = counters.list_kinds, counters.lists
    for kind in numbering.findall(qn("w:abstractNum")):
        copy = deepcopy(kind)
        number = int(copy.get(qn("w:abstractNumId"))) + kind_offset
        copy.set(qn("w:abstractNumId"), str(number))
        # Two lists with one of these ids are taken for the same list.
        for name in ("w:nsid", "w:tmpl"):
            for each in copy.findall(qn(name)):
                copy.remove(each)
        counters.list_kinds = max(counters.list_kinds, number)
        kinds.append(copy)
    for each in numbering.findall(qn("w:num")):
        copy = deepcopy(each)
        old = copy.get(qn("w:numId"))
        number = int(old) + list_offset
        copy.set(qn("w:numId"), str(number))
        kind = copy.find(qn("w:abstractNumId"))
        kind.set(qn("w:val"), str(int(kind.get(qn("w:val"))) + kind_offset))
        counters.lists = max(counters.lists, number)
        lists.append((old, str(number), copy))
    return kinds, lists


def _name_list(paragraph: Element, offset: Mapping[str, str], styles: Element) -> None:
    properties = paragraph.find(qn("w:pPr"))
    if properties is None:
        return
    own = properties.find(f"{qn('w:numPr')}/{qn('w:numId')}")
    if own is not None:
        own.set(qn("w:val"), offset.get(own.get(qn("w:val")), own.get(qn("w:val"))))
        return
    style = properties.find(qn("w:pStyle"))
    found = None if style is None else _list_of_style(style.get(qn("w:val")), styles)
    if found is None or found[1] not in offset:
        return
    level = make("w:ilvl", {"w:val": found[0]})
    named = make("w:numPr", None, level, make("w:numId", {"w:val": offset[found[1]]}))
    before = sum(1 for each in properties if each.tag in _BEFORE_NUMBERING)
    properties.insert(before, named)


def _list_of_style(style_id: str, styles: Element) -> tuple[str, str] | None:
    """Return level and list that a style gives its paragraphs, its own or one it is based on."""
    for style in _ancestry(style_id, styles):
        numbered = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if numbered is not None and numbered.find(qn("w:numId")) is not None:
            level = numbered.find(qn("w:ilvl"))
            number = numbered.find(qn("w:numId")).get(qn("w:val"))
            return ("0" if level is None else level.get(qn("w:val")), number)
    return None


def _ancestry(style_id: str, styles: Element) -> Iterator[Element]:
    by_id = {each.get(qn("w:styleId")): each for each in styles.iter(qn("w:style"))}
    seen: set[str] = set()
    while style_id in by_id and style_id not in seen:
        seen.add(style_id)
        yield by_id[style_id]
        base = by_id[style_id].find(qn("w:basedOn"))
        style_id = "" if base is None else base.get(qn("w:val"))
