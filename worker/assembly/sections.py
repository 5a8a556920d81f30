"""Each paper a section of its own: its headers and footers, its first page, pages counted through."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

from worker.render.wordml import Element, make, qn

_REFERENCES = ("headerReference", "footerReference")
# A paragraph that only ends a section should not take a line, which might open a page.
_NO_HEIGHT = {"w:before": "0", "w:after": "0", "w:line": "20", "w:lineRule": "exact"}

Blank = Callable[[str], str]
"""Gives the relationship id of an empty header or footer part, by the name of its reference."""


def layouts(body: Element) -> list[Element]:
    """Return the section properties of a body, in order."""
    return list(body.iter(qn("w:sectPr")))


def begin_section(body: Element, seen: set[tuple[str, str]], blank: Blank) -> None:
    """Let a paper begin on a page of its own, with nothing of the paper before it.

    A section without a header takes that of the section before; `seen` are those kinds of headers
    and footers that stand there, and grows by the paper's own.
    """
    found = layouts(body)
    for layout in found:
        for numbers in layout.findall(qn("w:pgNumType")):
            numbers.attrib.pop(qn("w:start"), None)
    first = found[0]
    for kind in first.findall(qn("w:type")):
        first.remove(kind)
    for name, page in sorted(seen - _shown(first), reverse=True):
        first.insert(0, make(f"w:{name}", {"w:type": page, "r:id": blank(name)}))
    for layout in found:
        seen |= _shown(layout)


def _shown(layout: Element) -> set[tuple[str, str]]:
    return {
        (name, reference.get(qn("w:type")))
        for name in _REFERENCES
        for reference in layout.findall(qn(f"w:{name}"))
    }


def end_section(body: Element) -> None:
    """Move the body's last section properties into its last paragraph, as all but the last have it."""
    layout = body.find(qn("w:sectPr"))
    body.remove(layout)
    last = body[-1] if len(body) else None
    if last is None or last.tag != qn("w:p") or last.find(f".//{qn('w:sectPr')}") is not None:
        last = make("w:p", None, make("w:pPr", None, make("w:spacing", _NO_HEIGHT)))
        body.append(last)
    properties = last.find(qn("w:pPr"))
    if properties is None:
        properties = make("w:pPr")
        last.insert(0, properties)
    change = properties.find(qn("w:pPrChange"))
    place = len(properties) if change is None else properties.index(change)
    properties.insert(place, deepcopy(layout))
