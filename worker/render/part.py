"""One part of a template, compiled: filled as docxtpl fills it, at the cost of its values alone."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from xml.parsers import expat

import jinja2
from docxtpl import DocxTemplate
from jinja2 import meta, nodes
from lxml import etree

from worker.render.package import MOST_PART
from worker.render.sandbox import TemplateEnvironment
from worker.render.traits import Traits, traits
from worker.render.wordml import Element

ENVIRONMENT = TemplateEnvironment()
TEXT = '<w:t xml:space="preserve">'
NO_TEXT = f"{TEXT}</w:t>"
PARAGRAPH_END = "</w:p>"
_TABLE_END = "</w:tbl>"
_BATCH = 256  # pieces of text between two looks at their size


class NotWellFormed(Exception):
    """What the tags left is no XML."""


class TooLong(Exception):
    """A part would become longer than a part may be."""


@dataclass(frozen=True)
class CompiledPart:
    """A part with its tags compiled.

    `names` are those of the context that it uses, each with the names of its group that it uses; with
    none where it uses the whole value.
    """

    template: jinja2.Template
    names: Mapping[str, frozenset[str]]
    traits: Traits

    def fill(self, values: dict[str, Any]) -> str:
        """Return the part's XML, canonically what docxtpl would write.

        One difference is wanted: a person's own `{_{` stays as typed.

        Raises:
            NotWellFormed: the tags cut the XML in two; docxtpl would drop what follows in silence.
            TooLong: it would be longer than a part may be.
            jinja2.TemplateError, TypeError, ValueError: a tag meets a value that it cannot use.
        """
        xml = _printed(self.template, values)
        if "\n" in xml or "\t" in xml:
            xml = _with_breaks(xml)
        if self.traits.repaired or (self.traits.may_lose_rows and _lost_rows(xml)):
            xml = _repaired(xml)
        return xml


def compile_part(
    root: Element, source: str, environment: jinja2.Environment = ENVIRONMENT
) -> CompiledPart:
    """Compile a part of its `source`, which docxtpl's `patch_xml` made of the tree `root`."""
    # The line ends of the source serve error messages alone; docxtpl takes them out of each document.
    compact = re.sub(r"\n<w:p([ >])", r"<w:p\1", source)
    names = _used_names(environment.parse(source))
    return CompiledPart(environment.from_string(compact), names, traits(root))


def _used_names(tree: nodes.Template) -> dict[str, frozenset[str]]:
    named = Counter(each.name for each in tree.find_all(nodes.Name))
    groups: dict[str, list[str]] = defaultdict(list)
    for each in tree.find_all(nodes.Getattr):
        if isinstance(each.node, nodes.Name):
            groups[each.node.name].append(each.attr)
    whole = {name for name, count in named.items() if count > len(groups[name])}
    return {
        name: frozenset() if name in whole else frozenset(groups[name])
        for name in meta.find_undeclared_variables(tree)
    }


def docxtpl_source(root: Element) -> str:
    """Return a part's XML as docxtpl reads its tags, one paragraph a line for error messages."""
    xml = etree.tostring(root, encoding="unicode")
    patched = DocxTemplate(None).patch_xml(xml)
    return re.sub(r"<w:p([ >])", r"\n<w:p\1", _printed_braces(patched))


def _printed_braces(source: str) -> str:
    """Write docxtpl's escaped braces ("{_{") as values, since they are resolved here, not after.

    docxtpl replaces them in the filled text, where they may be a patient's own words.
    """
    pairs = {"{_{": "{{", "}_}": "}}", "{_%": "{%", "%_}": "%}"}
    return re.sub(r"\{_\{|\}_\}|\{_%|%_\}", lambda found: f'{{{{ "{pairs[found[0]]}" }}}}', source)


def with_kept_spaces(xml: str) -> str:
    """Return XML with the spaces at the ends of all texts kept, and with no other form of a text."""
    long = re.sub(r"<w:t(?: [^>]*)?/>", NO_TEXT, xml)
    return re.sub(r"<w:t(?: [^>]*)?>", TEXT, long)


def check_well_formed(xml: bytes) -> None:
    """Parse and forget; half of what a tree costs.

    Raises:
        NotWellFormed: a strict parser would not read it, a forbidden character among the reasons.
    """
    try:
        expat.ParserCreate().Parse(xml, True)
    except expat.ExpatError as fault:
        raise NotWellFormed from fault


def _printed(template: jinja2.Template, values: dict[str, Any]) -> str:
    stream = template.root_render_func(template.new_context(values))
    texts: list[str] = []
    size = 0
    while batch := list(islice(stream, _BATCH)):
        size += sum(map(len, batch))
        if size > MOST_PART:
            raise TooLong
        texts += batch
    return "".join(texts)


def _with_breaks(xml: str) -> str:
    """Turn line ends and tabs of values into Word's, in the paragraphs that hold any.

    docxtpl's own function looks from the first paragraph's start to the next paragraph's end, so it
    finds the same in each piece alone as in the whole.
    """
    *pieces, tail = xml.split(PARAGRAPH_END)
    ended = (f"{piece}{PARAGRAPH_END}" for piece in pieces)
    resolve = DocxTemplate(None).resolve_listing
    return "".join(
        [*(resolve(each) if "\n" in each or "\t" in each else each for each in ended), tail]
    )


def _lost_rows(xml: str) -> bool:
    *pieces, _ = xml.split(_TABLE_END)
    return any("<w:tr" not in piece[element_start(piece, "w:tbl") :] for piece in pieces)


def element_start(xml: str, name: str) -> int:
    """Return where an element begins that begins once, after bare ones at most; -1 where none does."""
    start = xml.rfind(f"<{name}>")
    return start if start >= 0 else xml.rfind(f"<{name} ")


def _repaired(xml: str) -> str:
    """Return the XML after docxtpl's own repairs, which would hide what is not well-formed."""
    check_well_formed(xml.encode())
    template = DocxTemplate(None)
    template.docx_ids_index = 1000  # where docxtpl begins to count
    root = template.fix_tables(xml)
    template.fix_docpr_ids(root)
    return with_kept_spaces(str(etree.tostring(root, encoding="unicode")))
