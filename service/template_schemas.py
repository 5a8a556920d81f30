"""The shapes of templates: versions, what their check said, what they may name."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.documented import (
    Answered,
    about,
    count,
    instant,
    many,
    maybe,
    number,
    one_of,
    text,
)

STATUSES = ("checking", "rejected", "draft", "active", "retired", "erased")


class LintFault(Answered):
    """One thing that the check found."""

    severity = one_of(("error", "warning"), "an error stops the template from being used")
    code = text("which rule", "unknown_name")
    message = text("what is wrong", "No paper of this kind has a value named “titel”")
    suggestion = text("what would be right; may be empty", "Did you mean “title”?")
    part = text("the part of the Word file; may be empty", "word/document.xml")
    page_text = text(
        "the paragraph it stands in, cut after 90 signs; may be empty", "Dear {{ titel }}"
    )
    tag = text("the tag; may be empty", "titel")


class TemplateLinks(Answered):
    """Where the rest of a version is."""

    self = text("the version itself")
    file = text("its Word file")
    difference = text("its text beside the version in use")


class TemplateVersion(Answered):
    """A version of a clinic's template."""

    id = text("its id, which papers name as `template_version`", "tpl_…")
    kind = text("document kind", "letter_of_medical_necessity")
    variant = maybe("the kind's variant")
    language = text("its language", "en")
    status = one_of(STATUSES, "where it is")
    sha256 = text("of its bytes, hexadecimal")
    size = number("bytes")
    number = number("counted from 1 at its place", 3)
    uploaded_at = instant("when it came")
    uploaded_by = text("who uploaded it", "key:abcdefghij")
    checked_at = instant("when its check answered", allow_none=True)
    activated_at = instant("when it was last put into use", allow_none=True)
    replaced = maybe("the version that rolling back puts into use again; null: the built-in one")
    lint = fields.List(
        fields.Nested(LintFault),
        required=True,
        allow_none=True,
        metadata={"description": "what the check found; null until it has answered"},
    )
    links = fields.Nested(TemplateLinks, required=True)


class TemplateVersionList(Answered):
    """Versions, newest first."""

    items = many(TemplateVersion, "the versions")
    next = maybe("always null: the list is whole")


class PlaceInUse(Answered):
    """A place for a template, and what writes its papers now."""

    kind = text("document kind")
    title = text("its name")
    variant = maybe("the kind's variant")
    language = text("language", "en")
    active = fields.Nested(
        TemplateVersion,
        required=True,
        allow_none=True,
        metadata={"description": "the clinic's version in use; null: the built-in one"},
    )
    built_in = text("where the built-in Word file is, to start from")


class PlaceList(Answered):
    """All places."""

    items = many(PlaceInUse, "every kind, variant and language")
    next = maybe("always null: the list is whole")


class DifferenceLine(Answered):
    """A line of two texts side by side."""

    change = one_of(("same", "changed", "removed", "added"), "what became of it")
    before = maybe("the line before")
    after = maybe("the line now")


class TemplateDifference(Answered):
    """Two templates as text, side by side."""

    before = text("the version compared with, or `built_in`")
    after = text("this version")
    changed = count("lines that are not the same")
    lines = many(DifferenceLine, "all lines in order")


class OfferedName(Answered):
    """A name that a template may use."""

    name = text("the name", "letterhead.name")
    tag = text("how a template writes it", "{{ letterhead.name }}")
    inside = text("the loop that it stands in; may be empty")
    example = text("its value in the sample; may be empty", "Example Mood Clinic")


class OfferedNameList(Answered):
    """The names of a kind."""

    items = many(OfferedName, "the names, in the order of the paper's parts")
    next = maybe("always null: the list is whole")


class RolledBack(Answered):
    """What is in use after a version was taken back."""

    active = fields.Nested(
        TemplateVersion,
        required=True,
        allow_none=True,
        metadata={"description": "the version in use now; null: the built-in one"},
    )


def _place(name: str, description: str, example: str) -> fields.String:
    return fields.String(
        validate=validate.Length(max=80), metadata=about(f"{name}: {description}", example)
    )


class PlaceQuery(Schema):
    """Which place."""

    kind = _place("kind", "a document kind", "letter_of_medical_necessity")
    variant = _place("variant", "one of the kind's; default: the kind itself", "letter")
    language = _place("language", "default: en", "en")


class TemplateQuery(PlaceQuery):
    """Which versions."""

    status = fields.String(
        validate=validate.OneOf(STATUSES), metadata={"description": "in this status"}
    )


class VariantQuery(Schema):
    """Which variant of the kind in the address."""

    variant = _place("variant", "one of the kind's; default: the kind itself", "letter")
    language = _place("language", "default: en", "en")


class OfferedQuery(VariantQuery):
    """Which names."""

    search = fields.String(
        validate=validate.Length(max=80),
        metadata=about("words that name, tag or sample value hold", "member"),
    )


class DifferenceQuery(Schema):
    """What to compare with."""

    to = fields.String(
        load_default="active",
        validate=validate.Regexp("^(active|built_in|tpl_[a-z2-7]{26})$"),
        metadata=about("`active` (default), `built_in`, or another version's id", "built_in"),
    )


class TemplateForm(PlaceQuery):
    """An upload as a form."""

    file = fields.String(
        required=True, metadata={"description": "the .docx, at most 5 MB", "format": "binary"}
    )


class PreviewBody(Schema):
    """What a version is shown with."""

    example = {"formats": ["docx"]}  # noqa: RUF012 - as the OpenAPI document shows it

    packet = fields.String(
        validate=validate.Regexp("^pkt_[a-z2-7]{26}$"),
        metadata={"description": "one of the account's packets; default: the kind's sample case"},
    )
    formats = fields.List(
        fields.String(validate=validate.OneOf(("docx", "pdf"))),
        load_default=lambda: ["docx"],
        metadata={"description": "docx, and pdf where a worker can make it"},
    )
