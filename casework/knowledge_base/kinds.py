"""A document kind as its folder tells it: who reads, who signs, what it holds, when it is called for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct, field, structs

Signer = Literal["clinician", "appellant", "patient", "nobody"]
Reader = Literal["reviewer", "office", "staff", "patient"]
"""Who reads: a reviewer or claims desk; a network, employer or agency office; our staff; a patient."""


ASSEMBLED = "packet"
"""What stands as `kind` where a document is the one file of all papers to send."""


class Recommendation(Struct, frozen=True, forbid_unknown_fields=True):
    """A situation in which a document kind is called for, and the reason told.

    ``variant`` is the variant meant, empty for the kind itself. The lists narrow it: to these plan
    types, states of the plan, treatments, benefits that pay; to cases that hold (``present``) or
    lack (``absent``) something at every one of these pointers; to cases in which this one may appeal
    (``appellant``). What is empty narrows nothing. ``instead``: the variant takes the place of the
    kind itself.
    """

    situation: str
    why: str
    variant: str = ""
    plan_types: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    treatments: list[str] = field(default_factory=list)
    benefits: list[str] = field(default_factory=list)
    present: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    appellant: Literal["", "representative", "provider", "patient"] = ""
    instead: bool = False


class NotFor(Struct, frozen=True, forbid_unknown_fields=True):
    """Plan types or treatments for which a paper is not written, why, and the rule it comes from.

    An empty list narrows nothing; where both are named, both must fit. ``other_insurance``: the
    second plan of the case counts like the first. ``unless`` are pointers: where the case holds
    something at one of them, it is written.
    """

    why: str
    plan_types: list[str] = field(default_factory=list)
    treatments: list[str] = field(default_factory=list)
    other_insurance: bool = False
    unless: list[str] = field(default_factory=list)
    source: str = ""


class PlaceInPacket(Struct, frozen=True, forbid_unknown_fields=True):
    """The place of a paper in the one file that is sent.

    Papers stand there by ``order``, the least first. ``desk`` is who decides on the paper; a file
    goes to one desk, so papers for another stay out of it. Empty: it goes along to any desk.
    """

    order: int
    desk: str = ""


class KindVariant(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A variant of a kind: a folder inside the kind's; what it lacks comes from the kind.

    What is None is as in the kind. ``layout`` is the folder inside the kind's whose template several
    variants share; ``form`` the prescribed form (an id of `forms`) whose fields the paper holds.
    """

    id: str
    title: str
    when_to_use: str
    audience: str | None = None
    titles: Mapping[str, str] | None = None
    requires: list[str] | None = None
    optional: list[str] | None = None
    reference_block: list[str] | None = None
    passages: list[str] | None = None
    signed_by: Signer | None = None
    addressed_to: str | None = None
    titled: str | None = None
    reader: Reader | None = None
    phrases: Mapping[str, str] | None = None
    not_for: list[NotFor] | None = None
    sample_date: date | None = None
    layout: str | None = None
    form: str | None = None


class Kind(Struct, frozen=True, forbid_unknown_fields=True):
    """A document kind (`templates_docx/<id>/kind.toml`).

    ``requires`` are JSON pointers without which the paper cannot be written at all;
    ``passages`` are the passages of the context in the order printed, which numbers references;
    ``reference_block`` names the rows of the block under the address. ``signed_by`` is who speaks
    and signs, ``addressed_to`` whose desk it goes to, ``titled`` which line names it ("own": the
    kind's title, in another language that of ``titles``). ``reader`` tells how plain its words must
    be. ``calendar``: its dates come as a calendar file too.
    ``sample_date`` is the letter date of the folder's `sample.json` and `expected.txt`.
    ``packet`` is its place in the one file that is sent, None for what stays here or goes alone.
    """

    id: str
    title: str
    when_to_use: str
    audience: str
    requires: list[str]
    reference_block: list[str]
    passages: list[str]
    sample_date: date
    signed_by: Signer = "clinician"
    addressed_to: str = "payer"
    titled: str = "own"
    reader: Reader = "reviewer"
    titles: Mapping[str, str] = field(default_factory=dict)
    recommended_in: list[Recommendation] = field(default_factory=list)
    optional: list[str] = field(default_factory=list)
    variants: list[KindVariant] = field(default_factory=list)
    languages: list[str] = field(default_factory=lambda: ["en"])
    phrases: Mapping[str, str] = field(default_factory=dict)
    not_for: list[NotFor] = field(default_factory=list)
    calendar: bool = False
    packet: PlaceInPacket | None = None
    layout: str = ""
    form: str = ""

    def of(self, variant: str) -> Kind:
        """Return the kind as this variant has it; the empty variant is the kind itself.

        Raises:
            StopIteration: the kind has no such variant.
        """
        if not variant:
            return self
        own = next(each for each in self.variants if each.id == variant)
        changes = {
            name: value
            for name, value in structs.asdict(own).items()
            if name != "id" and value is not None
        }
        return structs.replace(self, **changes)
