"""The shapes of packets, their documents and their deadlines."""

from __future__ import annotations

from marshmallow import fields

from service.documented import (
    Answered,
    about,
    count,
    instant,
    many,
    maybe,
    number,
    one_of,
    pointers,
    text,
    texts,
)
from service.review_schemas import Deadline, Finding, Recommended

STATUSES = ("queued", "writing", "ready", "failed", "erased")


class Failure(Answered):
    """Why a packet or a document failed; it holds no patient data."""

    code = text("stable name of the reason", "render_failed")
    message = text("what happened, for people")


class LeftOut(Answered):
    """A paper that the one file does not hold."""

    id = text("the paper's id")
    why = text("why not, for people")


class Assembled(Answered):
    """What the one file of a packet's papers holds."""

    documents = texts("ids of the papers in it, in their order")
    left_out = many(LeftOut, "papers that are sent but cannot stand in it")


class Document(Answered):
    """One paper of a packet, or the one file of all papers to send (kind `packet`)."""

    id = text("its id")
    kind = text("document kind", "letter_of_medical_necessity")
    variant = maybe("its variant")
    language = text("its language", "en")
    status = one_of(("waiting", "ready", "failed"), "where it is")
    draft = fields.Boolean(
        required=True, allow_none=True, metadata={"description": "true while a fact is missing"}
    )
    missing = pointers(
        "required facts that the case lacks; /by_hand/… is a field of a prescribed form that no case holds"
    )
    findings = texts("ids of the findings it touches")
    filename = text("the name to save it under", "letter_of_medical_necessity-7f3k2x.docx")
    media_type = text("its media type")
    pages = count("pages, where counted")
    size = count("bytes")
    sha256 = maybe("of its bytes, hexadecimal")
    template_version = maybe("the template it was made from")
    download_url = maybe("works without a key, for this document alone")
    expires_at = instant("when `download_url` stops working", allow_none=True)
    assembled = fields.Nested(
        Assembled,
        required=True,
        allow_none=True,
        metadata={"description": "only of the one file of all papers to send, once it is ready"},
    )
    error = fields.Nested(Failure, required=True, allow_none=True)


class Progress(Answered):
    """Documents finished, of all."""

    done = number("finished")
    total = number("asked for")


class DeadlineOfPacket(Deadline):
    """A deadline and the packet it belongs to."""

    packet_id = text("the packet")
    reference = maybe("the packet's reference")


class DeadlineList(Answered):
    """Deadlines, by packet, newest packet first."""

    items = many(DeadlineOfPacket, "the deadlines of at most `limit` packets")
    next = maybe("give it back as `cursor` for the rest; null at the end")


class NextStep(Answered):
    """What staff do next."""

    text = text("in a sentence")
    by = maybe("the day to do it by, or that the plan owes", "2026-12-24")


class Links(Answered):
    """Where else to look."""

    self = text("this packet")
    archive = text("all of it as one ZIP")
    events = text("what happened after it was written")
    calendar = text("its deadlines as a calendar file")


class PacketSummary(Answered):
    """A packet in a list: nothing that comes from the case."""

    id = text("its id")
    reference = maybe("the caller's own id")
    status = one_of(STATUSES, "where it is")
    created_at = instant("when it was accepted")
    finished_at = instant("when it was ready or failed", allow_none=True)
    expires_at = instant("when it is erased by itself")
    progress = fields.Nested(Progress, required=True)
    letter_date = fields.Date(required=True, metadata=about("the date on the papers", "2026-11-24"))
    knowledge_version = text("the version of the rules used")
    based_on = maybe("the packet whose case it started from")
    sample = fields.Boolean(
        required=True, metadata={"description": "made by a test key: marked SAMPLE, kept a day"}
    )
    error = fields.Nested(Failure, required=True, allow_none=True)
    links = fields.Nested(Links, required=True)


class Packet(PacketSummary):
    """A case on its way to papers."""

    findings = many(Finding, "what the events add, then those of the papers, the gravest first")
    situation = texts("where on the road the case is now, the most telling first")
    next_step = fields.Nested(NextStep, required=True, allow_none=True)
    recommended_documents = many(Recommended, "what to write now, and why")
    deadlines = many(Deadline, "what is due, by when, under which rule")
    documents = many(Document, "the papers")


class PacketList(Answered):
    """Packets, newest first."""

    items = many(PacketSummary, "at most `limit` packets")
    next = maybe("give it back as `cursor` for the rest; null at the end")
