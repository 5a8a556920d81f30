"""What Word puts into the middle of a tag, which no longer is one then.

Two runs of one paragraph may share a tag, however they look. A link, a field or a content control
that begins or ends inside it cannot, nor may a bookmark or a picture stand there: with the tag's
text the renderer would take out half of it. A tab or a line break in a tag does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from worker.render.hygiene import is_last_place, last_place_ids
from worker.render.wordml import Element, local_name, qn

_HOLDERS = {
    "hyperlink": "a link",
    "fldSimple": "a field",
    "sdt": "a content control",
    "smartTag": "a smart tag",
    "ins": "a tracked change",
    "del": "a tracked change",
    "moveTo": "a tracked change",
    "moveFrom": "a tracked change",
}
_THINGS = {
    "bookmarkStart": "a bookmark",
    "bookmarkEnd": "a bookmark",
    "fldChar": "a field",
    "instrText": "a field",
    "footnoteReference": "a footnote",
    "endnoteReference": "an endnote",
    "drawing": "a picture",
    "pict": "a picture",
    "object": "an embedded object",
    "noBreakHyphen": "a fixed hyphen",
    "softHyphen": "an optional hyphen",
    "sym": "a symbol",
}


def what_splits(paragraph: Element, tags: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Yield (tag, what stands inside it) for each tag of a paragraph that Word cut in two."""
    pieces = [each for each in paragraph.iter(qn("w:t")) if _is_of(paragraph, each)]
    text = "".join(each.text or "" for each in pieces)
    for found in tags.finditer(text):
        held = _pieces_of(pieces, found.start(), found.end())
        what = _other_holder(held) or _thing_between(paragraph, held)
        if what:
            yield found[0], what


def _is_of(paragraph: Element, piece: Element) -> bool:
    """Say whether a text is the paragraph's own, not that of a text box in it."""
    holder = piece.getparent()
    while holder is not None and holder.tag != qn("w:p"):
        holder = holder.getparent()
    return holder is paragraph


def _pieces_of(pieces: list[Element], start: int, end: int) -> list[Element]:
    held, at = [], 0
    for piece in pieces:
        after = at + len(piece.text or "")
        if at < end and after > start:
            held.append(piece)
        at = after
    return held


def _other_holder(held: list[Element]) -> str:
    """Return what a tag leaves or enters on its way: its runs do not stand in the same holder."""
    holders = [each.getparent().getparent() for each in held]
    if all(each is holders[0] for each in holders):
        return ""
    named = (_HOLDERS.get(local_name(each)) for holder in holders for each in _upwards(holder))
    return next(filter(None, named), "something")


def _upwards(element: Element) -> Iterator[Element]:
    while element is not None and element.tag != qn("w:p"):
        yield element
        element = element.getparent()


def _thing_between(paragraph: Element, held: list[Element]) -> str:
    inside, harmless = False, last_place_ids(paragraph)
    for element in paragraph.iter():
        if element is held[-1]:
            return ""
        if inside and local_name(element) in _THINGS and not is_last_place(element, harmless):
            return _THINGS[local_name(element)]
        inside = inside or element is held[0]
    return ""
