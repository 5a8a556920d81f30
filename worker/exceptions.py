"""What may be told of an exception: its type and its place, never its text.

A text can hold a value of the case.
"""

from __future__ import annotations

import traceback
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent


def place(error: BaseException) -> str:
    """Return where the exception was raised: file and line of ours, else the last known."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [each for each in frames if _is_ours(each.filename)]
    if not frames:
        return ""
    last = (ours or list(frames))[-1]
    return f"{_short(last.filename)}:{last.lineno}"


def _is_ours(filename: str) -> bool:
    path = Path(filename)
    return path.is_relative_to(_ROOT) and "site-packages" not in path.parts


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_ROOT)) if _is_ours(filename) else path.name
