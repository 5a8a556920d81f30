"""The parts of a file in the making: copied from papers under names and ids of their own."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

from lxml import etree

from worker.render.hygiene import resolved_target
from worker.render.template import BODY
from worker.render.wordml import CONTENT_TYPES, RELATIONSHIPS, Element, parse_xml, serialize

TYPES = "[Content_Types].xml"
RELATIONS = "word/_rels/document.xml.rels"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# One of each serves the whole file; those of a paper that differ keep it out.
_SHARED = ("styles", "settings", "fontTable", "theme", "webSettings")
# Put together from all papers, not copied.
_JOINED = ("numbering", "comments")
_MEDIA = "word/media/"


class Binder:
    """Parts, their types and the document's relationships, each named once."""

    def __init__(self, first: Mapping[str, bytes]) -> None:
        self.parts: dict[str, bytes] = {
            name: first[name] for name in first if name.startswith(("_rels/", "docProps/"))
        }
        self._types = etree.Element(f"{{{CONTENT_TYPES}}}Types", nsmap={None: CONTENT_TYPES})
        self._relations = etree.Element(
            f"{{{RELATIONSHIPS}}}Relationships", nsmap={None: RELATIONSHIPS}
        )
        self._pictures: dict[str, str] = {}
        for name in (BODY, *self.parts):
            self._take_type(name, first)
        for relation in _relations(BODY, first):
            if kind_of(relation) in _SHARED:
                name = resolved_target("word", relation.get("Target"))
                self.parts[name] = first[name]
                self._take_type(name, first)
                self.relate(_OFFICE, kind_of(relation), name)

    def take_related(self, paper: Mapping[str, bytes]) -> dict[str, str]:
        """Copy what a paper's text refers to; return the new ids of its relationships by the old."""
        ids: dict[str, str] = {}
        for relation in _relations(BODY, paper):
            if kind_of(relation) in (*_SHARED, *_JOINED):
                continue
            ids[relation.get("Id")] = self._take(relation, paper)
        return ids

    def add(self, name: str, part: bytes, kind: str, content_type: str) -> str:
        """Add a part of our own that the document refers to; return the relationship's id."""
        self.parts[name] = part
        self._override(name, content_type)
        return self.relate(_OFFICE, kind, name)

    def relate(self, base: str, kind: str, name: str) -> str:
        """Add a relationship of the document to a part; return its id."""
        target = posixpath.relpath(name, "word")
        return self._relate({"Type": f"{base}/{kind}", "Target": target})

    def finished(self, document: Element) -> dict[str, bytes]:
        """Return all parts of the file around its text."""
        return {
            **self.parts,
            BODY: serialize(document),
            RELATIONS: serialize(self._relations),
            TYPES: serialize(self._types),
        }

    def _take(self, relation: Element, paper: Mapping[str, bytes]) -> str:
        given = {key: value for key, value in relation.attrib.items() if key != "Id"}
        if given.get("TargetMode") != "External":
            name = self._copied(resolved_target("word", given["Target"]), paper)
            given["Target"] = posixpath.relpath(name, "word")
        return self._relate(given)

    def _relate(self, given: Mapping[str, str]) -> str:
        new = f"rId{len(self._relations) + 1}"
        etree.SubElement(self._relations, f"{{{RELATIONSHIPS}}}Relationship", {"Id": new, **given})
        return new

    def _copied(self, name: str, paper: Mapping[str, bytes]) -> str:
        """Copy a part and what it refers to itself under a free name, a picture only once."""
        digest = sha256(paper[name]).hexdigest()
        if name.startswith(_MEDIA) and digest in self._pictures:
            return self._pictures[digest]
        new = self._free(name)
        self.parts[new] = paper[name]
        self._take_type(name, paper, new)
        if name.startswith(_MEDIA):
            self._pictures[digest] = new
        related = _relations_part(name)
        if related in paper:
            self.parts[_relations_part(new)] = self._inner_relations(name, paper)
        return new

    def _inner_relations(self, name: str, paper: Mapping[str, bytes]) -> bytes:
        root = parse_xml(paper[_relations_part(name)])
        folder = posixpath.dirname(name)
        for relation in root:
            if relation.get("TargetMode") != "External":
                inner = self._copied(resolved_target(folder, relation.get("Target")), paper)
                relation.set("Target", posixpath.relpath(inner, folder))
        return serialize(root)

    def _free(self, name: str) -> str:
        stem, ending = posixpath.splitext(name)
        stem = re.sub(r"[0-9]+$", "", stem)
        number = 1
        while f"{stem}{number}{ending}" in self.parts:
            number += 1
        return f"{stem}{number}{ending}"

    def _take_type(self, name: str, paper: Mapping[str, bytes], new: str | None = None) -> None:
        """Say of a part what the paper says: by its own name, or by its ending."""
        endings = (name.rpartition(".")[2].lower(), "rels", "xml")
        for line in parse_xml(paper[TYPES]):
            if line.get("PartName") == f"/{name}":
                self._override(new or name, line.get("ContentType"))
            elif line.get("Extension", "").lower() in endings:
                self._default(line)

    def _default(self, line: Element) -> None:
        ending = line.get("Extension", "").lower()
        if ending and ending not in {each.get("Extension") for each in self._types}:
            given = {"Extension": ending, "ContentType": line.get("ContentType")}
            self._types.insert(0, etree.Element(f"{{{CONTENT_TYPES}}}Default", given))

    def _override(self, name: str, content_type: str) -> None:
        given = {"PartName": f"/{name}", "ContentType": content_type}
        etree.SubElement(self._types, f"{{{CONTENT_TYPES}}}Override", given)


def kind_of(relation: Element) -> str:
    """Return the last word of a relationship's type, such as "header"."""
    return str(relation.get("Type")).rpartition("/")[2]


def _relations(name: str, paper: Mapping[str, bytes]) -> Iterable[Element]:
    part = paper.get(_relations_part(name))
    return () if part is None else parse_xml(part)


def _relations_part(name: str) -> str:
    folder, file = posixpath.split(name)
    return f"{folder}/_rels/{file}.rels"
