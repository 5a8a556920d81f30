"""The names a template uses, held against contexts it will meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from jinja2 import nodes


class _Anything:
    """The shape of a value no sample shows."""


_ANYTHING = _Anything()
_ADDED = {"draft": "", "sample": ""}


@dataclass(frozen=True)
class UnknownName:
    """A name in a tag that no context has: "row.medcine" on that line of the part."""

    line: int
    name: str
    suggestion: str


def unknown_names(
    tree: nodes.Template, contexts: Sequence[Mapping[str, Any]]
) -> Iterator[UnknownName]:
    """Yield each name that the contexts, taken together, do not hold."""
    known: Any = dict(_ADDED)
    for context in contexts:
        known = _joined(known, context)
    # Nothing may be set in a template; what is set is told as such, and is no unknown name.
    set_here = [name for each in tree.find_all(nodes.Assign) for name in _stored(each.target)]
    known = {**known, **dict.fromkeys(set_here, _ANYTHING)}
    paths = list(_paths(known, ""))
    for each in _in_body(tree.body, known):
        yield each if each.suggestion else _elsewhere(each, paths)


def _stored(target: nodes.Node) -> Iterator[str]:
    yield from (each.name for each in target.find_all(nodes.Name))
    if isinstance(target, nodes.Name):
        yield target.name


def _paths(known: Any, path: str) -> Iterator[str]:
    """Yield the full names of the tree's values; what loops repeat has none."""
    if path:
        yield path
    if isinstance(known, Mapping):
        for key, below in known.items():
            yield from _paths(below, f"{path}.{key}" if path else str(key))


def _elsewhere(unknown: UnknownName, paths: Sequence[str]) -> UnknownName:
    """Look for the name in the whole tree: "member_id" stands there as "field.member_id"."""
    wanted = unknown.name.rpartition(".")[2].lower()
    by_end: dict[str, str] = {}
    for path in paths:
        by_end.setdefault(path.rpartition(".")[2], path)
    close = get_close_matches(wanted, by_end, n=1, cutoff=0.75)
    close = close or get_close_matches(unknown.name, paths, n=1, cutoff=0.75)
    if not close:
        return unknown
    return replace(unknown, suggestion=f"Did you mean “{by_end.get(close[0], close[0])}”?")


def _joined(one: Any, other: Any) -> Any:
    """Return one shape that has what either has."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        keys = {**one, **other}
        return {
            key: _joined(one[key], other[key]) if key in one and key in other else keys[key]
            for key in keys
        }
    if isinstance(one, list) and isinstance(other, list):
        return [*one, *other]
    return other


def _in_body(body: Sequence[nodes.Node], scope: Mapping[str, Any]) -> Iterator[UnknownName]:
    for node in body:
        if isinstance(node, nodes.For):
            yield from _in_loop(node, scope)
        elif isinstance(node, nodes.If):
            yield from _in_expression(node.test, scope)
            yield from _in_body([*node.body, *node.elif_, *node.else_], scope)
        elif isinstance(node, nodes.Output):
            for expression in node.nodes:
                yield from _in_expression(expression, scope)


def _in_loop(node: nodes.For, scope: Mapping[str, Any]) -> Iterator[UnknownName]:
    yield from _in_expression(node.iter, scope)
    many = _shape(node.iter, scope)
    one: Any = _ANYTHING
    if isinstance(many, list) and many:
        one = many[0]
        for each in many[1:]:
            one = _joined(one, each)
    inner = {**scope, "loop": _ANYTHING, **dict.fromkeys(_stored(node.target), _ANYTHING)}
    if isinstance(node.target, nodes.Name):
        inner[node.target.name] = one
    yield from _in_body(node.body, inner)


def _in_expression(node: nodes.Node, scope: Mapping[str, Any]) -> Iterator[UnknownName]:
    """Walk an expression; a name asked after with `is defined` or `|default` may be absent."""
    if isinstance(node, nodes.Test) and node.name in ("defined", "undefined"):
        return
    if isinstance(node, nodes.Filter) and node.name == "default":
        return
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr):
        # The call itself is told as such: `title.upper()` asks for no value named "upper".
        for part in (node.node.node, *node.args):
            yield from _in_expression(part, scope)
        return
    if isinstance(node, (nodes.Name, nodes.Getattr)):
        unknown = _first_unknown(node, scope)
        if unknown:
            yield unknown
        return
    for child in node.iter_child_nodes():
        yield from _in_expression(child, scope)


def _first_unknown(node: nodes.Node, scope: Mapping[str, Any]) -> UnknownName | None:
    if isinstance(node, nodes.Name):
        return None if node.name in scope else _unknown(node, node.name, scope)
    if not isinstance(node, nodes.Getattr):
        return None
    deeper = _first_unknown(node.node, scope)
    if deeper:
        return deeper
    holder = _shape(node.node, scope)
    if holder is _ANYTHING or (isinstance(holder, Mapping) and node.attr in holder):
        return None
    known = holder if isinstance(holder, Mapping) else {}
    return _unknown(node, f"{_dotted(node.node)}.{node.attr}", known)


def _unknown(node: nodes.Node, name: str, known: Mapping[str, Any]) -> UnknownName:
    last = name.rpartition(".")[2]
    if last.lower() in known:
        cure = f"Word may have written it with a capital letter: write “{last.lower()}”."
        return UnknownName(node.lineno, name, cure)
    close = get_close_matches(last, [str(key) for key in known], n=1)
    return UnknownName(node.lineno, name, f"Did you mean “{close[0]}”?" if close else "")


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "…"


def _shape(node: nodes.Node, scope: Mapping[str, Any]) -> Any:
    if isinstance(node, nodes.Name):
        return scope.get(node.name, _ANYTHING)
    if isinstance(node, nodes.Getattr):
        holder = _shape(node.node, scope)
        return holder.get(node.attr, _ANYTHING) if isinstance(holder, Mapping) else _ANYTHING
    return _ANYTHING
