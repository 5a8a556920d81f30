"""The shapes of what can be looked up: document kinds, knowledge, samples."""

from __future__ import annotations

from marshmallow import fields

from service.documented import Answered, many, maybe, number, pointers, text, texts


class Variant(Answered):
    """A variant of a document kind."""

    id = text("its id")
    title = text("its name")
    when_to_use = text("when")


class Template(Answered):
    """A version of a kind's Word template."""

    version = text("its version, which papers name as `template_version`")
    variant = maybe("the kind's variant, or the layout that several share")
    language = text("its language", "en")
    status = text("checking, rejected, draft, active or retired", "active")
    sha256 = text("of its bytes, hexadecimal")
    built_in = fields.Boolean(
        required=True, metadata={"description": "false: the clinic's own; see /v1/templates"}
    )


class KindSummary(Answered):
    """A kind of document."""

    kind = text("its id", "appeal_letter")
    title = text("its name")
    when_to_use = text("when it helps")
    audience = text("who reads it")
    requires = pointers("facts without which it cannot be written")
    optional = pointers("facts that make it stronger")
    languages = texts("languages it is written in")
    variants = many(Variant, "its variants")
    url = text("where it is, whole")


class Kind(KindSummary):
    """A kind of document, whole."""

    case_schema = fields.Dict(
        required=True, metadata={"description": "JSON Schema of a case for it"}
    )
    sample = fields.Dict(
        required=True, metadata={"description": "a whole case that this kind accepts"}
    )
    templates = many(Template, "versions of its Word template")


class KindList(Answered):
    """All kinds of documents."""

    items = many(KindSummary, "every kind")
    next = maybe("always null: the list is whole")


class Area(Answered):
    """An area of the knowledge."""

    area = text("its id", "scales")
    entries = number("how many entries it has")
    url = text("where they are")


class AreaList(Answered):
    """All areas of the knowledge."""

    version = text("a hash of every rule in use")
    items = many(Area, "every area")
    next = maybe("always null: the list is whole")


class Entry(Answered):
    """One entry of the knowledge, in its area's shape."""

    area = text("its area", "scales")
    id = text("its id", "phq9")
    version = text("the knowledge version")
    entry = fields.Dict(required=True, metadata={"description": "as the file says it"})


class EntryTitle(Answered):
    """An entry of the knowledge in a list."""

    id = text("its id")
    title = text("its title")
    url = text("where it is")


class EntryList(Answered):
    """The entries of an area."""

    area = text("the area")
    version = text("the knowledge version")
    items = many(EntryTitle, "at most `limit` entries")
    next = maybe("give it back as `cursor` for the rest; null at the end")


class SampleTitle(Answered):
    """A sample case in a list."""

    id = text("its id")
    url = text("where it is")


class SampleList(Answered):
    """Sample cases."""

    items = many(SampleTitle, "every sample")
    next = maybe("always null: the list is whole")


class Sample(Answered):
    """A whole invented case, ready to post."""

    id = text("its id")
    case = fields.Dict(required=True, metadata={"description": "post it as `case`"})
