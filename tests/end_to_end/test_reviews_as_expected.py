"""Every sample case reviewed: as a clinician has read it, the same each time, in milliseconds."""

from __future__ import annotations

import time

import pytest

from casework.knowledge_base import load_knowledge
from casework.review import review
from tests.end_to_end.written import EXPECTED, LETTER_DATES, loaded, review_text

_MOST_MILLISECONDS = 50


@pytest.mark.parametrize("name", LETTER_DATES)
def test_a_review_reads_as_expected(name: str) -> None:
    """`python -m tests.end_to_end.written` writes the reviews anew; read the difference."""
    assert review_text(name) == (EXPECTED / f"{name}.review.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", LETTER_DATES)
def test_a_review_twice_is_the_same(name: str) -> None:
    first = review(loaded(name), load_knowledge(), LETTER_DATES[name]).to_json()
    assert review(loaded(name), load_knowledge(), LETTER_DATES[name]).to_json() == first


def test_a_review_takes_milliseconds() -> None:
    case, knowledge = loaded("depression_commercial_denied"), load_knowledge()
    taken = []
    for _ in range(5):
        started = time.perf_counter()
        review(case, knowledge, LETTER_DATES["depression_commercial_denied"]).to_json()
        taken.append((time.perf_counter() - started) * 1000)
    assert min(taken) < _MOST_MILLISECONDS


def test_the_reference_case_is_judged_as_its_papers_say() -> None:
    """Four adequate antidepressants from four classes; the last day is counted from the arrival."""
    name = "depression_commercial_denied"
    found = review(loaded(name), load_knowledge(), LETTER_DATES[name]).to_json()
    trials = {each["medication"]: each for each in found["trials"]["items"]}
    assert (found["trials"]["adequate_failures"], found["trials"]["classes"]) == (4, 4)
    assert trials["escitalopram"]["outcome"] == "intolerance"
    assert trials["aripiprazole"]["role"] == "augmentation"
    assert [each["status"] for each in found["criteria"]["items"]] == [
        "met",
        "met",
        "met",
        "not_met",
    ]
    assert [each["id"] for each in found["denial_reasons"]] == [
        "experimental_investigational",
        "alternative_treatment_available",
    ]
    filing = next(each for each in found["deadlines"] if each["due"])
    assert filing["due"] == "2027-04-13"
    assert "the notice arrived on October 15, 2026" in filing["counted"]
