"""The first page: packets by what needs doing."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from service.pages.blueprint import pages
from service.pages.guard import page


@pages.get("/")
@page(note="packets.listed")
def home() -> ResponseReturnValue:
    """Show the packets by what needs doing."""
    return render_template("staff/home.html")
