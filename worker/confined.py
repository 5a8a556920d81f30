"""A child process with limits of time and memory, without our environment: hostile files run there."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SECONDS = 20  # of processor time, for one template
_MEMORY = 1 << 30  # bytes of address space
_ROOT = Path(__file__).resolve().parent.parent


class TooCostly(Exception):
    """The child took more time or memory than it may, or died of what it read."""


def run_confined(module: str, told: Mapping[str, Any], seconds: float = SECONDS) -> dict[str, Any]:
    """Run a module of ours in a confined child: it reads `told` as JSON and answers in JSON.

    Raises:
        TooCostly: there was no answer.
    """
    try:
        child = subprocess.run(  # noqa: S603 - this Python, a module of ours
            [sys.executable, "-m", module],
            input=json.dumps(told),
            capture_output=True,
            text=True,
            timeout=2 * seconds,
            cwd=_ROOT,
            # Nothing else of ours: the environment may hold keys.
            env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"},
            check=True,
        )
        answer: dict[str, Any] = json.loads(child.stdout)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError, ValueError):
        # Not chained: the text of these holds what went in.
        raise TooCostly from None
    return answer


def confine() -> dict[str, Any]:
    """Bound this process, then return what it was told."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    told: dict[str, Any] = json.load(sys.stdin)
    return told


def answer(said: Mapping[str, Any]) -> None:
    """Write the child's answer."""
    json.dump(said, sys.stdout)
