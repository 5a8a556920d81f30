"""Findings on evidence: the studies that the papers do not name and a reviewer may."""

from __future__ import annotations

from collections.abc import Iterator

from casework.facts import Facts
from casework.findings_model import Finding
from casework.knowledge_base.model import Study
from casework.passages.why import unnamed_adverse


def evidence_findings(facts: Facts) -> Iterator[Finding]:
    """Say which contrary studies staff may meet; the strongest stand in the papers themselves."""
    for study in unnamed_adverse(facts):
        yield Finding(
            f"adverse_study.{study.id}", "note",
            f"A reviewer may bring up {_named(study)}, which the letter leaves out. "
            f"{study.say or _finding(study)}",
            "",
            study.reply_point or "A study that was expected can be answered with its own limits.",
            f"evidence/{study.id}",
        )  # fmt: skip


def _named(study: Study) -> str:
    """Return the short name of a study, "a study of 2025" where its authors were not read."""
    if study.cite_as and study.cite_ready:
        return study.cite_as
    return f"a study of {study.year}"


def _finding(study: Study) -> str:
    return f"{study.key_finding.rstrip('.')}. It is not ready to be cited."
