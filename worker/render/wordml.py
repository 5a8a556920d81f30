"""Names and small builders of WordprocessingML (ECMA-376 part 1, transitional)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from lxml import etree

# lxml ships no types; its elements are Any throughout the Word rooms.
Element = Any

NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


@lru_cache(maxsize=1024)
def qn(name: str) -> str:
    """Return the Clark name of a prefixed one: "w:p" gives "{http://…}p"."""
    prefix, local = name.split(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def make(name: str, attributes: Mapping[str, str] | None = None, *children: Element) -> Element:
    """Return a new element with these attributes and children, both named with prefixes."""
    element = etree.Element(qn(name), nsmap={"w": NAMESPACES["w"], "r": NAMESPACES["r"]})
    for key, value in (attributes or {}).items():
        element.set(qn(key), value)
    element.extend(children)
    return element


def text_element(text: str) -> Element:
    """Return a `w:t` that keeps the spaces at its ends."""
    element = make("w:t", {"xml:space": "preserve"})
    element.text = text
    return element


def parse_xml(xml: bytes) -> Element:
    """Parse strictly, without entities or network.

    Raises:
        etree.XMLSyntaxError: where the bytes are not well-formed XML. Never recovers: a recovering
            parser is what silently cuts off the rest of a letter.
    """
    return etree.fromstring(xml, _PARSER)


def serialize(root: Element) -> bytes:
    """Return the XML bytes of a part, with its declaration and each namespace declared once.

    The root's own prefixes stay even where unused: `mc:Ignorable` names them, and Word calls a
    file damaged that names a prefix it does not declare.
    """
    etree.cleanup_namespaces(root, keep_ns_prefixes=[prefix for prefix in root.nsmap if prefix])
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def local_name(element: Element) -> str:
    """Return "p" for a `w:p`; "" for comments and processing instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def paragraph_text(paragraph: Element) -> str:
    """Return a paragraph's text as a reader sees it: tabs as tabs, breaks as newlines."""
    parts = []
    for element in paragraph.iter(qn("w:t"), qn("w:tab"), qn("w:br")):
        if element.tag == qn("w:t"):
            parts.append(element.text or "")
        elif element.getparent().tag == qn("w:r"):
            parts.append("\t" if element.tag == qn("w:tab") else "\n")
    return "".join(parts)
