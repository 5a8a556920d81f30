"""The blocks that answer a denial reason; a reason's file names those that fit it, in order.

A block that the case cannot fill gives nothing: what is missing is a finding, not a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from casework.denials import StatedReason
from casework.english import counted, joined, lowered, plain_number, quoted, sentence
from casework.facts import Facts
from casework.names import PROCEDURE, THERAPY
from casework.partial_dates import PartialDate
from casework.passages import criteria as criteria_passage
from casework.passages import plan as plan_passage
from casework.passages import so_far as so_far_passage
from casework.passages import tried as tried_passage
from casework.passages import why as why_passage
from casework.passages.course import course
from casework.passages.speaker import Speaker
from casework.said import Said, cite, missing
from casework.trials import names

Sentence = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Answering:
    """What a block is written from: the facts, who speaks, and the reason answered."""

    facts: Facts
    speaker: Speaker
    reason: StatedReason

    @property
    def denial(self) -> Mapping[str, Any]:
        """The denial section of the case."""
        found: Mapping[str, Any] = self.facts.case.get("denial") or {}
        return found

    @property
    def notice(self) -> str:
        """Return "The notice of October 12, 2026" or "The notice"."""
        day = self.denial.get("notice_date")
        return f"The notice of {PartialDate.parse(day).words}" if day else "The notice"

    def asks(self, what: str) -> str:
        """Return " I ask …." in a letter to the plan; somebody else cannot give the plan's words."""
        return f" {sentence(f'{self.speaker.ask} {what}')}" if self.speaker.to_plan else ""


PARITY_RIGHT = "mhpaea.right.comparative_analysis"

Block = Callable[[Answering], Iterator[Sentence | Said]]
"""Sentences are joined to one paragraph; a `Said` is a paragraph of its own."""


def own_policy(given: Answering) -> Iterator[Sentence]:
    """Their own paper against their own reason."""
    found, rests = given.facts.criteria, ("/insurance/criteria", "/denial")
    if not found.items:
        yield (
            f"{given.notice} does not quote the words of the plan or the policy that it rests on."
            f"{given.asks('for those words')}",
            ("/denial",),
        )
        return
    policy, speaker = found.title or "policy", given.speaker
    head = f"{speaker.your_first} policy {policy.removeprefix('Policy ')}" if (
        found.source == "case"
    ) else f"As we understand {speaker.your} policy ({policy}), it"  # fmt: skip
    yield f"{head} sets out when this treatment is approved.", rests
    yield (
        f"{given.notice} does not say which words of the policy or the plan make it "
        f"{_charge(given.reason)} for {given.facts.who.called}.{given.asks('for those words')}",
        rests,
    )


def _charge(reason: StatedReason) -> str:
    """What the reason says the treatment is, in one phrase."""
    return {
        "experimental_investigational": "investigational",
        "not_medically_necessary": "not medically necessary",
        "off_label_not_fda_approved": "not covered as off label",
        "excluded_benefit": "excluded",
    }.get(reason.first.id if reason.first else "", "not covered")


def plan_definition(given: Answering) -> Iterator[Sentence]:
    """The plan's own definition quoted with its page, or asked for."""
    definitions = given.facts.case["insurance"].get("plan_definitions") or []
    wanted = _definition_wanted(given.reason)
    for i, each in enumerate(definitions):
        if not any(word in each["term"].lower() for word in wanted):
            continue
        page = f" (page {each['page']})" if each.get("page") else ""
        yield (
            f"The plan defines {quoted(each['term'])} in these words: {quoted(each['text'])}{page}. "
            "The facts that answer it are under “The clinical case” below.",
            (f"/insurance/plan_definitions/{i}",),
        )
        return
    term = "medical necessity" if "necess" in wanted[0] else "experimental or investigational"
    yield (
        f"The notice gives no definition of {term} from the plan document."
        f"{given.asks('for its text, with the page')}",
        ("/denial",),
    )


def _definition_wanted(reason: StatedReason) -> tuple[str, ...]:
    first = reason.first.id if reason.first else ""
    if first in ("experimental_investigational", "off_label_not_fda_approved"):
        return ("experimental", "investigational")
    return ("necess",)


def off_label_plain(given: Answering) -> Iterator[Sentence]:
    """Off label is a statement about approval; it is granted, and told apart from experimental."""
    if why_passage.on_label(given.facts):
        yield from why_passage.approval(given.facts)
        return
    yield from why_passage.approval(given.facts)
    yield (
        "Off label means that the approval names another use; it does not by itself mean "
        "experimental.",
        ("denial_reasons/experimental_investigational",),
    )


def evidence_efficacy(given: Answering) -> Iterator[Said]:
    """The evidence for this diagnosis with what stands against it."""
    yield from why_passage.evidence(given.facts)


def reviewer_specialty(given: Answering) -> Iterator[Sentence]:
    """Who decided, when the notice says so and it was no psychiatrist."""
    specialty = (given.denial.get("reviewer") or {}).get("specialty")
    if not specialty or "psychiatr" in specialty.lower():
        return
    yield (
        f"{given.notice} names a reviewer in {specialty}. "
        f"{sentence(f'{given.speaker.ask} for a decision by a psychiatrist who took no part in it')}",
        ("/denial/reviewer/specialty",),
    )


def named_alternatives(given: Answering) -> Iterator[Sentence]:
    """Each alternative that the notice names: tried, not given and why, or not told."""
    named = given.reason.names
    if not named:
        yield (
            "The notice names no alternative. "
            f"{sentence(f'{given.speaker.ask} which one is meant')} What was tried, and what was "
            "not and why, is told below.",
            (given.reason.pointer,),
        )
        return
    words = joined([_title(name) for name in named])
    many = "one alternative" if len(named) == 1 else counted(len(named), "alternative")
    yield f"The notice names {many}: {words}.", (given.reason.pointer,)
    for name in named:
        yield from _alternative(given, name, "It" if len(named) == 1 else "")


def _title(name: str) -> str:
    return PROCEDURE.get(name) or THERAPY.get(name) or name.replace("_", " ")


def _alternative(given: Answering, name: str, it: str) -> Iterator[Sentence]:
    """What the record says of one alternative; where it is silent, a blank to fill in."""
    found = [
        *_as_procedure(given, name, it),
        *_as_therapy(given, name),
        *_as_medicine(given, name),
    ]
    if found:
        yield from found
        return
    pointer = "/procedures" if name in PROCEDURE else "/trials"
    yield (
        f"{sentence(f'{_title(name)}, tried or why not: {missing(pointer)}')}",
        (given.reason.pointer,),
    )


def _as_procedure(given: Answering, name: str, it: str) -> Iterator[Sentence]:
    for i, entry in enumerate(given.facts.case.get("procedures") or []):
        if entry["type"] == name:
            yield tried_passage.procedure_sentence(given.facts, entry, it), (f"/procedures/{i}",)
            yield from _compared(given, name)
            yield from _criterion_on(given, name)
            return


def _as_therapy(given: Answering, name: str) -> Iterator[Sentence]:
    for i, entry in enumerate(given.facts.case.get("psychotherapies") or []):
        if entry["type"] == name:
            yield (
                tried_passage.therapy_sentence(given.facts, entry, given.facts.who.called),
                (f"/psychotherapies/{i}",),
            )


def _as_medicine(given: Answering, name: str) -> Iterator[Sentence]:
    for trial in given.facts.trials:
        own = trial.medicine.id if trial.medicine else ""
        if name.lower() in (own, trial.named.lower(), trial.title.lower()):
            text = f"{trial.title} is in the table below, with dose, weeks and result"
            yield sentence(text), (trial.pointer,)
            return


def _compared(given: Answering, name: str) -> Iterator[Sentence]:
    if name != "ect":
        return
    claims = [c for c in why_passage.argued_claims(given.facts) if c.claim == "noninferior_ect"]
    studies = [
        study
        for claim in claims
        for study in (*claim.for_it, *((claim.against_it,) if claim.against_it else ()))
    ]
    if len(studies) > 1:
        marks = " ".join(cite(study.id) for study in studies)
        yield (
            "Two studies that compare the two are told in this letter with their numbers: in one "
            f"ketamine did no worse, in the other electroconvulsive therapy did better {marks}.",
            tuple(f"evidence/{study.id}" for study in studies),
        )


def _criterion_on(given: Answering, name: str) -> Iterator[Sentence]:
    for item in given.facts.criteria.with_status("not_met"):
        about = f"/procedures/{_index(given.facts, name)}" in item.finding.rests_on
        if item.kind == "procedure" and about:
            text = quoted(item.text) if item.quoted else lowered(item.text)
            yield (
                f"{given.speaker.your_first} policy asks for {text}. That is not met, and "
                f"{given.speaker.ask} for individual consideration, and for the reason in writing "
                "if it is refused.",
                item.finding.rests_on,
            )


def _index(facts: Facts, name: str) -> int:
    kinds = [entry["type"] for entry in facts.case.get("procedures") or []]
    return kinds.index(name)


def criteria_crosswalk(given: Answering) -> Iterator[Sentence]:
    """How many of the payer's criteria are met, and where each is answered."""
    if given.facts.criteria.items:
        yield (
            f"Each criterion of {given.speaker.your} policy "
            f"({criteria_passage.policy_name(given.facts)}) is answered in the table under "
            f"“{given.speaker.your_first} criteria” below.",
            ("/insurance/criteria",),
        )


def trials_count(given: Answering) -> Iterator[Sentence]:
    """The medicines that count, by name; how they count is told in the clinical case."""
    counts = given.facts.counts
    rests = tuple(trial.pointer for trial in counts.failures) or ("/trials",)
    if counts.failures:
        listed, verb = names(counts.failures), "was" if len(counts.failures) == 1 else "were"
        yield (
            f"{sentence(f'{listed} {verb} given at an adequate dose and length')} The table below "
            "gives dose, dates and result of each.",
            (*rests, "medicines/_rules"),
        )


def documentation_enclosed(given: Answering) -> Iterator[Sentence]:
    """What is enclosed now, by exhibit."""
    exhibits = given.facts.case.get("exhibits") or []
    if exhibits:
        listed = joined([f"{each['title']} (Exhibit {each['id']})" for each in exhibits])
        yield f"Enclosed are: {listed}.", ("/exhibits",)
    yield (
        f"{sentence(f'If another record is needed, {given.speaker.ask} that you name it')}",
        (given.reason.pointer,),
    )


def corrected_claim(given: Answering) -> Iterator[Sentence]:
    """A matter of the claim goes to a corrected claim first."""
    limit = given.denial.get("corrected_claim_limit")
    within = f" The notice allows it within: {quoted(str(limit))}." if limit else ""
    yield (
        "This reason is about how the claim was sent, not about the treatment. A corrected claim "
        f"is the first step, and this letter does not stand in for it.{within}",
        (given.reason.pointer,),
    )


def benefit_exclusion(given: Answering) -> Iterator[Sentence]:
    """An exclusion of the contract is not argued as a clinical matter."""
    yield (
        "If the plan excludes this service, the words of the exclusion decide. "
        f"{sentence(f'{given.speaker.ask} for the page of the plan document that holds them')}",
        (given.reason.pointer,),
    )


def network(given: Answering) -> Iterator[Sentence]:
    """What was searched inside the network, from the log of the case."""
    log = given.facts.case.get("network_search") or []
    for i, call in enumerate(log):
        yield _call(call), (f"/network_search/{i}",)


def _call(call: Mapping[str, Any]) -> str:
    day = f"On {PartialDate.parse(call['date']).words}, " if call.get("date") else ""
    who = call.get("provider") or "a provider"
    miles = (
        f" ({plain_number(call['distance_miles'])} miles away)"
        if call.get("distance_miles")
        else ""
    )
    answer = f": {quoted(str(call['answer']))}" if call.get("answer") else ""
    return sentence(f"{day}{who}{miles} was asked{answer}")


def course_stops(given: Answering) -> Iterator[Sentence]:
    """The course asked for has an end, and rules that can stop it before."""
    asked = course(given.facts.case, given.facts.treatment)
    yield f"The request is for {asked.number} and no more.", ("/request/administrations",)
    yield from plan_passage.stopping(given.facts)


def safety_screen(given: Answering) -> Iterator[Sentence]:
    """What was asked and measured before treatment."""
    yield from plan_passage.checks(given.facts)


def concurrent_antidepressant(given: Answering) -> Iterator[Sentence]:
    """What is taken now, or since when nothing is and why."""
    yield from tried_passage.now(given.facts)


def site_setting(given: Answering) -> Iterator[Sentence]:
    """Where it is given, by whom it is watched."""
    yield from plan_passage.session(given.facts)


def response_scores(given: Answering) -> Iterator[Sentence]:
    """The scores before the course, at their best and now, by the scale's own definition."""
    yield from so_far_passage.response(given.facts)


def parity_request(given: Answering) -> Iterator[Sentence]:
    """The comparative analysis, where the plan type has that right and it was read in its source."""
    right = next((r for r in given.facts.regime.rights if r.id == PARITY_RIGHT), None)
    if right is not None:
        yield (
            f"{sentence(right.text.rstrip('.'))} "
            f"{sentence(f'{given.speaker.ask} for that analysis ({right.citation})')}",
            (f"laws/{right.id}",),
        )


BLOCKS: Mapping[str, Block] = MappingProxyType(
    {
        "own_policy": own_policy,
        "plan_definition": plan_definition,
        "off_label_plain": off_label_plain,
        "evidence_efficacy": evidence_efficacy,
        "reviewer_specialty": reviewer_specialty,
        "named_alternatives": named_alternatives,
        "criteria_crosswalk": criteria_crosswalk,
        "trials_count": trials_count,
        "documentation_enclosed": documentation_enclosed,
        "corrected_claim": corrected_claim,
        "benefit_exclusion": benefit_exclusion,
        "network": network,
        "course_stops": course_stops,
        "safety_screen": safety_screen,
        "concurrent_antidepressant": concurrent_antidepressant,
        "site_setting": site_setting,
        "response_scores": response_scores,
        "parity_request": parity_request,
    }
)
