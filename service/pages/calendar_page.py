"""All deadlines of the account, here and in people's own calendars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework.calendar_file import OfPacket, joint_calendar
from casework.deadlines import Deadline
from service.downloads import file_answer
from service.pages.blueprint import pages
from service.pages.guard import page, person
from service.pages.worklist import (
    all_packets,
    case_and_events,
    open_deadlines,
    patient_name,
    replaced_ids,
)
from service.parts import parts
from storage.records import Packet


@dataclass(frozen=True)
class Line:
    """A deadline in the list of all. `patient` is for the page alone."""

    packet: Packet
    deadline: Deadline
    day: date
    days_left: int
    patient: str = field(repr=False)


@pages.get("/calendar")
@page(note="deadlines.listed")
def calendar() -> ResponseReturnValue:
    """Show every deadline that is open, by day."""
    return _shown()


@pages.post("/calendar/address")
@page()
def make_address() -> ResponseReturnValue:
    """Make the person's calendar address, in place of an earlier one, and show it once."""
    token = parts().store.calendar_addresses.make(person())
    return _shown(parts().address(url_for("staff.calendar_feed", token=token)))


@pages.post("/calendar/address/end")
@page()
def end_address() -> ResponseReturnValue:
    """Stop the person's calendar address from working."""
    parts().store.calendar_addresses.end(person())
    return redirect(url_for("staff.calendar", done="address_ended"), HTTPStatus.SEE_OTHER)


@pages.get("/calendar/<token:token>.ics")
def calendar_feed(token: str) -> ResponseReturnValue:
    """Send the account's deadlines to whoever holds the address: no patient data in it."""
    owner = parts().store.calendar_addresses.owner(token)
    if owner is None:
        abort(HTTPStatus.NOT_FOUND)
    content = joint_calendar(_of_account(owner.account_id))
    parts().store.audit.note("calendar.fetched", owner.actor, account_id=owner.account_id)
    return file_answer(content, "deadlines.ics", "text/calendar")


def _shown(address: str = "") -> str:
    lines = sorted(_lines(person().account_id), key=lambda line: line.day)
    return render_template(
        "staff/calendar.html",
        lines=lines,
        address=address,
        made_at=parts().store.calendar_addresses.made_at(person()),
    )


def _lines(account_id: str) -> Iterator[Line]:
    today = parts().today()
    for packet, patient, due in _due(account_id):
        for deadline in due:
            day = deadline.working_target or deadline.due_day
            assert day is not None  # `open_deadlines` gives what has a day
            yield Line(packet, deadline, day, (day - today).days, patient)


def _of_account(account_id: str) -> Iterator[OfPacket]:
    for packet, _, due in _due(account_id):
        yield OfPacket(due, packet.reference or packet.id, packet.letter_date)


def _due(account_id: str) -> Iterator[tuple[Packet, str, list[Deadline]]]:
    """Yield each packet that none replaced, the newest first, with its patient's name and what is due on it."""
    packets = tuple(all_packets(account_id, parts()))
    replaced = replaced_ids(packets)
    for packet in packets:
        held = None if packet.id in replaced else case_and_events(packet, parts())
        if held is not None:
            due = [each.deadline for each in open_deadlines(packet, *held, parts())]
            yield packet, patient_name(held[0]), due
