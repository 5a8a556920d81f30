"""What a knowledge file may hold: one frozen struct an area, as the TOML files are shaped.

Three flags run through all of it. ``verified``: somebody read it in a source. ``citable``: fit to
be shown to a payer. ``from_memory``: never printed and never computed on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, TypedDict

from msgspec import Struct, field

from casework.knowledge_base.appeal_steps import AppealStep
from casework.knowledge_base.forms import Form, FormPath
from casework.knowledge_base.help import (
    FederalOffices,
    Questionnaire,
    Resources,
    StatesOffices,
)
from casework.knowledge_base.kinds import Kind

PlanType = str
Population = str
Route = str

REBUTTALS = (
    "own_policy",
    "plan_definition",
    "off_label_plain",
    "evidence_efficacy",
    "reviewer_specialty",
    "named_alternatives",
    "criteria_crosswalk",
    "trials_count",
    "documentation_enclosed",
    "corrected_claim",
    "benefit_exclusion",
    "network",
    "course_stops",
    "safety_screen",
    "concurrent_antidepressant",
    "site_setting",
    "response_scores",
    "parity_request",
)
"""The blocks that an answer to a denial reason is made of; `casework/passages/rebuttals.py`."""


CLAIMS = (
    "cost",
    "durability_repeated",
    "efficacy",
    "esketamine_fda",
    "first_line_ptsd",
    "low_yield_of_further_trials",
    "noninferior_ect",
    "rapid_onset",
    "safety",
    "suicidality",
)
"""What a study can speak for (``supports``) or against (``against``)."""

ROUTES = ("iv", "im", "sc", "nasal", "nasal_racemic", "sublingual", "oral", "mixed", "other")
"""Routes of a treatment or study. "mixed": several; "other": none of them, as a guideline has it."""

DOSE_UNITS = (
    "mg_per_day",
    "mcg_per_day",
    "mg_per_24h_patch",
    "mEq_per_L_level",
    "mcg_per_mL_level",
)
"""The units in which a medicine's adequate dose is told."""


class Medicine(Struct, frozen=True, forbid_unknown_fields=True):
    """A medicine, therapy or procedure, and what makes a trial of it adequate.

    Doses are milligrams a day unless ``dose_unit`` says otherwise; weeks are whole weeks at dose.
    ``low_dose_use`` says what doses under the line are given for ("sleep or pain").
    """

    id: str
    title: str
    generic: str
    brands: list[str]
    class_: str = field(name="class")
    role: Literal[
        "antidepressant",
        "augmentation",
        "psychotherapy",
        "neuromodulation",
        "mood_stabilizer",
        "ptsd_nightmares",
    ]
    note: str = ""
    source: list[str] = field(default_factory=list)
    verified: bool = False
    checked: date | None = None
    aliases: list[str] = field(default_factory=list)
    mechanism: str = ""
    used_for: list[str] = field(default_factory=list)
    dose_unit: str = "mg_per_day"
    minimum_adequate_dose_mg_per_day: float | None = None
    stricter_minimum_mg_per_day: float | None = None
    maximum_usual_dose_mg_per_day: float | None = None
    minimum_dose: float | None = None
    maximum_dose: float | None = None
    minimum_weeks: int | None = None
    minimum_sessions: int | None = None
    stricter_minimum_sessions: int | None = None
    counts_as_medication_trial: bool = True
    low_dose_use: str = ""
    example: Mapping[str, Any] = field(default_factory=dict)


class TrialRules(Struct, frozen=True, forbid_unknown_fields=True):
    """How a trial is judged, common to all medicines (`medicines/_rules.toml`)."""

    id: str
    title: str
    source: list[str]
    verified: bool
    checked: date
    minimum_weeks_default: int
    minimum_weeks_research: int
    rules: list[str]
    ambiguous_same_molecule: list[list[str]]
    classes_counted_as_different: list[str]
    method_note: str
    example: list[Mapping[str, Any]]


class Band(Struct, frozen=True, forbid_unknown_fields=True):
    """A severity band of a scale, both ends included."""

    low: int
    high: int
    label: str


class ResponseRule(Struct, frozen=True, forbid_unknown_fields=True):
    """What counts as response: a percent drop or a drop in points, from the first score."""

    rule: Literal["percent_drop", "points_drop"]
    percent: float | None = None
    points: float | None = None


class RemissionRule(Struct, frozen=True, forbid_unknown_fields=True):
    """The highest score that counts as remission."""

    below_or_equal: float


class Scale(Struct, frozen=True, forbid_unknown_fields=True):
    """A rating scale: its range, its bands and its own definitions of change.

    ``from_memory`` lists the lines that were not read in a source: nothing is computed on them.
    ``ratings_per_item`` is how often each item is rated (LSAS: fear and avoidance).
    """

    id: str
    title: str
    minimum: int
    maximum: int
    direction: Literal["higher_is_worse", "higher_is_better"]
    rater: str
    populations: list[str]
    note: str
    source: list[str]
    verified: bool
    checked: date
    items: int | None = None
    item_range: list[int] | None = None
    ratings_per_item: int = 1
    from_memory: list[Literal["response", "remission", "meaningful_change"]] = field(
        default_factory=list
    )
    period: str = ""
    response: ResponseRule | None = None
    remission: RemissionRule | None = None
    remission_variants: list[int] = field(default_factory=list)
    meaningful_change: int | None = None
    stricter_meaningful_change: int | None = None
    cutoff: int | None = None
    category_scale: bool = False
    loinc: str = ""
    variants: list[str] = field(default_factory=list)
    band: list[Band] = field(default_factory=list)
    example: Mapping[str, Any] = field(default_factory=dict)


class Study(Struct, frozen=True, forbid_unknown_fields=True):
    """A study, guideline or regulatory act that a paper may name.

    ``say`` is the sentence printed, written once from verified fields; code never parses
    ``key_finding``. ``supports`` and ``against`` name claims. ``rank`` orders studies for the
    same claim: lower first.
    """

    id: str
    title: str
    authors: str
    year: int
    journal: str
    design: str
    population: list[Population]
    intervention: str
    route: Route
    key_finding: str
    supports: list[str]
    stance: str
    limits: str
    source: str
    verified: bool
    checked: date
    cite_ready: bool
    from_memory: list[str]
    cite_as: str = ""
    comparator: str = ""
    volume: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    n: int | None = None
    against: list[str] = field(default_factory=list)
    say: str = ""
    rank: int = 50
    trap: str = ""
    reply_point: str = ""
    use: str = ""
    verified_note: str = ""
    example: Mapping[str, Any] = field(default_factory=dict)


class Criterion(Struct, frozen=True, forbid_unknown_fields=True):
    """One criterion of a payer, as data. ``quote`` holds the payer's words when they were read."""

    id: str
    text: str
    kind: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    verified: bool = False
    quote: str = ""
    applies_to: str = "all"


class Policy(Struct, frozen=True, forbid_unknown_fields=True):
    """A payer's policy on one treatment. ``drug`` is an id of the treatments."""

    id: str
    title: str
    payer: str
    drug: str
    position: str
    source: list[str]
    verified: bool
    checked: date
    watch_outs: list[str] = field(default_factory=list)
    number: str = ""
    plan_type: str = ""
    state: str = ""
    effective: str = ""
    effective_from: str = ""
    reviewed_on: str = ""
    approval: Mapping[str, int] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    renewal: str = ""
    use: str = ""
    verified_note: str = ""
    criteria: list[Criterion] = field(default_factory=list)
    example: Mapping[str, Any] = field(default_factory=dict)


class ClaimCode(Struct, frozen=True, forbid_unknown_fields=True):
    """A CARC or RARC number with our own short note; the official text belongs to X12."""

    code: str
    note: str
    verified: bool
    weight: int = 1


class EvidenceNeed(Struct, frozen=True, forbid_unknown_fields=True):
    """A fact that rebuts a denial reason, the enclosure that shows it, and why it matters."""

    fact: str
    enclosure: str
    why: str


class DenialReason(Struct, frozen=True, forbid_unknown_fields=True):
    """A reason payers give, how to recognize it, and what answers it."""

    id: str
    title: str
    meaning: str
    appealable: Literal["clinical", "administrative", "contractual"]
    first_route: str
    wordings: list[str]
    patterns: list[str]
    carc: list[ClaimCode]
    rarc: list[ClaimCode]
    evidence_needed: list[EvidenceNeed]
    argument_points: list[str]
    laws: list[str]
    watch_outs: list[str]
    answer: list[str] = field(default_factory=list)
    coding_notes_verified: bool = True
    example: Mapping[str, Any] = field(default_factory=dict)


class Code(Struct, frozen=True, forbid_unknown_fields=True):
    """A diagnosis, procedure, drug, modifier or place-of-service code."""

    code: str
    verified: bool
    title: str = ""
    label: str = ""
    group: str = ""
    note: str = ""
    populations: list[Population] = field(default_factory=list)
    severity: str = ""
    psychotic: bool = False
    time_rule: str = ""
    unit: str = ""
    goes_with: list[str] = field(default_factory=list)
    never_with: list[str] = field(default_factory=list)
    from_date: date | None = None
    until_date: date | None = None
    source: list[str] | str = ""
    medicare_rate: str = ""


class Treatment(Struct, frozen=True):
    """A ketamine treatment that can be asked for. Fields differ by product and route.

    ``mechanism`` completes "Ketamine …" in one plain sentence.
    """

    id: str
    title: str
    route: Route
    off_label: bool
    fda_status: str
    source: list[str]
    verified: bool
    verified_note: str
    checked: date
    mechanism: str = ""
    generic: str = ""
    brands: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    populations: list[Population] = field(default_factory=list)
    evidence_strength: Mapping[str, str] = field(default_factory=dict)
    dose_mg_per_kg: float | None = None
    dose_range_mg_per_kg: list[float] | None = None
    infusion_minutes: int | None = None
    induction: Mapping[str, Any] = field(default_factory=dict)
    doses_mg: list[int] = field(default_factory=list)
    device_mg: int | None = None
    monitoring: list[str] = field(default_factory=list)
    contraindications: list[str] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)
    indications: list[Mapping[str, str]] = field(default_factory=list)
    limits_of_use: list[str] = field(default_factory=list)
    rems: str = ""
    example: Mapping[str, Any] = field(default_factory=dict)


class Right(Struct, frozen=True, forbid_unknown_fields=True):
    """A right under a law, usable only for the plan types in ``applies_to``.

    ``plain`` is the same to the patient, about grade 8; the patient's papers tell no right without.
    """

    id: str
    title: str
    text: str
    citation: str
    source: str
    verification: str
    verified: bool
    use_in: list[str]
    applies_to: list[PlanType]
    citation_for: Mapping[PlanType, str] = field(default_factory=dict)
    condition: str = ""
    plain: str = ""
    plain_es: str = ""


class DeadlineRule(Struct, frozen=True, forbid_unknown_fields=True):
    """One dated deadline: exactly one of ``hours``, ``days``, ``months``.

    ``no_extension_for`` is what the extension does not reach; ``least_amount`` the dollars that must
    be in dispute before this step is open, by the year of the request, or for "any" year.
    """

    id: str
    title: str
    applies_to: list[PlanType]
    event_it_runs_from: str
    counting: Literal["calendar", "business"]
    urgency: Literal["standard", "expedited"]
    who_must_act: Literal["member", "provider", "plan", "reviewer", "agency"]
    limit_kind: Literal["at_least", "at_most"]
    effective_from: date
    rollover: Literal["next_business_day", "not_stated"]
    citation: str
    source: str
    verification: str
    verified: bool
    example: Mapping[str, Any]
    hours: int | None = None
    days: int | None = None
    months: int | None = None
    month_end: Literal["first_of_following_month", "clamp_to_last_day"] | None = None
    filed_when: str = ""
    condition: str = ""
    note: str = ""
    primary_url: str = ""
    citation_for: Mapping[PlanType, str] = field(default_factory=dict)
    extension_days: int | None = None
    no_extension_for: str = ""
    remark: str = ""
    least_amount: Mapping[str, int] = field(default_factory=dict)
    presumed_receipt_days: int | None = None
    equals_days_from_notice_date: int | None = None
    range_low_days: int | None = None
    range_high_days: int | None = None
    state: str = ""
    effective_to: date | None = None
    step: str = ""
    who_may_file: list[str] | None = None
    who_may_file_source: str = ""


class Law(Struct, frozen=True, forbid_unknown_fields=True):
    """A plan type's regime (``kind = "plan_type"``), a cross-cutting rule or a state's rules."""

    id: str
    kind: Literal["plan_type", "cross_cutting", "state"]
    title: str
    summary: str
    watch_outs: list[str]
    compiled_on: date
    authority: str = ""
    applies_to: list[PlanType] = field(default_factory=list)
    right: list[Right] = field(default_factory=list)
    deadline: list[DeadlineRule] = field(default_factory=list)
    regulator: str = ""
    erisa: bool = False
    state_insurance_law: bool = False
    how_to_tell: list[str] = field(default_factory=list)
    ladder: list[str] = field(default_factory=list)
    external_review: str = ""
    laws: list[str] = field(default_factory=list)
    letter_must_name: list[str] = field(default_factory=list)
    deadlines: list[str] = field(default_factory=list)


class Regulators(TypedDict):
    """The offices that oversee plans, by the file that holds them."""

    federal: FederalOffices
    states: StatesOffices


class Knowledge(Struct, frozen=True):
    """All knowledge of one version, by area and id. ``version`` is a hash of every file read."""

    version: str
    medicines: Mapping[str, Medicine]
    trial_rules: TrialRules
    scales: Mapping[str, Scale]
    evidence: Mapping[str, Study]
    policies: Mapping[str, Policy]
    denial_reasons: Mapping[str, DenialReason]
    diagnosis_codes: Mapping[str, Code]
    service_codes: Mapping[str, Code]
    modifiers: Mapping[str, Code]
    places_of_service: Mapping[str, Code]
    treatments: Mapping[str, Treatment]
    laws: Mapping[str, Law]
    appeal_steps: Mapping[PlanType, AppealStep]
    plain_words: Mapping[str, Mapping[str, Any]]
    kinds: Mapping[str, Kind]
    # Areas that papers of later steps read; shaped as their files are.
    law_meta: Mapping[str, Any]
    denial_vocabulary: Mapping[str, Any]
    code_notes: Mapping[str, Mapping[str, Any]]
    regulators: Regulators
    resources: Mapping[str, Resources]
    questions: Mapping[str, Questionnaire]
    forms: Mapping[str, Form]
    form_paths: Mapping[str, FormPath]
