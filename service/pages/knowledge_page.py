"""The rules in use, with their sources, the day they were checked, and what is past its review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any

import msgspec
from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from casework.knowledge_base.freshness import REVIEW_DAYS, checked_on, review_due
from casework.knowledge_base.model import Policy
from service.knowledge_views import AREAS, entries_of, title_of
from service.pages.blueprint import pages
from service.pages.guard import page
from service.parts import parts

# What staff look up first, then the rest as it is served.
_FIRST = ("policies", "laws", "evidence")
# What only programs read: worked examples and the words that recognition looks for.
_FOR_PROGRAMS = ("example", "patterns", "match_tests")
_LONGEST = 100


@dataclass(frozen=True)
class Line:
    """An entry in a list."""

    area: str
    id: str
    title: str
    checked: date | None
    due: date | None
    verified: bool | None

    def past(self, today: date) -> bool:
        """Return whether its review is overdue."""
        return self.due is not None and self.due < today


@pages.get("/knowledge")
@page()
def knowledge() -> ResponseReturnValue:
    """Show the areas, and all that is past its review."""
    areas = (*_FIRST, *(area for area in AREAS if area not in _FIRST))
    lines = {area: list(_lines(area)) for area in areas}
    today = parts().today()
    return render_template(
        "staff/knowledge.html",
        areas=lines,
        past=[line for each in lines.values() for line in each if line.past(today)],
        version=parts().knowledge.version,
        days=REVIEW_DAYS,
    )


@pages.get("/knowledge/<entry:area>")
@page()
def knowledge_area(area: str) -> ResponseReturnValue:
    """Show the entries of an area, narrowed to those whose title holds what was typed."""
    _known(area)
    asked = request.args.get("q", "").strip()[:_LONGEST]
    lines = [
        line for line in _lines(area) if asked.casefold() in f"{line.title} {line.id}".casefold()
    ]
    return render_template(
        "staff/knowledge_area.html", area=area, lines=lines, asked=asked, today=parts().today()
    )


@pages.get("/knowledge/<entry:area>/<entry:name>")
@page()
def knowledge_entry(area: str, name: str) -> ResponseReturnValue:
    """Show an entry whole."""
    held = _known(area).get(name)
    if held is None:
        abort(HTTPStatus.NOT_FOUND)
    whole = msgspec.to_builtins(held)
    shown = {key: value for key, value in whole.items() if key not in _FOR_PROGRAMS}
    return render_template(
        "staff/knowledge_entry.html",
        area=area,
        line=_line(area, name, held),
        whole=_told(shown),
        today=parts().today(),
    )


def _known(area: str) -> Mapping[str, Any]:
    if area not in AREAS:
        abort(HTTPStatus.NOT_FOUND)
    return entries_of(area)


def _lines(area: str) -> Iterator[Line]:
    for name, held in sorted(entries_of(area).items()):
        yield _line(area, name, held)


def _line(area: str, name: str, held: Any) -> Line:
    verified = (
        held.get("verified") if isinstance(held, Mapping) else getattr(held, "verified", None)
    )
    # Payers call their policies alike: only with its payer's name is a title one policy.
    payer = f"{held.payer}: " if isinstance(held, Policy) else ""
    title = f"{payer}{title_of(held, name)}"
    return Line(area, name, title, checked_on(held), review_due(area, held), verified)


def _told(value: Any) -> Any:
    """Return a tree without what is empty, which says nothing to a reader."""
    if isinstance(value, dict):
        told = {key: _told(each) for key, each in value.items()}
        return {key: each for key, each in told.items() if each not in ("", None, [], {})}
    if isinstance(value, list):
        return [_told(each) for each in value]
    return value
