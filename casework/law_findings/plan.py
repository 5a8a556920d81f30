"""Findings on the plan: which law governs it, and what of that law nobody has verified."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from casework.deadlines.selecting import (
    appeal_level,
    level_after,
    rows_for,
    unverified_state_rows,
)
from casework.findings_model import Finding
from casework.law_findings.seen import Seen

_PLAN = "/insurance/plan_type"
_FUNDING = "/insurance/funding"
_STATE = "/insurance/state"
# What a plan type already says of its funding; the others can be either.
_IMPLIED: Mapping[str, str] = MappingProxyType(
    {"erisa_self_funded": "self", "fully_insured_group": "insured", "aca_individual": "insured"}
)
_EITHER = ("non_federal_governmental", "grandfathered", "church_plan", "unknown")
_AMOUNT = "/denial/amount"
_CERTIFICATE = re.compile(r"\bexperimental\b.*\b(certif|attest)", re.IGNORECASE)
_BY_PLAN = "Who regulates the plan, which law may be cited and who reviews outside depend on it."


def plan_findings(seen: Seen) -> Iterator[Finding]:
    """Say what is not known of the plan, and which of its state's rules were not verified."""
    yield from _unknown(seen)
    yield from _no_step(seen)
    yield from _funding(seen)
    yield from _state(seen)
    yield from _fork(seen)
    yield from _scope(seen)
    yield from _certificate(seen)
    yield from _amount(seen)
    yield from _care_during_hearing(seen)
    yield from _part_d(seen)


def _unknown(seen: Seen) -> Iterator[Finding]:
    plan = seen.where.plan_type
    if plan == "unknown":
        yield Finding(
            "plan_type_unknown", "blocker" if seen.denied else "weakness",
            "The kind of plan is unknown. The member’s card, the plan booklet or the employer’s "
            "benefits office tells. Until then no law is cited and no deadline is printed.",
            _PLAN, _BY_PLAN, "",
        )  # fmt: skip
    elif plan == "church_plan":
        yield Finding(
            "church_plan", "weakness",
            "A church plan stands outside ERISA unless it chose in, and no verified rule for it is "
            "held here. Ask the plan for its appeal procedure; the notice’s dates apply.",
            _PLAN, _BY_PLAN, "laws/erisa_claims_procedure",
        )  # fmt: skip
    elif not seen.regime.known:
        yield Finding(
            "plan_type_without_rules", "weakness",
            "No rules are held for this kind of plan. The notice’s own dates and words apply.",
            _PLAN, _BY_PLAN, "",
        )  # fmt: skip


def _no_step(seen: Seen) -> Iterator[Finding]:
    if seen.denied and seen.regime.step == "none":
        yield Finding(
            "no_step_left", "blocker",
            "The rules held here have no further appeal after this decision. The notice may name "
            "one; else a court or the regulator remains, and legal advice is in place.",
            "/denial/level", "A letter to a desk that cannot decide only spends the days left.",
            seen.regime.source,
        )  # fmt: skip


def _funding(seen: Seen) -> Iterator[Finding]:
    given, plan = str(seen.get(_FUNDING) or ""), seen.where.plan_type
    if given in ("", "unknown"):
        if plan in _EITHER:
            yield Finding(
                "funding_unknown", "weakness",
                "Whether the plan is self-funded or insured is not told. Ask the benefits office.",
                _FUNDING, "State law and the state’s reviewer reach insured plans only.", "",
            )  # fmt: skip
        return
    implied = _IMPLIED.get(plan)
    says = "self" if given.startswith("self") else "insured" if "insured" in given else ""
    if implied and says and says != implied:
        yield Finding(
            "funding_disagrees", "blocker",
            "The funding and the kind of plan disagree. The papers follow the kind of plan; settle "
            "which is right before sending.",
            _FUNDING, "A letter under the wrong law is answered with that mistake.", f"laws/{plan}",
        )  # fmt: skip


def _state(seen: Seen) -> Iterator[Finding]:
    if not seen.regime.state_law and seen.where.plan_type != "medicaid_managed_care":
        return
    if not seen.where.state:
        yield Finding(
            "state_missing", "weakness",
            "The state that issued the policy is missing. It may not be where the patient lives.",
            _STATE, "The state’s rules and reviewer depend on it.", "",
        )  # fmt: skip
        return
    yield from _unverified(seen)


def _unverified(seen: Seen) -> Iterator[Finding]:
    level = appeal_level(seen.where)
    if not seen.denied or level is None:
        return
    after = level_after(seen.where, level)
    rows = [
        *unverified_state_rows(seen.where, level, "file"),
        *unverified_state_rows(seen.where, level, "decide"),
        *(unverified_state_rows(seen.where, after, "file") if after else ()),
    ]
    for row in rows:
        yield Finding(
            f"law_not_verified.{row.id}", "note",
            f"{row.title}: this state rule was not verified, so no date from it is printed. "
            "Look it up, or use the date in the notice.",
            _STATE, "A date from an unread rule is a guess.", row.citation,
        )  # fmt: skip
    yield from _no_external_row(seen)


def _no_external_row(seen: Seen) -> Iterator[Finding]:
    """An insured plan in a state whose filing time nobody has read."""
    if seen.regime.step != "external" or not seen.regime.state_law:
        return
    if not any(each.role == "file" and each.id != "notice.stated" for each in seen.deadlines):
        yield Finding(
            "state_rule_missing", "weakness",
            "No verified rule of this state gives the time to ask for external review. The date in "
            "the notice applies.",
            _STATE, "The time differs from state to state, and a federal number may be wrong.", "",
        )  # fmt: skip


def _fork(seen: Seen) -> Iterator[Finding]:
    if seen.regime.step == "next_review":
        yield Finding(
            "next_office_untold", "blocker",
            "Whether this denial rests on medical necessity or on coverage is not told, and the two "
            "go to different offices with different times. Copy the notice’s words on the next "
            "appeal; until then plan by the shorter time.",
            "/denial/letter_text", "A request to the wrong office, or in the longer time, is lost.",
            seen.regime.source,
        )  # fmt: skip


def _scope(seen: Seen) -> Iterator[Finding]:
    if seen.regime.step != "external":
        return
    if "outside_judgement" in seen.where.facts:
        yield Finding(
            "external_review_scope", "weakness",
            "External review is for medical judgment. A denial that rests on a plain exclusion is "
            "usually outside it: say where judgment was used, such as necessity or setting.",
            "/denial/reasons", "A request outside the reviewer’s scope is sent back unread.",
            "laws/aca_appeals",
        )  # fmt: skip


def _certificate(seen: Seen) -> Iterator[Finding]:
    """Some states take an experimental denial only with a form of the treating physician."""
    law = seen.where.knowledge.laws.get(f"state_{seen.where.state.lower()}")
    if not law or seen.regime.step != "external" or not seen.regime.state_law:
        return
    hints = [each for each in law.watch_outs if _CERTIFICATE.search(each)]
    if hints and seen.where.holds(["investigational"]):
        yield Finding(
            "physician_certificate", "weakness",
            "The state’s application may ask the treating physician for a certificate of their own: "
            f"{' '.join(hints)}",
            _STATE, "A request without it is incomplete, and the days run on.", f"laws/{law.id}",
        )  # fmt: skip


def _amount(seen: Seen) -> Iterator[Finding]:
    least = next(iter(_least_amounts(seen)), None)
    given = seen.get(_AMOUNT)
    if not seen.denied or least is None or (given is not None and given >= least):
        return
    yield Finding(
        "amount_in_dispute", "weakness" if given is None else "blocker",
        f"This step is open only where at least ${least} is in dispute. "
        + ("The case gives no amount." if given is None else "The amount denied is less."),
        _AMOUNT, "A request below it is dismissed unread.", seen.regime.source,
    )  # fmt: skip


def _least_amounts(seen: Seen) -> Iterator[int]:
    """The dollars that the rows of the step at hand ask for, in the year of the letter."""
    level = appeal_level(seen.where)
    for row in rows_for(seen.where, level, "file") if level else ():
        by_year = row.rule.least_amount
        found = by_year.get(str(seen.today.year), by_year.get("any"))
        if found is not None:
            yield found


def _care_during_hearing(seen: Seen) -> Iterator[Finding]:
    if seen.where.plan_type != "medicaid_managed_care" or seen.regime.step != "hearing":
        return
    if seen.where.holds(["concurrent"]):
        yield Finding(
            "care_during_hearing", "weakness",
            "Care that went on during the plan’s appeal does not go on by itself. Ask for the "
            "hearing and for the care to go on, in the short time that the notice states.",
            "/denial/timing", "Asked for late, the care stops while the hearing waits.",
            "42 CFR 438.420",
        )  # fmt: skip


def _part_d(seen: Seen) -> Iterator[Finding]:
    if seen.where.plan_type != "medicare_part_d":
        return
    treatment = seen.where.knowledge.treatments.get(str(seen.get("/request/treatment")))
    if treatment is not None and treatment.off_label:
        yield Finding(
            "part_d_off_label", "blocker",
            "Part D cannot pay for an off-label use that the named compendia do not support, even "
            "on appeal.",
            "/request/treatment", "No argument mends this; another benefit or payer may.",
            "laws/medicare_off_label",
        )  # fmt: skip
    if seen.get("/request/benefit") == "medical":
        yield Finding(
            "part_d_clinic_drug", "weakness",
            "A drug given in the clinic belongs to Part B, not to Part D. Check which plan denied.",
            "/request/benefit", "The wrong plan has no power to approve it.",
            "laws/medicare_part_d",
        )  # fmt: skip
