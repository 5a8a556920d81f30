"""A case made by the form is the case that was typed: nothing lost, nothing added, all checked."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from casework.schema.load import case_field
from service.pages.case_form.groups import GROUPS
from service.samples import load_samples
from storage.drafts import ChangedMeanwhile
from storage.faults import NotFound
from storage.store import Store
from tests.pages.conftest import Visitor, words
from tests.pages.filled_forms import fields_of
from tests.service.conftest import CANARY, Caller, Clock, a_case

Person = Callable[..., Visitor]


@pytest.fixture
def robin(person: Person) -> Visitor:
    return person("editor")


def begun(robin: Visitor, case: Any = None) -> str:
    """Begin a case and return the address of its pages."""
    if case is None:
        answer = robin.post("/staff/cases")
    else:
        answer = robin.post("/staff/cases/from-json", json=json.dumps(case))
    assert answer.status_code == 303, words(answer)
    return str(answer.location).rpartition("/")[0]


def draft_of(store: Store, where: str) -> Any:
    return store.drafts.find("willow", where.rpartition("/")[2]).case


def typed(robin: Visitor, where: str, group: str, **fields: str) -> Any:
    """Send a page as it was loaded, with some fields typed over."""
    page = robin.get(f"{where}/{group}")
    return robin.post(f"{where}/{group}", **{**fields_of(page.text), **fields})


def checked(robin: Visitor, where: str, group: str, **fields: str) -> Any:
    page = robin.get(f"{where}/{group}")
    return robin.post(f"{where}/{group}/check", **{**fields_of(page.text), **fields}).json


def test_every_section_of_the_case_stands_on_one_page() -> None:
    placed = [section for group in GROUPS for section in group.sections]
    assert sorted(placed) == sorted(case_field().parts)


@pytest.mark.parametrize("name", sorted(load_samples()))
def test_a_case_saved_page_by_page_stays_what_it_was(
    robin: Visitor, store: Store, name: str
) -> None:
    case = load_samples()[name].case
    where = begun(robin, case)
    for group in GROUPS:
        assert typed(robin, where, group.id).status_code == 303
    assert without_empty(draft_of(store, where)) == without_empty(case)


def without_empty(value: Any) -> Any:
    """Return a case without nulls and empty lists, which say no more than their absence."""
    if isinstance(value, dict):
        kept = {key: without_empty(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each not in (None, [], {})}
    if isinstance(value, list):
        return [without_empty(each) for each in value]
    return value


def test_what_cannot_be_is_said_at_its_field_and_stays_typed(robin: Visitor, store: Store) -> None:
    where = begun(robin)
    wrong = {
        "/patient/first_name": "Dana & <b>Co</b>",
        "/patient/phone": "12",
        "/patient/date_of_birth": "1984-13-01",
    }
    typed(robin, where, "patient", **wrong)
    page = robin.get(f"{where}/patient").text
    for name in ("/patient/phone", "/patient/date_of_birth"):
        assert re.search(rf'id="{name}" [^>]*aria-describedby="[^"]*{name}\.problem"', page)
    shown = fields_of(page)
    assert {name: shown[name] for name in wrong} == wrong
    assert "<b>Co</b>" not in page


def test_a_half_filled_case_is_kept_and_what_is_needed_named(robin: Visitor) -> None:
    where = begun(robin)
    typed(robin, where, "patient", **{"/patient/first_name": "Dana"})
    shown = words(robin.get(f"{where}/plan"))
    assert "8 facts still needed before there is a review." in shown
    assert "Prescriber’s NPI" in shown
    assert "Patient’s first name" not in shown.partition("Still needed")[2]
    assert "Saved" in words(robin.get("/staff/cases"))


def test_rows_are_added_and_taken_out(robin: Visitor, store: Store) -> None:
    where = begun(robin)
    page = robin.get(f"{where}/tried")
    added = robin.post(f"{where}/tried", **fields_of(page.text), add="/trials")
    assert added.location == f"{where}/tried?add=/trials#/trials/more"
    for medicine in ("sertraline", "bupropion"):
        form = fields_of(robin.get(f"{where}/tried?add=/trials").text)
        blank = max(name for name in form if name.endswith("/medication"))
        robin.post(f"{where}/tried", **{**form, blank: medicine})
    assert [each["medication"] for each in draft_of(store, where)["trials"]] == [
        "sertraline",
        "bupropion",
    ]
    form = fields_of(robin.get(f"{where}/tried").text)
    robin.post(f"{where}/tried", **form, remove="/trials/0")
    assert draft_of(store, where)["trials"] == [{"medication": "bupropion"}]


def test_a_problem_below_a_blank_row_is_told_at_the_row_that_has_it(robin: Visitor) -> None:
    where = begun(robin)
    answer = checked(
        robin,
        where,
        "tried",
        **{
            "/trials/0/medication": "",
            "/trials/1/medication": "sertraline",
            "/trials/1/adherence": "many",
        },
    )
    assert answer["problems"] == {"/trials/1/adherence": "must be a number"}


def test_criteria_turn_met_while_the_facts_are_typed(robin: Visitor) -> None:
    case = a_case()
    trials = case.pop("trials")
    where = begun(robin, case)
    before = checked(robin, where, "tried")["panel"]
    assert "1 of 4 criteria met" in before
    fields = {
        f"/trials/{number}/{name}": str(value)
        for number, trial in enumerate(trials)
        for name, value in trial.items()
        if not isinstance(value, list)
    }
    after = checked(robin, where, "tried", **fields)["panel"]
    assert "3 of 4 criteria met" in after


def test_a_field_half_typed_does_not_take_the_review_away(robin: Visitor) -> None:
    where = begun(robin, a_case())
    answer = checked(robin, where, "patient", **{"/patient/phone": "55"})
    assert list(answer["problems"]) == ["/patient/phone"]
    assert "3 of 4 criteria met" in answer["panel"]


def test_of_two_editors_the_second_is_told_and_nothing_is_overwritten(
    robin: Visitor, person: Person, store: Store
) -> None:
    where = begun(robin)
    kim = person("editor", name="Kim")
    mine = fields_of(robin.get(f"{where}/patient").text)
    theirs = fields_of(kim.get(f"{where}/patient").text)
    kim.post(f"{where}/patient", **{**theirs, "/patient/first_name": "Dana"})
    late = robin.post(f"{where}/patient", **{**mine, "/patient/last_name": "Rivera"})
    assert late.status_code == 409
    assert "Kim saved this case at" in words(late)
    assert fields_of(late.text)["/patient/last_name"] == "Rivera"
    assert draft_of(store, where)["patient"] == {"first_name": "Dana"}
    again = robin.post(f"{where}/patient/check", **{**mine, "/patient/last_name": "R"})
    assert (again.status_code, "Kim saved" in again.json["message"]) == (409, True)
    robin.post(f"{where}/patient", **fields_of(late.text))
    assert draft_of(store, where)["patient"] == {"last_name": "Rivera"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "line 1"),
        ("[]", "object"),
        ('{"patient": {"firstname": "Dana"}}', "did you mean `first_name`?"),
        ('{"patient": "Dana"}', "must be an object"),
        ('{"patient": {"first_name": "a", "first_name": "b"}}', "first_name"),
    ],
)
def test_json_that_is_no_case_begins_nothing_and_says_why(
    robin: Visitor, store: Store, text: str, why: str
) -> None:
    answer = robin.post("/staff/cases/from-json", json=text)
    assert answer.status_code == 422
    assert why in words(answer)
    assert store.drafts.list("willow") == ()


def test_a_file_begins_a_case_too(robin: Visitor, store: Store) -> None:
    file = (io.BytesIO(json.dumps(a_case()).encode()), "case.json")
    assert robin.post("/staff/cases/from-json", file=file).status_code == 303
    assert len(store.drafts.list("willow")) == 1


def test_a_file_of_any_size_is_refused_without_being_read(robin: Visitor) -> None:
    file = (io.BytesIO(b" " * 600_000), "case.json")
    assert robin.post("/staff/cases/from-json", file=file).status_code == 413


def test_the_chosen_papers_are_handed_over_and_the_draft_is_gone(
    robin: Visitor, willow: Caller, store: Store
) -> None:
    where = begun(robin, a_case())
    assert "Appeal letter" in words(robin.get(f"{where}/write"))
    form = {"document": ["appeal_letter||en", "fax_cover||"], "reference": "case-1"}
    answer = robin.post(f"{where}/write", **form)
    (packet,) = willow.get("/v1/packets").json["items"]
    assert answer.location == f"/staff/packets/{packet['id']}?done=accepted"
    whole = willow.get(packet["links"]["self"]).json
    assert [each["kind"] for each in whole["documents"]] == ["appeal_letter", "fax_cover"]
    assert whole["reference"] == "case-1"
    assert store.drafts.list("willow") == ()
    assert robin.post(f"{where}/write", **form).status_code == 404


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"document": "appeal_letter||", "reference": "Dana Rivera"}, "letters, digits, dots"),
        ({"reference": "case-1"}, "list of document kinds"),
        ({"document": "no_such_kind||"}, "papers"),
        ({"document": "appeal_letter||", "letter_date": "soon"}, "must be a date"),
    ],
)
def test_what_is_wrong_with_the_choice_is_said_and_nothing_is_written(
    robin: Visitor, willow: Caller, form: dict[str, str], why: str
) -> None:
    where = begun(robin, a_case())
    answer = robin.post(f"{where}/write", **form)
    assert answer.status_code == 422
    assert why in words(answer)
    assert willow.get("/v1/packets").json["items"] == []


def test_a_case_that_is_not_whole_is_not_written(robin: Visitor, willow: Caller) -> None:
    where = begun(robin)
    assert "Write the papers" not in words(robin.get(f"{where}/write"))
    assert robin.post(f"{where}/write", document="fax_cover||").status_code == 422
    assert willow.get("/v1/packets").json["items"] == []


def test_a_new_version_begins_with_the_packets_case(
    robin: Visitor, willow: Caller, store: Store
) -> None:
    packet = willow.packet(documents=["fax_cover"])
    answer = robin.post(f"/staff/packets/{packet['id']}/again")
    where = str(answer.location).rpartition("/")[0]
    assert draft_of(store, where)["patient"]["last_name"] == "Example-Rivera"
    robin.post(f"{where}/write", document="fax_cover||")
    listed = willow.get("/v1/packets").json["items"]
    assert packet["id"] in {each["based_on"] for each in listed}


def test_a_draft_rests_sealed_and_is_no_business_of_others(
    robin: Visitor, person: Person, store: Store, log: io.StringIO
) -> None:
    where = begun(robin)
    typed(robin, where, "patient", **{"/patient/last_name": CANARY})
    with store.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM drafts").all()
        lines = connection.exec_driver_sql("SELECT * FROM audit_lines").all()
    assert CANARY not in repr(rows)
    assert CANARY not in repr(lines)
    assert CANARY not in log.getvalue()
    assert person("editor", "cedar").get(f"{where}/patient").status_code == 404
    assert person("reader").get(f"{where}/patient").status_code == 403


def test_each_look_at_a_draft_and_each_copy_of_a_packet_is_in_the_trail(
    robin: Visitor, willow: Caller, store: Store
) -> None:
    packet = willow.packet(documents=["fax_cover"])
    answer = robin.post(f"/staff/packets/{packet['id']}/again")
    where = str(answer.location).rpartition("/")[0]
    name = where.rpartition("/")[2]
    for path in ("patient", "tried?done=saved", "write"):
        robin.get(f"{where}/{path}")
    actions = [each.action for each in store.audit.entries("willow")]
    assert actions.count(f"draft.viewed:{name}") == 3
    assert actions.count("packet.copied") == 1


def test_thrown_away_is_gone(robin: Visitor, store: Store) -> None:
    where = begun(robin)
    assert robin.post(f"{where}/discard").status_code == 303
    assert robin.get(f"{where}/patient").status_code == 404
    actions = [each.action for each in store.audit.entries("willow")]
    assert f"draft.erased:{where.rpartition('/')[2]}" in actions


def test_a_draft_that_nobody_touches_is_erased_after_the_retention_time(
    robin: Visitor, store: Store, clock: Clock
) -> None:
    where = begun(robin)
    clock.forward(days=29)
    assert store.drafts.erase_old().erased == 0
    clock.forward(days=2)
    assert store.drafts.erase_old().erased == 1
    with pytest.raises(NotFound):
        draft_of(store, where)


def test_a_save_over_another_version_keeps_nothing(robin: Visitor, store: Store) -> None:
    where = begun(robin)
    (someone,) = store.staff.list("willow")
    with pytest.raises(ChangedMeanwhile):
        store.drafts.save(someone, where.rpartition("/")[2], 7, {"patient": {}})
    assert draft_of(store, where) == {}


def test_codes_and_medicines_are_offered_from_the_knowledge(robin: Visitor) -> None:
    where = begun(robin)
    page = robin.get(f"{where}/tried?add=/trials").text
    assert re.search(r'name="/trials/0/medication"[^>]*list="list-medicines"', page)
    offered = page.partition('<datalist id="list-medicines">')[2].partition("</datalist>")[0]
    assert '<option value="sertraline">Zoloft</option>' in offered
    plan = robin.get(f"{where}/plan").text
    assert '<option value="medicare_advantage">' in plan
