"""Asking for help with the cost: the need as `finances` has it, and what the one asked can give.

Programs and rights come from `knowledge/resources/financial`, verified rows alone. Nothing here
promises that a charge is waived, and nothing about the illness is told but where a program needs it.
"""

from __future__ import annotations

from collections.abc import Iterator

from casework.english import dollars, quoted
from casework.facts import Facts
from casework.knowledge_base.help import Resource
from casework.paper.parts import address_lines
from casework.passages.appeal import notice_day, reference_of
from casework.passages.ask import condition
from casework.passages.course import course
from casework.passages.speaker import Speaker
from casework.said import Said, Sentence, missing, paragraph

_SOURCE = "resources/financial"
_HOSPITAL_PLACES = ("19", "21", "22")
_GOOD_FAITH_ESTIMATE = "laws/nsa.right.estimate"
_FIGURES = (
    ("People in the household", "/finances/household_size", True),
    ("Household income a year", "/finances/annual_income", True),
    ("Cost of the treatment a month", "/finances/monthly_cost", True),
    ("Plan’s deductible", "/finances/deductible", False),
    ("Plan’s out-of-pocket maximum", "/finances/out_of_pocket_maximum", False),
    ("Used of it so far", "/finances/used_so_far", False),
)
"""What is asked for everywhere is a blank where it is missing; the rest drops out."""


def aid_asked(facts: Facts, speaker: Speaker) -> tuple[Said, ...]:
    """What help is asked for, for which treatment, and why the plan does not carry it."""
    asked = course(facts.case, facts.treatment)
    where = facts.get("/facility/name") or missing("/facility/name")
    outside = facts.get("/facility/network") == "out"
    network = f", outside the network of {facts.payer}" if outside else ""
    text = (
        f"{speaker.ask} for help with the cost of treatment: {asked.number} of {asked.product} at "
        f"{where}{network}."
    )
    return paragraph("aid.ask", [(text, ("/request", "/facility")), *_coverage(facts)])


def aid_need(facts: Facts) -> tuple[Said, ...]:
    """The need in the patient's own words."""
    pointer = "/finances/hardship"
    told = facts.get(pointer)
    words = quoted(told) if told else missing(pointer)
    return paragraph("aid.need", [(f"In the patient’s words: {words}", (pointer,))])


def aid_terms(facts: Facts) -> tuple[Said, ...]:
    """What is asked of the place of treatment: a hospital's policy, or a clinic's price."""
    place = _hospital() if _is_hospital(facts) else _clinic()
    return paragraph("aid.terms", [*place, *_estimate(facts), _nothing_waived()])


def aid_program(facts: Facts) -> tuple[Said, ...]:
    """What is asked of a foundation: whether a fund is open for this, and its application."""
    product = course(facts.case, facts.treatment).product
    return paragraph(
        "aid.program",
        [
            (
                f"Please say whether your program now helps with {product} for {condition(facts)}, "
                "who qualifies, and what it covers.",
                ("/request/treatment", facts.diagnosis_pointer),
            ),
            (
                "Please send the application, and say which proof of income and which papers from "
                "the clinic you need.",
                ("/finances",),
            ),
        ],
    )


def aid_savings(facts: Facts, speaker: Speaker) -> tuple[Said, ...]:
    """What is asked of the manufacturer: which savings apply, under the commercial plan named."""
    return paragraph(
        "aid.savings",
        [
            (
                f"{speaker.i} uses a commercial plan of {facts.payer} for it; {_beside(facts)}.",
                ("/insurance/plan_type", "/insurance/payer/name"),
            ),
            (
                "Please say which savings on the medicine and on the observation visit apply, "
                "under this year’s terms and in the patient’s state, and send the enrollment form.",
                (_SOURCE,),
            ),
        ],
    )


def aid_rows(facts: Facts) -> list[dict[str, str]]:
    """One row a figure of the household and the plan."""
    return [
        {"what": what, "amount": _figure(pointer, facts.get(pointer))}
        for what, pointer, required in _FIGURES
        if required or facts.get(pointer) is not None
    ]


def place_recipient(facts: Facts) -> list[str]:
    """Return the desk of the place of treatment, at its own address or the practice's of that name."""
    name = facts.get("/facility/name")
    address = facts.get("/facility/address")
    if not address and name == facts.get("/prescriber/practice/name"):
        address = facts.get("/prescriber/practice/address")
    desk = "Financial Assistance" if _is_hospital(facts) else "Billing Office"
    lines = address_lines(address) or [missing("/facility/address")]
    return [name or missing("/facility/name"), desk, *lines]


def program_recipient(facts: Facts) -> list[str]:
    """Return the program that the case names; none is ever guessed."""
    pointer = "/finances/program"
    given = facts.get(pointer) or {}
    fax = [f"Fax {given['fax']}"] if given.get("fax") else []
    reached = [*address_lines(given.get("address")), *fax] or [missing(f"{pointer}/address")]
    return [given.get("name") or missing(f"{pointer}/name"), *reached]


def savings_recipient(facts: Facts) -> list[str]:
    """Return the manufacturer's savings program for this treatment, as its own page gives it."""
    found = _savings(facts)
    if found is None:
        return program_recipient(facts)
    name = found.title.partition(":")[0]
    return [name, *found.address, *([f"Fax {found.fax}"] if found.fax else [])]


def _savings(facts: Facts) -> Resource | None:
    listed = facts.knowledge.resources["financial"].resource
    fitting = (
        each
        for each in listed
        if each.kind == "manufacturer_savings" and each.verified and each.active
        # A treatment's id begins with its product: "esketamine_nasal".
        and any(facts.treatment.id.startswith(product) for product in each.treatment)
    )  # fmt: skip
    return next(fitting, None)


def _coverage(facts: Facts) -> Iterator[Sentence]:
    if facts.case.get("denial"):
        text = (
            f"{facts.payer} refused coverage in its notice of {notice_day(facts)}"
            f"{reference_of(facts)}."
        )
        yield text, ("/denial/notice_date",)
    elif facts.get("/insurance/plan_type") == "self_pay":
        yield "No insurance pays for it.", ("/insurance/plan_type",)


def _beside(facts: Facts) -> str:
    """What else covers the patient: a second plan of unknown kind may be the government's."""
    kind = "/insurance/secondary/plan_type"
    if facts.get("/insurance/secondary") and not facts.get(kind):
        return f"there is a second plan: {missing(kind)}"
    return "no coverage by a government program is on record"


def _is_hospital(facts: Facts) -> bool:
    return facts.get("/facility/place_of_service") in _HOSPITAL_PLACES


def _hospital() -> Iterator[Sentence]:
    """Tax-exempt hospitals owe a written policy; whether this one is exempt the case does not tell."""
    yield (
        "Please send your financial assistance policy, its plain-language summary, the application "
        "and the list of providers that it covers.",
        (_SOURCE, "/facility/place_of_service"),
    )
    yield (
        "A tax-exempt hospital keeps such a policy in writing (26 U.S.C. 501(r); "
        "26 CFR 1.501(r)-4).",
        (_SOURCE,),
    )


def _clinic() -> Iterator[Sentence]:
    yield (
        "Please say in writing what each visit and the whole course cost, and whether the fee can be "
        "lowered by income, paid over time, or set as one price for the course.",
        (_SOURCE,),
    )
    yield (
        "Please say also what becomes of sessions paid in advance if treatment stops, and whether "
        "money is returned if the plan pays later.",
        (_SOURCE,),
    )


def _estimate(facts: Facts) -> Iterator[Sentence]:
    if facts.get("/insurance/plan_type") == "self_pay":
        yield (
            "Please give a good faith estimate in writing (42 U.S.C. 300gg-136; 45 CFR 149.610).",
            (_GOOD_FAITH_ESTIMATE,),
        )


def _nothing_waived() -> Sentence:
    return (
        "Until you answer in writing, nothing that is owed is taken as lowered or waived.",
        ("/finances",),
    )


def _figure(pointer: str, value: float | None) -> str:
    if value is None:
        return missing(pointer)
    return str(value) if pointer.endswith("household_size") else dollars(value)
