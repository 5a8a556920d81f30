"""What stands around the tables of a packet: the cover of a fax, the count of exhibits, the tracker."""

from __future__ import annotations

from casework.english import counted, sentence
from casework.facts import Facts
from casework.said import Said, paragraph


def exhibits_counted(facts: Facts) -> tuple[Said, ...]:
    """How many exhibits there are, and their pages where each exhibit has a count."""
    listed = facts.case.get("exhibits") or []
    if not listed:
        return (Said("exhibits.count", "No exhibit is listed.", ("/exhibits",)),)
    pages = [each.get("pages") for each in listed]
    total = f", {counted(sum(pages), 'page')} in all" if all(pages) else ""
    return paragraph(
        "exhibits.count", [(sentence(f"{counted(len(listed), 'exhibit')}{total}"), ("/exhibits",))]
    )


def tracker_note(facts: Facts) -> tuple[Said, ...]:
    """What the dates rest on, and that the notice decides."""
    if not facts.deadlines:
        return (
            Said(
                "tracker.none",
                "No deadline can be worked out from the case yet. The date in the plan’s notice "
                "applies.",
                ("/insurance/plan_type",),
            ),
        )
    return (
        Said(
            "tracker.note",
            "Worked out from the dates in the case. Where the plan’s notice gives another date, "
            "keep the earlier one and ask the plan in writing.",
            ("/insurance/plan_type",),
        ),
    )
