"""Whatever is put into a case: it is refused by pointer, or it comes back as it was sent."""

from __future__ import annotations

import copy
import json
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from casework.knowledge_base.model import Knowledge
from casework.problems import InvalidCase
from casework.schema import case_json_schema, load_case
from casework.schema.codes import Shaped
from casework.schema.fields import Choice, Dated, Flag, Line, Number, Prose, Whole
from casework.schema.load import field_at
from casework.strict_json import parse_json
from tests.conftest import CASES

SAMPLES = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(CASES.glob("*.json"))
}
# The odd file holds pieces of cases.
SAMPLES = {name: case for name, case in SAMPLES.items() if "patient" in case}
Path = tuple[str | int, ...]

SCHEMA = Draft202012Validator(case_json_schema())
QUICK = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
# The letters in which text is most often spoiled on its way.
ODD_TEXT = st.text(
    st.sampled_from(
        "aZ é e\u0301 ² ﬁ Å \u212b {{ }} & < > \" ' \\ / \n \r\n \t \u200b \u202e \ud800 李 א 𝒳 ٣ \x7f"
    ),
    min_size=1,
    max_size=30,
)
READABLE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=40)
DAYS = st.dates().map(str) | st.from_regex(r"\A(19|20)\d\d(-\d\d)?(-\d\d)?\Z")
NUMBERS = (
    st.integers(-3, 3000)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(0, 2000, places=2).map(float)
)
SCALARS = st.none() | st.booleans() | NUMBERS | ANY_TEXT | ODD_TEXT | DAYS
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: Any, at: Path = ()) -> list[Path]:
    """Return the paths of all values below the top."""
    below: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        below = list(value.items())
    if isinstance(value, list):
        below = list(enumerate(value))
    return [path for key, each in below for path in ((*at, key), *places(each, (*at, key)))]


def at(case: Any, path: Path) -> Any:
    for step in path:
        case = case[step]
    return case


FITTING: dict[type, Callable[[Any], st.SearchStrategy[Any]]] = {
    Choice: lambda field: st.sampled_from(field.values),
    Flag: lambda _: st.booleans(),
    Whole: lambda field: st.integers(int(field.least), int(field.most)),
    Number: lambda field: st.decimals(str(field.least), str(field.most), places=2).map(float),
    Dated: lambda _: st.dates(date(1930, 1, 1), date(2026, 11, 1)).map(str),
    Line: lambda _: READABLE,
    Prose: lambda _: READABLE,
}


def fitting(pointer: str) -> st.SearchStrategy[Any]:
    """Values of the form that the field at this place takes, so that many of them are accepted."""
    field = field_at(pointer)
    made = (make(field) for kind, make in FITTING.items() if isinstance(field, kind))
    return next(made, ANYTHING)


def pointer_of(path: Path) -> str:
    return "".join(f"/{step}" for step in path)


@st.composite
def changed_cases(draw: st.DrawFn) -> dict[str, Any]:
    """A sample case in which one to three values were replaced, most of them by fitting ones."""
    case: dict[str, Any] = copy.deepcopy(SAMPLES[draw(st.sampled_from(sorted(SAMPLES)))])
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places(case)))
        fits = draw(st.integers(0, 9))
        at(case, path[:-1])[path[-1]] = draw(fitting(pointer_of(path)) if fits else ANYTHING)
    return case


def as_promised(value: Any, pointer: str = "") -> Any:
    """What docs/case.md says of every value: null is absent, text is composed, lines end in LF.

    Codes are compared without the dots, spaces and small letters in which they may be typed.
    """
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if each is not None}
        return {name: as_promised(each, f"{pointer}/{name}") for name, each in kept.items()}
    if isinstance(value, list):
        return [as_promised(each, f"{pointer}/{index}") for index, each in enumerate(value)]
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n"))
    coded = isinstance(field_at(pointer), Shaped)
    return re.sub(r"[\s.]", "", text).upper() if coded else text


def loaded(case: Any, knowledge: Knowledge) -> dict[str, Any] | None:
    """Return the case as it was taken, or None where it was refused as it should be."""
    try:
        return load_case(case, knowledge)
    except InvalidCase as fault:
        problems = fault.problems
    assert problems
    assert all(each.pointer == "" or each.pointer.startswith("/") for each in problems)
    assert all(each.code and each.message for each in problems)
    return None


@QUICK
@given(case=changed_cases())
def test_a_case_that_is_accepted_comes_back_as_it_was_sent(
    case: dict[str, Any], knowledge: Knowledge
) -> None:
    taken = loaded(case, knowledge)
    assert taken is None or as_promised(taken) == as_promised(case)


@QUICK
@given(case=changed_cases())
def test_what_was_accepted_once_is_accepted_again_unchanged(
    case: dict[str, Any], knowledge: Knowledge
) -> None:
    taken = loaded(case, knowledge)
    assert taken is None or load_case(copy.deepcopy(taken), knowledge) == taken


@QUICK
@given(case=changed_cases())
def test_what_is_accepted_is_what_the_published_schema_describes(
    case: dict[str, Any], knowledge: Knowledge
) -> None:
    if loaded(case, knowledge) is not None:
        faults = [fault.json_path for fault in SCHEMA.iter_errors(case)]
        assert faults == []


@QUICK
@given(case=changed_cases())
def test_the_caller_is_left_with_what_was_sent(case: dict[str, Any], knowledge: Knowledge) -> None:
    sent = copy.deepcopy(case)
    loaded(case, knowledge)
    assert case == sent


@QUICK
@given(value=ANYTHING)
def test_anything_at_all_is_refused_or_is_a_case(value: Any, knowledge: Knowledge) -> None:
    assert loaded(value, knowledge) is None


@QUICK
@given(case=changed_cases())
def test_reading_the_bytes_gives_what_was_written(case: dict[str, Any]) -> None:
    assert parse_json(json.dumps(case).encode()) == case


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_themselves_come_back_as_they_are(name: str, knowledge: Knowledge) -> None:
    taken = load_case(copy.deepcopy(SAMPLES[name]), knowledge)
    assert as_promised(taken) == as_promised(SAMPLES[name])


def test_enough_of_the_changed_cases_are_accepted_to_say_something(knowledge: Knowledge) -> None:
    taken: list[bool] = []

    @QUICK
    @given(case=changed_cases())
    def count(case: dict[str, Any]) -> None:
        taken.append(loaded(case, knowledge) is not None)

    count()
    assert 0.1 < sum(taken) / len(taken) < 0.9
