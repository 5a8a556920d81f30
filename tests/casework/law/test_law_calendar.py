from __future__ import annotations

from datetime import date, timedelta

from icalendar import Calendar

from casework.calendar_file import calendar_file
from casework.deadlines import deadlines
from tests.casework.law.law_cases import a_case, denied

TODAY = date(2026, 11, 20)


def test_the_entry_stands_on_the_business_day_before_with_two_reminders(knowledge) -> None:
    case = denied(a_case("aca_individual"), "2026-10-30", "2026-11-03")
    found = calendar_file(deadlines(case, knowledge, TODAY), "ref-7", TODAY)
    (entry,) = Calendar.from_ical(found).walk("VEVENT")
    assert entry["dtstart"].dt == date(2027, 4, 30)
    assert "Last day: 2027-05-02" in entry["description"]
    alarms = [alarm["trigger"].dt for alarm in entry.walk("VALARM")]
    assert alarms == [timedelta(days=-7), timedelta(days=-2)]


def test_the_same_packet_gives_the_same_bytes(knowledge) -> None:
    due = deadlines(denied(a_case(), "2026-10-30"), knowledge, TODAY)
    assert calendar_file(due, "ref", TODAY) == calendar_file(due, "ref", TODAY)


def test_no_patient_data_reaches_the_calendar(cases, knowledge) -> None:
    for case in cases.values():
        text = calendar_file(deadlines(case, knowledge, TODAY), "ref", TODAY).decode()
        plain = text.replace("\r\n ", "")
        patient = case["patient"]
        held = [
            patient["last_name"], patient["date_of_birth"], case["insurance"].get("member_id"),
            case["diagnoses"][0]["icd10"], case["insurance"]["payer"]["name"],
        ]  # fmt: skip
        assert not [each for each in held if each and str(each) in plain]
        assert "ketamine" not in plain.lower()


def test_a_deadline_without_a_day_is_no_entry(knowledge) -> None:
    found = calendar_file(deadlines(a_case(), knowledge, TODAY), "ref", TODAY)
    assert not Calendar.from_ical(found).walk("VEVENT")
