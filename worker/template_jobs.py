"""The job of a ticket for a template: checked in a confined child, then a draft or refused."""

from __future__ import annotations

import structlog

from casework.knowledge_base.model import Knowledge
from storage.records import TemplatePlace, TemplateReport
from worker.bench import Bench, process_bench
from worker.exceptions import place as place_of
from worker.jobs import JobBroken
from worker.lint import Checked, check_confined
from worker.render import TemplateFault
from worker.sample_contexts import sample_contexts

_log = structlog.get_logger()


def check_template(template_id: str) -> None:
    """Check the upload that a ticket names.

    Raises:
        JobBroken: nothing was decided; the sweeper signals it again.
    """
    try:
        check(template_id, process_bench())
    except Exception as error:  # noqa: BLE001 - whatever it is, its text must not leave
        broken = JobBroken(f"{type(error).__name__} at {place_of(error)}")
        _log.error("check broken off", template_id=template_id, exception=str(broken))
    else:
        return
    # Raised outside the handler: RQ keeps the text of a whole chain of exceptions in Redis.
    raise broken


def check(template_id: str, bench: Bench) -> None:
    """Decide on an upload that waits for its check; another's decision stands."""
    file = bench.store.templates.open_unchecked(template_id)
    if file is None:
        return
    checked = checked_for(file.version.place, file.content, bench.knowledge)
    bench.store.templates.decide(template_id, report_of(checked))
    _log.info("template checked", template_id=template_id, usable=checked.usable)


def checked_for(place: TemplatePlace, docx: bytes, knowledge: Knowledge) -> Checked:
    """Check a file for the place that it is meant for, in a confined child."""
    if place.kind not in knowledge.kinds:
        message = f"There is no document kind “{place.kind}” any more"
        return Checked((TemplateFault("unknown_kind", message),))
    samples = sample_contexts(knowledge, place.kind, place.variant, place.language)
    return check_confined(docx, samples, place.kind)


def report_of(checked: Checked) -> TemplateReport:
    """Return what is kept of a check."""
    return TemplateReport(tuple(fault.to_json() for fault in checked.faults), checked.text)
