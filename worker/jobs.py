"""The job of a ticket: a packet's papers from claimed to published.

Whatever happens, the packet comes to an end that says what happened: each document that cannot be
written says why, trouble that may pass gives the packet back to the queue, and a job that dies
leaves a lease that runs out. A lost claim (another attempt took over, or the packet was erased
meanwhile) ends the job quietly.
"""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from rq.timeouts import BaseTimeoutException

from casework.knowledge_base.kinds import ASSEMBLED
from storage.faults import StorageFault, StorageFull, StorageUnavailable
from storage.media import PDF
from storage.records import Claim, Document, Failure, WrittenDocument
from worker.assembled import NotAssembled, assembled_document
from worker.bench import Bench, process_bench
from worker.clinic_templates import templates_for
from worker.exceptions import place
from worker.gate import GateFailed
from worker.limits import TooSlow, cpu_limit
from worker.pdf import NoPdf
from worker.pdf_document import pdf_document
from worker.render import BrokenTemplate, RenderFailed
from worker.templates import NoTemplate
from worker.writing import Draft, open_case, write_document

_log = structlog.get_logger()

_MOST_REASONS = 5
_TOO_SLOW = Failure("too_slow", "the document took longer to write than one may take")
_CODES = {NoTemplate: "no_template", RenderFailed: "render_failed"}
_TOO_LARGE = Failure("too_large", "the document needs more memory than one may take")


class JobBroken(Exception):
    """A job ended before its packet did. The text names a type and a place, nothing of a case."""


def write_packet(packet_id: str) -> None:
    """Write the papers of the packet that a ticket names.

    Raises:
        JobBroken: the packet is back in the queue, or its lease will run out.
    """
    try:
        write(packet_id, process_bench())
    except Exception as error:  # noqa: BLE001 - whatever it is, its text must not leave
        broken = JobBroken(f"{type(error).__name__} at {place(error)}")
        _log.error("job broken off", packet_id=packet_id, exception=str(broken))
    else:
        return
    # Raised outside the handler: RQ keeps the text of a whole chain of exceptions in Redis.
    raise broken


def write(packet_id: str, bench: Bench) -> None:
    """Claim the packet, write its waiting documents one by one, publish."""
    # Where nothing can be stored, no attempt is used up: the sweeper signals until there is room.
    bench.store.documents.check()
    claim = bench.store.attempts.claim(packet_id)
    if claim is None:
        return
    try:
        _write_claimed(claim, bench)
    except (StorageFull, StorageUnavailable, BaseTimeoutException) as error:
        _log.warning("packet given back", packet_id=packet_id, exception=type(error).__name__)
        bench.store.attempts.give_back(claim)
        raise


def _write_claimed(claim: Claim, bench: Bench) -> None:
    draft = _open(claim, bench)
    if isinstance(draft, Failure):
        bench.store.attempts.fail(claim, draft)
        return
    if all(_write_one(claim, document, draft, bench) for document in claim.documents):
        status = bench.store.attempts.publish(claim)
        _log.info("packet ended", packet_id=claim.packet_id, attempt=claim.attempt, status=status)


def _open(claim: Claim, bench: Bench) -> Draft | Failure:
    try:
        with cpu_limit():
            return open_case(
                claim.contents.case, bench.knowledge, claim.letter_date, sample=claim.sample
            )
    except TooSlow:
        return _TOO_SLOW
    except (BaseTimeoutException, StorageFault):
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours must reach the packet, not its text
        return _unexpected(error, claim.packet_id)


def _write_one(claim: Claim, document: Document, draft: Draft, bench: Bench) -> bool:
    """Write and store one document, or record why not; False when the claim is lost."""
    attempts = bench.store.attempts
    try:
        with cpu_limit():
            written = _written(claim, document, draft, bench)
    except TooSlow:
        failure = _TOO_SLOW
    except (BaseTimeoutException, StorageFault):
        raise
    except Exception as error:  # noqa: BLE001 - as above; the job's time-out passed one line up
        failure = _failure(error, document.id)
    else:
        return written is not None and attempts.save_document(claim, document.id, written)
    _log.warning("document failed", document_id=document.id, code=failure.code)
    return attempts.fail_document(claim, document.id, failure)


def _written(
    claim: Claim, document: Document, draft: Draft, bench: Bench
) -> WrittenDocument | None:
    """Return the finished document; None when the claim is lost."""
    if document.media_type == PDF:
        return pdf_document(claim, document, bench)
    if document.kind == ASSEMBLED:
        return assembled_document(claim, bench)
    return write_document(draft, document, templates_for(claim, bench))


def _failure(error: Exception, document_id: str) -> Failure:
    match error:
        case NoTemplate() | RenderFailed():
            return Failure(_CODES[type(error)], str(error))
        case BrokenTemplate():
            return Failure("template_broken", _reasons(map(str, error.faults)))
        case GateFailed():
            return Failure("gate_failed", _reasons(error.reasons))
        case NotAssembled() | NoPdf():
            return Failure(error.code, str(error))
        case MemoryError():
            return _TOO_LARGE
    return _unexpected(error, document_id)


def _unexpected(error: Exception, about: str) -> Failure:
    _log.error("unexpected fault", about=about, exception=type(error).__name__, at=place(error))
    return Failure(
        "internal_error", f"an unexpected fault ({type(error).__name__}); the log says where"
    )


def _reasons(texts: Iterable[str]) -> str:
    told = list(texts)
    more = len(told) - _MOST_REASONS
    return " ".join(told[:_MOST_REASONS]) + (f" And {more} more." if more > 0 else "")
