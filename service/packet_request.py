"""From what POST /v1/packets says of a packet to the packet to accept, every problem at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from casework.context import case_context, paper_context
from casework.documents import RECOMMENDED, PlannedDocument, check_asked, plan_documents
from casework.knowledge_base.kinds import ASSEMBLED
from casework.problems import InvalidCase, Problem
from casework.review import Review, review
from casework.said import BY_HAND
from casework.schema import load_case
from casework.sending import sent_together
from service.errors import Refused, item
from service.merge_patch import appended, merged
from service.parts import caller, parts
from service.reading import AllProblems, read_body
from service.request_schemas import PacketBody
from storage.callback_url import BadCallback, read_callback
from storage.faults import Erased, NotFound
from storage.media import PDF
from storage.records import AskedDocument, Contents, NewPacket

_CASE = "/case"


def read_packet(
    given: Mapping[str, Any],
    body: bytes,
    key: str | None = None,
    shape: type[PacketBody] = PacketBody,
) -> NewPacket:
    """Return the packet that `given` asks for, which came as `body`.

    `key` is its idempotency key, where `shape` has no field for it.

    Raises:
        InvalidCase: with every problem of the request (422).
        Refused: the packet it is based on is erased, or `on_missing` is "refuse" and something is.
    """
    asked, case = _checked(given, shape)
    new = packet_of(asked, case, caller().account_id, caller().actor)
    sent = asked.get("idempotency_key", key)
    return replace(new, body=body, idempotency_key=sent, sample=caller().test)


def packet_of(
    asked: Mapping[str, Any], case: Mapping[str, Any], account_id: str, actor: str
) -> NewPacket:
    """Return the packet of a loaded case and the checked fields around it.

    Raises:
        InvalidCase: papers that this case cannot carry.
        Refused: `on_missing` is "refuse" and something is.
    """
    letter_date = _letter_date(asked)
    reviewed = review(case, parts().knowledge, letter_date)
    planned = _planned(asked, case, reviewed)
    if asked.get("options", {}).get("on_missing") == "refuse":
        _refuse_gaps(case, reviewed, planned, letter_date)
    return NewPacket(
        account_id=account_id,
        actor=actor,
        contents=Contents(case, reviewed.to_json(), asked.get("options", {})),
        documents=_in_formats(asked, _whole(asked, planned)),
        letter_date=letter_date,
        knowledge_version=parts().knowledge.version,
        reference=asked.get("reference"),
        based_on=asked.get("based_on"),
        callback_url=asked.get("callback_url"),
    )


def _checked(
    given: Mapping[str, Any], shape: type[PacketBody]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the fields around the case and the loaded case; refuse with the problems of all."""
    problems = AllProblems()
    asked = problems.attempt(lambda: read_body(shape, given))
    problems.attempt(lambda: _check_append(given))
    problems.attempt(lambda: check_pdf(given.get("options")))
    problems.attempt(lambda: _check_callback(given.get("callback_url")))
    case = problems.attempt(lambda: load_case(_whole_case(given), parts().knowledge, at=_CASE))
    if case is None:
        documents = given.get("documents")
        papers = RECOMMENDED if documents is None else documents
        problems.attempt(lambda: check_asked(papers, parts().knowledge))
    problems.refuse()
    assert asked is not None
    assert case is not None
    return asked, case


def _check_append(given: Mapping[str, Any]) -> None:
    if given.get("append") is not None and given.get("based_on") is None:
        message = "needs `based_on`: name the packet whose lists grow"
        raise InvalidCase((Problem("/append", "needs_based_on", message),))


def _whole_case(given: Mapping[str, Any]) -> Any:
    """Return the case sent, or the earlier packet's case with what was sent merged into it."""
    case, base, rows = given.get("case"), given.get("based_on"), given.get("append")
    if base is None:
        return _present(case)
    whole = merged(_earlier_case(base), {} if case is None else case)
    if isinstance(whole, dict) and isinstance(rows, dict) and _holds_lists(rows):
        return appended(whole, rows)
    return whole


def _present(case: Any) -> Any:
    if case is None:
        raise InvalidCase((Problem(_CASE, "required", "is required: a case"),))
    return case


def _holds_lists(rows: Mapping[str, Any]) -> bool:
    """Return whether `append` has its shape; if not, `PacketBody` has said so."""
    return all(isinstance(each, list) for each in rows.values())


def _earlier_case(packet_id: Any) -> Mapping[str, Any]:
    try:
        return parts().store.packets.contents(caller().account_id, str(packet_id)).case
    except NotFound:
        message = "must be the id of a packet of this account"
        raise InvalidCase((Problem("/based_on", "unknown_packet", message),)) from None
    except Erased:
        raise Refused("base_erased") from None


def _letter_date(asked: Mapping[str, Any]) -> date:
    given = asked.get("options", {}).get("letter_date")
    return date.fromisoformat(given) if given else parts().today()


def _planned(
    asked: Mapping[str, Any], case: Mapping[str, Any], reviewed: Review
) -> tuple[PlannedDocument, ...]:
    documents = asked.get("documents", RECOMMENDED)
    planned = plan_documents(documents, case, reviewed, parts().knowledge)
    if not planned:
        message = "the case's situation calls for none of the kinds: name those that are wanted"
        raise InvalidCase((Problem("/documents", "nothing_recommended", message),))
    return planned


def _whole(
    asked: Mapping[str, Any], planned: tuple[PlannedDocument, ...]
) -> tuple[PlannedDocument, ...]:
    """Return the papers and, last, the one file of those to send where it is wanted."""
    if not asked.get("options", {}).get("assemble"):
        return planned
    if not sent_together(planned, parts().knowledge.kinds):
        message = "none of the papers is sent: name one that is, or leave `assemble` out"
        raise InvalidCase((Problem("/options/assemble", "nothing_to_assemble", message),))
    return (*planned, PlannedDocument(ASSEMBLED, "", "en"))


def _in_formats(
    asked: Mapping[str, Any], planned: tuple[PlannedDocument, ...]
) -> tuple[AskedDocument, ...]:
    """Return the Word documents, then the PDF of each where it is wanted.

    They come last, so that every Word document is stored before the first PDF is made.
    """
    word = tuple(AskedDocument(**vars(each)) for each in planned)
    if "pdf" not in asked.get("options", {}).get("formats", ()):
        return word
    return (*word, *(replace(each, media_type=PDF) for each in word))


def check_pdf(options: Any) -> None:
    """Refuse PDF where workers run and none of them can make it."""
    formats = options.get("formats") if isinstance(options, dict) else None
    if not isinstance(formats, list) or "pdf" not in formats:
        return
    workers = parts().store.workers.alive()
    if workers and not any("pdf" in worker.capabilities for worker in workers):
        message = (
            "PDF needs LibreOffice Writer: the program soffice is not installed where the workers "
            "run. Install it there (Debian: libreoffice-writer-nogui) or leave pdf out"
        )
        raise InvalidCase((Problem("/options/formats", "program_missing", message),))


def _check_callback(url: Any) -> None:
    """Refuse an address that would never be called, and one whose messages nobody could check."""
    if not isinstance(url, str):
        return
    settings, store = parts().settings, parts().store
    try:
        read_callback(url, settings.webhook_hosts, dev=settings.dev)
    except BadCallback as fault:
        raise InvalidCase((Problem("/callback_url", fault.code, str(fault)),)) from None
    if not store.webhook_secrets.exist(caller().account_id):
        message = "needs a signing secret: the operator makes one with `necessity keys webhook`"
        raise InvalidCase((Problem("/callback_url", "no_webhook_secret", message),))


def _refuse_gaps(
    case: Mapping[str, Any],
    reviewed: Review,
    planned: tuple[PlannedDocument, ...],
    today: date,
) -> None:
    gaps = [*_missing_facts(case, reviewed, planned, today), *_blockers(reviewed)]
    if gaps:
        raise Refused("blocked", errors=[item(gap) for gap in gaps])


def _missing_facts(
    case: Mapping[str, Any],
    reviewed: Review,
    planned: tuple[PlannedDocument, ...],
    today: date,
) -> Iterator[Problem]:
    knowledge = parts().knowledge
    context = case_context(case, reviewed, knowledge, today)
    missing: dict[str, str] = {}
    for each in planned:
        paper = paper_context(context, each.kind, each.variant, each.language, sample=False)
        missing.update(paper["missing"])
    for pointer, label in missing.items():
        if pointer.startswith(BY_HAND):
            continue  # no case can hold it: a person fills it into the form
        yield Problem(_CASE + pointer, "fact_missing", f"the papers need: {label}")


def _blockers(reviewed: Review) -> Iterator[Problem]:
    for finding in reviewed.findings:
        if finding.severity == "blocker":
            yield Problem(_CASE + finding.pointer, finding.id, finding.why_it_matters)
