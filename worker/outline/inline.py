"""The characters of one line: bold, italic, tabs, breaks, page fields; tags stay whole."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from worker.outline.tree import Span

_TOKEN = re.compile(
    r"(?P<tag>\{\{.*?\}\}|\{%.*?%\})|(?P<star>\*\*|\*)|(?P<escape>\\.)|(?P<field>«(?:PAGE|NUMPAGES)»)"
)
_SPECIAL = {"\\t": "tab", "\\n": "break"}
_WRITTEN = {"tab": "\\t", "break": "\\n", "PAGE": "«PAGE»", "NUMPAGES": "«NUMPAGES»"}


def read_spans(line: str) -> tuple[Span, ...]:
    """Return the spans of a line's text."""
    spans: list[Span] = []
    bold = italic = False
    at = 0
    for token in _TOKEN.finditer(line):
        spans.append(Span(line[at : token.start()], bold, italic))
        at = token.end()
        if token["star"]:
            bold, italic = bold ^ (token["star"] == "**"), italic ^ (token["star"] == "*")
        else:
            spans.append(_span(token, bold=bold, italic=italic))
    spans.append(Span(line[at:], bold, italic))
    return merged(spans)


def _span(token: re.Match[str], *, bold: bool, italic: bool) -> Span:
    if token["field"]:
        return Span(kind=token["field"].strip("«»"), bold=bold, italic=italic)
    if token["escape"] in _SPECIAL:
        return Span(kind=_SPECIAL[token["escape"]], bold=bold, italic=italic)
    return Span(token["escape"][1] if token["escape"] else token["tag"], bold, italic)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Join neighbouring text of one look and drop what is empty."""
    kept = [span for span in spans if span.text or span.kind != "text"]
    joined: list[Span] = []
    for (bold, italic, kind), group in groupby(kept, lambda s: (s.bold, s.italic, s.kind)):
        each = list(group)
        joined += [Span("".join(s.text for s in each), bold, italic)] if kind == "text" else each
    return tuple(joined)


def write_spans(spans: Iterable[Span]) -> str:
    """Return the line that reads back as these spans."""
    line = ""
    bold = italic = False
    for span in [*spans, Span()]:
        closing = ("*" if italic and not span.italic else "") + (
            "**" if bold and not span.bold else ""
        )
        opening = ("**" if span.bold and not bold else "") + (
            "*" if span.italic and not italic else ""
        )
        line += closing + opening + (_WRITTEN.get(span.kind) or _escaped(span.text))
        bold, italic = span.bold, span.italic
    return line


def _escaped(text: str) -> str:
    pieces = re.split(r"(\{\{.*?\}\}|\{%.*?%\})", text)
    return "".join(
        piece if i % 2 else re.sub(r"([\\*|«¶])", r"\\\1", piece) for i, piece in enumerate(pieces)
    )
