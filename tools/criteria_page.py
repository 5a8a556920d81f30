"""`docs/criteria.md`: the closed list of criterion kinds and their parameters."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from casework.criteria_kinds import PARAMETERS, Parameters
from casework.knowledge_base.model import Knowledge

_OPENING = """\
# Kinds of criteria

A payer's criterion is data: words, a `kind` of this list and that kind's `parameters`. The same list holds
for the criteria typed into a case (`insurance.criteria.items`) and for those of a policy file. Every
parameter may be left out, and then is not asked for. A criterion without a kind is `free_text`: the clinic
answers it. The result is met, not met, or unknown with the one field that would settle it.

This page is written by `make docs`.
"""


def criteria_markdown(knowledge: Knowledge) -> str:
    """Return the page; the example of a kind is the first criterion of it in a policy."""
    return "\n".join((_OPENING, *_kinds(knowledge))).rstrip() + "\n"


def _kinds(knowledge: Knowledge) -> Iterator[str]:
    examples = {
        criterion.kind: criterion
        for policy in reversed(knowledge.policies.values())
        for criterion in policy.criteria
        if criterion.verified and criterion.parameters
    }
    for kind, struct in PARAMETERS.items():
        yield f"## `{kind}`\n"
        yield f"{_words(struct)}\n"
        yield from _parameters(struct)
        if kind in examples:
            found = examples[kind]
            yield f"“{found.text}”\n\n    {json.dumps(dict(found.parameters))}\n"


def _words(struct: type[Parameters]) -> str:
    text = inspect.cleandoc(struct.__doc__ or "").replace("``", "`")
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text)


def _parameters(struct: type[Parameters]) -> Iterator[str]:
    schema, parts = msgspec.json.schema_components([struct])
    del schema
    properties = parts[struct.__name__].get("properties", {})
    if not properties:
        return
    yield "| parameter | value |\n|---|---|"
    for name, shape in properties.items():
        yield f"| `{name}` | {_shape(shape, parts)} |"
    yield ""


def _shape(shape: Mapping[str, Any], parts: Mapping[str, Any]) -> str:
    if "anyOf" in shape:
        told = [_shape(each, parts) for each in shape["anyOf"] if each.get("type") != "null"]
        return " or ".join(told)
    if "$ref" in shape:
        name = shape["$ref"].rsplit("/", 1)[-1]
        return f"object: {', '.join(f'`{key}`' for key in parts[name]['properties'])}"
    if "enum" in shape:
        words = [each for each in shape["enum"] if each is not None]
        return f"one of {', '.join(f'`{each}`' for each in words)}"
    if shape.get("type") == "array":
        return f"list of {_shape(shape.get('items', {}), parts)}"
    return _simple(shape)


def _simple(shape: Mapping[str, Any]) -> str:
    names = {
        "integer": "whole number",
        "number": "number",
        "string": "text",
        "boolean": "true or false",
    }
    name = names.get(str(shape.get("type")), "any")
    low, high = shape.get("minimum"), shape.get("maximum")
    return f"{name}, {low} to {high}" if low is not None and high is not None else name
