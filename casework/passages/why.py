"""Why this treatment: how it acts, what is off label, and the evidence with what speaks against."""

from __future__ import annotations

from collections.abc import Iterator

from casework.evidence import Argued, adverse, argue, contrary, guidelines, study_sentence
from casework.facts import Facts
from casework.knowledge_base.model import Study
from casework.partial_dates import PartialDate
from casework.passages.course import PRODUCT
from casework.passages.patient import diagnosis_words
from casework.passages.speaker import Speaker
from casework.populations import SUICIDAL
from casework.said import Said, cite, paragraph

Sentence = tuple[str, tuple[str, ...]]

# How many studies a paper names for each claim; a reviewer has minutes.
CLAIMS = {"efficacy": 2, "noninferior_ect": 1, "esketamine_fda": 1}
RENEWAL_CLAIMS = {"efficacy": 1, "durability_repeated": 2}
DURABILITY = "durability_repeated"
DEPRESSIVE = ("mdd", "mdd_trd", "bipolar_depression", "depression_other")


def why(facts: Facts) -> tuple[Said, ...]:
    """How it acts and what its approval covers, then the evidence for this diagnosis."""
    return (*label(facts), *evidence(facts))


def told_above(facts: Facts, speaker: Speaker) -> tuple[Said, ...]:
    """How it acts, where approval and evidence have been told under the payer's reasons."""
    above = (
        f"The evidence for and against it is told above, under {speaker.your} reasons.",
        ("/denial/reasons",),
    )
    return paragraph("why.told_above", [*_mechanism(facts), above])


def label(facts: Facts) -> tuple[Said, ...]:
    """One plain sentence on mechanism, then approval or off-label use, and consent to it."""
    return paragraph(
        "label", [*_mechanism(facts), *approval(facts, "It" if facts.treatment.mechanism else "")]
    )


def evidence(facts: Facts) -> tuple[Said, ...]:
    """The studies for each claim, each claim with its strongest contrary study beside it."""
    argued = argued_claims(facts)
    return (
        *(said for claim in argued for said in _claim(facts, claim, argued)),
        *paragraph("evidence.limits", _not_lasting(facts, argued)),
        *paragraph("evidence.crisis", _crisis(facts)),
        *paragraph("evidence.guideline", _guidelines(facts)),
    )


def studies_of_letter(facts: Facts) -> tuple[str, ...]:
    """Return the ids of all studies that the letter's evidence names, in its order."""
    rests = [source for said in evidence(facts) for source in said.rests_on]
    named = [each.removeprefix("evidence/") for each in rests if each.startswith("evidence/")]
    return tuple(dict.fromkeys(named))


def unnamed_adverse(facts: Facts) -> tuple[Study, ...]:
    """Return the contrary studies for this diagnosis and route that the letter leaves out."""
    named = studies_of_letter(facts)
    return adverse(facts.knowledge, facts.populations, facts.treatment.route, named)


def _claim(facts: Facts, claim: Argued, argued: tuple[Argued, ...]) -> tuple[Said, ...]:
    opening = _strength(facts, argued) if claim is argued[0] else ()
    return paragraph(f"evidence.{claim.claim}", [*opening, *_claims((claim,))])


def argued_claims(facts: Facts) -> tuple[Argued, ...]:
    """Return what the paper argues from studies; ECT is compared only where it is an alternative."""
    wanted = dict(RENEWAL_CLAIMS if facts.get("/request/kind") == "renewal" else CLAIMS)
    if facts.population not in DEPRESSIVE:
        wanted.pop("noninferior_ect", None)
    return argue(facts.knowledge, facts.population, facts.treatment.route, wanted)


def on_label(facts: Facts) -> bool:
    """Whether an approved indication of the treatment covers what is asked."""
    return _indication(facts) is not None


def approval(facts: Facts, subject: str = "") -> Iterator[Sentence]:
    """What the approval covers, or that the use is off label, and consent to it.

    `subject` begins the first sentence; without one it is the product's name.
    """
    yield from _approval(facts, subject or _name(facts))
    yield from _consent(facts)


def _mechanism(facts: Facts) -> Iterator[Sentence]:
    if facts.treatment.mechanism:
        yield (
            f"{_name(facts)} {facts.treatment.mechanism.rstrip('.')}.",
            (f"treatments/{facts.treatment.id}",),
        )


def _name(facts: Facts) -> str:
    product = PRODUCT[facts.treatment.id]
    plain = product.split(" ")[-1] if facts.treatment.id.startswith("ketamine_") else product
    return plain[0].upper() + plain[1:]


def _approval(facts: Facts, subject: str) -> Iterator[Sentence]:
    rests = (f"treatments/{facts.treatment.id}",)
    indication = _indication(facts)
    if indication is not None:
        yield f"{subject} is approved by the FDA for {indication}.", rests
        for limit in facts.treatment.limits_of_use[:1]:
            if "suicid" in limit and SUICIDAL in facts.populations:
                yield f"Its label says: {limit[0].lower()}{limit[1:]}", rests
        return
    yield _off_label(facts, subject), rests


def _off_label(facts: Facts, subject: str) -> str:
    use = f"Its use for {plain_condition(facts)} is off label."
    if facts.treatment.id == "ketamine_iv":
        return f"{subject} is approved as an anesthetic. {use}"
    return use


def plain_condition(facts: Facts) -> str:
    """The condition treated, in the words of a general reader."""
    return {
        "mdd": "depression",
        "mdd_trd": "depression",
        "depression_other": "depression",
        "bipolar_depression": "bipolar depression",
        "ptsd": "post-traumatic stress disorder",
        "anxiety": "anxiety disorders",
        "ocd": "obsessive-compulsive disorder",
        SUICIDAL: "suicidal thoughts",
    }.get(facts.population, diagnosis_words(facts))


def _indication(facts: Facts) -> str | None:
    """The approved indication that fits; the crisis indication needs the risk facts."""
    wanted = {"mdd_trd": "trd"}.get(facts.population)
    if wanted is None and facts.population == "mdd" and SUICIDAL in facts.populations:
        wanted = "mdd_si"
    for indication in facts.treatment.indications:
        if indication["id"] == wanted and indication["since"] <= facts.today.isoformat():
            return indication["text"]
    return None


def _consent(facts: Facts) -> Iterator[Sentence]:
    day, off_label = facts.get("/request/consent_date"), facts.get("/request/consent_off_label")
    if day and off_label and not on_label(facts):
        words = PartialDate.parse(day).words
        yield (
            f"{facts.who.called} consented to that use on {words}.",
            ("/request/consent_date", "/request/consent_off_label"),
        )


def studies_named(facts: Facts) -> Iterator[Sentence]:
    """The first study for this treatment in this diagnosis and the strongest against it, by name."""
    for claim in argued_claims(facts)[:1]:
        against = f", against it {cite(claim.against_it.id)}" if claim.against_it else ""
        told = "the letter tells both" if claim.against_it else "the letter tells its limits"
        studies = [*claim.for_it[:1], *([claim.against_it] if claim.against_it else [])]
        yield (
            f"For it stands {cite(claim.for_it[0].id)}{against}; {told}.",
            tuple(f"evidence/{study.id}" for study in studies),
        )


def _strength(facts: Facts, argued: tuple[Argued, ...]) -> Iterator[Sentence]:
    """Where trials are few, say so before naming any."""
    strength = facts.treatment.evidence_strength.get(facts.population)
    randomized = sum(
        1 for claim in argued for study in claim.for_it if study.design.startswith("RCT")
    )
    if strength and facts.population != "mdd_trd" and randomized < 3:  # noqa: PLR2004 - a few
        yield (
            f"The evidence for {plain_condition(facts)} is limited: {strength.replace(': ', ', ')}.",
            (f"treatments/{facts.treatment.id}",),
        )


def _claims(argued: tuple[Argued, ...]) -> Iterator[Sentence]:
    for claim in argued:
        for study in (*claim.for_it, *((claim.against_it,) if claim.against_it else ())):
            said = study_sentence(study)
            yield said.text, said.rests_on


def _not_lasting(facts: Facts, argued: tuple[Argued, ...]) -> Iterator[Sentence]:
    """How soon the gain was lost is told even where no claim is made that it lasts."""
    against = contrary(facts.knowledge, facts.population, facts.treatment.route, DURABILITY)
    if argued and against is not None and against.id not in _named(argued):
        said = study_sentence(against)
        yield said.text, said.rests_on


def _named(argued: tuple[Argued, ...]) -> set[str]:
    studies = [s for claim in argued for s in (*claim.for_it, claim.against_it) if s is not None]
    return {study.id for study in studies}


def _crisis(facts: Facts) -> Iterator[Sentence]:
    if SUICIDAL not in facts.populations or facts.population == SUICIDAL:
        return
    claims = argue(facts.knowledge, SUICIDAL, facts.treatment.route, {"suicidality": 1})
    yield from _claims(claims)


def _guidelines(facts: Facts) -> Iterator[Sentence]:
    found = guidelines(facts.knowledge, facts.population, facts.treatment.route)
    for study in _one_each_way(found):
        said = study_sentence(study)
        yield said.text, said.rests_on


def _one_each_way(found: tuple[Study, ...]) -> list[Study]:
    favorable = [study for study in found if "efficacy" in study.supports][:1]
    return [*favorable, *[study for study in found if study.against][:1]]
