"""What must agree for one case to be one case: ids, order of dates, sums, references between rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from casework.criteria_kinds import check_parameters, scales_named
from casework.knowledge_base.model import Knowledge, Scale
from casework.parameter_faults import ParameterFault
from casework.partial_dates import PartialDate, may_overlap
from casework.scales import items_fault
from casework.schema.errors import Fault

Step = str | int
Found = tuple[tuple[Step, ...], Fault]
Case = Mapping[str, Any]

_PLAN_TYPES_BESIDE = ("church_plan", "unknown")
_PROCEDURES = ("ect", "tms", "vns")
_SPANS = (
    ("trials", "started", "stopped"),
    ("psychotherapies", "started", "stopped"),
    ("procedures", "started", "stopped"),
    ("admissions", "admitted", "discharged"),
)
_DATED = (
    ("diagnoses", "onset"), ("diagnoses", "episode_start"), ("assessments", "date"),
    ("trials", "started"), ("trials", "stopped"), ("psychotherapies", "started"),
    ("psychotherapies", "stopped"), ("procedures", "started"), ("procedures", "stopped"),
    ("procedures", "date"), ("admissions", "admitted"), ("admissions", "discharged"),
    ("history", "date"),
)  # fmt: skip


def check_case(case: Case, knowledge: Knowledge) -> Iterator[Found]:
    """Yield everything that does not agree; a section left out is not looked at."""
    yield from _ids(case, knowledge)
    yield from _criteria(case, knowledge)
    yield from _scores(case, knowledge)
    yield from _order(case)
    yield from _birth(case)
    yield from _exhibits(case)
    yield from _augments(case)
    yield from _claim(case)


def _known(
    steps: tuple[Step, ...], given: str | None, known: Sequence[str], what: str
) -> Iterator[Found]:
    if given is None or given in known:
        return
    close = get_close_matches(given, known, n=1, cutoff=0.6)
    hint = f", did you mean `{close[0]}`?" if close else ""
    yield steps, Fault("unknown_id", f"must be the id of a {what}{hint}")


def _ids(case: Case, knowledge: Knowledge) -> Iterator[Found]:
    insurance, request = case.get("insurance") or {}, case.get("request") or {}
    plan_types = [*knowledge.law_meta.get("plan_types", []), *_PLAN_TYPES_BESIDE]
    yield from _known(
        ("insurance", "plan_type"), insurance.get("plan_type"), plan_types, "plan type"
    )
    secondary = (insurance.get("secondary") or {}).get("plan_type")
    yield from _known(("insurance", "secondary", "plan_type"), secondary, plan_types, "plan type")
    yield from _known(
        ("insurance", "policy"), insurance.get("policy"), list(knowledge.policies), "policy"
    )
    treatments = list(knowledge.treatments)
    yield from _known(("request", "treatment"), request.get("treatment"), treatments, "treatment")
    so_far = (case.get("course_so_far") or {}).get("treatment")
    yield from _known(("course_so_far", "treatment"), so_far, treatments, "treatment")
    for i, row in enumerate(case.get("procedures") or []):
        known = [*_PROCEDURES, *treatments]
        yield from _known(("procedures", i, "type"), row["type"], known, "procedure or treatment")
    for i, row in enumerate((case.get("denial") or {}).get("reasons") or []):
        steps = ("denial", "reasons", i, "id")
        yield from _known(steps, row.get("id"), list(knowledge.denial_reasons), "denial reason")
    yield from _row_ids(case)


def _row_ids(case: Case) -> Iterator[Found]:
    for name in ("exhibits", "trials"):
        seen: set[str] = set()
        for i, row in enumerate(case.get(name) or []):
            row_id = row.get("id")
            if row_id in seen:
                yield (
                    (name, i, "id"),
                    Fault("duplicate_id", "must be another id than the row before"),
                )
            if row_id:
                seen.add(row_id)


def _criteria(case: Case, knowledge: Knowledge) -> Iterator[Found]:
    items = ((case.get("insurance") or {}).get("criteria") or {}).get("items") or []
    for i, item in enumerate(items):
        at: tuple[Step, ...] = ("insurance", "criteria", "items", i)
        if "kind" not in item:
            if item.get("parameters"):
                yield (
                    (*at, "kind"),
                    Fault("criterion_parameters", "is required where parameters are given"),
                )
            continue
        try:
            checked = check_parameters(item["kind"], item.get("parameters") or {})
        except ParameterFault as fault:
            below = fault.path if fault.path == ("kind",) else ("parameters", *fault.path)
            yield (*at, *below), Fault("criterion_parameters", str(fault))
            continue
        for path, scale in scales_named(checked):
            yield from _known((*at, "parameters", *path), scale, list(knowledge.scales), "scale")


def _scores(case: Case, knowledge: Knowledge) -> Iterator[Found]:
    for i, row in enumerate(case.get("assessments") or []):
        at: tuple[Step, ...] = ("assessments", i)
        yield from _score(at, row["scale"], (("score", row.get("score")),), knowledge)
        scale = knowledge.scales.get(row["scale"])
        if scale is not None and row.get("items") is not None:
            yield from _items(at, row, scale)
    for name in ("psychotherapies", "procedures"):
        for i, row in enumerate(case.get(name) or []):
            change = row.get("change")
            if change:
                scores = (("from", change["from"]), ("to", change["to"]))
                yield from _score((name, i, "change"), change["scale"], scores, knowledge)
    for i, goal in enumerate((case.get("request") or {}).get("goals") or []):
        if goal.get("scale"):
            yield from _score(
                ("request", "goals", i), goal["scale"], (("target", goal.get("target")),), knowledge
            )
    rows = (case.get("course_so_far") or {}).get("administrations")
    for i, row in enumerate(rows if isinstance(rows, list) else []):
        response = row.get("response")
        if response:
            steps = ("course_so_far", "administrations", i, "response")
            yield from _score(steps, response["scale"], (("score", response["score"]),), knowledge)


def _score(
    at: tuple[Step, ...],
    scale_id: str,
    values: Sequence[tuple[str, float | None]],
    knowledge: Knowledge,
) -> Iterator[Found]:
    scale = knowledge.scales.get(scale_id)
    if scale is None:
        yield from _known((*at, "scale"), scale_id, list(knowledge.scales), "scale")
        return
    for name, value in values:
        if value is not None and not scale.minimum <= value <= scale.maximum:
            limits = f"must be from {scale.minimum} to {scale.maximum}, the range of that scale"
            yield (*at, name), Fault("score_outside_scale", limits)


def _items(at: tuple[Step, ...], row: Case, scale: Scale) -> Iterator[Found]:
    fault = items_fault(scale, row.get("score", sum(row["items"])), row["items"])
    if fault is not None:
        yield (*at, "items"), Fault(*fault)


def _order(case: Case) -> Iterator[Found]:
    for name, first, last in _SPANS:
        for i, row in enumerate(case.get(name) or []):
            yield from _span((name, i, last), row.get(first), row.get(last))
    request = case.get("request") or {}
    yield from _span(("request", "end"), request.get("start"), request.get("end"))
    authorization = (case.get("course_so_far") or {}).get("authorization") or {}
    steps = ("course_so_far", "authorization", "through")
    yield from _span(steps, authorization.get("from"), authorization.get("through"))


def _span(steps: tuple[Step, ...], first: str | None, last: str | None) -> Iterator[Found]:
    if first and last and PartialDate.parse(last).surely_before(PartialDate.parse(first)):
        yield steps, Fault("stopped_before_started", "must not be before it began")


def _birth(case: Case) -> Iterator[Found]:
    if "patient" not in case:
        return
    born = PartialDate.parse(case["patient"]["date_of_birth"])
    for name, field in _DATED:
        for i, row in enumerate(case.get(name) or []):
            if row.get(field) and PartialDate.parse(row[field]).surely_before(born):
                yield (
                    (name, i, field),
                    Fault("before_birth", "must not be before the date of birth"),
                )


def _exhibits(case: Case) -> Iterator[Found]:
    listed = {row["id"] for row in case.get("exhibits") or []}
    for name in ("assessments", "trials", "psychotherapies", "procedures", "admissions"):
        for i, row in enumerate(case.get(name) or []):
            if row.get("exhibit") and row["exhibit"] not in listed:
                yield (
                    (name, i, "exhibit"),
                    Fault("unknown_exhibit", "must be the id of an exhibit listed"),
                )
    if (case.get("risk") or {}).get("exhibit") not in (None, *listed):
        yield ("risk", "exhibit"), Fault("unknown_exhibit", "must be the id of an exhibit listed")


def _augments(case: Case) -> Iterator[Found]:
    trials = case.get("trials") or []
    for i, row in enumerate(trials):
        partner = row.get("augments")
        if not partner or any(other.get("id") == partner for other in trials):
            continue
        fitting = [
            other
            for j, other in enumerate(trials)
            if j != i and _same_name(other["medication"], partner) and _together(row, other)
        ]
        if not fitting:
            message = "must name another trial of the case at that time, or its id"
            yield ("trials", i, "augments"), Fault("augments_nothing", message)
        elif len(fitting) > 1:
            message = "fits several trials of that time: give them ids and use one"
            yield ("trials", i, "augments"), Fault("augments_several", message)


def _same_name(medication: str, partner: str) -> bool:
    return medication.strip().lower() == partner.strip().lower()


def _together(one: Case, other: Case) -> bool:
    return may_overlap(_dates(one), _dates(other))


def _dates(row: Case) -> tuple[PartialDate | None, PartialDate | None]:
    started, stopped = row.get("started"), row.get("stopped")
    return (
        PartialDate.parse(started) if started else None,
        PartialDate.parse(stopped) if stopped else None,
    )


def _claim(case: Case) -> Iterator[Found]:
    claim = case.get("claim") or {}
    lines = claim.get("lines") or []
    if claim.get("total") is None or not all(line.get("charge") is not None for line in lines):
        return
    if round(sum(line["charge"] for line in lines), 2) != claim["total"]:
        yield ("claim", "total"), Fault("total_does_not_add_up", "must be the sum of the lines")
