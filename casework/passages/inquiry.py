"""Asking the plan in advance what it covers: how the call begins, and the letter around the questions."""

from __future__ import annotations

from collections.abc import Iterator

from casework.drafting import Drafting
from casework.english import joined
from casework.facts import Facts
from casework.languages import treatment_words, worded
from casework.passages.close import doctor_name
from casework.said import Said, Sentence, missing, paragraph

_CRITERIA = "mhpaea.right.criteria"


def call_opening(drafting: Drafting) -> tuple[Said, ...]:
    """What to say first on the phone: who calls, for whom, about what, with which codes."""
    facts, language = drafting.facts, drafting.language
    name, member = facts.who.full, facts.get("/insurance/member_id")
    number = member or missing("/insurance/member_id")
    planned = f"{treatment_words(facts.treatment, language)}{_codes(facts, language)}"
    said: list[Sentence] = [
        (
            worded(
                language,
                f"“I am calling about the plan of {name}, member ID {number}.",
                f"“Llamo por el plan de {name}, número de miembro {number}.",
            ),
            ("/patient", "/insurance/member_id"),
        ),
        (
            worded(
                language,
                f"I want to know what it covers before treatment begins: {planned}.”",
                f"Quiero saber qué cubre antes de empezar el tratamiento: {planned}.”",
            ),
            ("/request/treatment", "/request/codes"),
        ),
    ]
    return paragraph("inquiry.opening", said)


def inquiry_asked(drafting: Drafting) -> tuple[Said, ...]:
    """The letter's first paragraph: what is planned, by whom, and that the answer is asked in writing."""
    facts, language = drafting.facts, drafting.language
    planned = f"{treatment_words(facts.treatment, language)}{_codes(facts, language)}"
    return paragraph(
        "inquiry.ask",
        [
            (
                worded(
                    language,
                    "Please tell me in writing what my plan covers before treatment begins.",
                    "Le pido que me diga por escrito qué cubre mi plan antes de empezar el tratamiento.",
                ),
                ("/request",),
            ),
            (
                worded(
                    language,
                    f"My clinician, {doctor_name(facts)}, plans {planned}.",
                    f"Mi médico o clínico, {doctor_name(facts)}, planea darme {planned}.",
                ),
                ("/prescriber/name", "/request/treatment", "/request/codes"),
            ),
            (
                worded(
                    language,
                    f"The diagnosis code is {facts.diagnosis['icd10']}.",
                    f"El código del diagnóstico es {facts.diagnosis['icd10']}.",
                ),
                (facts.diagnosis_pointer,),
            ),
        ],
    )


def inquiry_close(drafting: Drafting) -> tuple[Said, ...]:
    """That this is no claim or appeal, the right to the criteria where there is one, where to answer."""
    return paragraph("inquiry.close", [*_criteria(drafting), *_answer_to(drafting)])


def _codes(facts: Facts, language: str) -> str:
    codes = [str(line["code"]) for line in facts.case["request"].get("codes") or []]
    if not codes:
        return ""
    listed = joined(codes, worded(language, "and", "y"))
    label = worded(
        language,
        "code" if len(codes) == 1 else "codes",
        "código" if len(codes) == 1 else "códigos",
    )
    return f" ({label} {listed})"


def _criteria(drafting: Drafting) -> Iterator[Sentence]:
    language = drafting.language
    right = next((each for each in drafting.facts.regime.records if each.id == _CRITERIA), None)
    if right is None:
        return
    yield (
        worded(
            language,
            f"Please enclose the medical criteria that you would use. {right.text} ({right.citation}).",
            "Incluya por favor los criterios médicos que usarían. El plan debe darlos a un miembro "
            f"que los pide ({right.citation}).",
        ),
        (f"laws/{right.id}",),
    )


def _answer_to(drafting: Drafting) -> Iterator[Sentence]:
    language = drafting.language
    yield (
        worded(
            language,
            "This letter is a question, not a claim and not an appeal.",
            "Esta carta es una pregunta; no es un reclamo ni una apelación.",
        ),
        ("/request",),
    )
    yield (
        worded(
            language,
            "Please answer to my address above, with the name and phone of a person I can ask.",
            "Responda por favor a mi dirección de arriba, con el nombre y el teléfono de una "
            "persona a quien pueda preguntar.",
        ),
        ("/patient/address",),
    )
