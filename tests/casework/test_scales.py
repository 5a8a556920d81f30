"""What a score means, what a change means, and what no reading of a scale may claim."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.assessments import around, newest, scores
from casework.knowledge_base import load_knowledge
from casework.knowledge_base.model import Scale
from casework.partial_dates import PartialDate
from casework.scales import (
    band_of,
    change,
    items_fault,
    percent_gain,
    remission_line,
    remitted,
    responded,
    response_lost,
    response_rule,
    score_fault,
    worsened,
)
from casework.schema import load_case
from tests.casework.clinical_cases import a_case

SCALES = load_knowledge().scales
COUNTED = sorted(scale.id for scale in SCALES.values() if not scale.category_scale)


def scale(name: str) -> Scale:
    return SCALES[name]


@pytest.mark.parametrize(
    ("name", "score", "band"),
    [
        ("phq9", 4, "none or minimal"), ("phq9", 5, "mild"), ("phq9", 19, "moderately severe"),
        ("phq9", 20, "severe"), ("madrs", 28, "moderate"), ("madrs", 34, "moderate"),
        ("madrs", 35, "severe"), ("hamd17", 23, "moderate"), ("hamd17", 24, "severe"),
        ("gad7", 9, "mild"), ("gad7", 10, "moderate"), ("gad7", 15, "severe"), ("ymrs", 60, "manic range"),
    ],
)  # fmt: skip
def test_a_score_lies_in_the_band_of_its_own_scale(name, score, band) -> None:
    found = band_of(scale(name), score)
    assert found is not None
    assert found.label == band


@pytest.mark.parametrize(("name", "score"), [("pcl5", 60), ("caps5", 50), ("lsas", 100)])
def test_a_scale_without_bands_that_were_read_has_no_band(name, score) -> None:
    assert band_of(scale(name), score) is None


def test_half_a_point_belongs_to_the_band_below() -> None:
    found = band_of(scale("ymrs"), 11.5)
    assert found is not None
    assert found.label == "not manic"


def test_the_mania_scale_goes_to_sixty() -> None:
    assert score_fault(scale("ymrs"), 60) == ""
    assert score_fault(scale("ymrs"), 61) == "YMRS goes from 0 to 60"


def test_half_is_a_response_and_a_point_less_is_none() -> None:
    assert responded(scale("phq9"), 22, 11)
    assert not responded(scale("phq9"), 22, 12)


def test_a_percent_is_counted_from_the_scale_s_lowest_value() -> None:
    assert percent_gain(scale("phq9"), 20, 5) == 75


@pytest.mark.parametrize(("name", "line"), [("phq9", 4), ("madrs", 10), ("hamd17", 7), ("qids_sr16", 5)])  # fmt: skip
def test_remission_is_the_scale_s_own_line(name, line) -> None:
    assert remitted(scale(name), line) is True
    assert remitted(scale(name), line + 1) is False


@pytest.mark.parametrize("name", ["gad7", "bdi2", "ybocs", "lsas", "ymrs", "caps5", "cgi_s"])
def test_a_remission_line_that_nobody_read_is_never_used(name) -> None:
    assert remission_line(scale(name)) is None
    assert remitted(scale(name), 0) is None


def test_a_response_line_that_nobody_read_is_never_used() -> None:
    assert response_rule(scale("gad7")) is None
    assert change(scale("gad7"), 20, 2).responded is None


def test_a_line_from_memory_is_one_that_the_scale_has() -> None:
    for each in SCALES.values():
        assert all(getattr(each, line) is not None for line in each.from_memory), each.id


def test_a_response_that_went_again_is_lost_and_not_absent() -> None:
    phq9 = scale("phq9")
    assert response_lost(phq9, 22, [18, 9, 17])
    assert not response_lost(phq9, 22, [18, 17])
    assert not response_lost(phq9, 22, [18, 9])
    assert not response_lost(phq9, 22, [])


@pytest.mark.parametrize("name", ["c_ssrs", "cgi_s"])
def test_categories_have_no_percent_and_no_response(name) -> None:
    assert percent_gain(scale(name), 5, 1) is None
    assert change(scale(name), 5, 1).responded is None


def test_ten_points_on_the_trauma_list_are_meaningful_with_a_warning_and_fifteen_without() -> None:
    ten, fifteen = change(scale("pcl5"), 60, 50), change(scale("pcl5"), 60, 45)
    assert (ten.meaningful, ten.responded) == (True, True)
    assert ten.warning == "a strict reader asks for a change of 15 points on the PCL-5"
    assert fifteen.warning == ""
    assert change(scale("pcl5"), 60, 51).meaningful is False


def test_worse_is_a_percent_below_nothing() -> None:
    assert worsened(scale("phq9"), 12, 15)
    assert change(scale("phq9"), 12, 15).percent == -25


def test_no_percent_is_rounded_up_to_the_line_that_a_fall_did_not_reach() -> None:
    assert not responded(scale("lsas"), 130, 85)
    assert change(scale("lsas"), 130, 85).percent == 34


def test_items_that_bear_out_the_total_are_no_fault() -> None:
    assert items_fault(scale("phq9"), 21, [3, 3, 3, 3, 2, 3, 2, 2, 0]) is None


@pytest.mark.parametrize(
    ("score", "items", "code"),
    [
        (22, [3, 3, 3, 3, 2, 3, 2, 2, 0], "items_do_not_add_up"),
        (21, [3, 3, 3, 3, 2, 3, 2, 2], "wrong_number_of_items"),
        (21, [4, 3, 3, 3, 2, 3, 2, 1, 0], "item_outside_range"),
    ],
)
def test_items_that_do_not_bear_out_the_total_are_told(score, items, code) -> None:
    fault = items_fault(scale("phq9"), score, items)
    assert fault is not None
    assert fault[0] == code


@pytest.mark.parametrize(
    ("name", "score", "items"),
    [
        ("qids_sr16", 12, [1] * 16),  # nine domains from sixteen items: no plain sum
        ("lsas", 48, [1] * 48),  # fear and avoidance for each of 24 situations
    ],
)
def test_a_case_with_all_items_of_such_a_scale_is_taken(name, score, items, knowledge) -> None:
    row = {"scale": name, "score": score, "date": "2026-09-28", "items": items}
    assert load_case(a_case(assessments=[row]), knowledge)["assessments"] == [row]


def test_item_scores_without_a_total_are_taken(knowledge) -> None:
    row = {"scale": "phq9", "date": "2026-09-28", "items": [1] * 9}
    assert load_case(a_case(assessments=[row]), knowledge)["assessments"] == [row]


def test_the_newest_score_of_each_scale_is_taken_clinician_first_on_one_day(knowledge) -> None:
    case = a_case(
        assessments=[
            {"scale": "phq9", "score": 10, "date": "2026-09-01"},
            {"scale": "phq9", "score": 21, "date": "2026-09-28"},
            {"scale": "madrs", "score": 34, "date": "2026-09-28"},
            {"scale": "gad7", "score": 12, "date": "2026-08-01"},
        ]
    )
    told = [(each.scale.id, each.value) for each in newest(scores(case, knowledge))]
    assert told == [("madrs", 34), ("phq9", 21), ("gad7", 12)]


def test_a_score_without_a_date_is_no_score(knowledge) -> None:
    assert scores(a_case(assessments=[{"scale": "phq9", "score": 21}]), knowledge) == ()


def test_scores_of_two_scales_never_stand_around_one_treatment(knowledge) -> None:
    begun, ended = (
        PartialDate.parse("2026-05-11").earliest,
        PartialDate.parse("2026-07-02").earliest,
    )
    rows: list[dict[str, Any]] = [
        {"scale": "phq9", "score": 22, "date": "2026-05-08"},
        {"scale": "madrs", "score": 20, "date": "2026-07-06"},
    ]
    assert around(scores(a_case(assessments=rows), knowledge), begun, ended) is None
    rows.append({"scale": "phq9", "score": 18, "date": "2026-07-06"})
    pair = around(scores(a_case(assessments=rows), knowledge), begun, ended)
    assert pair is not None
    assert [each.value for each in pair] == [22, 18]


def test_a_score_more_than_a_month_away_tells_nothing_of_a_treatment(knowledge) -> None:
    begun, ended = (
        PartialDate.parse("2026-05-11").earliest,
        PartialDate.parse("2026-07-02").earliest,
    )
    rows = [
        {"scale": "phq9", "score": 22, "date": "2026-04-10"},
        {"scale": "phq9", "score": 18, "date": "2026-07-06"},
    ]
    assert around(scores(a_case(assessments=rows), knowledge), begun, ended) is None


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Scale, float, float]:
    chosen = SCALES[draw(st.sampled_from(COUNTED))]
    values = st.integers(chosen.minimum, chosen.maximum)
    return chosen, draw(values), draw(values)


@given(pairs())
def test_better_and_worse_are_never_both_and_a_response_is_always_better(pair) -> None:
    chosen, first, latest = pair
    told = change(chosen, first, latest)
    assert not (told.better and told.worse)
    assert told.better or not told.responded


@given(pairs())
def test_a_percent_told_never_promises_more_than_was_reached(pair) -> None:
    chosen, first, latest = pair
    exact, told = percent_gain(chosen, first, latest), change(chosen, first, latest).percent
    assert (exact is None) == (told is None)
    if exact is not None and told is not None and exact > 0:
        assert told <= exact


@given(pairs(), st.integers(0, 144))
def test_a_lower_score_never_turns_a_response_into_none(pair, further) -> None:
    chosen, first, latest = pair
    lower = max(chosen.minimum, latest - further)
    assert responded(chosen, first, lower) or not responded(chosen, first, latest)


@given(st.sampled_from(sorted(SCALES)), st.integers(-5, 300))
def test_a_score_lies_in_one_band_at_most_and_outside_the_scale_in_none(name, value) -> None:
    chosen = SCALES[name]
    holding = [each for each in chosen.band if each.low <= value <= each.high]
    assert len(holding) <= 1
    if score_fault(chosen, value):
        assert band_of(chosen, value) is None
