"""The shapes of answers, as the OpenAPI document shows them. `tests/service` hold answers to them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

STATUSES = ("queued", "writing", "ready", "failed", "erased")


def text(description: str, example: Any = None, **more: Any) -> fields.String:
    """A documented string."""
    return fields.String(required=True, metadata=_about(description, example), **more)


def maybe(description: str, example: Any = None, **more: Any) -> fields.String:
    """A documented string that may be null."""
    return fields.String(
        required=True, allow_none=True, metadata=_about(description, example), **more
    )


def number(description: str, example: Any = None, **more: Any) -> fields.Integer:
    """A documented whole number."""
    return fields.Integer(required=True, metadata=_about(description, example), **more)


def instant(description: str, **more: Any) -> fields.DateTime:
    """A documented UTC instant."""
    return fields.DateTime(
        required=True, metadata=_about(description, "2026-11-24T15:04:05Z"), **more
    )


def pointers(description: str) -> fields.List:
    """A documented list of JSON Pointers."""
    return fields.List(
        fields.String(), required=True, metadata=_about(description, ["/insurance/member_id"])
    )


def many(schema: type[Schema], description: str) -> fields.List:
    """A documented list of `schema`."""
    return fields.List(
        fields.Nested(schema), required=True, metadata={"description": description}
    )


def one_of(values: tuple[str, ...], description: str) -> fields.String:
    """A documented string out of a closed list."""
    return fields.String(
        required=True, validate=validate.OneOf(values), metadata={"description": description}
    )


def _about(description: str, example: Any) -> dict[str, Any]:
    return {"description": description} | ({"examples": [example]} if example is not None else {})


class ErrorItem(Schema):
    """One thing to be corrected."""

    pointer = text("where: a JSON Pointer into the body", "/case/patient/date_of_birth")
    code = text("which rule", "unknown_field")
    message = text(
        "what would be right", "unknown field `date_of_brith`, did you mean `date_of_birth`?"
    )
    parameter = fields.String(
        metadata=_about("the query parameter or header, where it is not the body", "limit")
    )


class Problem(Schema):
    """RFC 9457 problem details."""

    type = text("address of the cure", "http://127.0.0.1:8000/docs/errors#invalid_request")
    title = text("the kind of problem", "The request cannot be right as it stands")
    status = number("the HTTP status", 422)
    code = text("stable name of the kind of problem", "invalid_request")
    detail = text("this problem, for people", "1 thing is to be corrected.")
    request_id = text("quote this to the operator", "0c9a…")
    errors = many(ErrorItem, "everything that is to be corrected, at once")


class Finding(Schema):
    """Something a reviewer at the plan would notice."""

    id = text("stable name of the finding", "no_current_antidepressant")
    severity = one_of(("blocker", "weakness", "note"), "how much it hurts")
    message = text("what was found")
    pointer = text("where in the case", "/trials")
    why_it_matters = text("what a reviewer makes of it")
    source = maybe("where the rule stands")


class Said(Schema):
    """A sentence with the facts it rests on."""

    text = text("the sentence")
    from_ = fields.List(
        fields.String(),
        required=True,
        data_key="from",
        metadata={"description": "case pointers and knowledge ids behind it"},
    )


class Trial(Schema):
    """A medication trial, judged."""

    pointer = text("where in the case", "/trials/0")
    medication = text("the medicine", "escitalopram")
    class_ = maybe("its class", "ssri")
    class_.data_key = "class"
    adequate = one_of(("yes", "no", "unknown"), "dose and weeks alone")
    role = one_of(("antidepressant", "augmentation", "other"), "what it counts as")
    weeks = fields.Raw(required=True, metadata={"description": "weeks at dose, or a range"})
    max_dose_mg_per_day = fields.Raw(required=True, metadata={"description": "milligrams a day"})
    outcome = text("how it ended", "no_response")
    reasons = fields.List(fields.String(), required=True, metadata={"description": "why so"})


class Trials(Schema):
    """All trials and their count."""

    items = many(Trial, "each trial of the case")
    adequate_failures = number("adequate antidepressants of this episode without lasting response")
    classes = number("distinct classes among them")


class Criterion(Schema):
    """A criterion of the payer, held against the case."""

    id = text("its id")
    text = text("its words")
    status = one_of(("met", "not_met", "unknown"), "held against the case")
    because = many(Said, "the facts that decide it")
    needs = pointers("the fields that would settle an unknown")


class Criteria(Schema):
    """The payer's criteria."""

    policy = maybe("id or title of the policy")
    source = fields.Raw(required=True, metadata={"description": "where it stands"})
    checked = maybe("when we read it")
    items = many(Criterion, "each criterion")


class Deadline(Schema):
    """A date that somebody owes something by."""

    id = text("stable name of the rule")
    title = text("what is due")
    due = maybe("a date, or an instant with offset for rules in hours", "2027-03-30")
    owed_by = one_of(("member", "provider", "plan", "reviewer", "agency"), "who must act")
    event = text("what it runs from", "denial_notice_received")
    event_date = maybe("when that was", "2026-10-01")
    urgency = one_of(("standard", "expedited"), "at which speed")
    counted = text("how the days were counted")
    citation = maybe("the rule")
    source = maybe("where it was read")
    days_left = fields.Integer(
        required=True, allow_none=True, metadata={"description": "days from today, at this read"}
    )


class DenialReason(Schema):
    """A reason for denial and what answers it."""

    id = text("id in the taxonomy", "step_therapy_not_met")
    title = text("its name")
    stated = fields.List(fields.String(), required=True, metadata={"description": "as stated"})
    rebuttal = many(Said, "what answers it, from case and evidence")


class Evidence(Schema):
    """A study or guideline that the papers would cite."""

    id = text("its id", "murrough_2013_rct")
    citation = text("its citation")
    supports = fields.Raw(required=True, metadata={"description": "the claims it supports"})


class Recommended(Schema):
    """A document the situation calls for."""

    kind = text("document kind", "appeal_letter")
    variant = maybe("its variant")
    why = text("the reason")


class Review(Schema):
    """What the papers would argue, and what a reviewer would find."""

    knowledge_version = text("the version of the rules used")
    findings = many(Finding, "in the order a reviewer would use them")
    trials = fields.Nested(Trials, required=True)
    criteria = fields.Nested(Criteria, required=True, allow_none=True)
    deadlines = many(Deadline, "what is due, by when, under which rule")
    denial_reasons = many(DenialReason, "each stated reason with its answer")
    evidence = many(Evidence, "what would be cited")
    situation = fields.Raw(required=True, metadata={"description": "where on the road the case is"})
    recommended_documents = many(Recommended, "what to write, and why")


class Document(Schema):
    """One paper of a packet."""

    id = text("its id")
    kind = text("document kind", "letter_of_medical_necessity")
    variant = maybe("its variant")
    language = text("its language", "en")
    status = one_of(("queued", "writing", "ready", "failed"), "where it is")
    draft = fields.Boolean(
        required=True, allow_none=True, metadata={"description": "true while a fact is missing"}
    )
    missing = pointers("required facts that the case lacks")
    findings = fields.List(
        fields.String(), required=True, metadata={"description": "ids of the findings it touches"}
    )
    filename = maybe("the name to save it under", "letter-of-medical-necessity-7f3k.docx")
    media_type = maybe("its media type")
    pages = fields.Integer(
        required=True, allow_none=True, metadata={"description": "pages, where counted"}
    )
    size = fields.Integer(required=True, allow_none=True, metadata={"description": "bytes"})
    sha256 = maybe("of its bytes, hexadecimal")
    template_version = maybe("the template it was made from")
    download_url = maybe("works without a key, for this document alone")
    expires_at = instant("when `download_url` stops working", allow_none=True)
    error = maybe("why it failed")


class Progress(Schema):
    """Documents finished, of all."""

    done = number("finished")
    total = number("asked for")


class Links(Schema):
    """Where else to look."""

    self = text("this packet")
    archive = text("all of it as one ZIP")


class PacketSummary(Schema):
    """A packet in a list: nothing that comes from the case."""

    id = text("its id")
    reference = maybe("the caller's own id")
    status = one_of(STATUSES, "where it is")
    created_at = instant("when it was accepted")
    finished_at = instant("when it was ready or failed", allow_none=True)
    progress = fields.Nested(Progress, required=True)
    letter_date = fields.Date(
        required=True, allow_none=True, metadata=_about("the date on the papers", "2026-11-24")
    )
    knowledge_version = maybe("the version of the rules used")
    error = maybe("why it failed")
    links = fields.Nested(Links, required=True)


class Packet(PacketSummary):
    """A case on its way to papers."""

    findings = many(Finding, "in the order a reviewer would use them")
    deadlines = many(Deadline, "what is due, by when, under which rule")
    documents = many(Document, "the papers")


class PacketList(Schema):
    """Packets, newest first."""

    items = many(PacketSummary, "at most `limit` packets")
    next = maybe("give it back as `cursor` for the rest; null at the end")


class Variant(Schema):
    """A variant of a document kind."""

    id = text("its id")
    title = text("its name")
    when_to_use = text("when")


class Template(Schema):
    """A version of a kind's Word template."""

    version = text("its version")
    status = text("checking, rejected, draft, active or retired", "active")
    sha256 = text("of its bytes, hexadecimal")


class KindSummary(Schema):
    """A kind of document."""

    kind = text("its id", "appeal_letter")
    title = text("its name")
    when_to_use = text("when it helps")
    requires = pointers("facts without which it cannot be written")
    variants = many(Variant, "its variants")


class Kind(KindSummary):
    """A kind of document, whole."""

    case_schema = fields.Dict(
        required=True, metadata={"description": "JSON Schema of a case for it"}
    )
    sample = fields.Dict(
        required=True, metadata={"description": "a whole case that this kind accepts"}
    )
    templates = many(Template, "versions of its Word template")


class KindList(Schema):
    """All kinds of documents."""

    items = many(KindSummary, "every kind")
    next = maybe("always null: the list is whole")


class Area(Schema):
    """An area of the knowledge."""

    area = text("its id", "scales")
    entries = number("how many entries it has")
    url = text("where they are")


class AreaList(Schema):
    """All areas of the knowledge."""

    version = text("a hash of every rule in use")
    items = many(Area, "every area")
    next = maybe("always null: the list is whole")


class Entry(Schema):
    """One entry of the knowledge, in its area's shape."""

    area = text("its area", "scales")
    id = text("its id", "phq9")
    version = text("the knowledge version")
    entry = fields.Dict(required=True, metadata={"description": "as the file says it"})


class EntryTitle(Schema):
    """An entry of the knowledge in a list."""

    id = text("its id")
    title = text("its title")
    url = text("where it is")


class EntryList(Schema):
    """The entries of an area."""

    area = text("the area")
    version = text("the knowledge version")
    items = many(EntryTitle, "at most `limit` entries")
    next = maybe("give it back as `cursor` for the rest; null at the end")


class SampleTitle(Schema):
    """A sample case in a list."""

    id = text("its id")
    url = text("where it is")


class SampleList(Schema):
    """Sample cases."""

    items = many(SampleTitle, "every sample")
    next = maybe("always null: the list is whole")


class Sample(Schema):
    """A whole invented case, ready to post."""

    id = text("its id")
    case = fields.Dict(required=True, metadata={"description": "post it as `case`"})


class Health(Schema):
    """The process answers."""

    status = text("always alive", "alive")
    version = text("of Necessity")


class Readiness(Schema):
    """Able to serve, part by part."""

    status = one_of(("ready", "not_ready"), "all parts together")
    checks = fields.Dict(
        required=True, metadata={"description": "store, queue, workers: `ok` or what is wrong"}
    )
    capabilities = fields.Dict(required=True, metadata={"description": "what this host can make"})
