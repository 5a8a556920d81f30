"""An edited paper opened beside the one that it was made from, in a confined child.

What Word saved is somebody else's file: it may hold what no paper may.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from casework.edited_paper import PaperParagraph, is_other_paper
from worker.confined import TooCostly, answer, confine, run_confined
from worker.other_formats import other_format
from worker.paper_text import header_text, paragraphs_of
from worker.render import TemplateFault
from worker.render.hygiene import paper_faults
from worker.render.package import NotAPackage, read_parts
from worker.render.template import BODY
from worker.render.wordml import parse_xml


@dataclass(frozen=True)
class Opened:
    """What two files hold: `faults` of the edited one, and unless they stop it the texts of both."""

    faults: tuple[TemplateFault, ...]
    before: tuple[PaperParagraph, ...] = field(default=(), repr=False)
    after: tuple[PaperParagraph, ...] = field(default=(), repr=False)
    header: str = field(default="", repr=False)

    @property
    def usable(self) -> bool:
        """Return whether the edited file may be kept."""
        return all(fault.severity != "error" for fault in self.faults)


def open_confined(edited: bytes, original: bytes) -> Opened:
    """Open both files in a confined child."""
    told = {
        name: base64.b64encode(docx).decode()
        for name, docx in (("edited", edited), ("original", original))
    }
    try:
        said = run_confined("worker.compare", told)
    except TooCostly:
        message = "The file took too much time or memory to read"
        return Opened((TemplateFault("too_costly", message, "Save it anew in Word."),))
    return Opened(
        tuple(TemplateFault(**fault) for fault in said["faults"]),
        _read(said["before"]),
        _read(said["after"]),
        said["header"],
    )


def open_both(edited: bytes, original: bytes) -> Opened:
    """Open both files here; only a confined child may."""
    unread = other_format(edited)
    if unread:
        return Opened((unread,))
    faults = tuple(_faults(edited))
    if any(fault.severity == "error" for fault in faults):
        return Opened(faults)
    before, after = paragraphs_of(original), paragraphs_of(edited)
    if is_other_paper(before, after):
        message = "This is not an edit of this paper: they have hardly a paragraph in common"
        cure = "Upload it to the paper that it was made from."
        return Opened((*faults, TemplateFault("other_paper", message, cure)))
    return Opened(faults, tuple(before), tuple(after), header_text(edited))


def _faults(edited: bytes) -> Iterator[TemplateFault]:
    try:
        parts = read_parts(edited)
        roots = {name: parse_xml(parts[name]) for name in parts if name.endswith((".xml", ".rels"))}
    except NotAPackage as fault:
        yield TemplateFault("not_a_word_file", str(fault))
        return
    except etree.XMLSyntaxError:
        cure = "Open it in Word and save it again."
        yield TemplateFault("damaged_part", "A part of the file is damaged", cure)
        return
    if BODY not in parts or "[Content_Types].xml" not in parts:
        cure = "Save it as .docx in Word."
        yield TemplateFault("not_a_word_file", "The file is no Word document", cure)
        return
    yield from paper_faults(parts, roots)


def _read(told: Iterable[Any]) -> tuple[PaperParagraph, ...]:
    return tuple(PaperParagraph(text, tuple(marks)) for text, marks in told)


def _written(paragraphs: Iterable[PaperParagraph]) -> list[Any]:
    return [[each.text, list(each.marks)] for each in paragraphs]


def _child() -> None:
    told = confine()
    edited, original = (base64.b64decode(told[name]) for name in ("edited", "original"))
    opened = open_both(edited, original)
    answer(
        {
            "faults": [fault.to_json() for fault in opened.faults],
            "before": _written(opened.before),
            "after": _written(opened.after),
            "header": opened.header,
        }
    )


if __name__ == "__main__":
    _child()
