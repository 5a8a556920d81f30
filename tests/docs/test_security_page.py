"""The threat model names tests that are there, one at least for each threat."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
THREATS = [
    line
    for line in PAGE.partition("## Threats")[2].partition("## What is not stopped")[0].splitlines()
    if line.startswith("| ") and not line.startswith("| what they try")
]
NAMED = sorted(set(re.findall(r"`(tests/[a-z_/]+\.py)::(\w+)`", PAGE)))


def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_a_test_that_is_named_is_there(path: str, name: str) -> None:
    assert name in names_in(path)


def test_the_page_has_its_threats() -> None:
    assert len(THREATS) > 30


@pytest.mark.parametrize("threat", THREATS)
def test_each_threat_names_what_proves_that_it_is_stopped(threat: str) -> None:
    tried, stopped, proven = (part.strip() for part in threat.strip("|").split("|"))
    assert tried
    assert stopped
    assert re.fullmatch(r"(`tests/[a-z_/]+\.py::test_\w+` ?)+", proven)
