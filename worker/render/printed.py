"""What a finished file printed, read back from its hidden bookmarks, and what that rests on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from worker.render.finish import bookmark_name
from worker.render.package import read_parts
from worker.render.template import BODY
from worker.render.tokens import Ledger, plain_text, with_tokens
from worker.render.wordml import Element, parse_xml, qn

Passage = Mapping[str, Any]  # a context's {id, text, from, sentences}


@dataclass(frozen=True)
class Printed:
    """A printed passage: its id, its bookmark in the file, and what it rests on.

    ``sentences`` are its parts as printed, each with its own; empty where it is one piece.
    """

    id: str
    bookmark: str
    rests_on: tuple[str, ...]
    sentences: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the shape of `provenance.json`."""
        told: dict[str, Any] = {
            "id": self.id,
            "bookmark": self.bookmark,
            "from": list(self.rests_on),
        }
        if self.sentences:
            told["sentences"] = [{"text": text, "from": list(on)} for text, on in self.sentences]
        return told


def printed_passages(docx: bytes, context: Mapping[str, Any]) -> tuple[Printed, ...]:
    """Return the context's passages that the finished file holds, in its order."""
    return passages_in(parse_xml(read_parts(docx)[BODY]), context)


def passages_in(body: Element, context: Mapping[str, Any]) -> tuple[Printed, ...]:
    """Return the context's passages that the body of a finished file holds, in its order."""
    ledger = Ledger(dict(context.get("missing") or {}))
    known: dict[str, list[Passage]] = defaultdict(list)
    for passage in _passages(context):
        name = bookmark_name(passage["id"])
        if passage not in known[name]:
            known[name].append(passage)
    return tuple(
        _printed(start, meant, ledger)
        for start in body.iter(qn("w:bookmarkStart"))
        if (meant := known.get(_base(start.get(qn("w:name")), known)))
    )


def _passages(value: Any) -> Iterator[Passage]:  # a context is a JSON-like tree
    if isinstance(value, dict):
        if "id" in value and "from" in value:
            yield value
        for each in value.values():
            yield from _passages(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _passages(each)


def _base(name: str, known: Mapping[str, Any]) -> str:
    """Return the name without the number it bears where a passage of that id came before."""
    return name if name in known else re.sub(r"_[0-9]+$", "", name)


def _printed(start: Element, meant: Sequence[Passage], ledger: Ledger) -> Printed:
    """Tell which of the passages of one id stands here; where none does alone, all of them do."""
    shown = _text(start)
    exact = [each for each in meant if shown.startswith(_plain(each["text"], ledger))]
    longest = max(exact, key=lambda each: len(each["text"]), default=None)
    told = meant if longest is None else [longest]
    return Printed(
        id=told[0]["id"],
        bookmark=start.get(qn("w:name")),
        rests_on=tuple(dict.fromkeys(source for each in told for source in each["from"])),
        sentences=() if longest is None else _sentences(longest, ledger),
    )


def _sentences(passage: Passage, ledger: Ledger) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (_plain(each["text"], ledger), tuple(each["from"])) for each in passage.get("sentences", ())
    )


def _plain(text: str, ledger: Ledger) -> str:
    return plain_text(str(with_tokens(text, ledger)), ledger)


def _text(start: Element) -> str:
    """Return what stands in the paragraph from a bookmark's start to its end."""
    number = start.get(qn("w:id"))
    inside = takewhile(
        lambda each: each.tag != qn("w:bookmarkEnd") or each.get(qn("w:id")) != number,
        start.itersiblings(),
    )
    signs = {qn("w:tab"): "\t", qn("w:br"): "\n"}
    return "".join(
        signs.get(each.tag) or each.text or ""
        for run in inside
        for each in run.iter(qn("w:t"), qn("w:tab"), qn("w:br"))
    )
