"""The closed list of criterion kinds, each with its parameters.

One list serves the criteria that a caller types in (`insurance.criteria`) and the policy files. A
criterion whose words fit no kind is `free_text`: it is answered by a person, never guessed at.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from casework.parameter_faults import ParameterFault, fault_in_words, hint

Count = Annotated[int, Meta(ge=1, le=100)]
Weeks = Annotated[int, Meta(ge=1, le=520)]
Years = Annotated[int, Meta(ge=1, le=120)]
Percent = Annotated[float, Meta(ge=0, le=100)]
Points = Annotated[float, Meta(ge=0, le=1000)]
Id = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Icd10Code = Annotated[str, Meta(pattern=r"^[A-Z][0-9][0-9AB](\.[0-9A-Z]{1,4})?$")]

Group = Literal[
    "mdd",
    "mdd_trd",
    "depression_other",
    "bipolar",
    "bipolar_depression",
    "mood_disorder",
    "suicidal_ideation",
    "ptsd",
    "anxiety",
    "ocd",
    "psychiatric",
    "chronic_pain",
    "crps",
    "pain",
    "migraine",
]
Feature = Literal["psychotic_features", "acute_suicidality", "manic_features"]
Condition = Literal[
    "substance_use_disorder",
    "psychosis",
    "mania",
    "hypertension",
    "cardiovascular_disease",
    "aneurysmal_vascular_disease",
    "arteriovenous_malformation",
    "intracerebral_hemorrhage",
    "intracranial_pressure",
    "liver_disease",
    "bladder_symptoms",
    "pregnancy",
    "hypersensitivity",
]
SCREENED_BY: Mapping[str, str] = MappingProxyType(
    {
        "substance_use_disorder": "substance_use",
        "psychosis": "psychosis",
        "mania": "mania",
        "hypertension": "hypertension",
        "cardiovascular_disease": "cardiovascular",
        "aneurysmal_vascular_disease": "aneurysm",
        "arteriovenous_malformation": "arteriovenous_malformation",
        "intracerebral_hemorrhage": "intracerebral_hemorrhage",
        "intracranial_pressure": "intracranial_pressure",
        "liver_disease": "liver",
        "bladder_symptoms": "bladder_symptoms",
        "pregnancy": "pregnancy",
        "hypersensitivity": "hypersensitivity",
    }
)
"""The field of `medical.screened` that answers for each condition of an exclusion."""


class Parameters(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The base of all parameters; every field is optional, and absent means "not asked"."""


class Age(Parameters, frozen=True):
    """Age in completed years: at least ``minimum_years``, and under ``below_years``."""

    minimum_years: Years | None = None
    below_years: Years | None = None


class DiagnosisLimb(Parameters, frozen=True):
    """One way to meet a diagnosis criterion: all that is given must hold.

    ``populations`` and ``icd10`` are lists of which one suffices. ``with`` and ``without`` name
    features that must or must not be present. ``single_episode_years_min`` is the length in years
    of one episode; ``recurrent`` asks for more than one.
    """

    populations: list[Group] = field(default_factory=list)
    icd10: list[Icd10Code] = field(default_factory=list)
    with_: list[Feature] = field(default_factory=list, name="with")
    without: list[Feature] = field(default_factory=list)
    recurrent: bool | None = None
    single_episode_years_min: Years | None = None


class Diagnosis(DiagnosisLimb, frozen=True):
    """A diagnosis: its own limb, and one of ``any_of`` where those are given.

    ``interview`` "structured": established by a structured clinical interview.
    """

    interview: Literal["structured", "clinical"] | None = None
    any_of: list[DiagnosisLimb] = field(default_factory=list)


class ScoreLimb(Parameters, frozen=True, kw_only=True):
    """A scale, and the score asked: at least ``minimum``, or over ``above``; neither: any score."""

    scale: Id
    minimum: Points | None = None
    above: Points | None = None


class Severity(Parameters, frozen=True):
    """A score on one of the scales, no older than ``within_weeks``.

    ``band`` names the payer's word for the range where no number is given; ``any_scale`` accepts
    every standard scale.
    """

    any_of: list[ScoreLimb] = field(default_factory=list)
    any_scale: bool = False
    within_weeks: Weeks | None = None
    band: Literal["moderate", "moderately_severe", "severe", "extreme"] | None = None


class Trials(Parameters, frozen=True):
    """Adequate medicine trials: how many agents from how many classes, each how many weeks.

    ``nonresponse_percent_max`` is the largest fall in score that still counts as no response.
    ``within_years`` counts back from the letter date.
    """

    agents: Count | None = None
    classes: Count | None = None
    weeks: Weeks | None = None
    adherence_percent: Percent | None = None
    within_years: Years | None = None
    current_episode: bool = False
    max_tolerated_dose: bool = False
    nonresponse_percent_max: Percent | None = None


class Augmentation(Parameters, frozen=True):
    """Trials of a medicine added to an antidepressant; one where no number is given."""

    trials: Count = 1
    weeks: Weeks | None = None
    within_years: Years | None = None
    current_episode: bool = False
    agents: list[str] = field(default_factory=list)


class Psychotherapy(Parameters, frozen=True):
    """Psychotherapy tried. ``types`` are ids of medicines with role psychotherapy; one suffices.

    ``if_available``: only where it can be had. ``or_reason``: a reason why not is enough.
    """

    types: list[Id] = field(default_factory=list)
    sessions: Count | None = None
    weeks: Weeks | None = None
    current_episode: bool = False
    if_available: bool = False
    or_reason: bool = False


class Procedure(Parameters, frozen=True):
    """ECT, TMS, VNS or a treatment tried: one of ``any_of``, or all of ``all_of``.

    ``or_contraindication``: a contraindication meets it too; ``or_reason``: any reason why not.
    """

    any_of: list[Id] = field(default_factory=list)
    all_of: list[Id] = field(default_factory=list)
    sessions: Count | None = None
    or_contraindication: bool = False
    or_reason: bool = False


class Exclusion(Parameters, frozen=True):
    """What must not be: conditions of the patient, treatments at the same time, diagnoses asked for.

    ``untreated``: a condition under treatment does not exclude. ``remission_months``: nor one in
    remission so long. ``prescriber_override``: nor one where the prescriber finds that the benefit
    outweighs the risk. With no field it asks that contraindications were reviewed.
    """

    conditions: list[Condition] = field(default_factory=list)
    untreated: bool = False
    remission_months: Annotated[int, Meta(ge=1, le=240)] | None = None
    prescriber_override: bool = False
    concurrent_treatments: list[Id] = field(default_factory=list)
    diagnoses: list[Group] = field(default_factory=list)


class ConcurrentMedicine(Parameters, frozen=True):
    """What must be taken alongside.

    ``antidepressant`` "suicidality_only": one is asked for only when acute suicidality is the
    reason. ``stable_weeks``: unchanged for so long. ``not_failed``: not one that already failed.
    """

    antidepressant: Literal["required", "not_required", "suicidality_only"] | None = None
    stable_weeks: Weeks | None = None
    newly_started: bool = False
    not_failed: bool = False
    mood_stabilizer: bool = False


class Prescriber(Parameters, frozen=True):
    """Who prescribes, and whether the prescription monitoring program (``pdmp``) was checked.

    ``consultation_ok``: one who has consulted the specialist is enough.
    """

    specialty: Literal["psychiatrist", "specialist"] | None = None
    consultation_ok: bool = False
    pdmp: bool = False


class Certification(Parameters, frozen=True):
    """A safety program in which the site takes part."""

    rems: Literal["spravato"] | None = None


class Setting(Parameters, frozen=True):
    """Where and how it is given: supervised, watched for so many hours, in one of the places.

    ``places_of_service`` are two-digit codes.
    """

    monitor_hours: Annotated[float, Meta(ge=0, le=48)] | None = None
    supervised: bool = False
    places_of_service: list[Annotated[str, Meta(pattern=r"^[0-9]{2}$")]] = field(
        default_factory=list
    )


class Response(Parameters, frozen=True):
    """What the treatment has brought, for a request to continue.

    ``percent``: the least fall from the first score. ``remission_counts``: remission by the scale's
    own line is enough. With no field: a score before and one after.
    """

    percent: Percent | None = None
    scales: list[Id] = field(default_factory=list)
    within_weeks: Weeks | None = None
    remission_counts: bool = False


class FreeText(Parameters, frozen=True):
    """A criterion in words only; it has no parameters."""


class Alternative(Parameters, frozen=True, kw_only=True):
    """One of the kinds that meet an `any_of` criterion, with its own parameters."""

    kind: str
    parameters: dict[str, Any] = field(default_factory=dict)


class AnyOf(Parameters, frozen=True, kw_only=True):
    """A criterion met by any one of several kinds ("augmentation, or psychotherapy")."""

    any_of: Annotated[list[Alternative], Meta(min_length=2, max_length=10)]


PARAMETERS: Mapping[str, type[Parameters]] = MappingProxyType(
    {
        "age": Age,
        "diagnosis": Diagnosis,
        "severity": Severity,
        "trials": Trials,
        "augmentation": Augmentation,
        "psychotherapy": Psychotherapy,
        "procedure": Procedure,
        "exclusion": Exclusion,
        "concurrent_medicine": ConcurrentMedicine,
        "prescriber": Prescriber,
        "certification": Certification,
        "setting": Setting,
        "response": Response,
        "free_text": FreeText,
        "any_of": AnyOf,
    }
)
"""The parameters of each kind."""


def check_parameters(kind: str, parameters: Mapping[str, Any]) -> Parameters:
    """Return `parameters` as the struct of their kind.

    Raises:
        ParameterFault: (a ValueError) an unknown kind, an unknown parameter, or a value that does
            not fit; its message is for a person and never repeats a value.
    """
    struct = PARAMETERS.get(kind)
    if struct is None:
        raise ParameterFault(f"unknown kind{hint(kind, PARAMETERS)}", ("kind",))
    try:
        checked = msgspec.convert(dict(parameters), struct)
    except msgspec.ValidationError as error:
        raise fault_in_words(error, struct) from None
    if isinstance(checked, AnyOf):
        _check_alternatives(checked)
    return checked


def scales_named(parameters: Parameters) -> tuple[tuple[tuple[str | int, ...], str], ...]:
    """Return (path, scale id) for each scale that the parameters name, to be checked as known."""
    if isinstance(parameters, Severity):
        return tuple(
            (("any_of", i, "scale"), limb.scale) for i, limb in enumerate(parameters.any_of)
        )
    if isinstance(parameters, Response):
        return tuple((("scales", i), scale) for i, scale in enumerate(parameters.scales))
    if isinstance(parameters, AnyOf):
        return tuple(
            (("any_of", i, "parameters", *path), scale)
            for i, each in enumerate(parameters.any_of)
            for path, scale in scales_named(check_parameters(each.kind, each.parameters))
        )
    return ()


def _check_alternatives(checked: AnyOf) -> None:
    for i, each in enumerate(checked.any_of):
        if each.kind == "any_of":
            raise ParameterFault("an alternative cannot be any_of itself", ("any_of", i, "kind"))
        try:
            check_parameters(each.kind, each.parameters)
        except ParameterFault as fault:
            below = fault.path if fault.path == ("kind",) else ("parameters", *fault.path)
            raise ParameterFault(str(fault), ("any_of", i, *below)) from None
