"""Forms that a state, an agency or a payer prescribes: their fields, and where each is filled from.

A form is one file (`forms/<id>.toml`); its text is not reproduced, only the short name of each
field. `forms/_maps_to.toml` tells what in a case stands for each path that a field may name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

from msgspec import Struct, field

FieldType = Literal["text", "date", "choice", "check", "checks", "table", "signature", "list"]
Box = Literal[
    "allergies", "citations", "comorbidities", "continuation", "current_medicines", "currently_taking", "date",
    "diagnoses", "diagnosis", "diagnosis_code", "diagnosis_description", "dose", "drug",
    "facility_address", "frequency", "height", "length_of_therapy", "middle_initial",
    "not_tolerated", "off_label", "patient_address", "patient_birth", "patient_name",
    "patient_signs", "place_of_service", "practice_address", "prescriber_first", "prescriber_last",
    "prescriber_name", "prescriber_signs", "prior_authorization", "quantity", "representative",
    "representative_address", "representative_phone", "representative_relationship",
    "request_kind", "route", "route_words", "safety", "scores", "secondary_member_id",
    "secondary_payer", "sessions", "signing_line", "strength", "street", "subscriber_name",
    "therapy_started", "weight",
]  # fmt: skip
"""What several facts together say in one box of a form (`casework.paper.form_boxes`)."""
Rows = Literal["trials", "services"]


class FormOption(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A tick box, and the values in the case that tick it; without any it is ticked by hand."""

    label: str
    when: list[str] = field(default_factory=list)


class FormPart(Struct, frozen=True, forbid_unknown_fields=True):
    """One of several facts that a single field of the form asks for."""

    label: str
    maps_to: str


class FormField(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A field of a form.

    ``verified``: its name was read on a copy or a list of the form. ``required`` False means needed
    only where it applies. ``options`` are its tick boxes, ``parts`` what it asks for in one box,
    ``text`` what always stands there, ``wide`` that it takes a whole row. ``most`` is what the box
    holds, in characters or in rows of a table: more goes to the addendum.
    """

    id: str
    label: str
    meaning: str
    required: bool
    type: FieldType
    maps_to: str
    verified: bool
    options: list[FormOption] = field(default_factory=list)
    parts: list[FormPart] = field(default_factory=list)
    text: str = ""
    wide: bool = False
    most: int | None = None


class FormSection(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of our layout of the form, with the ids of its fields in order."""

    title: str
    fields: list[str]


class Form(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A form, who must take it, where its blank is, and how much of it was really seen.

    ``section`` is our layout; only a form with one can be written.
    """

    id: str
    title: str
    issuer: str
    version: str
    use_for: list[str]
    do_not_use_for: list[str]
    who_must_accept: str
    official_copy: str
    source: str
    verification_note: str
    watch_outs: list[str]
    fields_total: int
    fields_verified: int
    compiled_on: date
    section: list[FormSection] = field(default_factory=list)
    field: list[FormField]

    def of(self, field_id: str) -> FormField:
        """Return the field of this id; the ids were checked at load."""
        return next(each for each in self.field if each.id == field_id)


class FormPath(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a path that fields name means in a case; one with no meaning is filled by hand.

    One of: ``case``, a JSON pointer; ``box``, several facts in words; ``say``, passages, which the
    rows of a table may follow; ``rows``, a table, of which ``column`` is one column.
    """

    path: str
    note: str = ""
    case: str = ""
    box: Box | None = None
    say: list[str] = field(default_factory=list)
    rows: Rows | None = None
    column: str = ""


class FormPaths(Struct, frozen=True, forbid_unknown_fields=True):
    """The one list of paths (`forms/_maps_to.toml`)."""

    schema_version: int
    compiled_on: date
    rules: list[str]
    paths: list[FormPath]


def form_faults(form: Form, paths: Mapping[str, FormPath]) -> Iterator[tuple[str, str]]:
    """Yield the key and the reason of each fault in a form that reads well by itself."""
    yield from _counts(form)
    for each in form.field:
        for path in (each.maps_to, *(part.maps_to for part in each.parts)):
            if path not in paths:
                yield f"field.{each.id}.maps_to", f"{path} is not listed in _maps_to.toml"
    ids = Counter(each.id for each in form.field)
    yield from ((f"field.{name}", "stands twice") for name, times in ids.items() if times > 1)
    if form.section:
        yield from _layout(form, set(ids))


def _counts(form: Form) -> Iterator[tuple[str, str]]:
    verified = sum(each.verified for each in form.field)
    if form.fields_total != len(form.field):
        yield "fields_total", f"there are {len(form.field)} fields"
    if form.fields_verified != verified:
        yield "fields_verified", f"{verified} fields are verified"


def _layout(form: Form, ids: set[str]) -> Iterator[tuple[str, str]]:
    placed = Counter(name for section in form.section for name in section.fields)
    for name in sorted(set(placed) - ids):
        yield "section.fields", f"{name} is no field of the form"
    for name in sorted(ids):
        if placed[name] != 1:
            yield f"field.{name}", "must stand in one section, and only once"
