"""The sample papers that a template is tried with, from the samples beside the built-in templates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from casework.knowledge_base.kinds import Kind
from casework.knowledge_base.model import Knowledge
from casework.sample_papers import sample_context
from worker.templates import BUILT_IN


def sample_contexts(
    knowledge: Knowledge, kind: str, variant: str = "", language: str = "en"
) -> list[dict[str, Any]]:
    """Return the trees that a template at this place would be filled with.

    A kind's own template also writes those variants that have none.

    Raises:
        KeyError: there is no such kind.
    """
    found = knowledge.kinds[kind]
    written = (variant, *_without_their_own(found, language)) if not variant else (variant,)
    return [
        sample_context(found, each, language, _case(path), knowledge)
        for each in written
        for path in _sample(kind, each, language)
    ]


def every_context(knowledge: Knowledge, kind: str) -> list[dict[str, Any]]:
    """Return the trees of a kind and of all its variants; raises as `sample_contexts`."""
    found = knowledge.kinds[kind]
    own = (each.id for each in found.variants)
    return [
        sample_context(found, variant, "en", _case(path), knowledge)
        for variant in ("", *own)
        for path in _sample(kind, variant, "en")
    ]


def _without_their_own(kind: Kind, language: str) -> Iterator[str]:
    own = language if language != "en" else ""
    for variant in kind.variants:
        folders = product((variant.id, kind.of(variant.id).layout or variant.id), (own, ""))
        if not any(
            (BUILT_IN.joinpath(kind.id, *each) / "template.docx").is_file() for each in folders
        ):
            yield variant.id


def _sample(kind: str, variant: str, language: str) -> Iterator[Path]:
    """Yield the nearest sample case, if there is one."""
    own = language if language != "en" else ""
    for name in product((variant, ""), (own, "")):
        path = BUILT_IN.joinpath(kind, *name) / "sample.json"
        if path.is_file():
            yield path
            return


def _case(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return case
