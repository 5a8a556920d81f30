"""Each knowledge file carries its own worked example: all are computed, and a wrong number is seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from casework.knowledge_base import load_knowledge
from casework.knowledge_base.model import ResponseRule
from casework.worked_examples import AREAS, example_faults
from casework.worked_examples.codes import code_faults
from casework.worked_examples.medicines import rule_faults

KNOWLEDGE = load_knowledge()


def entries() -> Iterator[Any]:
    for area in AREAS:
        for entry_id in getattr(KNOWLEDGE, area):
            yield pytest.param(area, entry_id, id=f"{area}/{entry_id}")


@pytest.mark.parametrize(("area", "entry_id"), list(entries()))
def test_the_example_of_a_file_comes_out(area: str, entry_id: str) -> None:
    assert list(AREAS[area](getattr(KNOWLEDGE, area)[entry_id], KNOWLEDGE)) == []


def test_the_examples_of_the_trial_rules_come_out() -> None:
    assert len(KNOWLEDGE.trial_rules.example) == 6
    assert list(rule_faults(KNOWLEDGE)) == []


def test_the_examples_of_the_code_lists_come_out() -> None:
    assert list(code_faults(KNOWLEDGE)) == []


def test_every_example_is_run_and_none_fails() -> None:
    assert list(example_faults(KNOWLEDGE)) == []


MEDICINE = KNOWLEDGE.medicines["sertraline"]
SCALE = KNOWLEDGE.scales["phq9"]
STUDY = KNOWLEDGE.evidence["murrough_2013_rct"]
POLICY = KNOWLEDGE.policies["aetna_0938_esketamine"]
REASON = KNOWLEDGE.denial_reasons["experimental_investigational"]
LAW = KNOWLEDGE.laws["erisa_claims_procedure"]
CBT = KNOWLEDGE.medicines["cbt"]
SPRAVATO = KNOWLEDGE.treatments["esketamine_nasal"]
INFUSION = KNOWLEDGE.treatments["ketamine_iv"]


def with_agents(number: int) -> Any:
    criteria = [
        replace(each, parameters={**each.parameters, "agents": number})
        if each.id == "two_agents"
        else each
        for each in POLICY.criteria
    ]
    return replace(POLICY, criteria=criteria)


WRONG = {
    "a medicine's dose line doubled": ("medicines", replace(MEDICINE, minimum_adequate_dose_mg_per_day=100)),
    "a medicine's dose line too low": ("medicines", replace(MEDICINE, minimum_adequate_dose_mg_per_day=5)),
    "a medicine asked for twice as long": ("medicines", replace(MEDICINE, minimum_weeks=12)),
    "a therapy's sessions doubled": ("medicines", replace(CBT, minimum_sessions=20)),
    "a therapy without its stricter line": ("medicines", replace(CBT, stricter_minimum_sessions=None)),
    "a scale that ends higher": ("scales", replace(SCALE, maximum=63)),
    "a scale read the wrong way": ("scales", replace(SCALE, direction="higher_is_better")),
    "a scale with a stricter response": ("scales", replace(SCALE, response=ResponseRule("percent_drop", percent=75))),
    "a study of another route": ("evidence", replace(STUDY, route="nasal")),
    "a study of another population": ("evidence", replace(STUDY, population=["ptsd"])),
    "a study no longer fit to cite": ("evidence", replace(STUDY, cite_ready=False)),
    "a study without support": ("evidence", replace(STUDY, supports=[])),
    "a policy that asks for three agents": ("policies", with_agents(3)),
    "a policy that asks for one agent": ("policies", with_agents(1)),
    "a reason without its wordings": ("denial_reasons", replace(REASON, wordings=[], patterns=[])),
    "a reason that takes any letter": ("denial_reasons", replace(REASON, wordings=["not a covered"], patterns=["\\bnot\\b"])),
    "a reason without its codes": ("denial_reasons", replace(REASON, carc=[], rarc=[])),
    "a deadline a day longer": ("laws", replace(LAW, deadline=[replace(r, days=r.days + 1) if r.days else r for r in LAW.deadline])),
    "a spray in smaller devices": ("treatments", replace(SPRAVATO, device_mg=14)),
    "an infusion at twice the dose": ("treatments", replace(INFUSION, dose_mg_per_kg=1.0)),
    "an infusion called approved": ("treatments", replace(KNOWLEDGE.treatments["ketamine_sc"], off_label=False)),
}  # fmt: skip


@pytest.mark.parametrize(("area", "entry"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_entry_fails_its_own_example(area: str, entry: Any) -> None:
    changed = replace(KNOWLEDGE, **{area: {**getattr(KNOWLEDGE, area), entry.id: entry}})
    assert list(AREAS[area](entry, changed)) != []


@pytest.mark.parametrize("area", AREAS)
def test_an_entry_without_an_example_is_told(area: str) -> None:
    entry = next(iter(getattr(KNOWLEDGE, area).values()))
    if area == "laws":
        bare = replace(entry, deadline=[replace(each, example={}) for each in entry.deadline])
    else:
        bare = replace(entry, example={})
    assert all("no worked example" in reason for reason in AREAS[area](bare, KNOWLEDGE))
    assert list(AREAS[area](bare, KNOWLEDGE))


def test_a_code_that_no_longer_fits_is_told() -> None:
    notes = {**KNOWLEDGE.code_notes}
    notes["hcpcs_cpt"] = {**notes["hcpcs_cpt"], "example": {
        "treatment": "ketamine_iv", "minutes": 40, "expect": ["96374"], "not_expect": ["96365"],
    }}  # fmt: skip
    told = [reason for _, reason in code_faults(replace(KNOWLEDGE, code_notes=notes))]
    assert len(told) == 2
