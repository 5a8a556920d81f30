"""Examples of medicines: enough, too low, too short, and sessions; and those of the common rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from casework.knowledge_base.model import Knowledge, Medicine
from casework.sessions import judge_sessions
from casework.trials import Trial, judge_trials
from casework.worked_examples.bare import DAY, MISSING, bare_case, trial_of

_VERDICTS = {"yes": "adequate", "no": "inadequate", "unknown": "unknown"}
_WARNED = "adequate with a warning"


def medicine_faults(medicine: Medicine, knowledge: Knowledge) -> Iterator[str]:
    """Yield what of the medicine's example does not come out."""
    example = medicine.example
    if not example:
        yield MISSING
        return
    # The numbers of a file that nobody verified are held to its example, and judge nothing.
    read = replace(medicine, verified=True)
    known = replace(knowledge, medicines={**knowledge.medicines, medicine.id: read})
    if "sessions" in example:
        yield from _sessions(read, example)
    else:
        yield from _doses(read, example, known)
        if not medicine.verified:
            trial = _judged(trial_of(medicine, example["weeks"], None), knowledge)
            yield from _compared("not verified", trial.adequate, "unknown")


def _sessions(course: Medicine, example: Mapping[str, Any]) -> Iterator[str]:
    for number, wanted in (("sessions", "expect"), ("few", "expect_when_few")):
        if number in example:
            judged = judge_sessions(course, example[number])
            told = _told(judged.adequate, judged.warning)
            yield from _compared(f"{example[number]} sessions", told, example[wanted])


def _doses(medicine: Medicine, example: Mapping[str, Any], knowledge: Knowledge) -> Iterator[str]:
    dose, weeks = example.get("dose", example.get("value")), example["weeks"]
    rows = (
        (dose, weeks, "expect"),
        (example.get("low_dose"), weeks, "expect_at_low_dose"),
        (dose, example.get("short_weeks", weeks), "expect_when_short"),
        (None, weeks, "expect_without_value"),
    )
    for given, length, wanted in rows:
        if wanted in example:
            entry = trial_of(medicine, length, given)
            trial = _judged(entry, knowledge, medicine.used_for)
            told = _told(trial.adequate, trial.warning)
            yield from _compared(f"dose {given} for {length} weeks", told, example[wanted])


def _judged(entry: dict[str, Any], knowledge: Knowledge, populations: Sequence[str] = ()) -> Trial:
    case = bare_case(trials=[entry])
    return judge_trials(case, knowledge, DAY, populations)[0]


def _told(adequate: str, warning: str) -> str:
    return _WARNED if adequate == "yes" and warning else _VERDICTS[adequate]


def _compared(what: str, found: str, wanted: str) -> Iterator[str]:
    if found != wanted:
        yield f"{what}: gives {found!r}, the example expects {wanted!r}"


def rule_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield which of the examples of `_rules.toml` do not come out."""
    for example in knowledge.trial_rules.example:
        medicine = knowledge.medicines[example["medication"]]
        trial = _judged(
            trial_of(
                medicine, example["weeks"], example["max_dose_mg_per_day"],
                outcome=example["outcome"],
            ),
            knowledge,
            medicine.used_for,
        )  # fmt: skip
        yield from _compared(medicine.id, verdict_in_words(trial), example["expect"])


def verdict_in_words(trial: Trial) -> str:
    """Return the verdict on a trial in the words of the examples: "adequate failure"."""
    if trial.adequate != "yes":
        return _not_adequate(trial)
    words = "adequate augmentation" if trial.role == "augmentation" else "adequate"
    if trial.outcome == "response_lost":
        words = f"{words}, response lost"
    elif trial.without_lasting_response:
        words = f"{words} failure"
    return f"{words} with a warning" if trial.warning else words


def _not_adequate(trial: Trial) -> str:
    if trial.adequate == "unknown":
        return "not known"
    if trial.enough_dose == "yes":
        return "too short"
    use = trial.medicine.low_dose_use if trial.medicine else ""
    return f"{use} dose, no trial" if use else "dose too low"
