"""The tag language: values, loops, conditions and a few filters; nothing can be called.

docxtpl's own environment runs code from a template, and a plain sandbox still lets a template
write files through any docxtpl object; so nothing is callable, attributes are those of plain
values, and the syntax tree is checked against a list before anything is compiled.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jinja2 import StrictUndefined, Undefined, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

FILTERS = ("upper", "lower", "join", "default", "length", "trim", "title", "first", "last")
TESTS = ("defined", "undefined", "none", "in", "eq", "ne", "gt", "ge", "lt", "le", "odd", "even")
LOOP_FIELDS = frozenset({"index", "index0", "first", "last", "length", "revindex"})
_PLAIN = (str, int, float, bool, list, tuple, dict)
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem,
    nodes.Const, nodes.For, nodes.If, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand,
    nodes.And, nodes.Or, nodes.Not, nodes.Tuple, nodes.List, nodes.Keyword,
)  # fmt: skip
_REPLACEMENTS = {
    "Call": "Nothing can be called in a tag; use a filter, as in {{ name|upper }}.",
    "Include": "A template is one file; put the text here.",
    "Import": "A template is one file; put the text here.",
    "Assign": "A template sets no values; name the value where it is printed.",
    "Macro": "A template defines nothing; repeat the text, or use a loop.",
    "Concat": "Write the two values after each other: {{ a }}{{ b }}.",
}


class UnprintableValue(Exception):
    """A tag names something that is no text: nothing, or a whole list or group of values."""


class Unnamed(StrictUndefined):
    """A name in a tag that the context lacks."""

    @property
    def _undefined_message(self) -> str:
        """Name it in words; the name comes from the template, never from a value."""
        return f"the paper has no value named “{self._undefined_name}”"


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """Evaluates tags over plain values only."""

    def __init__(self) -> None:
        super().__init__(
            autoescape=True,
            undefined=Unnamed,
            finalize=printable,
            keep_trailing_newline=True,
        )
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.tests = {name: self.tests[name] for name in TESTS}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Allow a loop's counters and plain values of plain values."""
        if isinstance(obj, LoopContext):
            return attr in LOOP_FIELDS
        return isinstance(obj, _PLAIN) and isinstance(value, _PLAIN) and not attr.startswith("_")

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ARG002 - jinja2 gives the object
        """Allow no call at all."""
        return False

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Read `a.b` as the entry "b" of a, never as a method: `row.items` is the entry "items"."""
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


def printable(value: Any) -> Any:
    """Return a value that may be printed; an undefined one names itself when it is.

    Raises:
        UnprintableValue: for all but texts and numbers.
    """
    printed = isinstance(value, (str, int, float, Undefined)) and not isinstance(value, bool)
    if not printed:
        raise UnprintableValue
    return value


def forbidden_nodes(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Yield (line, suggestion) for each construct that a template may not use."""
    for node in tree.find_all(nodes.Node):
        name = type(node).__name__
        if not isinstance(node, _ALLOWED):
            yield (
                node.lineno,
                _REPLACEMENTS.get(name, "Use values, loops, conditions and filters only."),
            )
        elif isinstance(node, nodes.Getitem) and not isinstance(node.arg, nodes.Const):
            yield node.lineno, "Write what is picked out: {{ many[0] }} or {{ group.name }}."
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
            yield node.lineno, f"Known filters: {', '.join(FILTERS)}."
        elif isinstance(node, nodes.Test) and node.name not in TESTS:
            yield node.lineno, f"Known tests: {', '.join(TESTS)}."
        elif isinstance(node, nodes.For) and (node.recursive or node.test or node.else_):
            yield (
                node.lineno,
                "A loop is {% for one in many %} … {% endfor %}; use {% if %} for the rest.",
            )
