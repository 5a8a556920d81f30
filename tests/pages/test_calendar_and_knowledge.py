"""Deadlines of all packets, in a person's own calendar too; the rules with their sources."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from icalendar import Calendar

from casework.knowledge_base.freshness import REVIEW_DAYS, review_due
from casework.knowledge_base.model import Knowledge
from storage.store import Store
from tests.pages.conftest import Visitor, words
from tests.service.conftest import Caller, Clock, a_case

Person = Callable[..., Visitor]


def address_of(robin: Visitor) -> str:
    page = robin.post("/staff/calendar/address").text
    found = re.search(r'value="http://127.0.0.1:8000(/staff/calendar/[\w-]+\.ics)"', page)
    assert found is not None
    return found[1]


def test_every_open_deadline_is_there_with_its_packet(willow: Caller, person: Person) -> None:
    willow.packet(reference="case-1")
    willow.packet(case=a_case("medicare_advantage_denial"), reference="case-2")
    shown = words(person("reader").get("/staff/calendar"))
    assert "April 13, 2027 in 140 days Member files the internal appeal case-1" in shown
    assert shown.index("case-2") < shown.index("case-1")


def test_a_calendar_fetches_the_deadlines_by_a_secret_address_without_patient_data(
    willow: Caller, cedar: Caller, person: Person, visitor: Visitor
) -> None:
    case = a_case()
    case["patient"]["last_name"] = "Quillfeather"
    willow.packet(case=case, reference="case-1")
    cedar.packet(reference="cedar-1")
    answer = visitor.get(address_of(person("reader")))
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    entries = Calendar.from_ical(answer.data).walk("VEVENT")
    assert [str(each["summary"]) for each in entries] == [
        "Due: Member files the internal appeal (case-1)"
    ]
    assert "Quillfeather" not in answer.text


def test_two_versions_under_one_reference_are_one_entry(
    willow: Caller, person: Person, visitor: Visitor
) -> None:
    for _ in range(2):
        willow.packet(reference="case-1")
    answer = visitor.get(address_of(person("reader")))
    assert len(Calendar.from_ical(answer.data).walk("VEVENT")) == 1


def test_an_address_works_until_it_is_replaced_ended_or_its_person_shut_out(
    person: Person, visitor: Visitor, store: Store
) -> None:
    robin = person("reader")
    first = address_of(robin)
    second = address_of(robin)
    assert visitor.get(first).status_code == 404
    assert visitor.get(second).status_code == 200
    robin.post("/staff/calendar/address/end")
    assert visitor.get(second).status_code == 404
    third = address_of(robin)
    (someone,) = store.staff.list("willow")
    store.staff.revoke(someone.id)
    assert visitor.get(third).status_code == 404
    assert third.rpartition("/")[2][:20] not in words(visitor.get("/staff/sign-in"))


def test_the_address_is_not_kept_and_not_logged(
    person: Person, visitor: Visitor, store: Store, log: object
) -> None:
    token = address_of(person("reader")).rpartition("/")[2].removesuffix(".ics")
    visitor.get(f"/staff/calendar/{token}.ics")
    with store.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM calendar_addresses").all()
    assert token not in repr(rows)
    assert token not in log.getvalue()  # type: ignore[attr-defined]


def test_policies_laws_and_studies_are_shown_with_source_and_check(
    person: Person, knowledge: Knowledge
) -> None:
    sam = person("reader")
    policies = words(sam.get("/staff/knowledge/policies"))
    name, policy = next((k, v) for k, v in knowledge.policies.items() if not k.startswith("_"))
    assert f"{policy.payer}: {policy.title}" in policies
    entry = words(sam.get(f"/staff/knowledge/policies/{name}"))
    assert policy.source[0] in entry
    assert "Checked" in entry
    assert sam.get("/staff/knowledge/policies/nothing").status_code == 404
    assert sam.get("/staff/knowledge/nothing").status_code == 404


@pytest.mark.parametrize("area", ["laws", "evidence", "regulators", "plain_words", "questions"])
def test_every_entry_of_an_area_has_a_page(person: Person, area: str) -> None:
    sam = person("reader")
    page = sam.get(f"/staff/knowledge/{area}").text
    links = re.findall(rf'href="(/staff/knowledge/{area}/[^"]+)"', page)
    assert links
    assert {sam.get(link).status_code for link in links[:8]} == {200}


def test_what_is_past_its_review_is_named(person: Person, clock: Clock) -> None:
    assert "Past its review 0" in words(person("reader").get("/staff/knowledge"))
    clock.forward(days=REVIEW_DAYS["policies"] + 60)
    shown = words(person("reader").get("/staff/knowledge"))
    assert "Past its review 0" not in shown
    assert "Spravato" in shown


def test_a_review_is_due_after_its_areas_interval() -> None:
    assert review_due("policies", {"checked": date(2026, 1, 1)}) == date(2026, 6, 30)
    assert review_due("scales", {"checked": "2026-01-01"}) == date(2027, 1, 1)
    assert review_due("scales", {}) is None
