"""What a view says of itself for the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from marshmallow import Schema

View = TypeVar("View", bound=Callable[..., Any])
Shapes = type[Schema] | tuple[type[Schema], ...]


@dataclass(frozen=True)
class Answer:
    """An answer of a status: its meaning, its schema or else its media type, and its headers.

    Of several schemas it has one.
    """

    meaning: str
    schema: Shapes | None = None
    media_type: str = "application/json"
    headers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operation:
    """A view's entry: answers by status, and the codes of the problems it may answer with.

    `scope` is the scope its key needs; empty means that no key is asked for. `headers` name
    request headers that the document describes under `components`. `upload` is the form of a file
    that comes as multipart; the same file may then be the whole body, of type `upload_type`.
    """

    tag: str
    summary: str
    answers: Mapping[int, Answer]
    scope: str = ""
    description: str = ""
    body: Shapes | None = None
    query: type[Schema] | None = None
    upload: type[Schema] | None = None
    upload_type: str = ""
    headers: tuple[str, ...] = ()
    refuses: tuple[str, ...] = field(default=())


def described(operation: Operation) -> Callable[[View], View]:
    """Attach `operation` to a view."""

    def attach(view: View) -> View:
        view.operation = operation  # type: ignore[attr-defined]
        return view

    return attach


def operation_of(view: Callable[..., Any]) -> Operation | None:
    """Return the entry of a view; None for one that is no part of the interface."""
    return getattr(view, "operation", None)
