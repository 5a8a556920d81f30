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


_METHODS = {
    "upper": "{{{{ {value}|upper }}}}",
    "lower": "{{{{ {value}|lower }}}}",
    "title": "{{{{ {value}|title }}}}",
    "capitalize": "{{{{ {value}|title }}}}",
    "strip": "{{{{ {value}|trim }}}}",
    "join": '{{{{ {value}|join(", ") }}}}',
}
_OBJECTS = {
    "InlineImage": "Put the picture into the template itself: Word, Insert, Pictures.",
    "new_subdoc": "A template is one file: put the text here, or loop over the values.",
    "RichText": "Give the look to the tag in Word: a style, bold, italic.",
    "Listing": "Values may hold several lines already: print the value itself.",
    "range": "A loop goes over what the paper has: {% for row in table.trials %}.",
    "cycle": "Ask for the row: {% if loop.index is odd %} … {% else %} … {% endif %}.",
    "strftime": "Dates come ready in words: print the value itself.",
    "format": "Values come ready in words: print the value itself.",
    "replace": "Values come ready in words: print the value itself.",
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


def _replacement(node: nodes.Node) -> str:
    """Return what to write instead of a construct that a template may not use."""
    general = _REPLACEMENTS.get(
        type(node).__name__, "Use values, loops, conditions and filters only."
    )
    if not isinstance(node, nodes.Call):
        return general
    called = node.node
    name = str(getattr(called, "attr", "") or getattr(called, "name", ""))
    if name in _OBJECTS:
        return _OBJECTS[name]
    if name in _METHODS and isinstance(called, nodes.Getattr):
        return f"Write {_METHODS[name].format(value=_written(called.node))}."
    return general


def _written(node: nodes.Node) -> str:
    """Return a value's name as its tag writes it."""
    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "value"


def forbidden_nodes(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Yield (line, suggestion) for each construct that a template may not use."""
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            yield (
                node.lineno,
                _replacement(node),
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
