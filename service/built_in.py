"""The built-in templates as files beside the kinds: their text, their bytes, their samples.

They are handed out, never opened here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

from casework.knowledge_base.kinds import Kind
from casework.knowledge_base.model import Knowledge
from casework.offered import Offered, offered
from casework.sample_papers import sample_context
from service.samples import KINDS
from storage.records import TemplatePlace

_HELD: dict[tuple[str, TemplatePlace], tuple[Offered, ...]] = {}


def places(knowledge: Knowledge) -> Iterator[TemplatePlace]:
    """Yield each place where a clinic may put a template of its own."""
    for kind in knowledge.kinds.values():
        variants = ("", *(each.id for each in kind.variants))
        for variant, language in product(variants, kind.languages):
            yield TemplatePlace(kind.id, variant, language)


def built_in_file(kind: Kind, place: TemplatePlace, name: str) -> Path | None:
    """Return the file of this name that counts at the place: its own, else of what is around it."""
    own = place.language if place.language != "en" else ""
    folders = dict.fromkeys((place.variant, kind.of(place.variant).layout, ""))
    for folder in product(folders, dict.fromkeys((own, ""))):
        path = KINDS.joinpath(kind.id, *folder) / name
        if path.is_file():
            return path
    return None


@lru_cache(maxsize=256)
def text_of(path: Path) -> str:
    """Return a file's text, which only changes with a release."""
    return path.read_text(encoding="utf-8")


def sample_case(kind: Kind, place: TemplatePlace) -> Mapping[str, Any]:
    """Return the case that the kind's samples are written from; empty where it has none."""
    path = built_in_file(kind, place, "sample.json")
    case: dict[str, Any] = {} if path is None else json.loads(text_of(path))
    return case


def offered_names(knowledge: Knowledge, place: TemplatePlace) -> tuple[Offered, ...]:
    """Return what a template at this place may name, each with its value in the sample."""
    held = _HELD.get((knowledge.version, place))
    if held is not None:
        return held
    kind = knowledge.kinds[place.kind]
    case = sample_case(kind, place)
    names: tuple[Offered, ...] = ()
    if case:
        names = offered([sample_context(kind, place.variant, place.language, case, knowledge)])
    _HELD[knowledge.version, place] = names
    return names


def matching(names: tuple[Offered, ...], search: str) -> list[Offered]:
    """Return the names that hold every word of the search, in name, tag or value."""
    words = search.lower().split()
    return [
        each
        for each in names
        if all(word in f"{each.name} {each.tag} {each.example}".lower() for word in words)
    ]
