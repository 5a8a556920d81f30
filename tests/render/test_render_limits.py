"""Large templates and values are rendered in bounded time and memory; beyond, a clear error."""

from __future__ import annotations

import re
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.render.corpus.features import VALUES
from tests.render.corpus.wordml import document, paragraph, row, table
from tests.render.papers import (
    LETTER,
    a_context,
    a_paper,
    a_template,
    body_text,
    cells,
    part,
    trial,
    word_file,
)
from worker.gate import check_document
from worker.render import RenderFailed, compile_template, render
from worker.render.cache import TemplateCache

MEBIBYTE = 1 << 20
PARAGRAPHS_A_PAGE = 40


@contextmanager
def computing_at_most(seconds: float) -> Iterator[None]:
    """Count the time that this process computes, since the machine may be busy with others."""
    before = time.process_time()
    yield
    assert time.process_time() - before < seconds


def peak_memory(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def pages(number: int) -> bytes:
    words = "He was given {{ word }} by {{ name }} and it did not help him for any length of time."
    line = (
        paragraph(words) + paragraph("{%p if yes %}") + paragraph("x") + paragraph("{%p endif %}")
    )
    return document(line * (number * PARAGRAPHS_A_PAGE // 2))


def test_a_template_of_200_pages_is_compiled_and_filled() -> None:
    with computing_at_most(30):
        template = compile_template(pages(200))
    with computing_at_most(2):
        paper = render(template, VALUES)
    assert body_text(paper.docx).count("Dana Example") == 4000
    check_document(paper.docx, template, VALUES, paper.filled)


def test_a_table_of_2000_rows_is_whole_and_takes_time_in_proportion() -> None:
    many = {"table": {"trials": [trial(f"medicine {n}", exhibit="") for n in range(2000)]}}
    template = a_template()
    with computing_at_most(2):
        paper = render(template, a_context(**many))
    assert cells(paper.docx, 1)[2000] == ["medicine 1999", "200 mg", "No response"]


def test_a_value_of_a_megabyte_is_printed_to_its_end() -> None:
    typed = "A <word> & “another”.\n" * (MEBIBYTE // 22) + "END"
    with computing_at_most(5):
        paper = a_paper(note=typed)
    written = part(paper.docx, "word/document.xml")
    assert written.count("“another”") == written.count("<w:br/>") == MEBIBYTE // 22
    assert ">END<" in written


def test_memory_stays_within_a_few_times_what_is_written() -> None:
    template = a_template()
    context = a_context(note="x" * MEBIBYTE)
    assert peak_memory(lambda: render(template, context)) < 16 * MEBIBYTE


def test_what_would_become_too_long_is_refused_before_it_is_made() -> None:
    loop = "{%tr for each in some %}", "{%tr endfor %}"
    rows = row(loop[0]) + row("{{ word }}") + row(loop[1])
    template = compile_template(document(table(row("x"), rows, columns=1)))
    context = {**VALUES, "some": list(range(400)), "word": "x" * (MEBIBYTE // 2)}

    def refused() -> None:
        with pytest.raises(RenderFailed, match="longer than a part may be"):
            render(template, context)

    # Pieces are counted as they come: 200 MB would be printed.
    assert peak_memory(refused) < 4 * 20 * MEBIBYTE


def test_templates_held_are_bounded_and_the_last_used_stay() -> None:
    texts = [LETTER.replace("In short", f"In short {n}") for n in range(4)]
    files = [word_file(text) for text in texts]
    weight = sum(map(len, compile_template(files[0]).parts.values()))
    cache = TemplateCache(most=int(weight * 3.5))
    first, *rest = [cache.compiled(docx) for docx in files[:3]]
    assert cache.compiled(files[0]) is first
    cache.compiled(files[3])
    assert len(cache) == 3
    assert cache.known(first.sha256) is first
    assert cache.known(rest[0].sha256) is None


def test_a_template_with_other_bytes_is_another_template_at_once() -> None:
    cache = TemplateCache()
    old, new = (cache.compiled(word_file(f"[Note] {text}")) for text in ("old", "new"))
    shown = [body_text(render(each, a_context()).docx) for each in (old, new)]
    assert shown == ["old", "new"]
    assert re.fullmatch("[0-9a-f]{64}", new.sha256)
