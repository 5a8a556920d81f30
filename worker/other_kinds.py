"""Tells a template that was made for another kind of paper by the lines it shares with ours."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

from worker.render.faults import TemplateFault
from worker.templates import BUILT_IN

_FEWEST = 4  # lines that the other kind has and its own has not
_TIMES = 3  # as many as of those that its own has alone
_COMMON = 3  # kinds that share a line make it nobody's
_SHORTEST = 12  # letters


def other_kind(text: str, kind: str) -> TemplateFault | None:
    """Return a fault where the text is plainly that of another kind's template.

    What the clinic worded itself counts for no kind.
    """
    lines, ours = _lines(text), _lines_by_kind()
    own = ours.get(kind, frozenset())
    nearest = max(ours, key=lambda name: len(lines & (ours[name] - own)))
    theirs_alone, own_alone = lines & (ours[nearest] - own), lines & (own - ours[nearest])
    if len(theirs_alone) < max(_FEWEST, _TIMES * len(own_alone) + 1):
        return None
    message = f"This is a template for another kind of paper: {nearest}, not {kind}"
    return TemplateFault("other_kind", message, f"Upload it for {nearest}, or start from ours.")


@cache
def _lines_by_kind() -> dict[str, frozenset[str]]:
    """Return the lines that stand in the templates of one kind, or of hardly any other."""
    texts = {
        folder.name: _lines("\n".join(_texts(folder)))
        for folder in sorted(BUILT_IN.iterdir())
        if folder.is_dir()
    }
    count = Counter(line for lines in texts.values() for line in lines)
    return {
        name: frozenset(line for line in lines if count[line] < _COMMON)
        for name, lines in texts.items()
    }


def _texts(folder: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("template.txt"))]


def _lines(text: str) -> frozenset[str]:
    stripped = (line.strip() for line in text.splitlines())
    return frozenset(line for line in stripped if len(line) >= _SHORTEST)
