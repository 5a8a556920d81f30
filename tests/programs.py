"""Programs that some tests need, and how a person gets them."""

from __future__ import annotations

import os
import shutil

import pytest


def need(*programs: tuple[str, str]) -> None:
    """Skip the test where a program is missing; each is named with its Debian package.

    With NECESSITY_NO_SKIPS=1 that is a failure: where all is installed, nothing may go unproven.
    """
    absent = [each for each in programs if shutil.which(each[0]) is None]
    if not absent:
        return
    names = ", ".join(name for name, _ in absent)
    packages = " ".join(package for _, package in absent)
    refuse_or_skip(f"needs {names}; on Debian and Ubuntu: sudo apt-get install {packages}")


def refuse_or_skip(said: str) -> None:
    """Skip the test, or let it fail where nothing may be skipped."""
    if os.environ.get("NECESSITY_NO_SKIPS") == "1":
        pytest.fail(f"{said} (NECESSITY_NO_SKIPS=1)", pytrace=False)
    pytest.skip(said)
