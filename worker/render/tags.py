"""The tags of a part as a person wrote them: well formed, closed, and at one level."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from worker.render.faults import WARNING, TemplateFault
from worker.render.split_tags import what_splits
from worker.render.wordml import Element, paragraph_text, qn

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_STATEMENT = re.compile(r"\{%[-+]?(p|tr|tc|r)?(?=[\s\-+])[-+]?\s*(\w+)", re.DOTALL)
_STRAIGHT = {
    "“": '"',
    "”": '"',
    "„": '"',
    "‘": "'",
    "’": "'",
    "\u00a0": " ",
    "…": "...",
    "–": "-",
    "—": "-",
}
_TYPOGRAPHIC = re.compile(f"[{''.join(_STRAIGHT)}]")
_QUOTES = frozenset("“”„‘’")
_QUOTED = re.compile(r"\".*?\"|'.*?'|“.*?”|‘.*?’")
# Words of the tag language that Word writes large at the beginning of a sentence.
_LARGE = re.compile(r"\b(In|And|Or|Not|Is|Else|Defined)\b")
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
    before = ""
    for paragraph in root.iter(qn("w:p")):
        text = _own_text(paragraph)
        yield from _faults_of_text(text, before, part)
        before = text
        yield from _split(paragraph, text, part)
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


def _faults_of_text(text: str, before: str, part: str) -> Iterator[TemplateFault]:
    rest = _TAG.sub("", text)
    for mark in ("{{", "}}", "{%", "%}"):
        if mark not in rest:
            continue
        if mark in ("}}", "%}") and _opens_alone(before):
            return  # told where it opens
        message = f"A tag is not whole: “{mark}” stands alone"
        cure = "A tag opens and closes in one paragraph: {{ name }} or {% if name %}."
        yield TemplateFault("broken_tag", message, cure, part, text[:_SHOWN], mark)
        return


def _opens_alone(text: str) -> bool:
    rest = _TAG.sub("", text)
    return "{{" in rest or "{%" in rest


def _split(paragraph: Element, text: str, part: str) -> Iterator[TemplateFault]:
    """Yield a fault for each tag that something of Word's cuts in two."""
    for tag, what in what_splits(paragraph, _TAG):
        message = f"Word split this tag: {what} stands inside it"
        cure = f"Delete the whole tag and type it anew in one go: {_straight(tag)}"
        yield TemplateFault("split_tag", message, cure, part, text[:_SHOWN], tag)


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
    found = set(_TYPOGRAPHIC.findall(tag.text))
    if found:
        cure = f"Type it with straight quotation marks and plain spaces: {_straight(tag.text)}"
        yield fault("typographic_tag", *_changed(found, cure))
    large = _LARGE.search(_QUOTED.sub("", tag.text)) if tag.keyword in _KEYWORDS else None
    if large:
        message = f"Word wrote “{large[1]}” in a tag with a capital letter"
        cure = f"Write “{large[1].lower()}” in small letters."
        yield fault("capital_in_tag", message, cure)
    if tag.level in ("p", "tr", "tc") and _text_beside(tag, text):
        what = {"p": "paragraph", "tr": "row", "tc": "cell"}[tag.level]
        cure = f"Put the tag alone in its {what}."
        yield fault("text_beside_tag", f"Text in the same {what} as this tag would be lost", cure)


def _changed(found: set[str], cure: str) -> tuple[str, str, str]:
    """Return message, cure and severity; docxtpl reads curly quotation marks as straight ones."""
    if found <= _QUOTES:
        message = "Word changed the quotation marks of a tag into curly ones"
        return message, cure, WARNING
    return "Word changed characters inside a tag", cure, "error"


def _straight(tag: str) -> str:
    return _TYPOGRAPHIC.sub(lambda found: _STRAIGHT[found[0]], " ".join(tag.split()))


def _unknown_statement(tag: _Tag, part: str) -> TemplateFault:
    message = f"Unknown word “{_first_word(tag.text)}” in a tag"
    return TemplateFault(
        "unknown_statement", message, _nearest_statement(tag), part, tag.page_text, tag.text
    )


def _first_word(tag: str) -> str:
    found = re.match(r"\{%[-+]?\s*(\w*)", tag)
    return found[1] if found else ""


def _nearest_statement(tag: _Tag) -> str:
    lower = (tag.keyword or _first_word(tag.text)).lower()
    if lower in _KEYWORDS:
        return f"Write “{lower}” in small letters: Word wrote it with a capital."
    level = re.fullmatch(r"(tr|tc|p|r)(for|if|elif|else|endif|endfor)", lower)
    if level:
        return f"Put a space between them: {{%{level[1]} {level[2]} … %}}."
    if lower in ("p", "tr", "tc"):
        return f"Write it without the space before it: {{%{lower} … %}}."
    close = get_close_matches(lower, sorted(_KEYWORDS), n=1)
    return f"Did you mean “{close[0]}”?" if close else f"Known: {', '.join(sorted(_KEYWORDS))}."


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
