"""Which papers a packet holds: those asked for by name, or those the situation calls for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from casework.carrying import forbidden, lacking
from casework.knowledge_base.kinds import Kind
from casework.knowledge_base.model import Knowledge
from casework.languages import language_for
from casework.problems import InvalidCase, Problem
from casework.review import Review

RECOMMENDED = "recommended"
MOST = 40


@dataclass(frozen=True)
class PlannedDocument:
    """One paper to write; ``variant`` is empty for the kind's own layout."""

    kind: str
    variant: str
    language: str


def plan_documents(
    asked: object,
    case: Mapping[str, Any],
    review: Review,
    knowledge: Knowledge,
    at: str = "/documents",
) -> tuple[PlannedDocument, ...]:
    """Return the papers to write, in the order asked, each once.

    `asked` is "recommended" or a list of kind ids or objects {kind, variant, language}. Recommended
    papers for the patient come in the language that the patient prefers, where the kind has it.

    Raises:
        InvalidCase: with every problem at once: a wrong shape, an unknown kind, variant or
            language, or a kind that this case cannot carry (`kind_not_for_case`).
    """
    if asked == RECOMMENDED:
        preferred = case["patient"].get("preferred_language")
        return tuple(
            PlannedDocument(
                each.kind,
                each.variant,
                language_for(preferred, knowledge.kinds[each.kind].languages),
            )
            for each in review.recommended
        )
    entries = _entries(asked, at)
    problems = [
        problem
        for i, each in enumerate(entries)
        for problem in (
            *_problems(each, knowledge, f"{at}/{i}"),
            *_not_for_case(each, case, knowledge, f"{at}/{i}"),
        )
    ]
    if problems:
        raise InvalidCase(tuple(problems))
    return tuple(dict.fromkeys(_planned(each) for each in entries))


def check_asked(asked: object, knowledge: Knowledge, at: str = "/documents") -> None:
    """Refuse what is wrong with the papers asked for whatever the case, which may be unreadable.

    Raises:
        InvalidCase: with every problem that `plan_documents` would find without looking at a case.
    """
    if asked == RECOMMENDED:
        return
    entries = _entries(asked, at)
    problems = [
        p for i, each in enumerate(entries) for p in _problems(each, knowledge, f"{at}/{i}")
    ]
    if problems:
        raise InvalidCase(tuple(problems))


def _entries(asked: object, at: str) -> list[object]:
    if not isinstance(asked, list) or not asked:
        raise InvalidCase(
            (Problem(at, "invalid_documents", 'Give "recommended" or a list of document kinds.'),)
        )
    if len(asked) > MOST:
        raise InvalidCase((Problem(at, "too_many", f"Ask for at most {MOST} documents."),))
    return asked


def place_problems(
    entry: Mapping[str, str], knowledge: Knowledge, at: str = ""
) -> Iterator[Problem]:
    """Yield what is wrong with a template's place {kind, variant, language}."""
    kind = knowledge.kinds.get(entry.get("kind", ""))
    if kind is None:
        message = _unknown("document kind", entry.get("kind"), list(knowledge.kinds))
        yield Problem(f"{at}/kind", "unknown_kind", message)
        return
    yield from _variant_and_language(entry, kind, at)


def _planned(each: object) -> PlannedDocument:
    if isinstance(each, str):
        return PlannedDocument(each, "", "en")
    assert isinstance(each, Mapping)
    return PlannedDocument(each["kind"], each.get("variant") or "", each.get("language") or "en")


def _problems(each: object, knowledge: Knowledge, at: str) -> Iterator[Problem]:
    entry = _entry(each)
    if entry is None:
        yield Problem(
            at, "invalid_type", "Give a kind's id, or an object with kind, variant, language."
        )
        return
    yield from _unknown_fields(entry, at)
    kind = _kind(entry, knowledge)
    if kind is None:
        message = _unknown("document kind", entry.get("kind"), list(knowledge.kinds))
        yield Problem(_kind_pointer(each, at), "unknown_kind", message)
        return
    yield from _variant_and_language(entry, kind, at)


def _entry(each: object) -> Mapping[str, Any] | None:
    if isinstance(each, str):
        return {"kind": each}
    return each if isinstance(each, Mapping) else None


def _kind(entry: Mapping[str, Any], knowledge: Knowledge) -> Kind | None:
    name = entry.get("kind")
    return knowledge.kinds.get(name) if isinstance(name, str) else None


def _kind_pointer(each: object, at: str) -> str:
    return at if isinstance(each, str) else f"{at}/kind"


def _unknown_fields(entry: Mapping[str, Any], at: str) -> Iterator[Problem]:
    for key in entry:
        if key not in ("kind", "variant", "language"):
            yield Problem(at, "unknown_field", "Only kind, variant and language are known here.")


def _variant_and_language(entry: Mapping[str, Any], kind: Kind, at: str) -> Iterator[Problem]:
    variants = [variant.id for variant in kind.variants]
    variant = entry.get("variant") or ""
    if variant and variant not in variants:
        yield Problem(f"{at}/variant", "unknown_variant", _unknown("variant", variant, variants))
    language = entry.get("language") or "en"
    if language not in kind.languages:
        message = f"This kind is written in: {', '.join(kind.languages)}."
        yield Problem(f"{at}/language", "unknown_language", message)


def _not_for_case(
    each: object, case: Mapping[str, Any], knowledge: Knowledge, at: str
) -> Iterator[Problem]:
    """Yield why this case cannot carry a paper; an unknown variant is looked at as its kind."""
    entry = _entry(each)
    kind = None if entry is None else _kind(entry, knowledge)
    if entry is None or kind is None:
        return
    variant = entry.get("variant") or ""
    chosen = kind.of(variant if variant in [each.id for each in kind.variants] else "")
    absent = lacking(chosen, case)
    if absent:
        message = f"This case cannot carry it: it needs {', '.join(absent)} in the case."
        yield Problem(_kind_pointer(each, at), "kind_not_for_case", message)
    why = forbidden(chosen, case)
    if why:
        message = f"It is not written for this case: {why}"
        yield Problem(_kind_pointer(each, at), "kind_not_for_case", message)


def _unknown(what: str, name: object, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, n=1) if isinstance(name, str) else []
    hint = f" Did you mean {close[0]}?" if close else ""
    listed = ", ".join(known) or "none"
    return f"Unknown {what}.{hint} Known: {listed}."
