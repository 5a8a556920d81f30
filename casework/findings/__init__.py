"""What a case lacks or what speaks against it, in the order a reviewer would use it.

No finding stops a packet: a blocker is what will lose the case if nobody acts, a weakness is what
a reviewer will find, a note is what staff should know.
"""

from __future__ import annotations

from casework.facts import Facts
from casework.findings.chart import chart_findings
from casework.findings.claim import claim_findings
from casework.findings.criteria import criteria_findings
from casework.findings.denial import denial_findings
from casework.findings.evidence import evidence_findings
from casework.findings.plan import plan_findings
from casework.findings.safety import safety_findings
from casework.findings.scores import score_findings
from casework.findings_model import Finding
from casework.law_findings import Seen, findings_seen

__all__ = ["findings"]

_ORDER = {"blocker": 0, "weakness": 1, "note": 2}


def findings(facts: Facts) -> tuple[Finding, ...]:
    """Return every finding: safety first, then blockers, weaknesses and notes."""
    found = [
        *findings_seen(Seen(facts.where, facts.regime, facts.deadlines, facts.today)),
        *denial_findings(facts),
        *criteria_findings(facts),
        *score_findings(facts),
        *chart_findings(facts),
        *plan_findings(facts),
        *claim_findings(facts),
        *evidence_findings(facts),
    ]
    ordered = sorted(found, key=lambda finding: _ORDER[finding.severity])
    return (*safety_findings(facts), *dict.fromkeys(ordered))
