"""From a payer's words and codes to the reasons of the taxonomy, none skipped, none invented.

Matching rules: `knowledge/denial_reasons/_vocabulary.toml`. A code that names a reason by itself
beats words; one that is only often seen with it bears words out, and stands alone where there are
none. Words are plain substrings first, patterns after. The phrase that matched is kept, so that a
person can confirm it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # Loading knowledge checks its laws by the deadlines, which read the reasons of a denial.
    from casework.knowledge_base.model import DenialReason, Knowledge

# "Generic codes 16, 96 and A1 mean nothing without the remark code": the remark code then decides.
_GENERIC = ("16", "96", "A1")
# "weight 2 means the code by itself points to the reason; weight 1 means it is often seen with it".
_BY_ITSELF = 2
_KINDS = {"clinical": 0, "contractual": 1, "administrative": 2}


@dataclass(frozen=True)
class Match:
    """A reason of the taxonomy and the phrase or code that points to it."""

    reason: DenialReason
    phrase: str


@dataclass(frozen=True)
class StatedReason:
    """One reason as the notice states it.

    ``words`` are the payer's own, or empty when only a code or an id was given; ``matches`` may be
    empty, and then the words are answered as they stand.
    """

    pointer: str
    words: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    matches: tuple[Match, ...]

    @property
    def first(self) -> DenialReason | None:
        """The reason to answer under this heading."""
        return self.matches[0].reason if self.matches else None

    @property
    def administrative(self) -> bool:
        """Whether a corrected claim, not an appeal, is the road."""
        return bool(self.matches) and all(
            match.reason.appealable == "administrative" for match in self.matches
        )


def stated_reasons(denial: Mapping[str, Any], knowledge: Knowledge) -> tuple[StatedReason, ...]:
    """Return every reason of the notice in its order.

    Without listed reasons the letter's text is read instead, one entry for each reason found.
    """
    listed = denial.get("reasons") or []
    if listed:
        return tuple(
            _stated(f"/denial/reasons/{i}", entry, knowledge) for i, entry in enumerate(listed)
        )
    text = denial.get("letter_text") or ""
    return tuple(
        StatedReason("/denial/letter_text", _sentence_with(text, match.phrase), (), (), (match,))
        for match in match_text(text, knowledge)
    )


def match_text(text: str, knowledge: Knowledge) -> tuple[Match, ...]:
    """Return the reasons whose wordings or patterns occur in `text`: clinical first."""
    plain = " ".join(text.lower().split())
    found = []
    for reason in knowledge.denial_reasons.values():
        phrase = _phrase(plain, reason)
        if phrase:
            found.append(Match(reason, phrase))
    return tuple(sorted(found, key=lambda m: (_KINDS[m.reason.appealable], -len(m.phrase))))


def match_codes(codes: Sequence[str], knowledge: Knowledge) -> tuple[Match, ...]:
    """Return the reasons that CARC and RARC numbers point to, the surest alone."""
    sure, seen = _by_weight(codes, knowledge)
    return sure or seen


def _by_weight(
    codes: Sequence[str], knowledge: Knowledge
) -> tuple[tuple[Match, ...], tuple[Match, ...]]:
    """Return the reasons that a code names by itself, and those it is often seen with."""
    wanted = {_bare(code): code for code in codes}
    weighted = [
        (row.weight, Match(reason, wanted[row.code]))
        for reason in knowledge.denial_reasons.values()
        for row in (*reason.carc, *reason.rarc)
        if row.verified and row.code in wanted and row.code not in _GENERIC
    ]
    sure = _once(match for weight, match in weighted if weight == _BY_ITSELF)
    return sure, _once(match for weight, match in weighted if weight < _BY_ITSELF)


def _once(matches: Iterable[Match]) -> tuple[Match, ...]:
    """Return the first match of each reason."""
    first: dict[str, Match] = {}
    for match in matches:
        first.setdefault(match.reason.id, match)
    return tuple(first.values())


def _stated(pointer: str, entry: Mapping[str, Any], knowledge: Knowledge) -> StatedReason:
    words = entry.get("quote") or ""
    codes = tuple(_codes(entry))
    return StatedReason(
        pointer, words, codes, tuple(entry.get("names") or ()), _matches(entry, codes, knowledge)
    )


def _codes(entry: Mapping[str, Any]) -> list[str]:
    return [str(code) for key in ("carc", "rarc", "codes") for code in _listed(entry.get(key))]


def _listed(value: Any) -> Sequence[str]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _matches(
    entry: Mapping[str, Any], codes: Sequence[str], knowledge: Knowledge
) -> tuple[Match, ...]:
    if entry.get("id"):
        return (Match(knowledge.denial_reasons[entry["id"]], entry["id"]),)
    by_words = match_text(entry.get("quote") or "", knowledge)
    sure, seen = _by_weight(codes, knowledge)
    said = {match.reason.id for match in by_words}
    agreed = [match for match in (*sure, *seen) if match.reason.id in said]
    return _once((*agreed, *sure, *by_words)) or seen


def _bare(code: str) -> str:
    return re.sub(r"^(CO|PR|OA|PI)[\s-]*", "", code.strip().upper())


def _phrase(plain: str, reason: DenialReason) -> str:
    wording = next((words for words in reason.wordings if words in plain), "")
    if wording:
        return wording
    matched = next(
        (m for m in (p.search(plain) for p in _patterns(tuple(reason.patterns))) if m), None
    )
    return matched.group(0) if matched else ""


@cache
def _patterns(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


def _sentence_with(text: str, phrase: str) -> str:
    sentences = re.split(r"(?<=[.!?])\s+", " ".join(text.split()))
    return next((s for s in sentences if phrase in s.lower()), phrase)
