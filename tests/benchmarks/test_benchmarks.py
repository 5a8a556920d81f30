"""The comparisons are fair: the same letter for all, all in each round, none failed for want of a peer."""

from __future__ import annotations

import io
import re

import pytest
from docx import Document

from benchmarks.interleaved import WARM_UP, Contender, Timed, compared
from benchmarks.letter import a_letter, mustache_template, template
from benchmarks.render import _children, _files
from worker.render import compile_template, render


def test_all_contenders_run_in_every_round() -> None:
    calls: list[str] = []

    def contender(name: str, took: float) -> Contender:
        return Contender(name, lambda: calls.append(name) or took)  # type: ignore[func-returns-value]

    found = compared([contender("a", 1.0), contender("b", 3.0)], rounds=4)
    rounds = [set(calls[at : at + 2]) for at in range(0, len(calls), 2)]
    assert rounds == [{"a", "b"}] * (WARM_UP + 4)
    assert found["b"].over(found["a"]) == 3.0


def test_a_ratio_is_that_of_the_rounds_not_of_the_medians() -> None:
    slow_machine_later = Timed("ours", (1.0, 10.0, 1.0)), Timed("theirs", (4.0, 20.0, 4.0))
    assert slow_machine_later[1].over(slow_machine_later[0]) == 4.0


@pytest.mark.parametrize("named", ["rust-docxtpl", "docxtemplater", "easy-template-x"])
def test_a_peer_that_is_not_installed_is_named_and_left_out(named: str) -> None:
    with _files() as folder:
        children, missing = _children(folder, node=folder, rust_docxtpl=None)
    assert not children
    assert named in missing


def test_both_templates_of_the_plain_letter_hold_the_same_words() -> None:
    def words(docx: bytes, tags: str) -> str:
        document = Document(io.BytesIO(docx))
        cells = [each.text for table in document.tables for each in table._cells]
        text = "\n".join([each.text for each in document.paragraphs] + cells)
        return re.sub(r"\s+", " ", re.sub(tags, "", text)).strip()

    assert words(template(), r"\{\{.*?\}\}|\{%.*?%\}") == words(mustache_template(), r"\{.*?\}")


def test_the_plain_letter_is_filled_to_its_end() -> None:
    paper = render(compile_template(template()), a_letter())
    assert Document(io.BytesIO(paper.docx)).paragraphs[-1].text == (
        "signer of the case, credentials of the case, NPI npi of the case"
    )
