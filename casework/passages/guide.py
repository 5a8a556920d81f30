"""The patient's own guide: where the case stands, what the rights are, what follows a no."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from casework.drafting import Drafting
from casework.facts import Facts
from casework.languages import partial_dated, treatment_words, worded
from casework.resources import plain_of, resources
from casework.road_ahead import PlainStep, next_step, this_step
from casework.said import Said, Sentence, missing, paragraph

_NOTICE = "/denial/notice_date"
_ENDS = "/course_so_far/authorization/through"


def guide_where(drafting: Drafting) -> tuple[Said, ...]:
    """Where the case stands on its road, and the name of the step that comes now."""
    standing = drafting.review.situation
    stage = next((each for each in standing if each in _STAGES), "before_request")
    return paragraph(
        "guide.where",
        [
            *_STAGES[stage](drafting.facts, drafting.language),
            *_about_papers(drafting),
            *_outside(drafting),
        ],
    )


def guide_dates_note(drafting: Drafting) -> tuple[Said, ...]:
    """That the notice's own date counts, or that no date is known yet."""
    language = drafting.language
    if not drafting.facts.deadlines:
        text = worded(
            language,
            "No date is known yet. Ask the plan by when it decides, and write it down.",
            "Todavía no se conoce ninguna fecha. Pregunte al plan cuándo decide y anótelo.",
        )
        return (Said("guide.no_dates", text, ("/insurance/plan_type",)),)
    if not drafting.facts.case.get("denial"):
        return ()
    text = worded(
        language,
        "Do not wait for the last day. If your notice gives another date, go by the earlier one.",
        "No espere al último día. Si su notificación da otra fecha, cumpla con la que venza antes.",
    )
    return (Said("guide.dates", text, ("/denial",)),)


def guide_rights(drafting: Drafting) -> tuple[Said, ...]:
    """The rights of this plan that have plain words: those to records, after a denial those of the step."""
    facts, language = drafting.facts, drafting.language
    given = (*(facts.regime.rights if facts.case.get("denial") else ()), *facts.regime.records)
    once = {right.id: right for right in given if right.plain and right.plain_es}
    return tuple(
        Said(
            f"right.{right.id}",
            worded(language, right.plain, right.plain_es),
            (f"laws/{right.id}",),
        )
        for right in once.values()
    )


def guide_if_no(drafting: Drafting) -> tuple[Said, ...]:
    """What follows when the plan says no, or no again."""
    facts, language = drafting.facts, drafting.language
    if facts.case.get("denial"):
        return paragraph("guide.if_no", _no_again(next_step(facts, language), language))
    return paragraph("guide.if_no", _first_no(this_step(facts, language), language))


def crisis_line(drafting: Drafting) -> tuple[Said, ...]:
    """Where to turn in a crisis; on every paper that the patient reads."""
    language, rests = drafting.language, ("resources/crisis",)
    told = [(plain_of(each, language), rests) for each in resources(drafting.facts, "crisis")]
    return paragraph("crisis", [(worded(language, "In a crisis:", "En una crisis:"), rests), *told])


def _before(facts: Facts, language: str) -> Iterator[Sentence]:
    treatment = treatment_words(facts.treatment, language)
    yield (
        worded(
            language,
            f"Your clinic is getting ready to ask {facts.payer} to pay for {treatment}.",
            f"Su clínica se prepara para pedir a {facts.payer} que pague {treatment}.",
        ),
        ("/insurance/payer/name", "/request/treatment"),
    )


def _ending(facts: Facts, language: str) -> Iterator[Sentence]:
    treatment = treatment_words(facts.treatment, language)
    ends = facts.get(_ENDS)
    yield (
        worded(language, f"You are getting {treatment}.", f"Usted recibe {treatment}."),
        ("/course_so_far",),
    )
    if ends:
        day = partial_dated(ends, language)
        yield (
            worded(
                language,
                f"The plan’s yes for it ends on {day}.",
                f"El permiso del plan termina el {day}.",
            ),
            (_ENDS,),
        )
    yield (
        worded(
            language,
            f"Your clinic is getting ready to ask {facts.payer} to pay for more.",
            f"Su clínica se prepara para pedir a {facts.payer} que siga pagando.",
        ),
        ("/insurance/payer/name", "/request"),
    )


def _denied(facts: Facts, language: str) -> Iterator[Sentence]:
    yield _said_no(facts, language)
    step = this_step(facts, language)
    if step is None:
        return
    yield (
        worded(
            language,
            f"The next step is the {step.name}. {step.plain}",
            f"El paso siguiente es la {step.name}. {step.plain}",
        ),
        (step.source,),
    )


def _said_no(facts: Facts, language: str) -> Sentence:
    day = facts.get(_NOTICE)
    notice = partial_dated(day, language) if day else missing(_NOTICE)
    treatment = treatment_words(facts.treatment, language)
    return (
        worded(
            language,
            f"In its notice of {notice}, {facts.payer} said no to {treatment}.",
            f"En su notificación del {notice}, {facts.payer} dijo que no a {treatment}.",
        ),
        (_NOTICE, "/insurance/payer/name", "/request/treatment"),
    )


def _about_papers(drafting: Drafting) -> Iterator[Sentence]:
    if "administrative_denial" in drafting.review.situation:
        yield (
            worded(
                drafting.language,
                "The reasons in the notice are about papers and bills, not about your health.",
                "Las razones de la notificación tratan de papeles y cobros, no de su salud.",
            ),
            ("/denial/reasons",),
        )


def _outside(drafting: Drafting) -> Iterator[Sentence]:
    if "out_of_network" in drafting.review.situation:
        yield (
            worded(
                drafting.language,
                "The clinic is not in the plan’s network, so you may have to pay more.",
                "La clínica no está en la red del plan; puede que usted tenga que pagar más.",
            ),
            ("/facility/network", "/prescriber/network"),
        )


def _no_again(step: PlainStep | None, language: str) -> Iterator[Sentence]:
    if step is None:
        yield (
            worded(
                language,
                "If the answer is no again, ask your clinic what step is left.",
                "Si la respuesta es otra vez no, pregunte a su clínica qué paso queda.",
            ),
            ("/insurance/plan_type",),
        )
        return
    yield _what_follows(step, language)
    yield step.plain, (step.source,)


def _what_follows(step: PlainStep, language: str) -> Sentence:
    if step.automatic:
        text = worded(
            language,
            f"If the plan says no again, it must itself send your case on to the next step: {step.name}.",
            f"Si el plan vuelve a negar, él mismo debe pasar su caso al paso siguiente: {step.name}.",
        )
    else:
        text = worded(
            language,
            f"If the answer is no again, the next step is the {step.name}.",
            f"Si la respuesta es otra vez no, el paso siguiente es la {step.name}.",
        )
    return text, (step.source,)


def _first_no(step: PlainStep | None, language: str) -> Iterator[Sentence]:
    yield (
        worded(
            language,
            "If the plan says no, keep its notice and the envelope. Write on it the day it came, and "
            "call your clinic that day.",
            "Si el plan niega, guarde la notificación y el sobre. Escriba en ella el día en que llegó "
            "y llame ese día a su clínica.",
        ),
        ("/insurance/plan_type",),
    )
    if step is None:
        return
    yield (
        worded(
            language,
            f"The next step is then the {step.name}. {step.plain}",
            f"El paso siguiente es entonces la {step.name}. {step.plain}",
        ),
        (step.source,),
    )


_STAGES: Mapping[str, Callable[[Facts, str], Iterator[Sentence]]] = MappingProxyType(
    {
        "denied": _denied,
        "final_denied": _denied,
        "ending": _ending,
        "before_request": _before,
    }
)
