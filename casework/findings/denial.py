"""Findings on the denial: what the notice lacks and what the answer lacks."""

from __future__ import annotations

from collections.abc import Iterator

from casework.facts import Facts
from casework.findings_model import Finding
from casework.passages.news import new_facts


def denial_findings(facts: Facts) -> Iterator[Finding]:
    """Say what stands between the notice and a good answer."""
    denial = facts.case.get("denial")
    if not denial:
        return
    if not facts.reasons:
        yield Finding(
            "no_denial_reason", "weakness",
            "The case holds no reason of the denial. Copy the notice’s own words.",
            "/denial/reasons", "An appeal answers the reasons given, one by one.", "",
        )  # fmt: skip
    yield from _reasons(facts)
    if not denial.get("appeal_to"):
        yield Finding(
            "no_appeal_address", "weakness",
            "Where to send the appeal is not in the case. It stands in the notice.",
            "/denial/appeal_to", "An appeal sent to the wrong desk can be late.", "",
        )  # fmt: skip
    if not new_facts(facts):
        yield Finding(
            "nothing_new", "note",
            "The case holds nothing newer than the notice. A new score, note or record would help.",
            "/assessments", "What is new since the denial is what a second reader looks for.", "",
        )  # fmt: skip


def _reasons(facts: Facts) -> Iterator[Finding]:
    for reason in facts.reasons:
        if not reason.matches:
            yield Finding(
                "reason_not_recognized", "weakness",
                "This reason matches none that we know. The letter quotes it and answers with the "
                "facts of the case; read that part with care.",
                reason.pointer, "A reason answered past its point is not answered.", "",
            )  # fmt: skip
        if reason.administrative:
            yield Finding(
                "administrative_reason", "weakness",
                "This reason is administrative: send a corrected claim first, and keep the appeal "
                "deadline in sight.",
                reason.pointer, "A clinical appeal does not mend a wrong code.",
                f"denial_reasons/{reason.first.id}" if reason.first else "",
            )  # fmt: skip
