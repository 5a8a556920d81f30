"""Where on the road a case stands: ids from a closed list, the most telling first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from casework.denials import StatedReason

SITUATIONS = (
    "before_request",
    "requested",
    "information_asked",
    "denied",
    "final_denied",
    "approved",
    "ending",
    "out_of_network",
    "administrative_denial",
    "unpaid",
)

Events = Sequence[Mapping[str, Any]]
# What a decision makes of a case; its notice is read only from `denial` of a new packet.
_DECIDED: Mapping[str, tuple[str, ...]] = {
    "approved": ("approved",),
    "approved_in_part": ("approved", "denied"),
    "denied": ("denied",),
}
OUTCOMES = tuple(_DECIDED)
EVENT_TYPES = ("sent", "received", "information_asked", "decided")


def situation(
    case: Mapping[str, Any],
    reasons: Sequence[StatedReason] = (),
    *,
    internal_left: bool = True,
    events: Events = (),
) -> tuple[str, ...]:
    """Return where the case stands.

    ``internal_left``: the plan's regime still has an internal step after the denial. Events tell
    what happened after the packet was written; the last of them counts.
    """
    found = [*_denial(case, reasons, internal_left), *_after(events)]
    found = found or list(_request(case))
    if _outside(case):
        found.append("out_of_network")
    if not case.get("denial") and (case.get("claim") or {}).get("lines"):
        found.append("unpaid")
    return tuple(dict.fromkeys(found))


def _denial(
    case: Mapping[str, Any], reasons: Sequence[StatedReason], internal_left: bool
) -> list[str]:
    if not case.get("denial"):
        return []
    found = ["denied" if internal_left else "final_denied"]
    if reasons and all(reason.administrative for reason in reasons):
        found.insert(0, "administrative_denial")
    return found


def _after(events: Events) -> list[str]:
    if not events:
        return []
    last = events[-1]
    if last.get("type") == "decided":
        return list(_DECIDED.get(str(last.get("outcome")), ()))
    asked = last.get("type") == "information_asked"
    return ["information_asked" if asked else "requested"]


def _request(case: Mapping[str, Any]) -> list[str]:
    renewal = case["request"].get("kind") == "renewal" or bool(case.get("course_so_far"))
    return ["ending"] if renewal else ["before_request"]


def _outside(case: Mapping[str, Any]) -> bool:
    networks = {
        (case.get("facility") or {}).get("network"),
        case["prescriber"].get("network"),
    }
    return "out" in networks
