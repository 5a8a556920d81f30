"""Papers are read by people who are no psychiatrists: grade, length of sentences, names explained."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.knowledge_base import load_knowledge
from casework.scales import long_name, short_name
from tests.end_to_end.readability import grade, prose, sentences_of, syllables
from tests.end_to_end.written import EXPECTED

TEMPLATES = Path(__file__).parents[2] / "templates_docx"
MOST_GRADE = {"patient": 8.0}
MOST_GRADE_ELSEWHERE = 12.5
MOST_WORDS = 60
# Fewer sentences than these say nothing of a paper's grade.
LEAST_SENTENCES = 4
KNOWLEDGE = load_knowledge()


def papers() -> Iterator[Path]:
    """Yield the expected text of every kind and variant in English, and of every sample case."""
    yield from sorted(TEMPLATES.glob("*/expected.txt"))
    yield from sorted(p for p in TEMPLATES.glob("*/*/expected.txt") if p.parent.name != "es")
    yield from sorted(p for p in EXPECTED.glob("*.txt") if not p.name.endswith(".review.txt"))


def kind_of(paper: Path) -> str:
    if paper.is_relative_to(TEMPLATES):
        return paper.relative_to(TEMPLATES).parts[0]
    return paper.name.split(".")[1]


def body(paper: Path) -> list[str]:
    """Return the paragraphs before the references, without tables and headers."""
    lines = paper.read_text(encoding="utf-8").partition("\nReferences\n")[0].splitlines()
    return prose(line for line in lines if not line.startswith(("^", "\t")) and " | " not in line)


PAPERS = [
    pytest.param(paper, id=f"{kind_of(paper)}-{paper.name}-{paper.parent.name}")
    for paper in papers()
]


@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_keeps_its_reading_grade(paper: Path) -> None:
    paragraphs = body(paper)
    if sum(len(sentences_of(each)) for each in paragraphs) < LEAST_SENTENCES:
        return
    reader = KNOWLEDGE.kinds[kind_of(paper)].reader
    assert grade(paragraphs) <= MOST_GRADE.get(reader, MOST_GRADE_ELSEWHERE)


@pytest.mark.parametrize("paper", PAPERS)
def test_no_sentence_is_longer_than_a_breath_allows(paper: Path) -> None:
    for paragraph in body(paper):
        for each in sentences_of(paragraph):
            if each.startswith("Enclosed are: "):
                continue  # A list of titles that are not ours.
            assert len(each.split()) <= MOST_WORDS, each


@pytest.mark.parametrize("paper", [p for p in PAPERS if "letter" in p.id])
def test_a_scale_is_named_in_full_where_it_is_first_told(paper: Path) -> None:
    text = "\n".join(paper.read_text(encoding="utf-8").splitlines())
    text = text.partition("\nReferences\n")[0]
    for scale in KNOWLEDGE.scales.values():
        short = short_name(scale)
        first = re.search(rf"(?<![\w-]){re.escape(short)}(?![\w-])", text)
        if first is None or not long_name(scale) or "“" in line_at(text, first.start()):
            continue
        line = line_at(text, first.start())
        # A study's sentence says what its scale measures: "the MADRS depression score".
        assert long_name(scale) in line or f"{short} depression score" in line, line


def line_at(text: str, position: int) -> str:
    start = text.rfind("\n", 0, position) + 1
    return text[start : text.find("\n", position)]


@pytest.mark.parametrize(
    ("word", "count"),
    [("depression", 3), ("notice", 2), ("treated", 2), ("infusions", 3), ("medicine", 3), ("a", 1),
     ("responded", 3), ("dose", 1), ("PTSD", 4), ("were", 1), ("reasons", 2)],
)  # fmt: skip
def test_syllables_are_counted_as_they_are_heard(word: str, count: int) -> None:
    assert syllables(word) == count


def test_long_words_and_long_sentences_raise_the_grade() -> None:
    plain = grade(["The plan said no. We ask it to read the file again."])
    hard = grade([
        "Notwithstanding aforementioned pharmacotherapeutic considerations, individualized "
        "reconsideration of the determination is respectfully requested."
    ])  # fmt: skip
    assert plain < 4
    assert hard > 20
