"""A packet that shows a template version: with the kind's sample case, or one of the account's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from casework.documents import plan_documents
from casework.problems import InvalidCase, Problem
from casework.review import Review, review
from casework.schema import load_case
from service.built_in import sample_case
from service.packet_request import check_pdf
from service.parts import parts
from storage.faults import Erased, NotFound
from storage.media import PDF
from storage.records import AskedDocument, Contents, NewPacket, TemplatePlace, TemplateVersion


def preview_packet(version: TemplateVersion, asked: Mapping[str, Any], actor: str) -> NewPacket:
    """Return the packet to accept for `actor`: one paper, marked SAMPLE, kept for a day, in no list.

    Raises:
        InvalidCase: the packet is unknown or its case cannot carry this kind, or PDF cannot be made.
    """
    check_pdf({"formats": asked["formats"]})
    case, letter_date = _shown_with(version, asked.get("packet"))
    reviewed = review(case, parts().knowledge, letter_date)
    _check_kind(version.place, case, reviewed)
    return NewPacket(
        account_id=version.account_id,
        actor=actor,
        contents=Contents(case, reviewed.to_json(), {"formats": asked["formats"]}),
        documents=_documents(version.place, asked["formats"]),
        letter_date=letter_date,
        knowledge_version=parts().knowledge.version,
        previews=version.id,
        sample=True,
    )


def _shown_with(version: TemplateVersion, packet_id: str | None) -> tuple[Mapping[str, Any], date]:
    account_id, place = version.account_id, version.place
    if packet_id is None:
        kind = parts().knowledge.kinds[place.kind]
        case = load_case(sample_case(kind, place), parts().knowledge)
        return case, kind.of(place.variant).sample_date
    try:
        packet = parts().store.packets.find(account_id, packet_id)
        contents = parts().store.packets.contents(account_id, packet_id)
    except (NotFound, Erased):
        message = "must be the id of a packet of this account that is not erased"
        raise InvalidCase((Problem("/packet", "unknown_packet", message),)) from None
    return contents.case, packet.letter_date


def _check_kind(place: TemplatePlace, case: Mapping[str, Any], reviewed: Review) -> None:
    try:
        plan_documents([vars(place)], case, reviewed, parts().knowledge)
    except InvalidCase as invalid:
        raise InvalidCase([replace(each, pointer="/packet") for each in invalid.problems]) from None


def _documents(place: TemplatePlace, formats: list[str]) -> tuple[AskedDocument, ...]:
    word = AskedDocument(place.kind, place.variant, place.language)
    return (word, replace(word, media_type=PDF)) if "pdf" in formats else (word,)
