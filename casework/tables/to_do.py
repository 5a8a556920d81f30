"""What the patient can do this week, each line with a box: by where the case stands and what it lacks."""

from __future__ import annotations

from dataclasses import dataclass

from casework.drafting import Drafting
from casework.languages import worded
from casework.passages.standing import standing
from casework.pointers import holds

Row = dict[str, str]

_AFTER_A_NO = ("denied", "final_denied")
_BEFORE_A_YES = ("before_request", "ending")


@dataclass(frozen=True)
class _Task:
    """A line of the list: in which situations, and where the case holds none of ``lacks``."""

    english: str
    spanish: str
    situations: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    patient_files: bool = False


_TASKS = (
    _Task(
        "Write on the notice the day it came.",
        "Escriba en la notificación el día en que llegó.",
        _AFTER_A_NO,
        lacks=("/denial/received_date",),
    ),
    _Task(
        "Keep the whole notice and its envelope. Give your clinic a copy of each page.",
        "Guarde la notificación completa y el sobre. Dé a su clínica una copia de cada página.",
        _AFTER_A_NO,
    ),
    _Task(
        "If your clinic is to act for you, sign the form that names it.",
        "Si su clínica va a actuar por usted, firme el formulario que la nombra.",
        _AFTER_A_NO,
        patient_files=True,
    ),
    _Task(
        "Ask your clinic if a corrected bill solves it.",
        "Pregunte a su clínica si basta con corregir el cobro.",
        ("administrative_denial",),
    ),
    _Task(
        "Tell in your own words what your days are like. Your clinic has a page for it.",
        "Cuente con sus propias palabras cómo son sus días. Su clínica tiene una hoja para eso.",
        _AFTER_A_NO,
        lacks=("/patient_voice",),
    ),
    _Task(
        "Read the letter before it goes out. Tell your clinic what is not right.",
        "Lea la carta antes de que se envíe. Diga a su clínica lo que no sea correcto.",
        (*_AFTER_A_NO, *_BEFORE_A_YES),
    ),
    _Task(
        "Call the plan with the sheet of questions. Write down each answer.",
        "Llame al plan con la hoja de preguntas. Anote cada respuesta.",
        ("before_request",),
    ),
    _Task(
        "List each medicine you have taken for this: dose, dates, what it did, which pharmacy.",
        "Haga una lista de cada medicamento que tomó para esto: dosis, fechas, qué efecto tuvo, qué "
        "farmacia.",
        ("before_request",),
        lacks=("/trials",),
    ),
    _Task(
        "Fill in your rating sheets at each visit, also when the news is not good.",
        "Llene sus escalas en cada cita, también cuando las noticias no sean buenas.",
        ("ending",),
    ),
    _Task(
        "Ask your clinic on which day it asks for more treatments.",
        "Pregunte a su clínica qué día pide más tratamientos.",
        ("ending",),
    ),
    _Task(
        "Ask the plan which clinics in its network give this treatment. Write down the answers.",
        "Pregunte al plan qué clínicas de su red dan este tratamiento. Anote las respuestas.",
        ("out_of_network",),
        lacks=("/network_search",),
    ),
    _Task(
        "Write down each call: the day, the name, the reference number, what was said.",
        "Anote cada llamada: el día, el nombre, el número de referencia, lo que se dijo.",
    ),
)


def to_do_rows(drafting: Drafting) -> list[Row]:
    """One row a task that this case calls for, in the order to do them."""
    return [
        {"task": worded(drafting.language, each.english, each.spanish)}
        for each in _TASKS
        if _called_for(each, drafting)
    ]


def _called_for(task: _Task, drafting: Drafting) -> bool:
    if task.situations and not set(task.situations) & set(drafting.review.situation):
        return False
    if task.patient_files and standing(drafting.facts) != "patient":
        return False
    return not any(holds(drafting.facts.case, pointer) for pointer in task.lacks)
