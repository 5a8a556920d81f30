"""What an edit in Word did to a paper: facts changed, removed, added; blanks and findings settled.

Wording is the clinic's own business; a number that the case does not hold is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, Literal

from casework.facts_in_text import KINDS, Fact, facts_in

Change = Literal["changed", "removed", "added"]
_MOST_SHOWN = 300  # letters of a paragraph
# Below this share of common paragraphs it is another paper, not an edit of this one.
_SHARED = 0.2


@dataclass(frozen=True)
class PaperParagraph:
    """A paragraph or a table cell as it reads, and the marks of the passages that stand in it."""

    text: str = field(repr=False)
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class FactChange:
    """A fact that an edit changed; `before` and `after` are paragraphs, `rests_on` case and knowledge.

    `in_case` says of the new fact whether the case holds it; None where there is none.
    """

    kind: str
    change: Change
    old: str
    new: str
    before: str = field(repr=False)
    after: str = field(repr=False)
    rests_on: tuple[str, ...]
    in_case: bool | None

    def to_json(self) -> dict[str, Any]:
        """Return the shape of `changes`."""
        return {
            "kind": self.kind,
            "change": self.change,
            "old": self.old or None,
            "new": self.new or None,
            "before": self.before or None,
            "after": self.after or None,
            "from": list(self.rests_on),
            "in_case": self.in_case,
        }


@dataclass(frozen=True)
class _Block:
    """Paragraphs that took the place of others."""

    old: tuple[PaperParagraph, ...]
    new: tuple[PaperParagraph, ...]


@dataclass(frozen=True)
class _BlockFacts:
    block: _Block
    lost: list[Fact]
    gained: list[Fact]


def is_other_paper(before: Sequence[PaperParagraph], after: Sequence[PaperParagraph]) -> bool:
    """Say whether two papers have too little in common to be one, edited."""
    old, new = Counter(each.text for each in before), Counter(each.text for each in after)
    return bool(old) and (old & new).total() < _SHARED * old.total()


def fact_changes(
    before: Sequence[PaperParagraph],
    after: Sequence[PaperParagraph],
    case: Iterable[str],
    rests_on: Mapping[str, Sequence[str]],
    names: Iterable[str] = (),
) -> list[FactChange]:
    """Return what became of the facts, in the order of the paper.

    `case` are the texts that the case and its papers hold, `rests_on` what each mark's passage rests
    on, `names` the names and medicines to look for. What only moved to another place is no change.
    """
    known = tuple(names)
    held = {_key(fact) for text in case for fact in facts_in(text, known)}
    blocks = [_of(block, known) for block in _blocks(before, after)]
    lost = Counter(_key(fact) for each in blocks for fact in each.lost)
    moved = lost & Counter(_key(fact) for each in blocks for fact in each.gained)
    gone, come = Counter(moved), Counter(moved)
    return [
        change
        for each in blocks
        for change in _changes(
            replace(
                each,
                lost=[fact for fact in each.lost if not _spent(gone, fact)],
                gained=[fact for fact in each.gained if not _spent(come, fact)],
            ),
            held,
            rests_on,
        )
    ]


def _key(fact: Fact) -> tuple[str, str]:
    return fact.kind, fact.value


def _spent(moved: Counter[tuple[str, str]], fact: Fact) -> bool:
    """Say whether a fact only moved, and take one such move off the count."""
    if not moved[_key(fact)]:
        return False
    moved[_key(fact)] -= 1
    return True


def _blocks(before: Sequence[PaperParagraph], after: Sequence[PaperParagraph]) -> Iterator[_Block]:
    old, new = [each.text for each in before], [each.text for each in after]
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        if j - i == m - k:
            # As many as before: each stands for its own, so that facts are told beside each other.
            yield from (_Block((before[i + n],), (after[k + n],)) for n in range(j - i))
        else:
            yield _Block(tuple(before[i:j]), tuple(after[k:m]))


def _of(block: _Block, names: tuple[str, ...]) -> _BlockFacts:
    old = [fact for each in block.old for fact in facts_in(each.text, names)]
    new = [fact for each in block.new for fact in facts_in(each.text, names)]
    return _BlockFacts(block, _without(old, new), _without(new, old))


def _without(facts: Iterable[Fact], others: Iterable[Fact]) -> list[Fact]:
    """Return the facts that the others do not hold, each as often as it is more."""
    left = Counter(map(_key, others))
    return [fact for fact in facts if not _spent(left, fact)]


def _changes(
    facts: _BlockFacts, held: set[tuple[str, str]], rests_on: Mapping[str, Sequence[str]]
) -> Iterator[FactChange]:
    """Yield a block's changes; what went and what came of one kind are told beside each other."""
    sources = _sources(facts.block.old, rests_on)
    for kind in KINDS:
        gone = [fact for fact in facts.lost if fact.kind == kind]
        come = [fact for fact in facts.gained if fact.kind == kind]
        for old, new in zip_longest(gone, come):
            yield FactChange(
                kind=kind,
                change="added" if old is None else "removed" if new is None else "changed",
                old="" if old is None else old.text,
                new="" if new is None else new.text,
                before=_shown(facts.block.old),
                after=_shown(facts.block.new),
                rests_on=sources,
                in_case=None if new is None else _key(new) in held,
            )


def _sources(
    paragraphs: Iterable[PaperParagraph], rests_on: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    marks = (mark for each in paragraphs for mark in each.marks)
    return tuple(dict.fromkeys(source for mark in marks for source in rests_on.get(mark, ())))


def _shown(paragraphs: Iterable[PaperParagraph]) -> str:
    return "\n".join(each.text for each in paragraphs)[:_MOST_SHOWN]


@dataclass(frozen=True)
class Settled:
    """The blanks of a paper that an edit filled, by pointer, and those still open."""

    filled: tuple[str, ...]
    open: tuple[str, ...]


def settled_blanks(missing: Mapping[str, str], after: Iterable[PaperParagraph]) -> Settled:
    """Return which of the blanks {pointer: label} of a paper are gone from its edited text."""
    text = "\n".join(each.text for each in after)
    filled = tuple(pointer for pointer, label in missing.items() if f"[{label}]" not in text)
    return Settled(filled, tuple(pointer for pointer in missing if pointer not in filled))


def settled_findings(
    findings: Iterable[Mapping[str, Any]], filled: Iterable[str]
) -> tuple[str, ...]:
    """Return the ids of findings that ask for nothing but what was filled in."""
    done = set(filled)
    told = (each["id"] for each in findings if each.get("pointer") in done)
    return tuple(dict.fromkeys(told))
