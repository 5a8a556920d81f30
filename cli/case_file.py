"""A case on disk, read as strictly as one that is posted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from casework.knowledge_base import Knowledge
from casework.problems import InvalidCase
from casework.schema import load_case
from casework.strict_json import NotJson, parse_json


class Unusable(Exception):
    """What the command was given cannot be used; the text is for a person.

    ``code`` is the exit code that says so.
    """

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def read_case(path: Path, knowledge: Knowledge) -> dict[str, Any]:
    """Return the case of a file, validated; raises Unusable with all that is wrong."""
    try:
        return load_case(parse_json(path.read_bytes()), knowledge)
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror}") from None
    except NotJson as error:
        raise Unusable(f"{path} is not JSON that can be used: {error}") from None
    except InvalidCase as invalid:
        raise Unusable(problem_lines(path, invalid)) from None


def problem_lines(path: Path, invalid: InvalidCase) -> str:
    """Return every problem of a case or an argument, one a line, under its name."""
    lines = [f"{path}: {len(invalid.problems)} to mend"]
    lines += [
        f"  {problem.pointer or '(the whole)'}: {problem.message}" for problem in invalid.problems
    ]
    return "\n".join(lines)
