"""A law is a file: adding one needs no code, and a broken one is named with its key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from casework.deadlines import deadlines
from casework.deadlines.check import law_faults
from casework.knowledge_base.load import load_knowledge
from casework.knowledge_base.model import Knowledge, Law
from tests.casework.law.law_cases import a_case, denied

COLORADO = """
id = "state_co"
kind = "state"
title = "Colorado (insured coverage)"
summary = "A rule invented for this test."
applies_to = ["fully_insured_group"]
watch_outs = []
compiled_on = "2026-11-24"

[[deadline]]
id = "co.external.file"
step = "external.file"
title = "Member asks for external review (CO)"
applies_to = ["fully_insured_group"]
event_it_runs_from = "final_denial_received"
months = 4
counting = "calendar"
urgency = "standard"
who_must_act = "member"
limit_kind = "at_most"
effective_from = "1900-01-01"
state = "CO"
month_end = "clamp_to_last_day"
rollover = "not_stated"
citation = "an invented rule"
source = "this test"
verification = "text"
verified = true
example = {from = "2026-01-15", due = "2026-05-15"}
"""


def test_a_new_states_rule_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "laws").mkdir()
    (tmp_path / "laws" / "state_co.toml").write_text(COLORADO, encoding="utf-8")
    knowledge = load_knowledge(tmp_path)
    case = denied(
        a_case("fully_insured_group", state="CO"), "2026-10-12", "2026-10-15",
        level="first_appeal",
    )  # fmt: skip
    got = {each.id: each.due for each in deadlines(case, knowledge, date(2026, 11, 20))}
    assert got["co.external.file"] == date(2027, 2, 15)


def test_the_built_in_laws_have_no_fault(knowledge: Knowledge) -> None:
    assert list(law_faults(knowledge)) == []


def changed(knowledge: Knowledge, law_id: str, rule_id: str, **to: object) -> Knowledge:
    law = knowledge.laws[law_id]
    rows = [
        msgspec.structs.replace(row, **to) if row.id == rule_id else row for row in law.deadline
    ]
    return with_law(knowledge, msgspec.structs.replace(law, deadline=rows))


def with_law(knowledge: Knowledge, law: Law) -> Knowledge:
    return msgspec.structs.replace(knowledge, laws={**knowledge.laws, law.id: law})


def test_two_texts_in_force_on_one_day_are_a_fault_with_file_and_key(knowledge: Knowledge) -> None:
    broken = changed(
        knowledge, "medicare_advantage", "ma.appeal.file_before_2025",
        effective_to=date(2025, 6, 30),
    )  # fmt: skip
    assert [fault[:2] for fault in law_faults(broken)] == [
        ("laws/medicare_advantage.toml", "ma.appeal.file_before_2025")
    ]


def test_a_rule_with_two_lengths_is_a_fault(knowledge: Knowledge) -> None:
    broken = changed(knowledge, "fehb", "fehb.opm.file", hours=24)
    assert ("laws/fehb.toml", "deadline.fehb.opm.file") in [f[:2] for f in law_faults(broken)]


def test_an_unknown_event_or_fact_is_a_fault(knowledge: Knowledge) -> None:
    event = changed(knowledge, "fehb", "fehb.opm.file", event_it_runs_from="full_moon")
    fact = changed(knowledge, "state_ma", "ma_state.external.file", step="external.file if rainy")
    assert any("full_moon" in fault[2] for fault in law_faults(event))
    assert any("rainy" in fault[2] for fault in law_faults(fact))


def test_a_step_that_names_no_rule_is_a_fault(knowledge: Knowledge) -> None:
    law = knowledge.laws["fehb"]
    rows = [row for row in law.deadline if row.id != "fehb.opm.file"]
    broken = with_law(knowledge, msgspec.structs.replace(law, deadline=rows))
    faults = [fault[:2] for fault in law_faults(broken)]
    assert ("appeal_steps/fehb.toml", "level.opm") in faults
    assert ("laws/fehb.toml", "deadlines") in faults
