"""No paper promises, pleads, or speaks of drugs, people, risk or urgency that the case lacks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest

from casework.documents import PlannedDocument
from casework.knowledge_base import load_knowledge
from casework.trials import judge_trials
from tests.end_to_end.kind_folders import (
    docx_of_sample,
    own_docx,
    own_papers,
    sample_case,
    sample_papers,
)
from tests.end_to_end.written import loaded, text_of

KNOWLEDGE = load_knowledge()
PROMISES = re.compile(
    r"\b(guarantee\w*|will (cure|work|succeed|recover|save)|is (cured|certain to)|proven to (cure|work)"
    r"|no (side effects|risk of any)|completely safe|always works)\b",
    re.IGNORECASE,
)
PLEADING = re.compile(
    r"\b(desperate\w*|devastat\w*|debilitat\w*|heartbreak\w*|miracle|life-saving|lifesaving|tragic\w*"
    r"|unconscionable|outrageous|obviously|clearly shows|undoubtedly|without question|dire|egregious"
    r"|exceptional(ly)?|remarkabl\w*|dramatic\w*)\b",
    re.IGNORECASE,
)
# The brief lists what the clinician must not say.
NOT_TO_CLAIM = "That it will work"
# Papers that argue for the treatment, and so say what it is approved for.
ARGUE = ("letter_of_medical_necessity", "appeal_letter", "external_review_request")
URGENT = re.compile(
    r"\b(this is an (urgent|expedited)|asks? for an expedited|decided within 72 hours)\b",
    re.IGNORECASE,
)
STUDY = re.compile(r"([A-Z][\w’'-]+(?: et al\.| & [A-Z][\w-]+), \d{4})")
SUICIDE = re.compile(r"\bsuicid", re.IGNORECASE)
NEGATED = re.compile(
    r"(\bno\b|\bnot\b|anything about|holds no|hotline|Lifeline|988)", re.IGNORECASE
)


def papers() -> Iterator[Any]:
    """Yield (case, Word file) of every English paper over every sample, and of its own sample."""
    for name, asked in sample_papers():
        if asked.language == "en":
            yield pytest.param(name, asked, id=f"{name}-{asked.kind}-{asked.variant}")
    for asked in own_papers():
        if asked.language == "en":
            yield pytest.param("", asked, id=f"own-{asked.kind}-{asked.variant}")


PAPERS = list(papers())
every_paper = pytest.mark.parametrize(("name", "asked"), PAPERS)


def case_of(name: str, asked: PlannedDocument) -> dict[str, Any]:
    return loaded(name) if name else sample_case(asked)


@cache
def text(name: str, asked: PlannedDocument) -> str:
    return text_of(docx_of_sample(name, asked) if name else own_docx(asked))


def own_words(name: str, asked: PlannedDocument) -> Iterator[str]:
    """Yield the lines that are ours: not the references, and without what the case itself holds."""
    typed = json.dumps(case_of(name, asked), ensure_ascii=False)
    for line in text(name, asked).partition("\nReferences\n")[0].splitlines():
        if line.strip() and line.strip(" .") not in typed:
            yield line


def typed_in(case: dict[str, Any]) -> str:
    return json.dumps(case, ensure_ascii=False).lower()


@every_paper
def test_nothing_is_promised_and_nothing_is_pleaded(name: str, asked: PlannedDocument) -> None:
    typed = typed_in(case_of(name, asked))
    for line in own_words(name, asked):
        if line.startswith(NOT_TO_CLAIM):
            continue
        for found in (*PROMISES.finditer(line), *PLEADING.finditer(line)):
            assert found[0].lower() in typed, line


@every_paper
def test_no_medicine_is_named_that_neither_case_nor_evidence_names(
    name: str, asked: PlannedDocument
) -> None:
    case = case_of(name, asked)
    understood = judge_trials(case, KNOWLEDGE, date(2026, 11, 20), ())
    typed = typed_in(case) + " ".join(each.title for each in understood).lower()
    said = " ".join(s.say for s in KNOWLEDGE.evidence.values() if s.cite_ready).lower()
    body = "\n".join(own_words(name, asked)).lower()
    for medicine in KNOWLEDGE.medicines.values():
        if medicine.role not in ("antidepressant", "augmentation", "mood_stabilizer"):
            continue
        for each in (medicine.generic, *medicine.brands):
            if re.search(rf"\b{re.escape(each.lower())}\b", body):
                known = (each, medicine.generic, medicine.id, *medicine.brands, *medicine.aliases)
                assert each.lower() in said or any(k.lower() in typed for k in known), each


@every_paper
def test_every_study_named_by_author_is_fit_to_cite(name: str, asked: PlannedDocument) -> None:
    fit = {s.cite_as for s in KNOWLEDGE.evidence.values() if s.verified and s.cite_ready}
    typed = json.dumps(case_of(name, asked), ensure_ascii=False)
    for found in STUDY.findall(text(name, asked)):
        assert found in fit or found in typed, found


@every_paper
def test_urgency_is_claimed_only_where_the_request_is_expedited(
    name: str, asked: PlannedDocument
) -> None:
    case = case_of(name, asked)
    if case["request"].get("urgency") == "expedited":
        return
    assert [line for line in own_words(name, asked) if URGENT.search(line)] == []


@every_paper
def test_suicide_is_spoken_of_only_where_risk_was_assessed(
    name: str, asked: PlannedDocument
) -> None:
    case = case_of(name, asked)
    if case.get("risk") or SUICIDE.search(json.dumps(case)):
        return
    for line in own_words(name, asked):
        assert not SUICIDE.search(line) or NEGATED.search(line), line


@pytest.mark.parametrize(
    ("name", "asked"), [each for each in PAPERS if each.values[1].kind in ARGUE]
)
def test_a_paper_that_argues_says_what_the_approval_covers(
    name: str, asked: PlannedDocument
) -> None:
    treatment = KNOWLEDGE.treatments[case_of(name, asked)["request"]["treatment"]]
    body = text(name, asked)
    assert "off label" in body or (not treatment.off_label and "approved by the FDA" in body)
    assert not re.search(r"ketamine is approved (by the FDA )?for (depress|PTSD|anxiety)", body)


@every_paper
def test_a_doctor_is_named_only_where_the_case_names_one(name: str, asked: PlannedDocument) -> None:
    typed = json.dumps(case_of(name, asked), ensure_ascii=False)
    for found in re.findall(r"\bDr\. ([A-Z][\w’'-]+)", text(name, asked)):
        assert found in typed


@pytest.mark.parametrize(
    "line",
    [
        "We guarantee a response.",
        "It will cure her.",
        "This devastating illness",
        "She is desperate.",
    ],
)
def test_the_checks_would_see_a_promise_or_a_plea(line: str) -> None:
    assert PROMISES.search(line) or PLEADING.search(line)
