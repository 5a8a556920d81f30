"""What a template may name is told with the tag to write and a value to see."""

from __future__ import annotations

from casework.offered import offered

TREE = {
    "date": "October 5, 2026",
    "flag": {"trials": True},
    "say": {"ask": [{"id": "ask", "text": "I ask you.", "from": ["/request"]}], "plan": []},
    "table": {"trials": [{"medicine": "sertraline"}]},
    "missing": {"/insurance/member_id": "member ID"},
}


def tags(*contexts: dict[str, object]) -> dict[str, str]:
    return {each.name: each.tag for each in offered(contexts)}


def test_a_value_is_written_in_double_braces() -> None:
    assert tags(TREE)["date"] == "{{ date }}"


def test_a_row_of_a_table_is_named_inside_its_loop() -> None:
    found = {each.name: each for each in offered([TREE])}
    assert found["table.trials[].medicine"].tag == "{{ row.medicine }}"
    assert found["table.trials[].medicine"].inside.startswith("{%tr for row in table.trials %}")
    assert found["table.trials[].medicine"].example == "sertraline"


def test_a_passage_shows_its_first_paragraph_even_where_it_is_empty_elsewhere() -> None:
    found = {each.name: each.example for each in offered([{"say": {"ask": []}}, TREE])}
    assert found["say.ask"] == "I ask you."
    assert found["say.plan"] == ""


def test_a_yes_or_no_is_written_as_a_condition() -> None:
    assert tags(TREE)["flag.trials"] == "{%p if flag.trials %} … {%p endif %}"


def test_what_only_programs_read_is_not_offered() -> None:
    assert not [name for name in tags(TREE) if name.startswith("missing")]
