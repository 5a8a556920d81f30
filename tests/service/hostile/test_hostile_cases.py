"""Cases that no chart could hold: each is refused by its place, and no value of it comes back."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from casework.knowledge_base import load_knowledge
from casework.pointers import value_at
from tests.service.conftest import CANARY, Caller, a_case, errors
from tests.service.hostile.refusals import Refusals

TRIAL = "/trials/0"
ROW = f"{TRIAL}/side_effects"


def with_value(pointer: str, value: Any) -> dict[str, Any]:
    """Return a case of a patient named CANARY with `value` at `pointer`; the way there is made."""
    case = a_case()
    case["patient"]["last_name"] = CANARY
    here: Any = case
    *way, last = [int(step) if step.isdigit() else step for step in pointer.split("/")[1:]]
    for step in way:
        here = here[step] if isinstance(here, list) else here.setdefault(step, {})
    here[last] = value
    return case


def refused(caller: Caller, case: Any, **around: Any) -> Any:
    """Post what `requests` would not: lone surrogates and all."""
    return caller.post_raw("/v1/packets", json.dumps({"case": case, **around}).encode())


TEXTS: dict[str, tuple[str, str]] = {
    "a NUL": (f"{CANARY}\x00", "forbidden_character"),
    "a bell": (f"{CANARY}\x07", "forbidden_character"),
    "a backspace": (f"{CANARY}\x08" * 3, "forbidden_character"),
    "an escape sequence": (f"\x1b[31m{CANARY}", "forbidden_character"),
    "a form feed": (f"{CANARY}\x0c", "forbidden_character"),
    "a vertical tab": (f"{CANARY}\x0b", "forbidden_character"),
    "a delete": (f"{CANARY}\x7f", "forbidden_character"),
    "a control of C1": (f"{CANARY}\x91", "forbidden_character"),
    "a next line": (f"{CANARY}\x85", "forbidden_character"),
    "a carriage return alone": (f"{CANARY}\rX-Owned: 1", "forbidden_character"),
    "a high surrogate": (f"{CANARY}\ud83d", "forbidden_character"),
    "a low surrogate": (f"\udc00{CANARY}", "forbidden_character"),
    "surrogates the wrong way round": (f"{CANARY}\udc00\ud800", "forbidden_character"),
    "the first forbidden noncharacter": (f"{CANARY}\ufffe", "forbidden_character"),
    "the last noncharacter": (f"{CANARY}\uffff", "forbidden_character"),
    "an override from right to left": (f"{CANARY}\u202efdp.exe", "forbidden_character"),
    "an override from left to right": (f"{CANARY}\u202d", "forbidden_character"),
    "an embedding": (f"\u202a{CANARY}", "forbidden_character"),
    "a pop of direction": (f"{CANARY}\u202c", "forbidden_character"),
    "an isolate": (f"\u2066{CANARY}\u2069", "forbidden_character"),
    "a line break": (f"{CANARY}\n", "line_break"),
    "a line break of two characters": (f"{CANARY}\r\nX-Owned: 1", "line_break"),
    "a line separator": (f"{CANARY}\u2028", "line_break"),
    "a paragraph separator": (f"{CANARY}\u2029", "line_break"),
    "nothing": ("", "blank"),
    "spaces": ("   ", "blank"),
    "a tab": ("\t", "blank"),
    "a space that does not break": ("\u00a0", "blank"),
    "an ideographic space": ("\u3000", "blank"),
    "a zero-width space": ("\u200b", "blank"),
    "joiners": ("\u200d\u200c", "blank"),
    "a byte order mark": ("\ufeff", "blank"),
    "marks of direction": ("\u200e\u200f\u061c", "blank"),
    "a soft hyphen": ("\u00ad", "blank"),
    "an empty Braille cell": ("\u2800", "blank"),
    "a Hangul filler": ("\u3164", "blank"),
    "a hidden tag": ("\U000e0001\U000e0041", "blank"),
    "201 letters": ("x" * 201, "too_long"),
    "half a megabyte of one letter": ("x" * 400_000, "too_long"),
}


@pytest.mark.parametrize(("text", "entry"), TEXTS.values(), ids=TEXTS)
def test_a_line_of_text_that_no_paper_can_show_is_refused(
    willow: Caller, refuses: Refusals, text: str, entry: str
) -> None:
    for pointer in ("/patient/first_name", f"{TRIAL}/medication", "/insurance/payer/name"):
        answer = refused(willow, with_value(pointer, text))
        refuses.hold(answer, "invalid_request", entry, f"/case{pointer}")
    in_a_list = [text * (3 if len(text) == 201 else 1)]
    answer = refused(willow, with_value(ROW, in_a_list))
    refuses.hold(answer, "invalid_request", entry, f"/case{ROW}/0")


VALUES: dict[str, tuple[str, Any, str]] = {
    "a narrative of 20,001 letters": ("/denial/letter_text", "x" * 20_001, "too_long"),
    "a narrative of NULs": ("/denial/letter_text", "\x00" * 100, "forbidden_character"),
    "a narrative that shows nothing": ("/denial/letter_text", "\n\u200b\n", "blank"),
    "the 30th of February": ("/patient/date_of_birth", "1980-02-30", "not_a_date"),
    "the 29th of February of a common year": (
        "/patient/date_of_birth",
        "1981-02-29",
        "not_a_date",
    ),
    "the 29th of February 1900": ("/patient/date_of_birth", "1900-02-29", "not_a_date"),
    "the 31st of April": ("/request/start", "2026-04-31", "not_a_date"),
    "month 13": ("/request/start", "2026-13-01", "not_a_date"),
    "month 0": ("/request/start", "2026-00-10", "not_a_date"),
    "day 0": ("/request/start", "2026-01-00", "not_a_date"),
    "a date as Americans write it": ("/request/start", "03/10/2026", "not_a_date"),
    "a date without hyphens": ("/request/start", "20260310", "not_a_date"),
    "a date by week": ("/request/start", "2026-W10-2", "not_a_date"),
    "a date in Arabic digits": ("/request/start", "٢٠٢٦-٠٣-١٠", "not_a_date"),
    "a date with a time": ("/request/start", "2026-03-10T00:00:00Z", "not_a_date"),
    "a date with a line break": ("/request/start", "2026-03-10\n", "not_a_date"),
    "a date with a space": ("/request/start", " 2026-03-10", "not_a_date"),
    "a date with a minus": ("/request/start", "-2026-03-10", "not_a_date"),
    "a date in words": ("/request/start", CANARY, "not_a_date"),
    "a date as a number": ("/request/start", 20260310, "wrong_type"),
    "the year 1": ("/request/start", "0001-01-01", "year_out_of_range"),
    "the year 1899": ("/patient/date_of_birth", "1899-12-31", "year_out_of_range"),
    "the year 2200": ("/request/end", "2200-01-01", "year_out_of_range"),
    "the year 9999": ("/request/end", "9999-12-31", "year_out_of_range"),
    "the year 0000": (f"{TRIAL}/started", "0000", "not_a_partial_date"),
    "half a month": (f"{TRIAL}/started", "2025-1", "not_a_partial_date"),
    "a month 99": (f"{TRIAL}/started", "2025-99", "not_a_partial_date"),
    "a quarter": (f"{TRIAL}/started", "2025-Q1", "not_a_partial_date"),
    "a season": (f"{TRIAL}/started", f"{CANARY} 2025", "not_a_partial_date"),
    "a time without offset": ("/denial/received_date", "2026-10-15T14:05:00", "not_a_moment"),
    "an offset of 99 hours": (
        "/denial/received_date",
        "2026-10-15T14:05:00+99:00",
        "not_a_moment",
    ),
    "hour 25": ("/denial/received_date", "2026-10-15T25:00:00Z", "not_a_moment"),
    "a leap second": ("/denial/received_date", "2026-10-15T23:59:60Z", "not_a_moment"),
    "a time of 24:00": ("/claim/started", "24:00", "not_a_time"),
    "a time of minute 60": ("/claim/started", "10:60", "not_a_time"),
    "a time as Python also reads it": ("/claim/started", "T1405", "not_a_time"),
    "a time with a zone": ("/claim/started", "1405Z", "not_a_time"),
    "a time with a line break": ("/claim/started", "14:05\n", "not_a_time"),
    "a score below zero": ("/assessments/0/score", -1, "out_of_range"),
    "a score over every scale": ("/assessments/0/score", 501, "out_of_range"),
    "a score over its own scale": ("/assessments/0/score", 28, "score_outside_scale"),
    "a score in words": ("/assessments/0/score", CANARY, "wrong_type"),
    "a score as text": ("/assessments/0/score", "21", "wrong_type"),
    "a score that is true": ("/assessments/0/score", True, "wrong_type"),
    "a dose of 1e300": ("/request/dose_mg_per_kg", 1e300, "out_of_range"),
    "a dose of next to nothing": ("/request/dose_mg_per_kg", 1e-300, "out_of_range"),
    "a dose below zero": ("/request/dose_mg_per_kg", -0.5, "out_of_range"),
    "half an infusion": ("/request/administrations", 5.5, "wrong_type"),
    "no infusion": ("/request/administrations", 0, "out_of_range"),
    "a million infusions": ("/request/administrations", 10**6, "out_of_range"),
    "a weight of a whale": ("/medical/weight_kg", 150_000, "out_of_range"),
    "a tenth of a cent": ("/denial/amount", 10.001, "more_than_cents"),
    "an NPI of letters": ("/prescriber/npi", CANARY, "invalid_npi"),
    "an NPI with a wrong digit": ("/prescriber/npi", "2000000151", "wrong_check_digit"),
    "an NPI in Arabic digits": ("/prescriber/npi", "٢٠٠٠٠٠٠١٥٠", "invalid_npi"),
    "an NPI as a number": ("/prescriber/npi", 2000000150, "wrong_type"),
    "a social security number": (
        "/prescriber/practice/tax_id",
        "123-45-6789",
        "social_security_number",
    ),
    "a diagnosis in words": ("/diagnoses/0/icd10", CANARY, "invalid_icd10"),
    "a category as diagnosis": ("/diagnoses/0/icd10", "F33", "category_code"),
    "a service code that is SQL": ("/request/codes/0/code", "';--", "invalid_service_code"),
    "a modifier of three letters": ("/request/codes/0/modifiers", ["ABC"], "invalid_modifier"),
    "a phone that is a command": ("/patient/phone", "$(reboot)", "invalid_phone"),
    "a phone of three digits": ("/patient/phone", "911", "invalid_phone"),
    "two emails": ("/patient/email", f"{CANARY}@x.org,b@x.org", "invalid_email"),
    "an email with a header": ("/patient/email", "a@x.org\nBcc: b@x.org", "invalid_email"),
    "a ZIP code of four digits": ("/patient/address/postal_code", "0213", "invalid_postal_code"),
    "a ZIP code as a number": ("/patient/address/postal_code", 2139, "wrong_type"),
    "a state of Canada": ("/patient/address/state", "ON", "not_a_choice"),
    "a language with a path": ("/patient/preferred_language", "../en", "invalid_language"),
    "a plan type that is none": ("/insurance/plan_type", CANARY, "unknown_id"),
    "a plan type that is a path": ("/insurance/plan_type", "../laws", "unknown_id"),
    "a policy that is an attribute": ("/insurance/policy", "__class__", "unknown_id"),
    "a treatment that is none": ("/request/treatment", CANARY, "unknown_id"),
    "a scale that is a template": ("/assessments/0/scale", "{{phq9}}", "unknown_id"),
    "a denial reason that is none": ("/denial/reasons/0/id", CANARY, "unknown_id"),
    "a procedure that is none": ("/procedures/0/type", CANARY, "unknown_id"),
    "an outcome that is none": (f"{TRIAL}/outcome", CANARY, "not_a_choice"),
    "a sex in capitals": ("/patient/sex", "FEMALE", "not_a_choice"),
    "an exhibit that is a path": (f"{TRIAL}/exhibit", "../A", "invalid_row_id"),
    "an exhibit that is not listed": (f"{TRIAL}/exhibit", "ZZ", "unknown_exhibit"),
    "an end before its beginning": (f"{TRIAL}/stopped", "1990-01-01", "stopped_before_started"),
    "a trial before birth": (f"{TRIAL}/started", "1905", "before_birth"),
    "a medicine added to nothing": (f"{TRIAL}/augments", CANARY, "augments_nothing"),
    "a patient that is null": ("/patient", None, "required"),
    "a first name that is null": ("/patient/first_name", None, "required"),
    "no diagnosis": ("/diagnoses", [], "too_few"),
    "31 diagnoses": ("/diagnoses", [{"icd10": "F33.2"}] * 31, "too_many"),
    "201 trials": ("/trials", [{"medication": "x"}] * 201, "too_many"),
    "ten thousand trials": ("/trials", [{"medication": CANARY}] * 10_000, "too_many"),
    "a row that is null": ("/trials", [None], "required"),
    "61 things screened": (
        "/medical/screened",
        {f"k{n}": CANARY for n in range(61)},
        "too_many",
    ),
    "a screening named with a space": ("/medical/screened", {"a b": "x"}, "unknown_field"),
    "a screening without a name": ("/medical/screened", {"": "x"}, "unknown_field"),
}


@pytest.mark.parametrize(("pointer", "value", "entry"), VALUES.values(), ids=VALUES)
def test_a_value_that_cannot_be_is_refused_at_its_place(
    willow: Caller, refuses: Refusals, pointer: str, value: Any, entry: str
) -> None:
    answer = refused(willow, with_value(pointer, value))
    found = [each for each in answer.json["errors"] if each["code"] == entry]
    assert found, answer.json["errors"]
    assert all(each["pointer"].startswith(f"/case{pointer}") for each in found)
    refuses.hold(answer, "invalid_request", entry, found[0]["pointer"])


PARAMETERS: dict[str, tuple[str, Any, str]] = {
    "a kind that is none": (CANARY, {}, "criterion_parameters"),
    "a kind that is an attribute": ("__init__", {}, "criterion_parameters"),
    "a number in words": ("trials", {"agents": CANARY}, "criterion_parameters"),
    "a number of ten digits": ("trials", {"agents": 10**10}, "criterion_parameters"),
    "a parameter that is none": ("trials", {"a.b": 1}, "criterion_parameters"),
    "a parameter named with a backtick": ("trials", {"a`b": 1}, "criterion_parameters"),
    "a parameter named with a surrogate": ("trials", {"\ud800": 1}, "forbidden_character"),
    "a list where an object belongs": ("trials", [CANARY], "wrong_type"),
    "a code with a line break": ("diagnosis", {"icd10": ["F33.2\n"]}, "line_break"),
    "a group that is none": ("diagnosis", {"populations": [CANARY]}, "criterion_parameters"),
    "a scale that is none": ("severity", {"any_of": [{"scale": "x"}]}, "unknown_id"),
    "a medicine with a NUL": ("augmentation", {"agents": [f"{CANARY}\0"]}, "forbidden_character"),
    "a medicine with a surrogate": (
        "augmentation",
        {"agents": ["\ud800"]},
        "forbidden_character",
    ),
    "a medicine of 400,000 letters": ("augmentation", {"agents": ["x" * 400_000]}, "too_long"),
    "parameters twenty deep": (
        "trials",
        json.loads('{"agents":' * 20 + "1" + "}" * 20),
        "criterion_parameters",
    ),
}


@pytest.mark.parametrize(("kind", "parameters", "entry"), PARAMETERS.values(), ids=PARAMETERS)
def test_parameters_of_a_criterion_that_fit_no_kind_are_refused(
    willow: Caller, refuses: Refusals, kind: str, parameters: Any, entry: str
) -> None:
    item = {"text": CANARY, "kind": kind, "parameters": parameters}
    answer = refused(willow, with_value("/insurance/criteria", {"items": [item]}))
    (error,) = answer.json["errors"]
    assert error["pointer"].startswith("/case/insurance/criteria/items/0/")
    refuses.hold(answer, "invalid_request", entry, error["pointer"])


NAMES = {
    "a slip of the keys": "frist_name",
    "no name": "",
    "the prototype": "__proto__",
    "a class": "__class__",
    "a method": "to_json",
    "a word of marshmallow": "_schema",
    "a tag": "{{name}}",
    "markup": "<script>alert(1)</script>",
    "a path": "../../etc/passwd",
    "a pointer": "a/b~c",
    "a surrogate": "\ud800",
    "a NUL": "a\x00b",
    "an override of direction": "\u202egnp",
    "an emoji": "👩🏽‍⚕️",
    "100,000 letters": "n" * 100_000,
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_field_that_does_not_exist_is_refused(
    willow: Caller, refuses: Refusals, name: str
) -> None:
    for pointer in ("", "/patient", "/insurance/payer", TRIAL, "/claim"):
        case = with_value("/claim", {})
        value_at(case, pointer)[name] = CANARY
        answer = refused(willow, case)
        (error,) = answer.json["errors"]
        assert error["pointer"].startswith(f"/case{pointer}/")
        assert len(error["pointer"]) < 200
        refuses.hold(answer, "invalid_request", "unknown_field", error["pointer"])


def test_forty_thousand_fields_that_do_not_exist_are_answered_soon_and_shortly(
    willow: Caller, refuses: Refusals
) -> None:
    strange = {f"k{number}": 1 for number in range(20_000)}
    answer = refused(willow, a_case() | strange, **strange)
    refuses.hold(answer, "invalid_request", "problems_left_out", "/case")
    assert "problems_left_out" in {e["code"] for e in answer.json["errors"] if not e["pointer"]}
    assert len(answer.data) < 100_000


def _places(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every place below with what stands there; of a list the first row is looked into."""
    steps: Any = value.items() if isinstance(value, dict) else enumerate(value[:1])
    for step, below in steps:
        yield f"{at}/{step}", below
        if isinstance(below, dict | list):
            yield from _places(below, f"{at}/{step}")


def _wrong_types(value: Any) -> list[Any]:
    match value:
        case dict():
            return [[CANARY], CANARY, 7, True]
        case list():
            return [{CANARY: 1}, CANARY, 7, True]
        case str():
            return [{"a": CANARY}, [CANARY], 7, True]
        case bool():
            return [{"a": CANARY}, [CANARY], CANARY, 0]
        case _:
            return [{"a": CANARY}, [CANARY], CANARY, True]


SAMPLES = ["depression_commercial_denied", "odd_but_valid", "renewal_iv"]
SECTIONS = sorted({section for name in SAMPLES for section in a_case(name)})
# Either of two types is right at these, and an object here says which of its fields is not known.
_EITHER = {"safety_plan", "administrations", "medications", "parameters", "screened", "vitals"}


@pytest.mark.parametrize("section", SECTIONS)
def test_a_wrong_type_at_any_place_of_a_section_is_refused(willow: Caller, section: str) -> None:
    refusals = Refusals()
    for name in SAMPLES:
        whole = a_case(name)
        for pointer, value in _places({section: whole[section]} if section in whole else {}):
            if _EITHER & set(pointer.split("/")):
                continue
            for turn, wrong in enumerate(_wrong_types(value)):
                if turn != len(pointer) % 4:  # one of the four at each place
                    continue
                case = copy.deepcopy(whole)
                here: Any = case
                *way, last = [int(s) if s.isdigit() else s for s in pointer.split("/")[1:]]
                for step in way:
                    here = here[step]
                here[last] = wrong
                answer = refused(willow, case)
                refusals.hold(answer, "invalid_request", "wrong_type", f"/case{pointer}")


AROUND: dict[str, tuple[dict[str, Any], str, str]] = {
    "a field that does not exist": ({"cas": CANARY}, "unknown_field", "/cas"),
    "a field called value": ({"value": CANARY}, "unknown_field", "/value"),
    "a field called key": ({"key": CANARY}, "unknown_field", "/key"),
    "a field called _schema": ({"_schema": CANARY}, "unknown_field", "/_schema"),
    "an option called value": ({"options": {"value": 1}}, "unknown_field", "/options/value"),
    "no case": ({"case": None}, "required", "/case"),
    "a case that is a list": ({"case": [CANARY]}, "wrong_type", "/case"),
    "a case that is text": ({"case": CANARY}, "wrong_type", "/case"),
    "a case in a case": ({"case": {"case": a_case()}}, "unknown_field", "/case/case"),
    "a reference that is a name": ({"reference": f"{CANARY} X"}, "bad_reference", "/reference"),
    "a reference with a line break": ({"reference": "a\n"}, "bad_reference", "/reference"),
    "a reference that is a path": ({"reference": "../../etc"}, "bad_reference", "/reference"),
    "a reference of 65 letters": ({"reference": "a" * 65}, "bad_reference", "/reference"),
    "a reference that is a number": ({"reference": 4711}, "wrong_type", "/reference"),
    "no documents": ({"documents": []}, "invalid_documents", "/documents"),
    "documents that are text": ({"documents": CANARY}, "invalid_documents", "/documents"),
    "documents that are an object": ({"documents": {}}, "invalid_documents", "/documents"),
    "a document that is a number": ({"documents": [7]}, "invalid_type", "/documents/0"),
    "a document that is none": ({"documents": [CANARY]}, "unknown_kind", "/documents/0"),
    "a document that is a path": (
        {"documents": ["../../../etc/passwd"]},
        "unknown_kind",
        "/documents/0",
    ),
    "a kind that is a list": (
        {"documents": [{"kind": [CANARY]}]},
        "unknown_kind",
        "/documents/0/kind",
    ),
    "a variant that is a path": (
        {"documents": [{"kind": "appeal_letter", "variant": "../x"}]},
        "unknown_variant",
        "/documents/0/variant",
    ),
    "a variant that is a list": (
        {"documents": [{"kind": "appeal_letter", "variant": [CANARY]}]},
        "unknown_variant",
        "/documents/0/variant",
    ),
    "a language that is an object": (
        {"documents": [{"kind": "appeal_letter", "language": {"a": CANARY}}]},
        "unknown_language",
        "/documents/0/language",
    ),
    "41 documents": ({"documents": ["appeal_letter"] * 41}, "too_many", "/documents"),
    "options that are a list": ({"options": [CANARY]}, "wrong_type", "/options"),
    "an option that is none": ({"options": {"a": CANARY}}, "unknown_field", "/options/a"),
    "a letter date that is none": (
        {"options": {"letter_date": "2026-02-30"}},
        "not_a_date",
        "/options/letter_date",
    ),
    "a letter date of the year 9999": (
        {"options": {"letter_date": "9999-12-31"}},
        "year_out_of_range",
        "/options/letter_date",
    ),
    "assembling that is text": (
        {"options": {"assemble": "true"}},
        "wrong_type",
        "/options/assemble",
    ),
    "a format that is a program": (
        {"options": {"formats": ["exe"]}},
        "not_a_choice",
        "/options/formats/0",
    ),
    "what to do that is none": (
        {"options": {"on_missing": CANARY}},
        "not_a_choice",
        "/options/on_missing",
    ),
    "a base that is none": ({"based_on": CANARY}, "unknown_packet", "/based_on"),
    "a base that is nobody's": (
        {"based_on": "pkt_" + "a" * 26},
        "unknown_packet",
        "/based_on",
    ),
    "a base that is a list": ({"based_on": [CANARY]}, "wrong_type", "/based_on"),
    "rows added to nothing": ({"append": {"/trials": []}}, "needs_based_on", "/append"),
}


@pytest.mark.parametrize(("around", "entry", "at"), AROUND.values(), ids=AROUND)
def test_what_stands_around_a_case_is_refused_at_its_place(
    willow: Caller, refuses: Refusals, around: dict[str, Any], entry: str, at: str
) -> None:
    answer = refused(willow, **{"case": with_value("/patient/suffix", "II"), **around})
    refuses.hold(answer, "invalid_request", entry, at)


APPENDED: dict[str, tuple[Any, str]] = {
    "a list inside no row": ({"/trials/99/side_effects": ["x"]}, "not_a_list"),
    "a row below zero": ({"/trials/-1/side_effects": ["x"]}, "not_a_list"),
    "a row with a superscript": ({"/trials/²/side_effects": ["x"]}, "not_a_list"),
    "a row in Arabic digits": ({"/trials/٠/side_effects": ["x"]}, "not_a_list"),
    "a row with a leading zero": ({"/trials/00/side_effects": ["x"]}, "not_a_list"),
    "a row of 5000 digits": ({f"/trials/{'9' * 5000}/x": ["x"]}, "not_a_list"),
    "a text": ({"/patient/first_name": ["x"]}, "not_a_list"),
    "an object": ({"/patient": ["x"]}, "not_a_list"),
    "the whole case": ({"": ["x"]}, "not_a_list"),
    "no pointer": ({"trials": ["x"]}, "not_a_list"),
    "a list that no case has": ({"/secrets": [CANARY]}, "unknown_field"),
    "a row that is null": ({"/trials": [None]}, "required"),
    "a row that is text": ({"/trials": [CANARY]}, "wrong_type"),
    "rows that are an object": ({"/trials": {"0": CANARY}}, "wrong_type"),
    "rows that are null": ({"/trials": None}, "wrong_type"),
    "too many rows": ({"/trials": [{"medication": "x"}] * 300}, "too_many"),
    "a list": ([CANARY], "wrong_type"),
}


@pytest.fixture(scope="module")
def base(willow: Caller) -> str:
    """The id of a packet to start from."""
    packet_id: str = willow.packet()["id"]
    return packet_id


@pytest.mark.parametrize(("append", "entry"), APPENDED.values(), ids=APPENDED)
def test_rows_that_fit_no_list_are_refused(
    willow: Caller, base: str, refuses: Refusals, append: Any, entry: str
) -> None:
    answer = willow.post("/v1/packets", {"based_on": base, "append": append})
    found = {code: pointer for pointer, code in errors(answer).items()}
    refuses.hold(answer, "invalid_request", entry, found.get(entry, ""))


EVERY_PAPER = [
    {"kind": kind.id, "variant": variant}
    for kind in load_knowledge().kinds.values()
    for variant in ("", *(each.id for each in kind.variants))
]


@pytest.mark.parametrize(
    "paper", EVERY_PAPER, ids=lambda paper: f"{paper['kind']}-{paper['variant']}"
)
def test_a_case_that_cannot_be_read_is_refused_whatever_paper_is_asked_for(
    willow: Caller, refuses: Refusals, paper: dict[str, str]
) -> None:
    case = with_value("/patient/date_of_birth", "2026-02-30")
    answer = refused(willow, case, documents=[paper])
    refuses.hold(answer, "invalid_request", "not_a_date", at="/case/patient/date_of_birth")
    assert {each["pointer"] for each in answer.json["errors"]} == {"/case/patient/date_of_birth"}
