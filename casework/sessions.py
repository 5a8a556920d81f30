"""Whether a course of psychotherapy or of a procedure was long enough to count.

The lines are `minimum_sessions` of `knowledge/medicines`; one that was not read in a source
(``verified`` false) judges nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from casework.english import counted
from casework.knowledge_base.model import Medicine
from casework.trials import Verdict


@dataclass(frozen=True)
class Sessions:
    """The verdict on a number of sessions.

    ``reason`` says why it is not "yes"; ``warning`` names the stricter line of a cautious reader.
    """

    adequate: Verdict
    reason: str = ""
    warning: str = ""


def judge_sessions(course: Medicine, sessions: int | None) -> Sessions:
    """Judge a number of sessions by the lines of `course`."""
    least, strict = course.minimum_sessions, course.stricter_minimum_sessions
    if least is None or not course.verified:
        return Sessions("unknown")
    if sessions is None:
        return Sessions("unknown", "the number of sessions is not recorded")
    if sessions < least:
        return Sessions("no", f"{counted(sessions, 'session')}, under the usual {least}")
    if strict is not None and sessions < strict:
        return Sessions("yes", "", f"a strict reader asks for {strict} sessions, not {sessions}")
    return Sessions("yes")
