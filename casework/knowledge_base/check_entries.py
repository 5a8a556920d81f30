"""What the entries of each area must hold among themselves: (entry, knowledge) to (key, reason)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from casework.criteria_kinds import (
    AnyOf,
    Parameters,
    Procedure,
    Psychotherapy,
    check_parameters,
    scales_named,
)
from casework.knowledge_base.model import (
    CLAIMS,
    DOSE_UNITS,
    REBUTTALS,
    ROUTES,
    Criterion,
    DenialReason,
    Knowledge,
    Medicine,
    Policy,
    Scale,
    Study,
    Treatment,
)
from casework.parameter_faults import ParameterFault
from casework.partial_dates import PartialDate

Keyed = tuple[str, str]  # key, reason
Check = Callable[[Any, Knowledge], Iterator[Keyed]]

_DOI = re.compile(r"10\.\d{4,9}/\S+")
_PMID = re.compile(r"\d{1,8}")
_FIRST_YEAR = 1950


def _medicine(medicine: Medicine, knowledge: Knowledge) -> Iterator[Keyed]:
    del knowledge  # A medicine stands on its own.
    if medicine.dose_unit not in DOSE_UNITS:
        yield "dose_unit", f"must be one of {', '.join(DOSE_UNITS)}"
    if medicine.verified and not medicine.source:
        yield "source", "a verified file must say where it was read"
    yield from _in_order(
        medicine,
        ("minimum_adequate_dose_mg_per_day", "stricter_minimum_mg_per_day"),
        ("minimum_adequate_dose_mg_per_day", "maximum_usual_dose_mg_per_day"),
        ("minimum_dose", "maximum_dose"),
        ("minimum_sessions", "stricter_minimum_sessions"),
    )


def _in_order(entry: Any, *pairs: tuple[str, str]) -> Iterator[Keyed]:
    for low, high in pairs:
        least, most = getattr(entry, low), getattr(entry, high)
        if least is not None and most is not None and most < least:
            yield high, f"is below {low}"


def _scale(scale: Scale, knowledge: Knowledge) -> Iterator[Keyed]:
    del knowledge  # A scale stands on its own.
    if scale.maximum <= scale.minimum:
        yield "maximum", "is not above minimum"
    for before, after in pairwise(scale.band):
        if after.low != before.high + 1:
            yield "band", f"{after.label!r} does not begin where {before.label!r} ends"
    for band in scale.band:
        if band.high < band.low or band.low < scale.minimum or band.high > scale.maximum:
            yield "band", f"{band.label!r} is outside the scale"
    if scale.remission and not scale.minimum <= scale.remission.below_or_equal <= scale.maximum:
        yield "remission", "is outside the scale"


def _study(study: Study, knowledge: Knowledge) -> Iterator[Keyed]:
    known = _populations(knowledge)
    yield from _listed("population", study.population, known)
    yield from _listed("route", [study.route], ROUTES)
    yield from _listed("supports", study.supports, CLAIMS)
    yield from _listed("against", study.against, CLAIMS)
    if study.cite_ready and not (study.verified and study.say and study.cite_as):
        yield "cite_ready", "needs verified, say and cite_as"
    if study.doi and not _DOI.fullmatch(study.doi):
        yield "doi", "is no DOI (10.NNNN/…, without an address before it)"
    if study.pmid and not _PMID.fullmatch(study.pmid):
        yield "pmid", "is no PubMed number"
    if not _FIRST_YEAR <= study.year <= study.checked.year:
        yield "year", f"is not between {_FIRST_YEAR} and the day it was checked"


def _populations(knowledge: Knowledge) -> set[str]:
    coded = {each for row in knowledge.diagnosis_codes.values() for each in row.populations}
    return coded | {"mdd_trd", "mdd_psychotic"}


def _listed(key: str, values: Sequence[str], known: Sequence[str] | set[str]) -> Iterator[Keyed]:
    for value in values:
        if value not in known:
            yield key, f"{value!r} is not known; known are {', '.join(sorted(known))}"


def _policy(policy: Policy, knowledge: Knowledge) -> Iterator[Keyed]:
    if policy.drug not in knowledge.treatments:
        yield "drug", "is no treatment of the knowledge"
    for key in ("effective_from", "reviewed_on"):
        yield from _partial_date(key, getattr(policy, key))
    seen: set[str] = set()
    for criterion in policy.criteria:
        if criterion.id in seen:
            yield f"criteria.{criterion.id}", "stands twice"
        seen.add(criterion.id)
        yield from _criterion(criterion, knowledge)


def _partial_date(key: str, text: str) -> Iterator[Keyed]:
    if not text:
        return
    try:
        PartialDate.parse(text)
    except ValueError as error:
        yield key, str(error)


def _criterion(criterion: Criterion, knowledge: Knowledge) -> Iterator[Keyed]:
    key = f"criteria.{criterion.id}"
    try:
        checked = check_parameters(criterion.kind, criterion.parameters)
    except ParameterFault as fault:
        yield key, str(fault)
        return
    for _, scale in scales_named(checked):
        if scale not in knowledge.scales:
            yield key, f"{scale!r} is no scale of the knowledge"
    for course in _courses(checked):
        if course not in knowledge.medicines and course not in knowledge.treatments:
            yield key, f"{course!r} is no therapy, procedure or treatment of the knowledge"


def _courses(parameters: Parameters) -> Iterator[str]:
    if isinstance(parameters, Psychotherapy):
        yield from parameters.types
    if isinstance(parameters, Procedure):
        yield from (*parameters.any_of, *parameters.all_of)
    if isinstance(parameters, AnyOf):
        for each in parameters.any_of:
            yield from _courses(check_parameters(each.kind, each.parameters))


def _denial_reason(reason: DenialReason, knowledge: Knowledge) -> Iterator[Keyed]:
    words = knowledge.denial_vocabulary
    yield from _listed("answer", reason.answer, REBUTTALS)
    yield from _listed("laws", reason.laws, set(knowledge.laws))
    facts = {each["id"] for each in words.get("facts", ())}
    yield from _listed("evidence_needed", [need.fact for need in reason.evidence_needed], facts)
    enclosed = [need.enclosure for need in reason.evidence_needed]
    yield from _listed("evidence_needed", enclosed, set(words.get("enclosures", ())))
    for pattern in reason.patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            yield "patterns", f"{pattern!r} cannot be read: {error}"
    for wording in reason.wordings:
        if wording != wording.lower():
            yield "wordings", f"{wording!r} must be in lower case, as letters are compared"


def _treatment(treatment: Treatment, knowledge: Knowledge) -> Iterator[Keyed]:
    yield from _listed("route", [treatment.route], ROUTES)
    yield from _listed("populations", treatment.populations, _populations(knowledge))
    for code in treatment.codes:
        if code not in knowledge.service_codes:
            yield "codes", f"{code} is unknown"


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "denial_reasons": _denial_reason,
        "evidence": _study,
        "medicines": _medicine,
        "policies": _policy,
        "scales": _scale,
        "treatments": _treatment,
    }
)
"""The check of each area."""
