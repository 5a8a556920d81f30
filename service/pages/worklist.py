"""Packets by what needs doing next, told from their papers, deadlines and events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from casework.road import Followed, followed, next_step
from service.packet_shape import OPEN_STATUSES
from service.parts import Parts
from service.road import said
from storage.faults import Erased
from storage.records import Event, Packet, PacketFilter

SOON_DAYS = 14
MOST_PACKETS = 500
_PAGE = 100
_GO_ON = "Go on with the newer packet."
_FILL_IN = "Fill in the blanks, or put the facts into a new version; then check, sign and send."


@dataclass(frozen=True)
class Group:
    """A heading of the list: what its packets wait for."""

    id: str
    title: str
    hint: str


GROUPS = (
    Group(
        "due_soon",
        "Due soon",
        f"A deadline of the clinic or the patient within {SOON_DAYS} days, or gone by.",
    ),
    Group("needs_facts", "Needs facts", "A paper still has blanks to fill in."),
    Group(
        "ready_to_sign", "Ready to sign", "No blank is left: read the findings, check, sign, send."
    ),
    Group("writing", "Being written", "The papers follow in a moment."),
    Group("waiting", "Sent and waiting", "With the plan."),
    Group("plan_late", "Overdue at the plan", "The plan’s own time has passed without an answer."),
    Group("failed", "Failed", "A paper could not be written."),
    Group("decided", "Decided", "The plan has answered."),
    Group("replaced", "Replaced", "A newer packet was made from it; its deadlines stand there."),
)


@dataclass(frozen=True)
class Due:
    """What is due on a packet, and when."""

    title: str
    day: date
    days_left: int
    ours: bool


@dataclass(frozen=True)
class Entry:
    """A packet in the list. `patient` and `payer` come from the case: for the page alone."""

    packet: Packet
    group: str
    next_step: str
    due: Due | None
    missing: int
    patient: str = field(repr=False)
    payer: str = field(repr=False)


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to; "" and None ask for all."""

    reference: str = ""
    payer: str = ""
    group: str = ""
    made_from: date | None = None
    made_until: date | None = None

    def admits(self, entry: Entry) -> bool:
        """Return whether an entry is asked for."""
        made = entry.packet.created_at.date()
        return (
            self.reference.casefold() in (entry.packet.reference or entry.packet.id).casefold()
            and self.payer.casefold() in entry.payer.casefold()
            and self.group in ("", entry.group)
            and (self.made_from is None or made >= self.made_from)
            and (self.made_until is None or made <= self.made_until)
        )


def worklist(
    account_id: str,
    parts: Parts,
    asked: Asked = Asked(),
) -> dict[str, list[Entry]]:
    """Return the account's packets by group, in the groups' order; what is due first comes first.

    Only the newest `MOST_PACKETS` are looked through.
    """
    found = [entry for entry in _entries(account_id, parts) if asked.admits(entry)]
    found.sort(key=lambda entry: entry.due.day if entry.due else date.max)
    return {group.id: [entry for entry in found if entry.group == group.id] for group in GROUPS}


def open_deadlines(
    packet: Packet, case: Mapping[str, Any], events: Sequence[Event], parts: Parts
) -> tuple[Followed, ...]:
    """Return what is still due on a packet and has a day, the earliest first."""
    found = followed(case, parts.knowledge, packet.letter_date, said(events))
    dated = [each for each in found if each.met_on is None and each.deadline.due_day is not None]
    return tuple(sorted(dated, key=lambda each: each.deadline.due_day or date.max))


def case_and_events(
    packet: Packet, parts: Parts
) -> tuple[Mapping[str, Any], Sequence[Event]] | None:
    """Return what a packet holds; None where it was erased meanwhile."""
    try:
        case = parts.store.packets.contents(packet.account_id, packet.id).case
        return case, parts.store.events.list(packet.account_id, packet.id)
    except Erased:
        return None


def all_packets(account_id: str, parts: Parts, most: int = MOST_PACKETS) -> Iterator[Packet]:
    """Yield the account's packets that are not erased, newest first, of the newest `most`."""
    cursor, seen = None, 0
    while seen < most:
        page = parts.store.packets.list(
            account_id, PacketFilter(), limit=min(_PAGE, most - seen), cursor=cursor
        )
        yield from (packet for packet in page.items if packet.status != "erased")
        seen, cursor = seen + len(page.items), page.next
        if cursor is None:
            return


def replaced_ids(packets: Iterable[Packet]) -> frozenset[str]:
    """Return the ids of packets that a newer one took the place of.

    One that failed took nobody's place yet, and a sample only that of a sample.
    """
    found = tuple(packets)
    samples = {packet.id for packet in found if packet.sample}
    return frozenset(
        newer.based_on
        for newer in found
        if newer.based_on is not None
        and newer.status != "failed"
        and (not newer.sample or newer.based_on in samples)
    )


def missing_facts(packet: Packet) -> frozenset[str]:
    """Return the pointers of all facts that a finished paper lacks."""
    return frozenset(pointer for document in packet.documents for pointer in document.missing)


def patient_name(case: Mapping[str, Any]) -> str:
    """Return "Last, First", as lists of people are read."""
    patient = case["patient"]
    return f"{patient['last_name']}, {patient['first_name']}"


def _entries(account_id: str, parts: Parts) -> Iterator[Entry]:
    packets = tuple(all_packets(account_id, parts))
    replaced = replaced_ids(packets)
    for packet in packets:
        told = case_and_events(packet, parts)
        if told is None:
            continue
        entry = _entry(packet, *told, parts)
        yield _replaced(entry) if packet.id in replaced else entry


def _replaced(entry: Entry) -> Entry:
    return replace(entry, group="replaced", next_step=_GO_ON, due=None, missing=0)


def _entry(packet: Packet, case: Mapping[str, Any], events: Sequence[Event], parts: Parts) -> Entry:
    told, today = said(events), parts.today()
    found = followed(case, parts.knowledge, packet.letter_date, told)
    due = _first_due(found, today)
    missing = len(missing_facts(packet))
    blanks_first = bool(missing) and not told
    return Entry(
        packet=packet,
        group=_group(packet, told, _late_at_plan(found, today), due, missing),
        next_step=_FILL_IN if blanks_first else next_step(found, told, today).text,
        due=due,
        missing=missing,
        patient=patient_name(case),
        payer=str(case["insurance"]["payer"]["name"]),
    )


def _group(
    packet: Packet,
    told: Sequence[Mapping[str, Any]],
    late_at_plan: bool,
    due: Due | None,
    missing: int,
) -> str:
    """Return the one group a packet stands in: what stops it comes before what it waits for."""
    if packet.status in OPEN_STATUSES:
        return "writing"
    if packet.status == "failed":
        return "failed"
    last = str(told[-1]["type"]) if told else ""
    if last == "decided":
        return "decided"
    if late_at_plan:
        return "plan_late"
    return _on_our_side(last, due, missing)


def _on_our_side(last: str, due: Due | None, missing: int) -> str:
    if due is not None and due.ours and due.days_left <= SOON_DAYS:
        return "due_soon"
    if last in ("sent", "received"):
        return "waiting"
    return "needs_facts" if missing else "ready_to_sign"


def _first_due(found: Sequence[Followed], today: date) -> Due | None:
    """Return what is due first: of the clinic and the patient, else of the plan."""
    dues = [due for each in found if (due := _due(each, today)) is not None]
    return min(dues, key=lambda due: (not due.ours, due.day), default=None)


def _due(each: Followed, today: date) -> Due | None:
    deadline = each.deadline
    day = deadline.working_target or deadline.due_day
    if each.met_on is not None or day is None or deadline.role == "end":
        return None
    return Due(deadline.title, day, (day - today).days, deadline.ours)


def _late_at_plan(found: Sequence[Followed], today: date) -> bool:
    return any(
        each.met_on is None and not each.deadline.ours and each.deadline.passed(today)
        for each in found
    )
