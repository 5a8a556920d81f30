"""The pages of docs/ say what the programs are today."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from casework.documents import PlannedDocument
from casework.knowledge_base import load_knowledge
from casework.knowledge_base.model import CLAIMS, REBUTTALS
from casework.worked_examples import example_faults
from tests.end_to_end.kind_folders import folder_of, own_papers
from tests.end_to_end.written import text_of

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted((*DOCS.glob("*.md"), ROOT / "README.md"))
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)")


def test_generated_pages_are_as_the_programs_are_now() -> None:
    checked = subprocess.run(
        [sys.executable, "tools/write_docs.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_links_to_is_there(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_readme_names_only_commands_that_make_knows() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", readme, re.MULTILINE))
    assert {"run", "test", "sample"} <= named
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


SAMPLES = [
    (kind.id, language) for kind in load_knowledge().kinds.values() for language in kind.languages
]


def sample_name(kind: str, language: str) -> str:
    return f"{kind}.docx" if language == "en" else f"{kind}.{language}.docx"


@pytest.mark.parametrize(("kind", "language"), SAMPLES)
def test_the_readme_links_each_paper_of_the_road_to_its_sample(kind: str, language: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"(docs/samples/{sample_name(kind, language)})" in readme


@pytest.mark.parametrize("paper", own_papers())
def test_a_sample_reads_as_its_paper_is_written_today(paper: PlannedDocument) -> None:
    expected = (folder_of(paper) / "expected.txt").read_text(encoding="utf-8")
    name = ".".join(part for part in (paper.kind, paper.variant) if part)
    sample = (DOCS / "samples" / sample_name(name, paper.language)).read_bytes()
    printed = text_of(sample)
    assert "SAMPLE" in printed
    assert re.sub(r"\^ SAMPLE\n|(?<=DRAFT)\W+SAMPLE", "", printed) == expected, "run: make docs"


def test_the_policy_of_the_knowledge_page_loads_and_its_example_comes_out(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "knowledge.md").read_text(encoding="utf-8")
    policy = page.split("```toml\n", 1)[1].split("```", 1)[0]
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "example_plan_ketamine.toml").write_text(policy, encoding="utf-8")
    knowledge = load_knowledge(tmp_path)
    assert "example_plan_ketamine" in knowledge.policies
    assert list(example_faults(knowledge)) == []


@pytest.mark.parametrize("name", [*REBUTTALS, *CLAIMS])
def test_the_knowledge_page_names_every_block_and_claim(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs" / "knowledge.md").read_text(encoding="utf-8")
