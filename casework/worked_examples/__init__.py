"""Each knowledge file's own worked example, computed and compared with what the file expects.

The example is the file's test: a number changed by mistake no longer gives what the file says.
`necessity knowledge check` and the tests run them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from casework.knowledge_base.faults import Fault
from casework.knowledge_base.model import Knowledge
from casework.worked_examples.codes import code_faults
from casework.worked_examples.denial_reasons import denial_reason_faults
from casework.worked_examples.evidence import study_faults
from casework.worked_examples.laws import law_faults
from casework.worked_examples.medicines import medicine_faults, rule_faults
from casework.worked_examples.policies import policy_faults
from casework.worked_examples.scales import scale_faults
from casework.worked_examples.treatments import treatment_faults

__all__ = ["AREAS", "example_faults"]

Check = Callable[[Any, Knowledge], Iterator[str]]

AREAS: Mapping[str, Check] = MappingProxyType(
    {
        "denial_reasons": denial_reason_faults,
        "evidence": study_faults,
        "laws": law_faults,
        "medicines": medicine_faults,
        "policies": policy_faults,
        "scales": scale_faults,
        "treatments": treatment_faults,
    }
)
"""What is run for each entry of an area: (entry, knowledge) to the reasons why it fails."""


def example_faults(knowledge: Knowledge) -> Iterator[Fault]:
    """Yield a fault for every entry whose worked example is missing or does not come out."""
    for area, check in AREAS.items():
        for entry_id, entry in getattr(knowledge, area).items():
            path = Path(area) / f"{entry_id}.toml"
            yield from (Fault(path, "example", reason) for reason in check(entry, knowledge))
    rules = Path("medicines") / "_rules.toml"
    yield from (Fault(rules, "example", reason) for reason in rule_faults(knowledge))
    for stem, reason in code_faults(knowledge):
        yield Fault(Path("codes") / f"{stem}.toml", "example", reason)
