"""The shapes of papers that staff edited in Word and gave back."""

from __future__ import annotations

from marshmallow import Schema, fields

from service.documented import Answered, instant, many, maybe, number, one_of, text, texts
from service.template_schemas import LintFault

STATUSES = ("checking", "rejected", "kept")


class FactChange(Answered):
    """A fact that the edit changed, removed or added."""

    kind = one_of(
        ("date", "dose", "amount", "citation", "code", "phone", "number", "name"), "what it is"
    )
    change = one_of(("changed", "removed", "added"), "what became of it")
    old = maybe("as the paper had it", "35 mg")
    new = maybe("as the edited one has it", "45 mg")
    before = maybe("the text around it before, cut after 300 signs")
    after = maybe("the text around it now, cut after 300 signs")
    # `from` is a word of Python's.
    rests_on = fields.List(
        fields.String(),
        data_key="from",
        required=True,
        metadata={"description": "what the sentence rested on: pointers into the case, knowledge"},
    )
    in_case = fields.Boolean(
        required=True,
        allow_none=True,
        metadata={
            "description": "whether the new fact stands anywhere in the case or in what its papers print; "
            "null where there is none"
        },
    )


class Blank(Answered):
    """A fact that the paper left to be filled in."""

    pointer = text("where the case would hold it", "/insurance/member_id")
    label = text("as the paper names it", "member ID")


class Settled(Answered):
    """What the edit settled."""

    blanks = many(Blank, "filled in")
    findings = texts("ids of findings that asked for no more than these")


class PaperVersionLinks(Answered):
    """Where the rest of a version is."""

    self = text("the version itself")
    file = text("its Word file")


class PaperVersion(Answered):
    """A paper as staff edited it."""

    id = text("its id", "ver_…")
    document_id = text("the document that it was made from")
    status = one_of(STATUSES, "where it is")
    sha256 = text("of its bytes, hexadecimal")
    size = number("bytes")
    uploaded_at = instant("when it came")
    uploaded_by = text("who gave it back", "key:abcdefghij")
    faults = many(LintFault, "what stops it from being kept; empty until it was compared")
    changes = many(FactChange, "facts that the edit changed, removed or added")
    settled = fields.Nested(Settled, required=True)
    open = many(Blank, "facts still to be filled in")
    says_draft = fields.Boolean(
        required=True,
        allow_none=True,
        metadata={"description": "whether its header still says DRAFT; null until compared"},
    )
    number = number("counted from 1 for each document", 1)
    links = fields.Nested(PaperVersionLinks, required=True)


class PaperVersionList(Answered):
    """A document's versions, newest first."""

    items = many(PaperVersion, "the versions")
    next = maybe("always null: the list is whole")


class PaperForm(Schema):
    """An edited paper as a form."""

    file = fields.String(
        required=True, metadata={"description": "the .docx, at most 5 MB", "format": "binary"}
    )
