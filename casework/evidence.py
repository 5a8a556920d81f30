"""Which studies a paper may name: by population, route and claim, with the contrary one beside it.

Only studies fit to cite and with a written sentence are used. `mdd` files count against `mdd_trd`
claims, never for them (a study of people not selected for resistance says little for them, but
its failure is theirs too).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from casework.knowledge_base.model import Knowledge, Study
from casework.said import Said, cite

GUIDELINE = "guideline"


@dataclass(frozen=True)
class Argued:
    """A claim with the studies for it, the strongest study against it, and a guideline."""

    claim: str
    for_it: tuple[Study, ...]
    against_it: Study | None


def supporting(knowledge: Knowledge, population: str, route: str, claim: str) -> tuple[Study, ...]:
    """Return citable studies for `claim`, first choice first; guidelines are left out."""
    return _ranked(
        study
        for study in knowledge.evidence.values()
        if _usable(study)
        and study.design != GUIDELINE
        and claim in study.supports
        and population in study.population
        and _route_fits(study, route)
    )


def contrary(knowledge: Knowledge, population: str, route: str, claim: str) -> Study | None:
    """Return the strongest citable study against `claim` by the same route, or None."""
    wider = {population, "mdd"} if population == "mdd_trd" else {population}
    ranked = _ranked(
        study
        for study in knowledge.evidence.values()
        if _usable(study)
        and study.design != GUIDELINE
        and claim in study.against
        and wider & set(study.population)
        and _route_fits(study, route)
    )
    return ranked[0] if ranked else None


def adverse(
    knowledge: Knowledge, populations: Sequence[str], route: str, named: Iterable[str]
) -> tuple[Study, ...]:
    """Return the verified studies that a reviewer may bring up, without those `named` already.

    They speak against some claim, or support none. Also those not ready to be cited: staff should
    know of them.
    """
    wider = {*populations, "mdd"} if "mdd_trd" in populations else set(populations)
    told = set(named)
    return _ranked(
        study
        for study in knowledge.evidence.values()
        if study.verified
        and (study.against or not study.supports)
        and study.id not in told
        and wider & set(study.population)
        and _route_fits(study, route)
    )


def guidelines(knowledge: Knowledge, population: str, route: str) -> tuple[Study, ...]:
    """Return citable guidelines on this population and route, for or against, best first."""
    return _ranked(
        study
        for study in knowledge.evidence.values()
        if _usable(study)
        and study.design == GUIDELINE
        and population in study.population
        and (study.supports or study.against)
        # A guideline that names no route speaks of the medicine by any route.
        and (_route_fits(study, route) or study.route == "other")
    )


def argue(
    knowledge: Knowledge, population: str, route: str, claims: Mapping[str, int]
) -> tuple[Argued, ...]:
    """Return each claim that has support, with at most `claims[claim]` studies and the contrary.

    A study is used once, for the first claim it supports.
    """
    used: set[str] = set()
    argued = []
    for claim, at_most in claims.items():
        chosen = _unused(supporting(knowledge, population, route, claim), used)[:at_most]
        if not chosen:
            continue
        used.update(study.id for study in chosen)
        against = contrary(knowledge, population, route, claim)
        if against is not None and against.id in used:
            against = None
        if against is not None:
            used.add(against.id)
        argued.append(Argued(claim, chosen, against))
    return tuple(argued)


def study_sentence(study: Study) -> Said:
    """Return the study's written sentence with its citation before the last full stop."""
    body = study.say.rstrip().removesuffix(".")
    return Said(f"evidence.{study.id}", f"{body} {cite(study.id)}.", (f"evidence/{study.id}",))


def reference(study: Study) -> str:
    """Return the reference line, leaving out every part that was not read in a source."""
    unread = set(study.from_memory)
    authors = study.cite_as if "authors" in unread else study.authors
    if "authors" in unread and str(study.year) in authors:
        # "Singh et al., 2016" has told the year; the place does not say it again.
        unread |= {"year"}
    place = _place(study, unread)
    found = _finding_aid(study, unread)
    title = "" if "title" in unread else f"{study.title.rstrip('.')}."
    if "authors" in unread:
        year = "" if str(study.year) in authors else f" {study.year}."
        return _spaced([f"{authors}.{year}", title, place, found])
    return _spaced([f"{authors.rstrip('.')}.", title, place, found])


def _place(study: Study, unread: set[str]) -> str:
    volume = "" if "volume" in unread else study.volume
    pages = "" if {"pages", "last page", "issue number"} & unread else study.pages
    numbers = ":".join(part for part in (volume, pages) if part)
    by_publisher = study.journal == study.authors
    journal = "" if "journal" in unread or by_publisher else study.journal
    year = "" if "year" in unread else str(study.year)
    when = ";".join(part for part in (year, numbers) if part)
    return _spaced([f"{journal}." if journal else "", f"{when}." if when else ""])


def _finding_aid(study: Study, unread: set[str]) -> str:
    if study.doi and "doi" not in unread:
        return f"doi:{study.doi}"
    if study.pmid and "pmid" not in unread:
        return f"PMID {study.pmid}"
    return ""


def _spaced(parts: Sequence[str]) -> str:
    return " ".join(part for part in parts if part)


def _usable(study: Study) -> bool:
    return study.verified and study.cite_ready and bool(study.say)


def _route_fits(study: Study, route: str) -> bool:
    return study.route in (route, "mixed")


def _ranked(studies: Iterable[Study]) -> tuple[Study, ...]:
    return tuple(sorted(studies, key=lambda study: (study.rank, -study.year, study.id)))


def _unused(studies: Sequence[Study], used: set[str]) -> tuple[Study, ...]:
    return tuple(study for study in studies if study.id not in used)
