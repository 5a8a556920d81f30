"""Facts of a case that decide which rule counts: a closed list of plain words.

Knowledge names them in `when`, `only_if` and `provider_when` of the appeal steps, and after "if" in
the `step` of a state's row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from casework.deadlines.starts import COURSE_END, EFFECTIVE, NOTICE, RECEIVED, Events, whole_day
from casework.denials import stated_reasons
from casework.knowledge_base.model import Knowledge
from casework.pointers import value_at

HOLDING = (
    "before_service",
    "after_service",
    "concurrent",
    "care_begun",
    "notice_in_advance",
    "no_advance_notice",
    "expedited",
    "standard",
    "clinic_drug",
    "pharmacy",
    "investigational",
    "not_investigational",
    "running_course",
    "not_running_course",
    "out_of_network",
    "not_in_network",
    "physician",
    "second_level",
    "one_level",
    "medical_necessity",
    "factual",
    "fork_untold",
    "outside_judgement",
    "federal_process",
    "not_federal_process",
    "dismissed",
    "information_asked",
    "nothing_asked",
    "first_notice",
    "dates_at_odds",
)

# 42 CFR 422.578 and 422.584 speak of a physician.
_PHYSICIAN = re.compile(r"\b(MD|M\.D\.|DO|D\.O\.|MBBS)(?![A-Za-z])")
# "There is no second-level appeal" names none.
_SECOND_LEVEL = re.compile(
    r"(?<!no )\b((second|2nd)[- ](level|internal appeal)|level (two|2|II))\b", re.IGNORECASE
)
_DISMISSED = re.compile(r"\bdismiss(ed|es|al)\b", re.IGNORECASE)
# The contractor's name alone tells nothing: in New Jersey it is the state's own reviewer.
_HHS = re.compile(r"\bHHS[- ]administered\b|\bexternalappeal\.(com|cms\.gov)\b", re.IGNORECASE)
# The office that a notice names next tells which road TRICARE has put the case on.
_TO_NECESSITY = re.compile(
    r"\b(second reconsideration|quality (monitoring|management) contract)", re.IGNORECASE
)
_TO_FACTUAL = re.compile(r"\b(formal review|factual (determination|appeal))\b", re.IGNORECASE)
# "Factual determinations are issued in cases involving: coverage issues, provider authorization
# (status) requests … and both medically necessity and factual determinations" (Operations Manual
# ch. 12 s. 5, 1.1, 2022). What is called unproven can be either, so it is left untold.
_COVERAGE = ("excluded_benefit", "eligibility", "provider_not_covered_or_rems")
_NECESSITY = ("not_medically_necessary",)
# Reasons that rest on the contract or on paper alone: outside review is for medical judgment and
# rescission (45 CFR 147.136(d)(1)).
_NO_JUDGEMENT = (
    "excluded_benefit", "eligibility", "timely_filing", "coordination_of_benefits", "duplicate",
    "coding_error",
)  # fmt: skip


def holding(
    case: Mapping[str, Any], knowledge: Knowledge, today: date, events: Events = ()
) -> frozenset[str]:
    """Return which of `HOLDING` are so in this case on the letter date."""
    found = [*_speed_and_time(case), *_service(case, today), *_law(case, knowledge)]
    if _at_odds(case, today):
        found.append("dates_at_odds")
    found.append("no_advance_notice" if _cut_at_once(case) else "notice_in_advance")
    asked = any(event.get("type") == "information_asked" for event in events)
    found.append("information_asked" if asked else "nothing_asked")
    if value_at(case, "/denial/level") in (None, "initial"):
        found.append("first_notice")
    return frozenset(found)


def _cut_at_once(case: Mapping[str, Any]) -> bool:
    """Whether the decision took effect no later than the day of its own notice."""
    printed, effective = whole_day(case, NOTICE), whole_day(case, EFFECTIVE)
    return printed is not None and effective is not None and effective <= printed


def _at_odds(case: Mapping[str, Any], today: date) -> bool:
    """Whether the notice is dated or came after the letter that answers it, or came before its date.

    What is counted from such a day is for planning until somebody has looked at the paper.
    """
    printed, arrived = whole_day(case, NOTICE), whole_day(case, RECEIVED)
    known = [day for day in (printed, arrived) if day is not None]
    backwards = printed is not None and arrived is not None and arrived < printed
    return backwards or any(day > today for day in known)


def urgency(case: Mapping[str, Any]) -> str:
    """Return "expedited" when the request says so, else "standard"."""
    return "expedited" if value_at(case, "/request/urgency") == "expedited" else "standard"


def timing(case: Mapping[str, Any]) -> str:
    """Return the notice's timing; without one, after the service only when services were billed."""
    stated = value_at(case, "/denial/timing")
    if stated:
        return str(stated)
    billed = value_at(case, "/claim/lines") or value_at(case, "/denial/claim_number")
    return "post_service" if billed else "pre_service"


def plan_type(case: Mapping[str, Any]) -> str:
    """Return the plan type, "unknown" when the case names none."""
    return str(value_at(case, "/insurance/plan_type") or "unknown")


def state(case: Mapping[str, Any]) -> str:
    """Return the two letters of the policy's state, or an empty text.

    The state that issued the policy decides; the patient's address is never taken for it.
    """
    return str(value_at(case, "/insurance/state") or "")


def _speed_and_time(case: Mapping[str, Any]) -> Iterator[str]:
    when = timing(case)
    yield "after_service" if when == "post_service" else "before_service"
    if when == "concurrent":
        yield "concurrent"
    if when in ("concurrent", "post_service"):
        yield "care_begun"
    # "Payment requests cannot be expedited" (note of `ma.appeal.decide_expedited`), and no row of
    # any plan has a faster time for care already given. What was asked for stands in `urgency`.
    yield "standard" if when == "post_service" else urgency(case)


def _service(case: Mapping[str, Any], today: date) -> Iterator[str]:
    yield "pharmacy" if value_at(case, "/request/benefit") == "pharmacy" else "clinic_drug"
    through = whole_day(case, COURSE_END)
    yield "running_course" if through and through > today else "not_running_course"
    if _PHYSICIAN.search(str(value_at(case, "/prescriber/credentials") or "")):
        yield "physician"
    networks = [value_at(case, "/prescriber/network"), value_at(case, "/facility/network")]
    if "out" in networks:
        yield "out_of_network"
    # A clinic whose standing is not told is never taken for one outside the network.
    if "out" in networks and "in" not in networks:
        yield "not_in_network"


def _law(case: Mapping[str, Any], knowledge: Knowledge) -> Iterator[str]:
    denial = case.get("denial") or {}
    reasons = _reasons(denial, knowledge)
    words = f"{denial.get('letter_text', '')} {denial.get('stated_deadline', '')}"
    called = "experimental_investigational" in reasons
    yield "investigational" if called else "not_investigational"
    yield "second_level" if _SECOND_LEVEL.search(words) else "one_level"
    yield _fork(words, reasons)
    if reasons.intersection(_NO_JUDGEMENT):
        yield "outside_judgement"
    if _DISMISSED.search(words):
        yield "dismissed"
    federal = _run_by(state(case), knowledge) == "federal_hhs" or _HHS.search(words)
    yield "federal_process" if federal else "not_federal_process"


def _fork(words: str, reasons: frozenset[str]) -> str:
    """Whether the denial is one of necessity or of coverage; the notice's own words go first."""
    necessity, factual = bool(_TO_NECESSITY.search(words)), bool(_TO_FACTUAL.search(words))
    if necessity != factual:
        return "medical_necessity" if necessity else "factual"
    if reasons.intersection(_COVERAGE):
        return "factual"
    only_necessity = bool(reasons) and reasons.issubset(_NECESSITY)
    return "medical_necessity" if only_necessity else "fork_untold"


def _reasons(denial: Mapping[str, Any], knowledge: Knowledge) -> frozenset[str]:
    if not denial:
        return frozenset()
    stated = stated_reasons(denial, knowledge)
    return frozenset(match.reason.id for reason in stated for match in reason.matches)


def _run_by(letters: str, knowledge: Knowledge) -> str:
    rows = knowledge.regulators["states"].state
    return next((row.external_review.run_by for row in rows if row.id == letters), "")
