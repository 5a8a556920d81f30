"""Several papers joined into one Word file: nothing of a paper changes but its page numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from worker.assembly.binder import Binder
from worker.assembly.body import (
    Counters,
    new_bookmarks,
    new_comments,
    new_drawings,
    new_lists,
    new_relations,
)
from worker.assembly.sections import begin_section, end_section
from worker.render.package import read_parts, write_parts
from worker.render.properties import COMMENTS_PART, COMMENTS_TYPE
from worker.render.template import BODY
from worker.render.wordml import Element, make, parse_xml, qn, serialize

_STYLES, _NUMBERING = "word/styles.xml", "word/numbering.xml"
_CORE = "docProps/core.xml"
_WORDML = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_NUMBERING_TYPE = f"{_WORDML}.numbering+xml"
_IGNORABLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable"
# One file has one of each: where a paper's differs, its look would change.
_ONE_LOOK = (_STYLES, "word/theme/theme1.xml", "word/settings.xml", "word/fontTable.xml")
_LANGUAGE = re.compile(rb'(<w:(?:lang|themeFontLang) w:val=")[^"]*"')
_NOTES = ("word/footnotes.xml", "word/endnotes.xml")


def misfit(paper: bytes, lead: bytes) -> str:
    """Say why a paper cannot stand in one file with the lead paper; "" when it can.

    The text is for staff and holds nothing of the paper.
    """
    own, other = read_parts(paper), read_parts(lead)
    if any(_look(own, name) != _look(other, name) for name in _ONE_LOOK):
        return "its template has styles of its own, which one file cannot hold beside the others'"
    if any(name in own for name in _NOTES):
        return "its template has footnotes, which are numbered through a whole file"
    return ""


def _look(parts: Mapping[str, bytes], name: str) -> bytes:
    """Return a part without the language it names: a paper in Spanish looks no different."""
    return _LANGUAGE.sub(rb"\1", parts.get(name, b""))


def assemble(papers: Sequence[bytes], lead: int = 0) -> bytes:
    """Return the papers in their order as one file: the same papers give the same bytes.

    Each is a section with its own headers and footers; page numbers run through; lists begin anew;
    title and author are those of the paper number `lead`. None may be a `misfit`.
    """
    opened = [read_parts(paper) for paper in papers]
    binder = Binder({**opened[0], _CORE: opened[lead][_CORE]})
    joining = _Joining(binder, parse_xml(opened[0][_STYLES]))
    roots = [parse_xml(parts[BODY]) for parts in opened]
    bodies = [root.find(qn("w:body")) for root in roots]
    for number, (parts, body) in enumerate(zip(opened, bodies, strict=True), 1):
        joining.take(number, parts, body)
        if number < len(bodies):
            end_section(body)
    joining.add_joined_parts()
    return write_parts(binder.finished(_document(roots, bodies)), compressed=True)


class _Joining:
    """What is numbered through, or gathered from all papers."""

    def __init__(self, binder: Binder, styles: Element) -> None:
        self._binder = binder
        self._styles = styles
        self._counters = Counters()
        self._seen: set[tuple[str, str]] = set()
        self._blanks: dict[str, str] = {}
        self._comments: list[Element] = []
        self._kinds: list[Element] = []
        self._lists: list[Element] = []

    def take(self, number: int, parts: Mapping[str, bytes], body: Element) -> None:
        """Make the body of paper `number` (from 1) ready, and take what it refers to."""
        new_relations(body, self._binder.take_related(parts))
        new_bookmarks(body, number, self._counters)
        self._comments += new_comments(body, _tree(parts, COMMENTS_PART), self._counters)
        new_drawings(body, self._counters)
        kinds, lists = new_lists(body, _tree(parts, _NUMBERING), self._styles, self._counters)
        self._kinds += kinds
        self._lists += lists
        begin_section(body, self._seen, self._blank)

    def add_joined_parts(self) -> None:
        """Add the parts of all comments and all lists, where there are any."""
        if self._comments:
            part = serialize(make("w:comments", None, *self._comments))
            self._binder.add(COMMENTS_PART, part, "comments", COMMENTS_TYPE)
        if self._lists:
            part = serialize(make("w:numbering", None, *self._kinds, *self._lists))
            self._binder.add(_NUMBERING, part, "numbering", _NUMBERING_TYPE)

    def _blank(self, reference: str) -> str:
        if reference not in self._blanks:
            kind = reference.removesuffix("Reference")
            root = make("w:hdr" if kind == "header" else "w:ftr", None, make("w:p"))
            name, content_type = f"word/{kind}_blank.xml", f"{_WORDML}.{kind}+xml"
            self._blanks[reference] = self._binder.add(name, serialize(root), kind, content_type)
        return self._blanks[reference]


def _tree(parts: Mapping[str, bytes], name: str) -> Element | None:
    return parse_xml(parts[name]) if name in parts else None


def _document(roots: Sequence[Element], bodies: Sequence[Element]) -> Element:
    """Return one document element with the contents of all bodies."""
    names = {prefix: uri for root in reversed(roots) for prefix, uri in root.nsmap.items()}
    document = etree.Element(qn("w:document"), nsmap=names)
    ignorable = dict.fromkeys(
        word for root in roots for word in (root.get(_IGNORABLE) or "").split()
    )
    if ignorable:
        document.set(_IGNORABLE, " ".join(ignorable))
    whole = etree.SubElement(document, qn("w:body"))
    for body in bodies:
        whole.extend(list(body))
    return document


def bookmarks_of(docx: bytes) -> Iterator[str]:
    """Yield the names of a file's bookmarks in its order."""
    for start in parse_xml(read_parts(docx)[BODY]).iter(qn("w:bookmarkStart")):
        yield start.get(qn("w:name"))
