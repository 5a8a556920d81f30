"""The first page: packets by what needs doing, and the search."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue

from service.packet_shape import OPEN_STATUSES
from service.pages.blueprint import pages
from service.pages.guard import page, person
from service.pages.worklist import GROUPS, MOST_PACKETS, Asked, worklist
from service.parts import parts
from storage.faults import NotFound
from storage.records import Packet

_LONGEST = 100
_MOST_FOLLOWED = 50
_ENDED = {
    "ready": "All papers are written. Load the list again to see what is next.",
    "failed": "A paper could not be written. Open the packet.",
    "erased": "Erased.",
}


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


@pages.get("/progress")
@page()
def progress() -> ResponseReturnValue:
    """Tell how far the packets named are written, for a list that follows them."""
    return jsonify(dict(_progress(request.args.getlist("packet")[:_MOST_FOLLOWED])))


def _progress(ids: list[str]) -> Iterator[tuple[str, dict[str, object]]]:
    for packet_id in ids:
        with suppress(NotFound):
            packet = parts().store.packets.find(person().account_id, packet_id)
            is_open = packet.status in OPEN_STATUSES
            yield packet.id, {"open": is_open, "said": _said(packet)}


def _said(packet: Packet) -> str:
    if packet.status in OPEN_STATUSES:
        return f"{packet.done} of {packet.total} papers written"
    return _ENDED.get(packet.status, "")


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
