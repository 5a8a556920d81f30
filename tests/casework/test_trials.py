"""Which trials a reviewer would count, and what is told of the others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.knowledge_base import load_knowledge
from casework.trials import adequate_for, judge_trials
from tests.casework.clinical_cases import (
    GONE,
    TODAY,
    a_case,
    a_trial,
    counted,
    judged,
    judged_trial,
)

ORDER = {"no": 0, "unknown": 1, "yes": 2}
DOSED = sorted(
    medicine.id
    for medicine in load_knowledge().medicines.values()
    if medicine.minimum_adequate_dose_mg_per_day and medicine.verified
)


@pytest.mark.parametrize(
    ("medicine", "dose"),
    [
        ("trazodone", 100), ("doxepin", 6), ("amitriptyline", 50), ("nortriptyline", 25),
        ("quetiapine", 50), ("mirtazapine", 7.5),
    ],
)  # fmt: skip
def test_a_sleep_or_pain_dose_is_no_trial_and_is_called_so(medicine, dose, knowledge) -> None:
    trial = judged_trial(a_trial(medicine, dose, weeks=52), knowledge)
    assert trial.adequate == "no"
    assert "a sleep or pain dose" in trial.reasons[0]


def test_a_low_dose_of_another_medicine_is_not_called_a_sleep_dose(knowledge) -> None:
    trial = judged_trial(a_trial("sertraline", 25), knowledge)
    assert trial.reasons == ("dose under 50 mg",)


@pytest.mark.parametrize(
    ("medicine", "dose", "strict"),
    [
        ("bupropion XL", 150, 300), ("vilazodone", 20, 40), ("mirtazapine", 15, 30),
        ("venlafaxine", 75, 150), ("trazodone", 200, 300),
    ],
)  # fmt: skip
def test_a_dose_between_the_two_lines_passes_with_a_warning(
    medicine, dose, strict, knowledge
) -> None:
    between = judged_trial(a_trial(medicine, dose), knowledge)
    above = judged_trial(a_trial(medicine, strict), knowledge)
    assert (between.adequate, between.warning) == ("yes", f"a strict reader asks for {strict} mg")
    assert (above.adequate, above.warning) == ("yes", "")


def test_a_tricyclic_at_a_canadian_starting_dose_keeps_the_us_line(knowledge) -> None:
    assert judged_trial(a_trial("imipramine", 75), knowledge).adequate == "no"


def test_six_weeks_are_enough_and_a_day_less_is_not(knowledge) -> None:
    six = a_trial("sertraline", 100, weeks=6)
    less = {**six, "stopped": "2025-04-13"}
    assert judged_trial(six, knowledge).adequate == "yes"
    assert judged_trial(less, knowledge).reasons == ("5 of 6 weeks",)


def test_the_payer_s_own_weeks_go_before_ours(knowledge) -> None:
    case = a_case(trials=[a_trial("sertraline", 100, weeks=7)])
    assert judged(case, knowledge, weeks=8)[0].adequate == "no"
    assert judged(case, knowledge, weeks=4)[0].adequate == "yes"


def test_a_payer_s_weeks_for_antidepressants_do_not_bind_an_addition(knowledge) -> None:
    case = a_case(trials=[a_trial("aripiprazole", 5, weeks=4)])
    assert judged(case, knowledge, weeks=8)[0].adequate == "yes"


def test_a_trial_in_a_month_without_days_is_judged_by_the_least_and_the_most(knowledge) -> None:
    entry = a_trial("sertraline", 100, started="2025-03", stopped="2025-04")
    trial = judged_trial(entry, knowledge)
    assert trial.weeks == (0, 8)
    assert (trial.adequate, trial.open_field) == ("unknown", "started")


def test_month_only_dates_far_enough_apart_are_no_question(knowledge) -> None:
    entry = a_trial("sertraline", 100, started="2025-03", stopped="2025-06")
    assert judged_trial(entry, knowledge).adequate == "yes"


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (a_trial("sertraline"), "max_dose_mg_per_day"),
        (a_trial("lithium", 900), "blood_level"),
        (a_trial("selegiline patch"), "max_dose"),
        (a_trial("sertraline", 100, started=GONE), "started"),
        (a_trial("sertraline", 100, stopped="2025"), "stopped"),
        (a_trial("isocarboxazid", 40), "medication"),
        (a_trial("no such thing", 40), "medication"),
    ],
)
def test_what_keeps_a_trial_open_is_named_by_its_field(entry, field, knowledge) -> None:
    trial = judged_trial(entry, knowledge)
    assert (trial.adequate, trial.open_field) == ("unknown", field)


def test_a_judged_trial_has_no_open_field(knowledge) -> None:
    assert judged_trial(a_trial("sertraline", 100), knowledge).open_field == ""


def test_a_short_trial_of_unknown_dose_is_no_trial_whatever_the_dose(knowledge) -> None:
    assert judged_trial(a_trial("sertraline", weeks=2), knowledge).adequate == "no"


def test_lithium_is_judged_by_its_blood_level_alone(knowledge) -> None:
    low = judged_trial(a_trial("lithium", 1200, blood_level=0.4), knowledge)
    enough = judged_trial(a_trial("lithium", 300, blood_level=0.6), knowledge)
    assert low.reasons == ("blood level under 0.6 mEq/L",)
    assert enough.adequate == "yes"


def test_thyroid_hormone_typed_in_micrograms_where_milligrams_stand_is_asked_back(
    knowledge,
) -> None:
    typed = judged_trial(a_trial("liothyronine", 25), knowledge)
    right = judged_trial(a_trial("liothyronine", 0.025), knowledge)
    assert typed.adequate == "unknown"
    assert "micrograms" in typed.reasons[0]
    assert right.adequate == "yes"


def test_intolerance_nonadherence_and_unknown_dose_are_told_apart_and_none_counts(
    knowledge,
) -> None:
    entries = [
        a_trial("sertraline", 100, outcome="intolerance"),
        a_trial("duloxetine", 60, outcome="nonadherence"),
        a_trial("vortioxetine"),
    ]
    trials = judged(a_case(trials=entries), knowledge)
    assert [each.outcome for each in trials] == ["intolerance", "nonadherence", "no_response"]
    assert [each.adequate for each in trials] == ["yes", "yes", "unknown"]
    assert counted(entries, knowledge).agents == 0


@pytest.mark.parametrize("outcome", ["responded", "ongoing", "unknown"])
def test_a_trial_that_helped_runs_on_or_has_no_result_is_no_failure(outcome, knowledge) -> None:
    assert counted([a_trial("sertraline", 100, outcome=outcome)], knowledge).agents == 0


@pytest.mark.parametrize("outcome", ["no_response", "partial_response", "response_lost"])
def test_no_partial_and_lost_response_count_as_no_lasting_response(outcome, knowledge) -> None:
    counts = counted([a_trial("sertraline", 100, outcome=outcome)], knowledge)
    assert [trial.outcome for trial in counts.failures] == [outcome]


def test_without_a_stop_and_a_result_a_trial_is_ongoing_and_counts_weeks_to_the_letter(
    knowledge,
) -> None:
    trial = judged_trial(a_trial("sertraline", 100, stopped=GONE, outcome=GONE), knowledge)
    assert trial.outcome == "ongoing"
    assert trial.weeks == ((TODAY - date(2025, 3, 3)).days // 7,) * 2


def test_a_stopped_trial_without_a_result_has_an_unknown_one(knowledge) -> None:
    assert judged_trial(a_trial("sertraline", 100, outcome=GONE), knowledge).outcome == "unknown"


def test_one_after_another_two_trials_are_two_agents(knowledge) -> None:
    entries = [
        a_trial("sertraline", 100),
        a_trial("duloxetine", 60, started="2025-06-02", stopped="2025-09-01"),
    ]
    counts = counted(entries, knowledge)
    assert (counts.agents, counts.classes) == (2, ("SSRI", "SNRI"))


def test_overlapping_trials_are_each_judged_by_their_own_dates(knowledge) -> None:
    entries = [
        a_trial("sertraline", 100, started="2025-03-03", stopped="2025-06-02"),
        a_trial("bupropion", 300, started="2025-05-26", stopped="2025-06-09"),
    ]
    first, second = judged(a_case(trials=entries), knowledge)
    assert (first.adequate, second.adequate) == ("yes", "no")


def test_the_same_medicine_twice_is_one_agent(knowledge) -> None:
    entries = [
        a_trial("sertraline", 100),
        a_trial("Zoloft", 200, started="2025-06-02", stopped="2025-09-01"),
    ]
    assert counted(entries, knowledge).agents == 1


@pytest.mark.parametrize(
    ("first", "second"), [("venlafaxine", "venlafaxine XR"), ("paroxetine", "paroxetine CR")]
)
def test_two_release_forms_of_a_molecule_are_one_agent_of_one_class(
    first, second, knowledge
) -> None:
    counts = counted([a_trial(first, 225), a_trial(second, 225)], knowledge)
    assert (counts.agents, len(counts.classes)) == (1, 1)


def test_an_augmentation_is_no_further_antidepressant(knowledge) -> None:
    entries = [a_trial("sertraline", 100), a_trial("aripiprazole", 5, augments="sertraline")]
    trials = judged(a_case(trials=entries), knowledge)
    assert [each.role for each in trials] == ["antidepressant", "augmentation"]
    assert counted(entries, knowledge).agents == 1


def test_an_antidepressant_added_to_another_is_an_addition_of_four_weeks(knowledge) -> None:
    entries = [
        a_trial("sertraline", 100),
        a_trial("mirtazapine", 30, weeks=4, augments="sertraline"),
    ]
    added = judged(a_case(trials=entries), knowledge)[1]
    assert (added.role, added.adequate, added.augments) == ("augmentation", "yes", "sertraline")


def test_an_addition_named_by_the_id_of_its_partner_prints_the_medicine(knowledge) -> None:
    entries = [
        a_trial("sertraline", 100, id="first"),
        a_trial("lithium", blood_level=0.8, augments="first"),
    ]
    assert judged(a_case(trials=entries), knowledge)[1].augments == "sertraline"


@pytest.mark.parametrize(
    ("medicine", "dose", "icd10", "role"),
    [
        ("lumateperone", 42, "F33.2", "augmentation"),
        ("lumateperone", 42, "F31.4", "antidepressant"),
        ("quetiapine", 300, "F33.2", "augmentation"),
        ("quetiapine", 300, "F31.4", "antidepressant"),
        ("lamotrigine", 200, "F31.4", "other"),
    ],
)
def test_what_a_medicine_is_a_trial_of_depends_on_the_diagnosis(
    medicine, dose, icd10, role, knowledge
) -> None:
    assert judged_trial(a_trial(medicine, dose), knowledge, icd10).role == role


def test_a_trial_before_the_episode_counts_for_the_lifetime_alone(knowledge) -> None:
    entries = [
        a_trial("fluoxetine", 40, started="2019-01-07", stopped="2019-06-03"),
        a_trial("sertraline", 100),
    ]
    counts = counted(entries, knowledge)
    assert [trial.named for trial in counts.failures] == ["sertraline"]
    assert [trial.named for trial in counts.lifetime] == ["fluoxetine", "sertraline"]


@pytest.mark.parametrize(
    ("began", "ended", "counts"),
    [("2024-12-31", "2025-06-02", False), ("2025-01-01", "2025-06-02", True), ("2025-01", "2025-06", True)],
)  # fmt: skip
def test_a_trial_begun_on_the_day_the_episode_began_is_of_this_episode(
    began, ended, counts, knowledge
) -> None:
    trial = judged_trial(a_trial("sertraline", 100, started=began, stopped=ended), knowledge)
    assert trial.in_episode is counts


@pytest.mark.parametrize(("ended", "counts"), [("2024-12-31", False), ("2025-01-01", True)])
def test_against_the_month_of_an_episode_a_trial_is_earlier_when_it_ended_earlier(
    ended, counts, knowledge
) -> None:
    entry = a_trial("sertraline", 100, started="2024-06-03", stopped=ended)
    assert judged_trial(entry, knowledge, episode_start="2025-01").in_episode is counts


def test_months_that_may_just_reach_the_weeks_asked_are_a_question(knowledge) -> None:
    entry = a_trial("sertraline", 100, started="2025-03", stopped="2025-04")
    assert judged(a_case(trials=[entry]), knowledge, weeks=8)[0].adequate == "unknown"
    assert judged(a_case(trials=[entry]), knowledge, weeks=9)[0].adequate == "no"


def test_weeks_are_exact_only_where_both_dates_are_whole(knowledge) -> None:
    assert judged_trial(a_trial("sertraline", 100), knowledge).exact
    assert not judged_trial(a_trial("sertraline", 100, stopped="2025-06"), knowledge).exact
    assert not judged_trial(a_trial("sertraline", 100, started=GONE), knowledge).exact


def test_a_patch_is_judged_by_its_own_dose_before_the_daily_one(knowledge) -> None:
    own = judged_trial(a_trial("selegiline patch", 20, max_dose=3), knowledge)
    daily = judged_trial(a_trial("selegiline patch", 6), knowledge)
    assert (own.adequate, daily.adequate) == ("no", "yes")


def test_without_the_start_of_the_episode_nobody_says_that_a_trial_was_before_it(
    knowledge,
) -> None:
    trial = judged_trial(a_trial("sertraline", 100), knowledge, episode_start=GONE)
    assert trial.in_episode is None


def test_the_weeks_told_of_all_counted_trials_are_those_that_each_has(knowledge) -> None:
    entries = [a_trial("zuranolone", 50, weeks=2), a_trial("sertraline", 100)]
    assert counted(entries, knowledge).weeks_line == 2


def test_a_brand_is_printed_as_its_medicine_and_a_plain_name_as_typed(knowledge) -> None:
    assert judged_trial(a_trial("Zoloft", 100), knowledge).title == "sertraline"
    assert judged_trial(a_trial("venlafaxine XR", 150), knowledge).title == "venlafaxine XR"


def test_an_unverified_medicine_is_not_judged_and_the_reason_is_told(knowledge) -> None:
    trial = judged_trial(a_trial("isocarboxazid", 40), knowledge)
    assert trial.reasons == ("no verified dose line for this medicine",)
    assert adequate_for(trial, 4) == "unknown"


def _verdict(entry: dict[str, Any], weeks: int | None = None) -> str:
    return judge_trials(a_case(trials=[entry]), load_knowledge(), TODAY, ("mdd",), weeks)[
        0
    ].adequate


doses = st.floats(min_value=0, max_value=1_000, allow_nan=False)
lengths = st.integers(min_value=0, max_value=60)


@given(medicine=st.sampled_from(DOSED), less=doses, more=doses, weeks=lengths)
def test_more_dose_never_lowers_adequacy(medicine, less, more, weeks) -> None:
    low, high = sorted((less, more))
    assert (
        ORDER[_verdict(a_trial(medicine, low, weeks))]
        <= ORDER[_verdict(a_trial(medicine, high, weeks))]
    )


@given(
    medicine=st.sampled_from(DOSED),
    dose=doses,
    days=st.lists(st.integers(0, 400), min_size=2, max_size=2),
)
def test_more_days_never_lower_adequacy(medicine, dose, days) -> None:
    begun = date(2025, 3, 3)
    stops = [(begun + timedelta(days=each)).isoformat() for each in sorted(days)]
    shorter, longer = (_verdict(a_trial(medicine, dose, stopped=stop)) for stop in stops)
    assert ORDER[shorter] <= ORDER[longer]


@given(
    medicine=st.sampled_from(DOSED),
    dose=doses,
    weeks=lengths,
    asked=st.lists(st.integers(1, 52), min_size=2, max_size=2),
)
def test_a_payer_that_asks_for_more_weeks_never_counts_more(medicine, dose, weeks, asked) -> None:
    entry = a_trial(medicine, dose, weeks)
    lenient, strict = sorted(asked)
    assert ORDER[_verdict(entry, strict)] <= ORDER[_verdict(entry, lenient)]


@given(
    entry=st.sampled_from([a_trial("sertraline", 100), a_trial("duloxetine", 60)]),
    precision=st.sampled_from([(7, 7), (7, 10), (10, 7), (4, 4), (4, 10)]),
)
def test_a_vaguer_date_makes_a_verdict_unknown_at_most_and_never_turns_it(entry, precision) -> None:
    begun, ended = precision
    vague = {**entry, "started": entry["started"][:begun], "stopped": entry["stopped"][:ended]}
    assert _verdict(vague) in ("unknown", _verdict(entry))


@given(entries=st.permutations([
    a_trial("sertraline", 100), a_trial("duloxetine", 60, outcome="response_lost"),
    a_trial("bupropion", 300, outcome="intolerance"), a_trial("mirtazapine", 7.5),
    a_trial("Zoloft", 200),
]))  # fmt: skip
def test_the_order_of_the_trials_does_not_change_the_count(entries) -> None:
    counts = counted(entries, load_knowledge())
    assert (counts.agents, set(counts.classes)) == (2, {"SSRI", "SNRI"})
