"""The first page: packets by what needs doing, and the search."""

from __future__ import annotations

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from service.pages.blueprint import pages
from service.pages.guard import page, person
from service.pages.worklist import GROUPS, MOST_PACKETS, Asked, worklist
from service.parts import parts

_LONGEST = 100


@pages.get("/")
@page(note="packets.listed")
def home() -> ResponseReturnValue:
    """Show the packets by what needs doing."""
    asked = _asked()
    found = worklist(person().account_id, parts(), asked)
    return render_template(
        "staff/home.html",
        groups=[(group, found[group.id]) for group in GROUPS],
        all_groups=GROUPS,
        asked=asked,
        searching=asked != Asked(),
        total=sum(map(len, found.values())),
        most=MOST_PACKETS,
    )


def _asked() -> Asked:
    given = request.args
    group = given.get("status", "")
    return Asked(
        reference=given.get("reference", "").strip()[:_LONGEST],
        payer=given.get("payer", "").strip()[:_LONGEST],
        group=group if group in {each.id for each in GROUPS} else "",
        made_from=_day(given.get("from", "")),
        made_until=_day(given.get("until", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
