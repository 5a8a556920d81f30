"""Templates as text: what a reviewer reads, and what the Word files are built from."""

from __future__ import annotations

from worker.outline.build import UnknownStyle, build_template
from worker.outline.parse import parse_outline
from worker.outline.read import read_outline, unsaid_formatting
from worker.outline.tree import BrokenOutline, Outline, OutlineFault
from worker.outline.write import write_outline

__all__ = [
    "BrokenOutline",
    "Outline",
    "OutlineFault",
    "UnknownStyle",
    "build_template",
    "parse_outline",
    "read_outline",
    "unsaid_formatting",
    "write_outline",
]
