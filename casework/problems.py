"""What is wrong with what a caller sent: every problem at once, each with its place and its cure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong.

    ``pointer`` is a JSON pointer (RFC 6901) into what was sent, ``code`` a stable word listed in
    docs/errors.md, ``message`` says what would be right. A message never repeats a value.
    """

    pointer: str
    code: str
    message: str


@dataclass(frozen=True)
class ErrorCode:
    """A row of docs/errors.md: a stable code, what it means and how to cure it."""

    code: str
    meaning: str
    cure: str


class InvalidCase(Exception):
    """What was sent cannot be one case; ``problems`` says why, all of it.

    The exception's own text holds only a count: it may reach a log.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        super().__init__(f"{count} problem{'' if count == 1 else 's'} in what was sent")


def pointer_to(*tokens: str | int) -> str:
    r"""Return the JSON pointer of these steps, escaped; no step gives the whole document, "".

    A key made by a caller may hold anything: what no encoding can write is shown as `\udxxx`,
    and a key too long to read is cut.
    """
    return "".join(f"/{_escaped(str(token))}" for token in tokens)


_LONGEST_KEY = 80


def shown_key(key: str) -> str:
    """Return a caller's key fit to be shown: encodable and of readable length."""
    readable = key.encode("utf-8", "backslashreplace").decode("utf-8")
    return readable if len(readable) <= _LONGEST_KEY else f"{readable[:_LONGEST_KEY]}…"


def _escaped(token: str) -> str:
    return shown_key(token).replace("~", "~0").replace("/", "~1")
