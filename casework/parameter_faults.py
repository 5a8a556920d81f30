"""What is wrong with the parameters of a criterion, in words for a person.

msgspec stops at the first fault and writes `what - at $.path`; both parts are read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import msgspec

from casework.problems import shown_key

Path = tuple[str | int, ...]


class ParameterFault(ValueError):
    """The parameters do not fit the kind; ``path`` leads to the wrong one."""

    def __init__(self, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.path = path


def hint(name: str, known: Iterable[str]) -> str:
    """Return the nearest known name as a question, else the list of all."""
    names = list(known)
    close = get_close_matches(name, names, n=1)
    if close:
        return f", did you mean `{close[0]}`?"
    return f"; known are {', '.join(names)}" if names else "; there are none for this kind"


_UNKNOWN = re.compile(r"Object contains unknown field `(.*?)`(?: - at `(.*)`)?", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*?)`(?: - at `(.*)`)?", re.DOTALL)
_WRONG = re.compile(r"(.*?) - at `(.*)`", re.DOTALL)


def fault_in_words(error: msgspec.ValidationError, struct: type[msgspec.Struct]) -> ParameterFault:
    """Translate `error`, raised while converting to `struct`; no value is repeated."""
    text = str(error)
    unknown = _UNKNOWN.fullmatch(text)
    if unknown:
        path = _path(unknown[2])
        names = _shape_at(struct, path).get("properties", {})
        message = f"unknown parameter `{shown_key(unknown[1])}`{hint(unknown[1], names)}"
        return ParameterFault(message, (*path, unknown[1]))
    missing = _MISSING.fullmatch(text)
    if missing:
        return ParameterFault("this parameter is missing", (*_path(missing[2]), missing[1]))
    wrong = _WRONG.fullmatch(text)
    if wrong is None:
        return ParameterFault(_plain(text, {}))
    path = _path(wrong[2])
    return ParameterFault(_plain(wrong[1], _shape_at(struct, path)), path)


def _path(shown: str | None) -> Path:
    steps = re.findall(r"\.([A-Za-z0-9_]+)|\[(\d+)\]", shown or "")
    return tuple(int(index) if index else name for name, index in steps)


def _shape_at(struct: type[msgspec.Struct], path: Path) -> Mapping[str, Any]:
    """Return the JSON Schema of what stands at `path`, null left out."""
    whole = msgspec.json.schema(struct)
    here = _resolved(whole, whole)
    for step in path:
        below = here.get("items", {}) if isinstance(step, int) else here.get("properties", {})[step]
        here = _resolved(below, whole)
    return here


def _resolved(shape: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    if "anyOf" in shape:
        shape = next(each for each in shape["anyOf"] if each.get("type") != "null")
    if "$ref" in shape:
        found: Mapping[str, Any] = whole["$defs"][shape["$ref"].rpartition("/")[2]]
        return found
    return shape


_TYPE_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str": "text",
    "array": "a list",
    "object": "an object",
}


def _plain(text: str, shape: Mapping[str, Any]) -> str:
    words = [str(word) for word in shape.get("enum", ()) if word is not None]
    if words:
        return f"must be one of {', '.join(words)}"
    if "matching regex" in text:
        return "is not written as such an id or code is written"
    expected = re.sub(r", got .*", "", text).replace(" | null", "").replace("Expected", "must be")
    named = re.sub(r"`(\w+)`", lambda match: _TYPE_WORDS.get(match[1], match[1]), expected)
    return named.replace(">=", "of at least").replace("<=", "of at most")
