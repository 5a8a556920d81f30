"""Examples of studies: where each is cited as support, where not, and where staff are told of it."""

from __future__ import annotations

from collections.abc import Iterator

from casework.evidence import GUIDELINE, adverse, guidelines, reference, supporting
from casework.knowledge_base.model import Knowledge, Study
from casework.worked_examples.bare import MISSING


def study_faults(study: Study, knowledge: Knowledge) -> Iterator[str]:
    """Yield what of the study's example does not come out."""
    example = study.example
    if not example:
        yield MISSING
        return
    population, claim = example["diagnosis"], example.get("claim", "")
    cited = _cited(study, knowledge, population, example["route"], claim)
    if cited is not example["expect_cited"]:
        yield _not_as(f"cited for {claim}" if claim else "cited as support", cited)
    if "other_route" in example:
        elsewhere = _cited(study, knowledge, population, example["other_route"], claim)
        if elsewhere is not example["expect_cited_for_other_route"]:
            yield _not_as(f"cited for the route {example['other_route']}", elsewhere)
    if example.get("expect_staff_note"):
        told = study in adverse(knowledge, (population,), example["route"], ())
        if not told:
            yield _not_as("told to staff", told)
    yield from _unread(study)


def _cited(study: Study, knowledge: Knowledge, population: str, route: str, claim: str) -> bool:
    if study.design == GUIDELINE:
        favorable = not claim or claim in study.supports
        return (
            favorable and bool(study.supports) and study in guidelines(knowledge, population, route)
        )
    claims = [claim] if claim else study.supports
    return any(study in supporting(knowledge, population, route, each) for each in claims)


def _not_as(what: str, found: bool) -> str:
    return f"is {'' if found else 'not '}{what}, the example expects the opposite"


def _unread(study: Study) -> Iterator[str]:
    """A part that nobody read in a source is never in the printed reference."""
    line = reference(study)
    for name in ("volume", "pages", "doi", "pmid"):
        value = getattr(study, name)
        if name in study.from_memory and value and value in line:
            yield f"prints {name}, which from_memory lists"
