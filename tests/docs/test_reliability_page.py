"""Each promise of docs/reliability.md stands beside a test that is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(test_\w+)`")
FILE = re.compile(r"\]\(\.\./(tests/[\w/]+\.py)\)")


def test_every_test_that_the_page_names_is_in_the_files_that_it_links_to() -> None:
    written = "\n".join(
        (ROOT / path).read_text(encoding="utf-8") for path in set(FILE.findall(PAGE))
    )
    names = NAMED.findall(PAGE)
    assert len(names) >= 20
    assert [name for name in names if f"def {name}(" not in written] == []


def test_every_promise_and_every_fault_is_shown_by_something() -> None:
    tables = PAGE.partition("## What is promised")[2].partition("## The storms")[0]
    rows = [line for line in tables.splitlines() if re.match(r"\| (?!promise|fault)\w", line)]
    assert len(rows) >= 20
    shown_by = [row.rstrip(" |").rpartition(" | ")[2] for row in rows]
    assert [each for each in shown_by if "test_" not in each and each != "the storms"] == []
