"""The comparisons are fair: the same letter for all, all in each round, none failed for want of a peer."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree as ET

import pytest
from docx import Document

from benchmarks import queued
from benchmarks.interleaved import WARM_UP, Contender, Timed, compared
from benchmarks.letter import a_letter, mustache_template, template
from benchmarks.plots import plot
from benchmarks.render import _children, _files
from benchmarks.scale import _fill, _steps
from benchmarks.worker import _round
from storage.store import Store
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


def test_a_plot_is_a_drawing_with_every_curve_named() -> None:
    drawn = ET.fromstring(
        plot("rows & more", {"one": {10: 1.0, 100: 2.0}, "two": {10: 3.0, 100: 3.0}})
    )
    assert drawn.tag.endswith("svg")
    told = " ".join(drawn.itertext())
    assert "rows & more" in told
    assert "one" in told
    assert "two" in told
    lines = drawn.findall("{*}polyline")
    ups = [float(point.split(",")[1]) for point in lines[0].get("points", "").split()]
    assert ups[0] > ups[1]  # the larger value stands higher, and y runs downwards


def test_filled_rows_are_as_rows_are(store: Store) -> None:
    store.keys.create("benchmark")
    _fill(store, 5)
    assert store.packets.counts() == {"ready": 5}
    for once in _steps(store).values():
        once()
    assert store.packets.counts() == {"ready": 5, "writing": 1}


def test_the_worker_comparison_counts_only_jobs_that_were_done(redis_url: str) -> None:
    assert _round(redis_url, 3, "ours", queued.nothing) > 0
