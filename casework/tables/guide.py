"""The tables of the patient's guide: dates in plain words, whom to call, what helps with money, who helps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casework.deadlines import Deadline
from casework.drafting import Drafting
from casework.english import joined
from casework.facts import Facts
from casework.knowledge_base.help import Resource
from casework.knowledge_base.model import DeadlineRule
from casework.languages import dated, span, worded
from casework.oversight import overseer
from casework.passages.standing import standing
from casework.resources import name_of, plain_of, resources
from casework.road_ahead import plain_step
from casework.said import missing

Row = dict[str, str]

_HELPERS = ("advocacy", "peer_support", "veterans")


def date_rows(drafting: Drafting) -> list[Row]:
    """One row a date: what happens, by when and who does it; those with a day first."""
    known = drafting.facts.deadlines
    with_day = sorted((each for each in known if each.due_day), key=lambda each: str(each.due_day))
    rows = [_with_day(each, drafting) for each in with_day]
    waiting = [each for each in known if each.due_day is None]
    return [*rows, *(_waiting(group, drafting) for group in _alike(waiting))]


def contact_rows(drafting: Drafting) -> list[Row]:
    """One row each: the plan, its case manager, the clinic, the office over the plan, free state help."""
    facts, language = drafting.facts, drafting.language
    rows = [
        _contact(
            facts.payer,
            worded(language, "Your plan.", "Su plan."),
            str(facts.get("/insurance/payer/phone") or missing("/insurance/payer/phone")),
        ),
        _contact(
            worded(language, "Case manager at the plan", "Gestor de caso del plan"),
            worded(
                language,
                "Ask the plan for one person who follows your case.",
                "Pida al plan una persona que siga su caso.",
            ),
            worded(language, "Name and phone:", "Nombre y teléfono:"),
        ),
        _clinic(facts, language),
    ]
    return [*rows, *_offices(facts, language)]


def money_rows(drafting: Drafting) -> list[Row]:
    """One row a way to pay meanwhile that is open to this plan and treatment."""
    return [_resource(each, drafting) for each in resources(drafting.facts, "financial")]


def helper_rows(drafting: Drafting) -> list[Row]:
    """One row a group of peers or advocates."""
    return [
        _resource(each, drafting)
        for subject in _HELPERS
        for each in resources(drafting.facts, subject)
    ]


def _with_day(deadline: Deadline, drafting: Drafting) -> Row:
    language, today = drafting.language, drafting.facts.today
    day = deadline.working_target or deadline.due_day
    assert day is not None
    by = dated(day, language)
    if deadline.passed(today):
        passed = worded(
            language,
            "this day has passed: call your clinic",
            "este día ya pasó: llame a su clínica",
        )
        by = f"{by} ({passed})"
    return {"by": by, "what": _what(deadline, drafting), "who": _who(deadline, drafting)}


def _waiting(group: Sequence[Deadline], drafting: Drafting) -> Row:
    """A row for what has no day yet: how long it takes and from when."""
    first, language = group[0], drafting.language
    rules = [rule for each in group if (rule := _rule(each.id, drafting.facts))]
    lengths = list(dict.fromkeys(span(rule, language) for rule in rules))
    by = _from_when(first, joined(lengths, worded(language, "or", "o")), language)
    return {
        "by": f"{by[0].upper()}{by[1:]}",
        "what": _what(first, drafting),
        "who": _who(first, drafting),
    }


def _from_when(deadline: Deadline, length: str, language: str) -> str:
    if deadline.role == "file":
        # Some times run from arrival, some from the date printed; the printed one is never later.
        return worded(
            language,
            f"{length} from the date on the next notice",
            f"{length} desde la fecha de la próxima notificación",
        )
    return worded(
        language,
        f"{length} after your papers get there",
        f"{length} después de recibir sus papeles",
    )


def _alike(waiting: Sequence[Deadline]) -> list[list[Deadline]]:
    """Put together the times of one step and act; which holds depends on what the plan counts it as."""
    groups: dict[tuple[str, str, str], list[Deadline]] = {}
    for each in waiting:
        groups.setdefault((each.role, each.step, each.owed_by), []).append(each)
    return list(groups.values())


def _rule(rule_id: str, facts: Facts) -> DeadlineRule | None:
    rules = (rule for law in facts.knowledge.laws.values() for rule in law.deadline)
    return next((rule for rule in rules if rule.id == rule_id), None)


def _what(deadline: Deadline, drafting: Drafting) -> str:
    language = drafting.language
    if deadline.role == "renew":
        return worded(language, "Ask for more treatments.", "Pedir más tratamientos.")
    if deadline.role == "end":
        return worded(
            language,
            "The plan’s yes for your treatment ends.",
            "Termina el permiso del plan para su tratamiento.",
        )
    if deadline.role == "decide":
        return worded(language, "Give you an answer.", "Darle una respuesta.")
    return _filing(deadline, drafting)


def _filing(deadline: Deadline, drafting: Drafting) -> str:
    facts, language = drafting.facts, drafting.language
    step = plain_step(facts, deadline.step, language)
    if step is None or deadline.role == "reply":
        return worded(language, "Send what the plan asks for.", "Enviar lo que pide el plan.")
    if step.id == facts.regime.step:
        return worded(language, f"Send the {step.name}.", f"Enviar la {step.name}.")
    return worded(
        language,
        f"If the answer is no again: send the {step.name}.",
        f"Si la respuesta es otra vez no: enviar la {step.name}.",
    )


def _who(deadline: Deadline, drafting: Drafting) -> str:
    language, facts = drafting.language, drafting.facts
    if deadline.role == "end":
        return ""
    ours = worded(language, "Your clinic", "Su clínica")
    if deadline.owed_by == "provider":
        return ours
    if deadline.owed_by == "member":
        with_us = worded(language, "You, with your clinic", "Usted, con su clínica")
        now = deadline.step == facts.regime.step
        return ours if now and standing(facts) != "patient" else with_us
    if deadline.owed_by == "plan":
        return worded(language, "The plan", "El plan")
    return worded(language, "The office outside the plan", "La oficina fuera del plan")


def _contact(who: str, what_for: str, reach: str) -> Row:
    return {"who": who, "what": what_for, "reach": reach}


def _clinic(facts: Facts, language: str) -> Row:
    practice = facts.get("/prescriber/practice") or {}
    contact = facts.get("/prescriber/contact") or {}
    phone = contact.get("phone") or practice.get("phone")
    return _contact(
        str(practice.get("name") or facts.case["prescriber"]["name"]),
        worded(language, "Your clinic.", "Su clínica."),
        str(phone or missing("/prescriber/practice/phone")),
    )


def _offices(facts: Facts, language: str) -> Iterator[Row]:
    found = overseer(facts.case, facts.knowledge)
    if found is not None:
        yield _contact(
            found.name,
            worded(
                language,
                "Oversees your plan; takes complaints.",
                "Supervisa su plan; recibe quejas.",
            ),
            " · ".join(part for part in (found.phone, _bare(found.url)) if part),
        )
    yield from _state_help(facts, language, found.name if found else "")


def _state_help(facts: Facts, language: str, already: str) -> Iterator[Row]:
    """The consumer assistance office of the state where the patient lives, where one was read."""
    state = facts.get("/patient/address/state") or facts.get("/insurance/state")
    rows = facts.knowledge.regulators["states"].state
    office = next((each.consumer_assistance for each in rows if each.id == state), None)
    if office is None or not office.verified or office.name == already:
        return
    reach = " · ".join(part for part in (office.phone, _bare(office.url)) if part)
    if reach:
        what = worded(language, "Free help from your state.", "Ayuda gratis de su estado.")
        yield _contact(office.name, what, reach)


def _resource(resource: Resource, drafting: Drafting) -> Row:
    language = drafting.language
    return _contact(
        name_of(resource, language), plain_of(resource, language), _reach(resource, language)
    )


def _reach(resource: Resource, language: str) -> str:
    """How it is reached; the page behind a right or a warning is its source, and nobody's desk."""
    if resource.kind == "ask":
        return worded(language, "Ask your clinic.", "Pregunte a su clínica.")
    page = "" if resource.kind in ("right", "caution") else _bare(resource.url)
    return " · ".join(part for part in (resource.phone, _text(resource, language), page) if part)


def _text(resource: Resource, language: str) -> str:
    if not resource.text:
        return ""
    word, number = (part.strip() for part in resource.text.split(" to "))
    return worded(language, f"text {word} to {number}", f"texto: {word} al {number}")


def _bare(url: str) -> str:
    """Return a web address as people write it on paper."""
    return url.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
