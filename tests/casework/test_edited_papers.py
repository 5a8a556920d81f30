"""What an edit in Word did to the facts of a paper."""

from __future__ import annotations

import pytest

from casework.edited_paper import (
    FactChange,
    PaperParagraph,
    fact_changes,
    is_other_paper,
    settled_blanks,
    settled_findings,
)
from casework.facts_in_text import facts_in

NAMES = ("sertraline", "Robin Sample", "Dana")


@pytest.mark.parametrize(
    ("text", "kind", "facts"),
    [
        ("on October 5, 2026 and 10/05/2026", "date", ["October 5, 2026", "10/05/2026"]),
        ("since May 2026, in 2026-05-01", "date", ["May 2026", "2026-05-01"]),
        ("she may rest in March", "date", []),
        ("0.5 mg/kg, 35 mg, 200 mg/day", "dose", ["0.5 mg/kg", "35 mg", "200 mg/day"]),
        ("0.5 to 1 mg/kg", "dose", ["0.5 to 1 mg/kg"]),
        ("costs $1,250.00 a visit", "amount", ["$1,250.00"]),
        ("F33.2 and J3490, CPT 96365", "code", ["F33.2", "J3490", "96365"]),
        ("NPI 1234567893", "code", ["1234567893"]),
        ("NDC 0143-9508-10", "code", ["0143-9508-10"]),
        ("member EHP-000-1111", "code", ["EHP-000-1111"]),
        ("shown [1] and [2, 3]", "citation", ["[1]", "[2, 3]"]),
        ("29 CFR 2560.503-1(h)", "citation", ["29 CFR 2560.503-1(h)"]),
        ("PMID 23982301; 10.1176/appi.ajp.2016.16010037.", "citation",
         ["PMID 23982301", "10.1176/appi.ajp.2016.16010037"]),
        ("call 555-010-0100", "phone", ["555-010-0100"]),
        ("score 21 of 27, 64 percent, 64%, six infusions", "number",
         ["21", "27", "64 percent", "64%", "six"]),
        ("Sertraline by Robin Sample for Dana", "name", ["Sertraline", "Robin Sample", "Dana"]),
        ("the Example Health Plan and Dr. Who", "name", ["Example Health Plan", "Dr. Who"]),
        ("She rested. Then she slept.", "name", []),
    ],
)  # fmt: skip
def test_facts_are_read_as_they_are_written(text: str, kind: str, facts: list[str]) -> None:
    assert [each.text for each in facts_in(text, NAMES) if each.kind == kind] == facts


def test_two_ways_to_write_one_fact_are_the_same() -> None:
    pairs = [("64 percent", "64%"), ("$1,250", "$1250"), ("October 5, 2026", "October 5 2026")]
    for one, other in pairs:
        assert facts_in(one)[0].value == facts_in(other)[0].value


def paper(*texts: str) -> list[PaperParagraph]:
    return [PaperParagraph(text, (f"mark{number}",)) for number, text in enumerate(texts)]


def changes(
    before: list[PaperParagraph], after: list[PaperParagraph], case: tuple[str, ...] = ()
) -> list[FactChange]:
    rests_on = {"mark0": ["/request"], "mark1": ["/trials/0", "evidence/singh_2016"]}
    return fact_changes(before, after, case, rests_on, NAMES)


def told(found: list[FactChange]) -> list[tuple[str, str, str, str]]:
    return [(each.kind, each.change, each.old, each.new) for each in found]


def test_a_changed_dose_is_found_with_what_the_sentence_rests_on() -> None:
    before = paper("Each infusion gives 35 mg over 40 minutes.", "She took sertraline.")
    after = paper("Each infusion gives 45 mg over 40 minutes.", "She took sertraline.")
    (found,) = changes(before, after, case=("35 mg",))
    assert told([found]) == [("dose", "changed", "35 mg", "45 mg")]
    assert found.rests_on == ("/request",)
    assert found.in_case is False
    assert found.after.startswith("Each infusion gives 45 mg")


def test_a_new_fact_that_the_case_holds_is_told_apart() -> None:
    (found,) = changes(paper("Given twice."), paper("Given at 45 mg twice."), case=("45 mg",))
    assert (found.change, found.in_case) == ("added", True)


def test_a_removed_paragraph_takes_its_facts_along() -> None:
    before = paper("Kept.", "Sertraline 200 mg from May 2026 brought nothing [2].", "End.")
    found = changes(before, [before[0], before[2]])
    assert told(found) == [
        ("date", "removed", "May 2026", ""),
        ("dose", "removed", "200 mg", ""),
        ("citation", "removed", "[2]", ""),
        ("name", "removed", "Sertraline", ""),
    ]
    assert all(each.in_case is None for each in found)


def test_words_alone_are_the_clinic_s_own_business() -> None:
    assert changes(paper("We ask for 6 visits."), paper("Please authorize 6 visits.")) == []


def test_a_paragraph_moved_to_another_place_is_no_change() -> None:
    before = paper("First, 35 mg.", "Second.", "Third, on May 1, 2026.")
    assert changes(before, [before[2], before[0], before[1]]) == []


def test_a_fact_moved_and_another_changed_are_not_mixed() -> None:
    before = paper("Dose 35 mg.", "Score 21.")
    after = paper("Dose.", "Score 22 at 35 mg.")
    assert told(changes(before, after)) == [("number", "changed", "21", "22")]


def test_a_fact_written_twice_and_now_once_was_removed_once() -> None:
    before = paper("First 35 mg, then 35 mg, then 35 mg.")
    assert told(changes(before, paper("First 35 mg."))) == [("dose", "removed", "35 mg", "")] * 2


def test_another_paper_is_told_from_an_edit() -> None:
    one = paper(*(f"sentence {number}" for number in range(10)))
    assert not is_other_paper(one, one[:5])
    assert is_other_paper(one, paper("something", "else"))


def test_blanks_that_were_filled_are_settled_and_so_are_their_findings() -> None:
    missing = {"/insurance/member_id": "member ID", "/insurance/group_number": "group number"}
    found = settled_blanks(missing, paper("Member EHP-1, group [group number]"))
    assert (found.filled, found.open) == (("/insurance/member_id",), ("/insurance/group_number",))
    findings = [
        {"id": "no_member_id", "pointer": "/insurance/member_id"},
        {"id": "no_group", "pointer": "/insurance/group_number"},
        {"id": "about_all", "pointer": "/insurance"},
    ]
    assert settled_findings(findings, found.filled) == ("no_member_id",)
