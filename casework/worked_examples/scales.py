"""Examples of scales: percent, response, remission, and a score that the scale cannot give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from casework.knowledge_base.model import Knowledge, Scale
from casework.scales import change, percent_gain, score_fault
from casework.worked_examples.bare import MISSING


def scale_faults(scale: Scale, knowledge: Knowledge) -> Iterator[str]:
    """Yield what of the scale's example does not come out."""
    del knowledge  # A scale stands on its own.
    if not scale.example:
        yield MISSING
        return
    yield from _validity(scale, scale.example)
    if "first" in scale.example:
        yield from _change(scale, scale.example)


def _validity(scale: Scale, example: Mapping[str, Any]) -> Iterator[str]:
    if "bad_score" in example and not score_fault(scale, example["bad_score"]):
        yield f"the score {example['bad_score']} is accepted, the example calls it bad"
    if "score" in example and bool(score_fault(scale, example["score"])) is example["expect_valid"]:
        yield f"the score {example['score']} is not judged as the example expects"
    if example.get("expect_percent") == "none" and scale.category_scale is False:
        yield "a percent would be counted, the example expects none"


def _change(scale: Scale, example: Mapping[str, Any]) -> Iterator[str]:
    first, latest = example["first"], example["latest"]
    # A line that nobody read is held to the example, and nothing else is computed on it.
    found = change(replace(scale, from_memory=[]), first, latest)
    if "response" in scale.from_memory and change(scale, first, latest).responded is not None:
        yield "computes a response on a line from memory"
    percent = percent_gain(scale, first, latest)
    told = {
        "expect_percent": None if percent is None else round(percent),
        "expect_response": bool(found.responded),
        "expect_remission": bool(found.remitted),
    }
    for key, value in told.items():
        if key in example and example[key] != value:
            yield f"{key}: {first} to {latest} gives {value}, the example expects {example[key]}"
