"""Knowledge that helps a person act: questions to ask, where help is, which office oversees a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

RunBy = Literal["state", "federal_hhs", "state_or_federal"]


class Row(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A row with its source; only a verified one is printed."""

    verified: bool
    verification: str
    source: str


class QuestionGroup(Struct, frozen=True, forbid_unknown_fields=True):
    """A group of questions; its title in English and Spanish."""

    id: str
    title: str
    title_es: str


class Question(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A question to the insurer or the clinic.

    ``warning_answer`` is what to be wary of; ``fills`` names the field of the case that the answer
    goes into, ``fills_proposed`` one that the case does not have. A question is left out where the
    case holds all of ``answered_by``, and asked only where it holds all of ``present`` and is of one
    of the other lists; what is empty narrows nothing. ``in_writing``: asked in the letter too.
    """

    id: str
    order: int
    group: str
    text: str
    text_es: str
    why: str
    warning_answer: str
    fills: str = ""
    fills_proposed: str = ""
    answered_by: list[str] = field(default_factory=list)
    present: list[str] = field(default_factory=list)
    treatments: list[str] = field(default_factory=list)
    plan_types: list[str] = field(default_factory=list)
    situations: list[str] = field(default_factory=list)
    in_writing: bool = False


class Questionnaire(Struct, frozen=True, forbid_unknown_fields=True):
    """The questions to one party (`questions/<audience>.toml`), in groups, each in its order."""

    schema_version: int
    compiled_on: str
    audience: str
    source: str
    checked: str
    verified: bool
    group: list[QuestionGroup]
    question: list[Question]


class Resource(Row, frozen=True, kw_only=True):
    """A place of help: who runs it, for what, for whom, and its limits.

    ``kind`` sorts those about money; ``treatment`` narrows to treatments; ``not_for`` says who is
    left out. A phone stands only where it was read; ``active`` False is not printed. ``plain`` is
    what the patient's own papers say of it, about grade 8; they name no row without it, and call it
    by ``plain_title`` where there is one.
    ``plan_types`` narrows it there to members of these plans; empty narrows nothing.
    """

    id: str
    title: str
    what_for: str
    who_qualifies: str
    limits: str
    checked: str
    title_es: str = ""
    what_for_es: str = ""
    plain_title: str = ""
    plain_title_es: str = ""
    plain: str = ""
    plain_es: str = ""
    plan_types: list[str] = field(default_factory=list)
    kind: str = ""
    not_for: str = ""
    treatment: list[str] = field(default_factory=list)
    amount: str = ""
    url: str = ""
    hcp_url: str = ""
    other_urls: list[str] = field(default_factory=list)
    community_url: str = ""
    phone: str = ""
    phone_then: str = ""
    fax: str = ""
    text: str = ""
    address: list[str] = field(default_factory=list)
    hours: str = ""
    times: str = ""
    languages: list[str] = field(default_factory=list)
    ask_for: str = ""
    law: str = ""
    dispute: str = ""
    active: bool = True
    active_unconfirmed: bool = False
    always_print: bool = False


class Resources(Struct, frozen=True, forbid_unknown_fields=True):
    """One file of resources (`resources/<subject>.toml`)."""

    schema_version: int
    compiled_on: str
    resource: list[Resource]


class Office(Row, frozen=True, kw_only=True):
    """A federal office: what it helps with and how it is reached; traps are for staff."""

    id: str
    name: str
    checked: str
    helps_with: str = ""
    phone: str = ""
    phone_words: str = ""
    phone_unverified: str = ""
    tty: str = ""
    fax: str = ""
    email: str = ""
    email_note: str = ""
    address: list[str] = field(default_factory=list)
    courier_address: list[str] = field(default_factory=list)
    address_note: str = ""
    url: str = ""
    url_es: str = ""
    complaint_url: str = ""
    written: str = ""
    how_to_file: str = ""
    who_may_file: str = ""
    what_to_send: list[str] = field(default_factory=list)
    must_have_first: str = ""
    file_within: str = ""
    cost: str = ""
    what_to_expect: str = ""
    cannot: str = ""
    lookup: str = ""
    languages: str = ""
    reach_through: str = ""
    how_it_gets_there: str = ""
    since: str = field(default="", name="from")
    before: str = ""
    dismissal_address: list[str] = field(default_factory=list)
    dismissal_within: str = ""
    direct_enforcement_states: list[str] = field(default_factory=list)
    direct_enforcement_as_of: str = ""
    note: str = ""
    time_trap: str = ""
    old_address_trap: str = ""


class OversightRule(Row, frozen=True, kw_only=True):
    """Which offices oversee a plan type: `state_insurance` and `state_medicaid` stand for the state's.

    ``never`` are offices that a paper for this plan type must not name; ``in_states`` replaces the
    first office in some states; ``same_as`` says whose supervisor it keeps, in words.
    """

    plan_type: str
    complaint_to: list[str]
    external_review: str
    why: str
    checked: str
    also: list[str] = field(default_factory=list)
    never: list[str] = field(default_factory=list)
    if_insured: list[str] = field(default_factory=list)
    in_states: Mapping[str, str] = field(default_factory=dict)
    same_as: str = ""
    choose_by: str = ""
    say_in_letter: str = ""


class FederalOffices(Struct, frozen=True, forbid_unknown_fields=True):
    """`regulators/federal.toml`."""

    schema_version: int
    compiled_on: str
    office: list[Office]
    rule: list[OversightRule]


class StateOffice(Row, frozen=True, kw_only=True):
    """An office of a state: its name, and phone and website where they were read."""

    name: str
    id: str = ""
    url: str = ""
    phone: str = ""
    phone_for: str = ""
    phone_2: str = ""
    phone_2_for: str = ""
    phone_es: str = ""
    tty: str = ""
    languages: str = ""
    oversees: str = ""
    note: str = ""


class StateExternalReview(Row, frozen=True, kw_only=True):
    """Who runs external review for insured plans of a state, and with whom it is filed."""

    run_by: RunBy
    office: str = ""
    file_with: str = ""
    phone: str = ""
    url: str = ""
    since: str = ""
    note: str = ""


class StateMedicaid(Row, frozen=True, kw_only=True):
    """The Medicaid agency of a state and the name of its hearing."""

    agency: str
    url: str
    hearing_name: str
    phone_verified: bool
    phone: str = ""
    phone_for: str = ""
    phone_source: str = ""
    phone_unverified: str = ""
    hearing_url: str = ""
    ombudsman_unverified: str = ""


class StateRegulators(Struct, frozen=True, forbid_unknown_fields=True):
    """The offices of one state or territory."""

    id: str
    name: str
    territory: bool
    cms_enforces_market_rules: bool
    consumer_assistance_2011: bool
    checked: str
    insurance: StateOffice
    external_review: StateExternalReview
    medicaid: StateMedicaid | None = None
    consumer_assistance: StateOffice | None = None
    second_regulator: list[StateOffice] = field(default_factory=list)


class StatesOffices(Struct, frozen=True, forbid_unknown_fields=True):
    """`regulators/states.toml`: the rows by state, and how to read them."""

    schema_version: int
    compiled_on: str
    run_by_values: list[str]
    run_by_meaning: list[str]
    two_lists_meaning: str
    applies_to: list[str]
    cms_list: str
    floor: str
    rule: str
    cap_list_2011: str
    state: list[StateRegulators]
