"""What a Word file may hold to be a template, and what is taken out of it before it is used."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from lxml import etree

from worker.render.faults import ERROR, WARNING, TemplateFault
from worker.render.wordml import Element, local_name, paragraph_text, parse_xml, qn, serialize

# Known parts of a Word file; every other part is refused by name.
_KEPT = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(core|app)\.xml"
    r"|word/(document|styles|settings|fontTable|numbering|webSettings|footnotes|endnotes)\.xml"
    r"|word/(header|footer)[A-Za-z0-9_]*\.xml|word/theme/theme[0-9]*\.xml"
    r"|word/_rels/[A-Za-z0-9_]+\.xml\.rels|word/media/[A-Za-z0-9_]+\.(png|jpe?g|gif)"
    r"|word/fonts/[A-Za-z0-9_]+\.odttf"
)
_MADE = re.compile(r"word/charts/chart[0-9]+\.xml")
# Harmless leftovers of Word, taken out because they carry people, or go stale.
_DROPPED = re.compile(
    r"customXml/.*|docProps/(thumbnail\.\w+|custom\.xml)|docMetadata/.*|word/glossary/.*"
    r"|word/(comments\w*|people|stylesWithEffects|commentsIds)\.xml|word/theme/_rels/.*"
    r"|word/_rels/(settings|comments\w*)\.xml\.rels|word/printerSettings/.*"
)
_WHY_REFUSED = (
    (
        r"word/(vba|activeX|attachedToolbars|customizations)",
        "The file holds macros or controls that run",
        "Save it as a Word document (.docx), which holds no macros.",
    ),
    (
        r"word/embeddings/|word/afchunk|word/.*\.(bin|exe|html?|mht)$",
        "The file holds an embedded object",
        "Remove it; paste what it shows as text or as a picture.",
    ),
    (
        r"word/charts/",
        "The file holds a chart, which would show the same numbers in every paper",
        "Remove it; {{ chart.scores }} draws the scores of the case.",
    ),
    (
        r"word/diagrams/",
        "The file holds a drawing that not every program can show (SmartArt)",
        "Replace it by a picture: copy it, paste it as a picture.",
    ),
    (
        r"word/media/",
        "The file holds a picture or a recording that is no PNG, JPEG or GIF",
        "Save the picture as PNG or JPEG and insert it anew.",
    ),
)
_SHOWN = 90  # characters of a paragraph in a message
_FIELDS = {
    "PAGE",
    "NUMPAGES",
    "SECTIONPAGES",
    "HYPERLINK",
    "REF",
    "PAGEREF",
    "STYLEREF",
    "SEQ",
    "TOC",
}
_ACTIVE = {"altChunk", "subDoc", "object", "control", "movie", "contentPart"}
_TRACKED = {"ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "tblPrChange"}
_SETTINGS_DROPPED = (
    "attachedTemplate", "mailMerge", "rsids", "trackRevisions", "docVars", "proofState",
    "writeProtection", "documentProtection", "saveThroughXslt", "revisionView",
)  # fmt: skip
_NOISE = (
    "proofErr",
    "lastRenderedPageBreak",
    "commentRangeStart",
    "commentRangeEnd",
    "permStart",
    "permEnd",
)


def clean_parts(
    parts: Mapping[str, bytes],
) -> tuple[dict[str, bytes], list[TemplateFault]]:
    """Return the parts a template keeps, and the faults of those it may not hold.

    XML parts must already be known to be well-formed.
    """
    kept = {name: part for name, part in parts.items() if _KEPT.fullmatch(name)}
    faults = [_refused(name) for name in parts if name not in kept and not _DROPPED.fullmatch(name)]
    for name in list(kept):
        if name.endswith(".rels"):
            kept[name], found = _relationships(name, kept[name], kept)
            faults += found
    kept["[Content_Types].xml"] = _content_types(kept)
    if "word/settings.xml" in kept:
        kept["word/settings.xml"] = _settings(kept["word/settings.xml"])
    return kept, faults


def paper_faults(names: Iterable[str], trees: Mapping[str, Element]) -> Iterator[TemplateFault]:
    """Yield the faults of a filled paper: of its parts' names, and of those of its parts to read.

    It may also hold charts and comments, which the renderer alone makes: a chart of a template could
    carry a workbook.
    """
    for name in names:
        if not any(known.fullmatch(name) for known in (_KEPT, _MADE, _DROPPED)):
            yield _refused(name)
    for name, root in trees.items():
        if name.endswith(".rels"):
            yield from _outside(name, root)
        elif name.startswith("word/"):
            yield from (each for each in active_content(root, name) if each.severity == ERROR)


def _refused(name: str) -> TemplateFault:
    for pattern, message, cure in _WHY_REFUSED:
        if re.match(pattern, name):
            return TemplateFault("forbidden_part", message, cure, part=name)
    return TemplateFault(
        "forbidden_part",
        "The file holds something a template may not hold (a part Word letters do not need)",
        "Save it as a plain .docx without macros and embedded files.",
        part=name,
    )


def _relationships(
    name: str, xml: bytes, kept: Mapping[str, bytes]
) -> tuple[bytes, list[TemplateFault]]:
    root = parse_xml(xml)
    folder = posixpath.dirname(posixpath.dirname(name))
    for relation in list(root):
        if not _is_external(relation) and resolved_target(folder, _target(relation)) not in kept:
            root.remove(relation)
    return serialize(root), list(_outside(name, root))


def _outside(name: str, root: Element) -> Iterator[TemplateFault]:
    """Yield a fault for each relationship that loads something from outside."""
    for relation in root:
        if _is_external(relation) and not _is_plain_link(relation, _target(relation)):
            yield _external(name)


def _is_external(relation: Element) -> bool:
    return bool(relation.get("TargetMode") == "External")


def _target(relation: Element) -> str:
    return relation.get("Target") or ""


def _is_plain_link(relation: Element, target: str) -> bool:
    scheme = urlsplit(target).scheme.lower()
    return str(relation.get("Type")).endswith("/hyperlink") and scheme in (
        "http",
        "https",
        "mailto",
    )


def _external(name: str) -> TemplateFault:
    return TemplateFault(
        "external_link",
        "The file loads something from outside when it is opened",
        "Put pictures into the file itself; only web and mail links may point outside.",
        part=name,
    )


def resolved_target(folder: str, target: str) -> str:
    """Return the name of the part that a relationship of a part in `folder` points to."""
    path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(path)


def _content_types(kept: Mapping[str, bytes]) -> bytes:
    root = parse_xml(kept["[Content_Types].xml"])
    for override in list(root):
        name = override.get("PartName")
        if name and name.lstrip("/") not in kept:
            root.remove(override)
    return serialize(root)


def _settings(xml: bytes) -> bytes:
    root = parse_xml(xml)
    for child in list(root):
        if local_name(child) in _SETTINGS_DROPPED:
            root.remove(child)
    return serialize(root)


def active_content(root: Element, part: str) -> Iterator[TemplateFault]:
    """Yield a fault for each thing in a part's text that acts, or that is not settled."""
    names = {etree.QName(tag).localname for tag in {each.tag for each in root.iter(etree.Element)}}
    for name in sorted(names & _ACTIVE):
        message = f"The text holds an embedded object ({name})"
        where = _text_around(root, {name})
        yield TemplateFault("embedded_object", message, "Remove it.", part, where)
    if names & _TRACKED:
        message = "The text holds tracked changes"
        cure = "Accept or reject all changes in Word."
        yield TemplateFault("tracked_changes", message, cure, part, _text_around(root, _TRACKED))
    for code, place in _field_codes(root):
        if code not in _FIELDS:
            message = f"The text holds the field {code[:20]}"
            cure = f"Use text or a tag; fields that may stand: {', '.join(sorted(_FIELDS))}."
            yield TemplateFault("forbidden_field", message, cure, part, text_of_paragraph(place))
    if "commentReference" in names:
        message = "Word comments of the template are left out of the papers"
        where = _text_around(root, {"commentReference"})
        yield TemplateFault("comment_dropped", message, "", part, where, severity=WARNING)


def _text_around(root: Element, names: Container[str]) -> str:
    """Return the text of the paragraph in which the first element of these names stands."""
    first = next((each for each in root.iter(etree.Element) if local_name(each) in names), None)
    return "" if first is None else text_of_paragraph(first)


def text_of_paragraph(element: Element) -> str:
    """Return the beginning of the paragraph that an element stands in, for a message."""
    while element is not None and element.tag != qn("w:p"):
        element = element.getparent()
    return "" if element is None else paragraph_text(element)[:_SHOWN]


def _field_codes(root: Element) -> Iterator[tuple[str, Element]]:
    """Yield each field's first word and its place; its instruction may stand in several runs."""
    for simple in root.iter(qn("w:fldSimple")):
        yield _first_word(simple.get(qn("w:instr")) or ""), simple
    instruction: list[Element] = []
    for element in root.iter(qn("w:fldChar"), qn("w:instrText")):
        if element.tag == qn("w:instrText"):
            instruction.append(element)
        elif instruction:
            yield _instructed(instruction), instruction[0]
            instruction = []
    if instruction:
        yield _instructed(instruction), instruction[0]


def _instructed(pieces: Iterable[Element]) -> str:
    return _first_word("".join(each.text or "" for each in pieces))


def _first_word(instruction: str) -> str:
    words = instruction.split()
    return words[0].upper() if words else ""


def without_noise(root: Element) -> None:
    """Take out what no reader sees, in place.

    Word's editing traces (spelling marks, session ids, comments' anchors), remarks and indentation of
    the XML itself.
    """
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    last_places = last_place_ids(root)
    for element in list(root.iter()):
        if local_name(element) in _NOISE or is_last_place(element, last_places):
            element.getparent().remove(element)
            continue
        for name in list(element.attrib):
            if name.startswith(qn("w:rsid")) or name.endswith(("}paraId", "}textId")):
                del element.attrib[name]
    for reference in list(root.iter(qn("w:commentReference"))):
        run = reference.getparent()
        run.getparent().remove(run)
    for element in root.iter():
        _without_indentation(element)


def _without_indentation(element: Element) -> None:
    if len(element) and element.text and not element.text.strip():
        element.text = None
    if element.tail and not element.tail.strip():
        element.tail = None


def last_place_ids(root: Element) -> frozenset[str]:
    """Return the ids of the bookmarks with which Word remembers where somebody was typing."""
    marks = root.iter(qn("w:bookmarkStart"))
    return frozenset(each.get(qn("w:id")) for each in marks if each.get(qn("w:name")) == "_GoBack")


def is_last_place(element: Element, ids: frozenset[str]) -> bool:
    """Say whether an element begins or ends one of those bookmarks."""
    is_mark = local_name(element) in ("bookmarkStart", "bookmarkEnd")
    return is_mark and element.get(qn("w:id")) in ids
