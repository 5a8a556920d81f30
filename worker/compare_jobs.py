"""The job of a ticket for an edited paper: compared with the one it was made from, then kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import structlog

from casework.context import case_context, paper_context
from casework.edited_paper import fact_changes, settled_blanks, settled_findings
from casework.knowledge_base.model import Knowledge
from casework.review import review
from storage.records import PaperToCompare
from worker.bench import Bench, process_bench
from worker.compare import Opened, open_confined
from worker.exceptions import place
from worker.jobs import JobBroken
from worker.render.fill import DRAFT

_log = structlog.get_logger()

_NAMED = ("name", "first_name", "last_name", "preferred_name", "medication", "plan_name")


def compare_paper(version_id: str) -> None:
    """Compare the edited paper that a ticket names.

    Raises:
        JobBroken: nothing was decided; the sweeper signals it again.
    """
    try:
        compare(version_id, process_bench())
    except Exception as error:  # noqa: BLE001 - whatever it is, its text must not leave
        broken = JobBroken(f"{type(error).__name__} at {place(error)}")
        _log.error("comparison broken off", version_id=version_id, exception=str(broken))
    else:
        return
    # Raised outside the handler: RQ keeps the text of a whole chain of exceptions in Redis.
    raise broken


def compare(version_id: str, bench: Bench) -> None:
    """Decide on an edited paper that waits; another's decision stands."""
    waiting = bench.store.paper_versions.open_unchecked(version_id)
    if waiting is None:
        return
    opened = open_confined(waiting.content, waiting.original.content)
    report: dict[str, Any] = {"faults": [fault.to_json() for fault in opened.faults]}
    if opened.usable:
        report |= _compared(waiting, opened, bench.knowledge)
    bench.store.paper_versions.decide(version_id, report, kept=opened.usable)
    _log.info("paper compared", version_id=version_id, kept=opened.usable)


def _compared(waiting: PaperToCompare, opened: Opened, knowledge: Knowledge) -> dict[str, Any]:
    case, paper = waiting.contents.case, waiting.original.document
    context = case_context(
        case, review(case, knowledge, waiting.letter_date), knowledge, waiting.letter_date
    )
    tree = paper_context(context, paper.kind, paper.variant, paper.language, sample=waiting.sample)
    changes = fact_changes(
        opened.before,
        opened.after,
        (*_texts(tree), *_texts(case)),
        _rests_on(waiting.original.provenance),
        (*_named(case), *_medicines(knowledge)),
    )
    labels = {pointer: tree["missing"].get(pointer, "") for pointer in paper.missing}
    blanks = settled_blanks(
        {pointer: label for pointer, label in labels.items() if label}, opened.after
    )
    findings = [
        each for each in waiting.contents.review.get("findings", ()) if each["id"] in paper.findings
    ]
    return {
        "changes": [each.to_json() for each in changes],
        "settled": {
            "blanks": [{"pointer": each, "label": labels[each]} for each in blanks.filled],
            "findings": list(settled_findings(findings, blanks.filled)),
        },
        "open": [{"pointer": each, "label": labels[each]} for each in blanks.open],
        "says_draft": DRAFT in opened.header.split(),
    }


def _rests_on(provenance: Mapping[str, Any]) -> dict[str, list[str]]:
    return {each["bookmark"]: each["from"] for each in provenance.get("passages", ())}


def _texts(tree: Any) -> Iterator[str]:
    """Yield every text and number of a tree."""
    if isinstance(tree, Mapping):
        for each in tree.values():
            yield from _texts(each)
    elif isinstance(tree, list | tuple):
        for each in tree:
            yield from _texts(each)
    elif isinstance(tree, str | int | float) and not isinstance(tree, bool):
        yield str(tree)


def _named(tree: Any, name: str = "") -> Iterator[str]:
    """Yield the names that stand in a case: people, payers, medicines."""
    if isinstance(tree, Mapping):
        for key, each in tree.items():
            yield from _named(each, key)
    elif isinstance(tree, list | tuple):
        for each in tree:
            yield from _named(each, name)
    elif isinstance(tree, str) and name in _NAMED:
        yield tree


def _medicines(knowledge: Knowledge) -> Iterator[str]:
    for each in knowledge.medicines.values():
        yield each.generic
        yield from each.brands
