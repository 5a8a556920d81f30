"""A policy, a denial reason, a study, a law's new date, a medicine: one file in a folder, no code."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from casework.knowledge_base import load_knowledge
from casework.knowledge_base.load import BUILT_IN
from casework.review import review
from casework.schema import load_case
from casework.worked_examples import example_faults

LETTER_DATE = date(2026, 10, 19)

POLICY = """
id = "example_plan_ketamine"
title = "Ketamine infusions for depression"
payer = "Example Plan"
drug = "ketamine_iv"
position = "covered_with_criteria"
source = ["https://example.org/policy.pdf"]
verified = true
checked = "2026-10-01"
effective_from = "2026-06-01"

[[criteria]]
id = "five_agents"
text = "Five antidepressants of three classes, six weeks each."
kind = "trials"
parameters = {agents = 5, classes = 3, weeks = 6}
verified = true

[example]
criterion = "five_agents"
adequate_failures = 4
expect = "not_met"
adequate_failures_enough = 5
classes = 3
expect_when_enough = "met"
"""

REASON = """
id = "no_telehealth_visit"
title = "No visit in person"
meaning = "The payer wants a visit in person before the first infusion."
appealable = "clinical"
first_route = "internal_appeal"
answer = ["own_policy"]
wordings = ["no face-to-face visit"]
patterns = []
carc = []
rarc = []
evidence_needed = [{fact = "consent", enclosure = "progress notes", why = "shows the visit"}]
argument_points = ["Show the date of the visit."]
laws = ["erisa_claims_procedure"]
watch_outs = []

[example]
words = "We found no face-to-face visit in the records."
expect_phrase = "no face-to-face visit"
not_words = "Ketamine is considered investigational."
"""

STUDY = """
id = "example_2026_rct"
title = "Ketamine infusions in treatment-resistant depression"
authors = "Example A, Sample B"
cite_as = "Example & Sample, 2026"
year = 2026
journal = "Journal of Examples"
design = "RCT"
population = ["mdd_trd"]
intervention = "six infusions"
route = "iv"
key_finding = "Response in 60 percent."
say = "In a randomized trial of 500 people with treatment-resistant depression, 60 percent responded."
supports = ["efficacy"]
stance = "supportive"
limits = "An invented study for a test."
source = "https://example.org/study"
verified = true
checked = "2026-10-01"
cite_ready = true
from_memory = []
rank = 1

[example]
diagnosis = "mdd_trd"
route = "iv"
claim = "efficacy"
expect_cited = true
other_route = "nasal"
expect_cited_for_other_route = false
"""

MEDICINE = """
id = "examplopram"
title = "examplopram"
generic = "examplopram"
brands = ["Examplo"]
class = "SSRI"
role = "antidepressant"
minimum_adequate_dose_mg_per_day = 30
used_for = ["mdd"]
source = ["https://example.org/dose"]
verified = true
checked = "2026-10-01"

[example]
dose = 30
weeks = 6
expect = "adequate"
low_dose = 15
expect_at_low_dose = "inadequate"
short_weeks = 5
expect_when_short = "inadequate"
"""


def site(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return folder


def reviewed(case: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the review of a case with the site's knowledge, whose every example passes."""
    knowledge = load_knowledge(folder)
    assert list(example_faults(knowledge)) == []
    return review(load_case(case, knowledge), knowledge, LETTER_DATE).to_json()


@pytest.fixture
def denied(cases: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return cases["depression_commercial_denied"]


def test_a_new_policy_judges_the_case_that_names_it(denied: dict[str, Any], tmp_path: Path) -> None:
    insurance = {k: v for k, v in denied["insurance"].items() if k != "criteria"}
    case = {**denied, "insurance": {**insurance, "policy": "example_plan_ketamine"}}
    found = reviewed(case, site(tmp_path, "policies/example_plan_ketamine.toml", POLICY))[
        "criteria"
    ]
    assert found["policy"] == "example_plan_ketamine"
    assert [(item["id"], item["status"]) for item in found["items"]] == [("five_agents", "not_met")]


def test_a_new_denial_reason_is_recognized_and_answered(
    denied: dict[str, Any], tmp_path: Path
) -> None:
    reasons = [{"quote": "There was no face-to-face visit before the request."}]
    case = {**denied, "denial": {**denied["denial"], "reasons": reasons}}
    found = reviewed(case, site(tmp_path, "denial_reasons/no_telehealth_visit.toml", REASON))
    assert [each["id"] for each in found["denial_reasons"]] == ["no_telehealth_visit"]
    assert found["denial_reasons"][0]["matched"] == ["no face-to-face visit"]
    assert found["denial_reasons"][0]["rebuttal"]


def test_a_new_study_of_the_first_rank_is_the_one_cited_first(
    denied: dict[str, Any], tmp_path: Path
) -> None:
    found = reviewed(denied, site(tmp_path, "evidence/example_2026_rct.toml", STUDY))
    assert found["evidence"][0]["id"] == "example_2026_rct"
    assert "Example A, Sample B" in found["evidence"][0]["citation"]


def test_a_new_medicine_is_judged_by_its_own_line(denied: dict[str, Any], tmp_path: Path) -> None:
    trial = {"medication": "Examplo", "max_dose_mg_per_day": 30, "started": "2025-01-06",
             "stopped": "2025-04-07", "outcome": "no_response"}  # fmt: skip
    found = reviewed(
        {**denied, "trials": [trial]}, site(tmp_path, "medicines/examplopram.toml", MEDICINE)
    )
    judged = found["trials"]["items"][0]
    assert (judged["medication"], judged["class"], judged["adequate"]) == (
        "examplopram",
        "SSRI",
        "yes",
    )


def test_a_new_date_in_a_law_moves_the_deadline_from_that_day_on(
    denied: dict[str, Any], tmp_path: Path
) -> None:
    before = reviewed(denied, tmp_path)["deadlines"]
    filing = next(each for each in before if each["id"] == "erisa.appeal.file")
    text = (BUILT_IN / "laws" / "erisa_claims_procedure.toml").read_text(encoding="utf-8")
    start = text.index('id = "erisa.appeal.file"')
    block_end = text.find("[[deadline]]", start)
    block = text[start:block_end]
    changed = block.replace("days = 180", "days = 200")
    assert changed != block
    folder = tmp_path / "site"
    site(folder, "laws/erisa_claims_procedure.toml", text.replace(block, changed))
    knowledge = load_knowledge(folder)
    after = review(load_case(denied, knowledge), knowledge, LETTER_DATE).to_json()["deadlines"]
    moved = next(each for each in after if each["id"] == "erisa.appeal.file")
    assert (date.fromisoformat(moved["due"]) - date.fromisoformat(filing["due"])).days == 20
    # The example was left as it was, and tells that the number was changed.
    assert any("erisa.appeal.file" in str(fault) for fault in example_faults(knowledge))
