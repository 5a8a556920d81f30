"""The tags of a part as a person wrote them: well formed, closed, and at one level."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from worker.render.faults import WARNING, TemplateFault
from worker.render.wordml import Element, paragraph_text, qn

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_STATEMENT = re.compile(r"\{%[-+]?(p|tr|tc|r)?(?=[\s\-+])[-+]?\s*(\w+)", re.DOTALL)
_TYPOGRAPHIC = re.compile("[“”‘’\u00a0–—]")
_OPENS = {"for": "endfor", "if": "endif"}
_CLOSES = {"endfor": "for", "endif": "if"}
_BETWEEN = ("elif", "else")
_KEYWORDS = {*_OPENS, *_CLOSES, *_BETWEEN}
_HOLDERS = {"p": "w:p", "tr": "w:tr", "tc": "w:tc", "": "w:p", "r": "w:p"}
_SHOWN = 90  # characters of a paragraph in a message


@dataclass(frozen=True)
class _Tag:
    text: str
    level: str
    keyword: str
    paragraph: Element
    page_text: str

    def place(self) -> Element:
        """Return what holds the piece this tag repeats or drops: both ends must share it."""
        holder = self.paragraph
        wanted = qn(_HOLDERS[self.level])
        while holder is not None and holder.tag != wanted:
            holder = holder.getparent()
        if self.level in ("", "r") or holder is None:
            return holder
        return holder.getparent()


def tag_faults(root: Element, part: str) -> Iterator[TemplateFault]:
    """Yield the faults of a part's tags, each with the paragraph it stands in."""
    statements: list[_Tag] = []
    for paragraph in root.iter(qn("w:p")):
        text = _own_text(paragraph)
        yield from _faults_of_text(text, part)
        for found in _TAG.finditer(text):
            tag = _tag(found[0], paragraph, text)
            yield from _faults_of_tag(tag, text, part)
            if tag.keyword:
                statements.append(tag)
    yield from _faults_of_nesting(statements, part)


def _own_text(paragraph: Element) -> str:
    """Return the paragraph's text without that of text boxes inside it."""
    if any(True for _ in paragraph.iter(qn("w:txbxContent"))):
        return "".join(each.text or "" for each in paragraph.findall(f"{qn('w:r')}/{qn('w:t')}"))
    return paragraph_text(paragraph)


def _tag(text: str, paragraph: Element, page_text: str) -> _Tag:
    found = _STATEMENT.match(text)
    level, keyword = (found[1] or "", found[2]) if found else ("", "")
    return _Tag(text, level, keyword, paragraph, page_text[:_SHOWN])


def _faults_of_text(text: str, part: str) -> Iterator[TemplateFault]:
    rest = _TAG.sub("", text)
    for mark in ("{{", "}}", "{%", "%}"):
        if mark in rest:
            message = f"A tag is not whole: “{mark}” stands alone"
            cure = "A tag opens and closes in one paragraph: {{ name }} or {% if name %}."
            yield TemplateFault("broken_tag", message, cure, part, text[:_SHOWN], mark)
            return


def _faults_of_tag(tag: _Tag, text: str, part: str) -> Iterator[TemplateFault]:
    def fault(code: str, message: str, cure: str, severity: str = "error") -> TemplateFault:
        return TemplateFault(code, message, cure, part, tag.page_text, tag.text, severity)

    if re.match(r"\{\{(p|r|tr|tc)\s", tag.text):
        cure = "Print plain values: {{ name }}."
        yield fault("object_tag", "Subdocuments and formatted objects cannot be printed", cure)
    if tag.text.startswith("{{_") or tag.text.startswith("{_"):
        return
    if tag.text.startswith("{%") and tag.keyword not in _KEYWORDS:
        yield _unknown_statement(tag, part)
    if _TYPOGRAPHIC.search(tag.text):
        cure = 'Type straight quotation marks ("…") and plain spaces inside tags.'
        message = "Word changed characters inside a tag"
        quotes_only = not re.search("[\u00a0–—]", tag.text)
        yield fault("typographic_tag", message, cure, WARNING if quotes_only else "error")
    if tag.level in ("p", "tr", "tc") and _text_beside(tag, text):
        what = {"p": "paragraph", "tr": "row", "tc": "cell"}[tag.level]
        cure = f"Put the tag alone in its {what}."
        yield fault("text_beside_tag", f"Text in the same {what} as this tag would be lost", cure)


def _unknown_statement(tag: _Tag, part: str) -> TemplateFault:
    lower = tag.keyword.lower()
    cure = f"Write “{lower}” in small letters." if lower in _KEYWORDS else ""
    known = "Known: for, if, elif, else, endif, endfor."
    message = f"Unknown word “{tag.keyword}” in a tag"
    return TemplateFault("unknown_statement", message, cure or known, part, tag.page_text, tag.text)


def _text_beside(tag: _Tag, text: str) -> bool:
    if tag.level == "p":
        return text.strip() != tag.text
    holder = tag.paragraph
    while holder is not None and holder.tag != qn(_HOLDERS[tag.level]):
        holder = holder.getparent()
    if holder is None:
        return True
    whole = "".join(paragraph_text(each) for each in holder.iter(qn("w:p")))
    return whole.strip() != tag.text


def _faults_of_nesting(statements: list[_Tag], part: str) -> Iterator[TemplateFault]:
    open_tags: list[_Tag] = []
    for tag in statements:
        if tag.keyword in _OPENS:
            open_tags.append(tag)
        elif tag.keyword in _BETWEEN or tag.keyword in _CLOSES:
            if not open_tags:
                yield _unopened(tag, part)
                continue
            yield from _mismatch(open_tags[-1], tag, part)
            if tag.keyword in _CLOSES:
                open_tags.pop()
    for tag in open_tags:
        message = f"This “{tag.keyword}” is never closed"
        cure = f"Add {{% {_OPENS[tag.keyword]} %}}."
        yield TemplateFault("unclosed_block", message, cure, part, tag.page_text, tag.text)


def _unopened(tag: _Tag, part: str) -> TemplateFault:
    message = f"This “{tag.keyword}” closes nothing"
    return TemplateFault("unopened_block", message, "Remove it.", part, tag.page_text, tag.text)


def _mismatch(opened: _Tag, tag: _Tag, part: str) -> Iterator[TemplateFault]:
    wanted = _OPENS[opened.keyword]
    if tag.keyword in _CLOSES and tag.keyword != wanted:
        message = f"“{tag.keyword}” stands where “{wanted}” is due"
        yield TemplateFault("crossed_blocks", message, "", part, tag.page_text, tag.text)
    elif opened.level != tag.level or opened.place() is not tag.place():
        message = f"“{opened.text}” and “{tag.text}” do not stand at the same level"
        cure = (
            "Both in one paragraph, or each alone in its own ({%p … %}), or each in its own "
            "row of one table ({%tr … %})."
        )
        yield TemplateFault("broken_block", message, cure, part, tag.page_text, tag.text)
