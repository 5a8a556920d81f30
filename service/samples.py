"""Whole invented cases that a caller can read and post."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casework.carrying import can_be_written
from casework.knowledge_base.kinds import Kind

_ROOT = Path(__file__).parent.parent
KINDS = _ROOT / "templates_docx"
CASES = _ROOT / "tests" / "cases"


@dataclass(frozen=True)
class Sample:
    """A whole case of fictional people, as another program would send it."""

    id: str
    case: Mapping[str, Any] = field(repr=False)


def load_samples(kinds: Path = KINDS, cases: Path = CASES) -> dict[str, Sample]:
    """Return all sample cases by id: each kind's own `sample.json`, then the shared ones."""
    own = ((path.parent.name, path) for path in sorted(kinds.glob("*/sample.json")))
    shared = ((path.stem, path) for path in sorted(cases.glob("*.json")))
    return {name: Sample(name, json.loads(path.read_bytes())) for name, path in (*own, *shared)}


def sample_for(kind: Kind, samples: Mapping[str, Sample]) -> Mapping[str, Any]:
    """Return a case that `kind` accepts: its own sample, else the fullest that has what it needs."""
    if kind.id in samples:
        return samples[kind.id].case
    fitting = [sample.case for sample in samples.values() if can_be_written(kind, sample.case)]
    return max(fitting, key=lambda case: len(json.dumps(case)), default={})
