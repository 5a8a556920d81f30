"""The audit trail of the account, for administrators."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from service.pages.blueprint import pages
from service.pages.guard import page, person
from service.parts import parts

_SHOWN = 200


@pages.get("/trail")
@page(note="trail.viewed", role="administrator")
def trail() -> ResponseReturnValue:
    """Show the newest lines with the names of people, and everybody who may sign in."""
    store, account_id = parts().store, person().account_id
    people = store.staff.list(account_id)
    names = {each.actor: each.name for each in people}
    lines = store.audit.entries(account_id, limit=_SHOWN)
    return render_template(
        "staff/trail.html",
        lines=[(line, names.get(line.actor, line.actor)) for line in lines],
        people=people,
        shown=_SHOWN,
    )
