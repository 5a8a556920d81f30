"""The last look at a paper: its bytes are opened again, and what is wrong stops it.

A truncated letter that looks finished is the worst thing this product could make.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from html import unescape
from typing import Any

from jinja2 import nodes
from lxml import etree

from worker.render.fill import DRAFT, FilledText, fill
from worker.render.finish import drop_empty_tables
from worker.render.hygiene import paper_faults
from worker.render.package import NotAPackage, read_parts
from worker.render.part import ENVIRONMENT
from worker.render.properties import COMMENTS_PART
from worker.render.template import BODY, Template
from worker.render.tokens import CARRIERS, plain_text
from worker.render.wordml import Element, parse_xml, qn

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_EMPTY_WORDS = re.compile(r"\b(None|nan|NaN|Undefined|undefined|null)\b")
_BLANK = re.compile("⟦(/[^⟦⟧]*)⟧")
_GAP = "\x00"  # where a value stands; no XML can hold it
_STYLED = ("w:pStyle", "w:rStyle", "w:tblStyle")


class GateFailed(Exception):
    """A paper may not leave; `reasons` name what is wrong and hold no patient data."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def check_document(
    docx: bytes,
    template: Template,
    context: Mapping[str, Any],
    filled: FilledText | None = None,
) -> Element:
    """Check a rendered paper against its template and context; return its body as it was read.

    With `filled`, what the tags came to when it was rendered, they are not filled once more.

    Raises:
        GateFailed: with every reason at once.
    """
    try:
        parts = read_parts(docx)
        trees = _trees(parts, {name: template.parts[name] for name in template.members})
    except NotAPackage as fault:
        raise GateFailed((str(fault),)) from fault
    except etree.XMLSyntaxError as fault:
        raise GateFailed(("A part of the paper is not well-formed.",)) from fault
    if BODY not in trees:
        raise GateFailed(("The paper has no body.",))
    reasons = [
        *_package(parts, trees, template.styles),
        *_text(trees, template, context, filled or fill(template, context)),
    ]
    if reasons:
        raise GateFailed(tuple(dict.fromkeys(reasons)))
    return trees[BODY]


def check_assembled(docx: bytes, papers: Sequence[bytes]) -> None:
    """Check a file of several papers: each is there whole, in its order, and Word can open it.

    Raises:
        GateFailed: with every reason at once.
    """
    try:
        parts = read_parts(docx)
        trees = _trees(parts)
        whole = [_trees(read_parts(paper)) for paper in papers]
    except NotAPackage as fault:
        raise GateFailed((str(fault),)) from fault
    styles = _style_ids(trees["word/styles.xml"])
    reasons = [*_package(parts, trees, styles), *_joined(trees, whole)]
    if reasons:
        raise GateFailed(tuple(dict.fromkeys(reasons)))


def _trees(
    parts: Mapping[str, bytes], known: Mapping[str, bytes] | None = None
) -> dict[str, Element]:
    """Return the XML parts, without those that are `known`: read when their template was compiled."""
    known = known or {}
    return {
        name: parse_xml(part)
        for name, part in parts.items()
        if _is_xml(name) and part != known.get(name)
    }


def _joined(trees: Mapping[str, Element], papers: Sequence[Mapping[str, Element]]) -> Iterator[str]:
    """Say what the joined file does not hold of its papers."""
    body, bodies = trees[BODY], [each[BODY] for each in papers]
    if _shown(body) != "".join(map(_shown, bodies)):
        yield "The file does not hold the whole text of its papers."
    for tag, what in (("w:tr", "table rows"), ("w:sectPr", "sections"), ("w:drawing", "pictures")):
        if len(_all(body, tag)) != sum(len(_all(each, tag)) for each in bodies):
            yield f"The file does not hold all {what} of its papers."
    heads = sorted(_shown(part) for each in papers for part in _edges(each))
    if sorted(filter(None, map(_shown, _edges(trees)))) != list(filter(None, heads)):
        yield "The file does not hold all headers and footers of its papers."


def _all(root: Element, tag: str) -> list[Element]:
    return list(root.iter(qn(tag)))


def _edges(trees: Mapping[str, Element]) -> list[Element]:
    """Return the headers and footers."""
    return [root for root in trees.values() if root.tag in (qn("w:hdr"), qn("w:ftr"))]


def _is_xml(name: str) -> bool:
    return name.endswith((".xml", ".rels"))


def _package(
    parts: Mapping[str, bytes], trees: Mapping[str, Element], styles: AbstractSet[str]
) -> Iterator[str]:
    for fault in paper_faults(parts, trees):
        yield f"{fault.message} ({fault.part})."
    yield from _styles(trees, styles)
    yield from _comments(parts, trees)
    yield from _bookmarks(trees[BODY])


def _style_ids(root: Element) -> frozenset[str]:
    return frozenset(each.get(qn("w:styleId")) for each in root.iter(qn("w:style")))


def _styles(trees: Mapping[str, Element], styles: AbstractSet[str]) -> Iterator[str]:
    for name, root in trees.items():
        used = {each.get(qn("w:val")) for each in root.iter(*(qn(tag) for tag in _STYLED))}
        yield from (f"{name} uses the style {each}, which is not there." for each in used - styles)


def _comments(parts: Mapping[str, bytes], trees: Mapping[str, Element]) -> Iterator[str]:
    there = _ids(trees[COMMENTS_PART], "w:comment") if COMMENTS_PART in parts else []
    if COMMENTS_PART in parts and not there:
        yield "The paper has a comments part without a comment."
    for tag in ("w:commentRangeStart", "w:commentRangeEnd", "w:commentReference"):
        if _ids(trees[BODY], tag) != there:
            yield "Comments and their places in the text do not agree."


def _bookmarks(body: Element) -> Iterator[str]:
    starts, ends = _ids(body, "w:bookmarkStart"), _ids(body, "w:bookmarkEnd")
    if starts != ends or len(set(starts)) != len(starts):
        yield "Bookmarks do not open and close once each."


def _ids(root: Element, tag: str) -> list[str]:
    return sorted(each.get(qn("w:id")) for each in root.iter(qn(tag)))


def _text(
    trees: Mapping[str, Element],
    template: Template,
    context: Mapping[str, Any],
    filled: FilledText,
) -> Iterator[str]:
    words = cache(lambda: "\n".join(_strings(context)))
    for name, xml in filled.xml.items():
        if name not in trees:
            yield f"{name} is missing from the paper."
            continue
        shown = _shown(trees[name])
        yield from _agreement(name, trees[name], xml, filled)
        yield from _fixed_text(name, shown, template)
        yield from _leftovers(name, shown, template, words)
        yield from _marks(name, shown, template, context, filled)


def _agreement(name: str, root: Element, xml: str, filled: FilledText) -> Iterator[str]:
    """Compare the finished part with the filled one: not a word and not a row may be lost."""
    expected = parse_xml(xml.encode())
    drop_empty_tables(expected)
    text = plain_text(_shown(expected), filled.ledger).replace("\n", "").replace("\t", "")
    if text != _shown(root):
        yield f"{name} does not hold the whole text."
    if len(list(root.iter(qn("w:tr")))) != len(list(expected.iter(qn("w:tr")))):
        yield f"{name} does not hold all rows of its tables."


def _shown(root: Element) -> str:
    return "".join(each.text or "" for each in root.iter(qn("w:t")))


def _fixed_text(name: str, shown: str, template: Template) -> Iterator[str]:
    """Say what the template prints always, its last lines among it, and the paper does not."""
    at = 0
    for text in _always_printed(template.sources[name]):
        found = shown.find(text, at)
        if found < 0:
            yield f"{name} lacks a text of its template, or has it in another place."
            return
        at = found + len(text)


@lru_cache(maxsize=256)
def _always_printed(source: str) -> tuple[str, ...]:
    """Return the texts outside of tags, conditions, loops and tables, in their order."""
    outputs = (node for node in ENVIRONMENT.parse(source).body if isinstance(node, nodes.Output))
    xml = _GAP.join(
        each.data if isinstance(each, nodes.TemplateData) else ""
        for output in outputs
        for each in output.nodes
    )
    outside = re.sub(r"<w:tbl>.*?</w:tbl>|<w:instrText.*?</w:instrText>", "", xml, flags=re.DOTALL)
    texts = (re.sub(r"<[^>]*>", "", each) for each in re.split(f"</w:t>|{_GAP}|[\n\t]", outside))
    return tuple(unescape(text).strip() for text in texts if text.strip())


def _leftovers(
    name: str, shown: str, template: Template, words: Callable[[], str]
) -> Iterator[str]:
    """Yield what only a fault leaves behind; the same signs typed by a person are their text."""
    if CARRIERS.search(shown) and not CARRIERS.search(words()):
        yield f"{name} holds an inner mark."
    literal = re.sub(r"<[^>]*>", "", template.sources[name])
    prints_braces = '{{ "{' in literal
    if not prints_braces and any(tag not in words() for tag in _TAG.findall(shown)):
        yield f"{name} holds a tag of the template."
    plain = _TAG.sub("", literal)
    for word in set(_EMPTY_WORDS.findall(shown)):
        if word not in words() and word not in plain:
            yield f"{name} holds the word {word} where a value belongs."


def _marks(
    name: str, shown: str, template: Template, context: Mapping[str, Any], filled: FilledText
) -> Iterator[str]:
    missing = context.get("missing") or {}
    if any(pointer in missing for pointer in _BLANK.findall(shown)):
        yield f"{name} holds the mark of a missing fact."
    if name not in template.headers:
        return
    if filled.draft and DRAFT not in shown:
        yield f"{name} does not say {DRAFT}."
    if context.get("sample") and context["sample"] not in shown:
        yield f"{name} does not say that the paper is a sample."


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _strings(each)
