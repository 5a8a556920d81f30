"""Findings on what was tried: gaps, unknowns, and what the record does not address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from casework.criteria.alongside import antidepressants_now, mood_stabilizers_now
from casework.criteria.result import Given
from casework.english import joined, sentence
from casework.facts import Facts
from casework.findings_model import Finding
from casework.names import PROCEDURE
from casework.passages.tried import unaddressed
from casework.passages.why import argued_claims
from casework.populations import SUICIDAL
from casework.sessions import judge_sessions
from casework.trials import Trial

_GAP_DAYS = 56
# One is half of the other: two agents by the count, one to some reviewers (medicines/_rules).
_NEAR_TWINS = frozenset({"citalopram", "escitalopram"})
_TRAVEL = re.compile(
    r"\b(drive|driving|miles|distance|transport|ride|mornings?|weekday)", re.IGNORECASE
)


def chart_findings(facts: Facts) -> Iterator[Finding]:
    """Say what a reviewer will ask about the patient and the treatments tried."""
    yield from _birth(facts)
    yield from _no_trials(facts)
    for trial in facts.trials:
        yield from _trial(trial)
    yield from _sessions(facts)
    yield from _twins(facts)
    yield from _current(facts)
    yield from _stabilizer(facts)
    yield from _gap(facts)
    yield from _silent(facts)
    yield from _same_reason(facts)
    yield from _diagnoses(facts)


def _birth(facts: Facts) -> Iterator[Finding]:
    if date.fromisoformat(facts.case["patient"]["date_of_birth"]) > facts.today:
        yield Finding(
            "birth_after_letter", "blocker",
            "The date of birth is after the letter date. Correct one of the two; no paper tells the "
            "age until then.",
            "/patient/date_of_birth",
            "A plan that cannot match name and date of birth returns the request unread.", "",
        )  # fmt: skip


def _no_trials(facts: Facts) -> Iterator[Finding]:
    if not facts.trials:
        yield Finding(
            "no_trials", "weakness",
            "No medicine trial is in the case. List each medicine with dose, dates and result.",
            "/trials",
            "The trials table is what a reviewer counts first.", "",
        )  # fmt: skip
    elif not facts.counts.failures:
        yield Finding(
            "no_adequate_trial", "weakness",
            "By dose and length no trial counts as adequate without lasting response.",
            "/trials",
            "Decisions were lost on several medicines at low doses.", "medicines/_rules",
        )  # fmt: skip


def _trial(trial: Trial) -> Iterator[Finding]:
    if trial.medicine is None:
        yield Finding(
            "medicine_not_known", "weakness",
            "This medicine is not in our list, so its trial is not judged. " + trial.note,
            f"{trial.pointer}/medication",
            "A trial that nobody can judge is not counted.", "",
        )  # fmt: skip
        return
    if trial.note:
        yield Finding(
            "medicine_understood", "note", trial.note, f"{trial.pointer}/medication",
            "Confirm that this is the medicine meant.", f"medicines/{trial.medicine.id}",
        )  # fmt: skip
    if trial.warning:
        yield Finding(
            "stricter_line", "note",
            f"The dose of {trial.title} is within the usual range; {trial.warning}.",
            f"{trial.pointer}/max_dose_mg_per_day",
            "A stricter reviewer may not count it.", f"medicines/{trial.medicine.id}",
        )  # fmt: skip
    yield from _unknown_parts(trial)


def _unknown_parts(trial: Trial) -> Iterator[Finding]:
    if trial.adequate == "unknown" and trial.role == "antidepressant":
        yield Finding(
            "trial_not_judged", "weakness",
            f"Whether the trial of {trial.title} was adequate is not known: "
            f"{joined(trial.reasons) or 'a part of the record is missing'}.",
            f"{trial.pointer}/{trial.open_field}",
            "An unknown trial is not counted.", f"medicines/{trial.medicine.id}" if trial.medicine else "",
        )  # fmt: skip
    if trial.outcome == "unknown":
        yield Finding(
            "outcome_missing", "weakness",
            f"The result of {trial.title} is not recorded.", f"{trial.pointer}/outcome",
            "A trial without a result is not counted.", "",
        )  # fmt: skip
    if not trial.entry.get("exhibit"):
        yield Finding(
            "trial_without_exhibit", "note",
            f"No exhibit shows the trial of {trial.title}.", f"{trial.pointer}/exhibit",
            "The record must carry what the letter says.", "",
        )  # fmt: skip


def _sessions(facts: Facts) -> Iterator[Finding]:
    """Psychotherapy and procedures given: too few sessions, or a number that is not recorded."""
    for section in ("psychotherapies", "procedures"):
        for i, entry in enumerate(facts.case.get(section) or []):
            course = facts.knowledge.medicines.get(entry["type"])
            if course is None or entry.get("status"):
                continue
            judged = judge_sessions(course, entry.get("sessions"))
            reason = judged.reason or judged.warning
            if not reason:
                continue
            yield Finding(
                "sessions_not_enough" if judged.adequate == "no" else "sessions_in_doubt",
                "weakness" if judged.adequate == "no" else "note",
                sentence(f"{course.title}: {reason}"),
                f"/{section}/{i}/sessions",
                "A course that a reviewer calls too short is not counted.", f"medicines/{course.id}",
            )  # fmt: skip


def _twins(facts: Facts) -> Iterator[Finding]:
    counted_ones = {trial.medicine.id: trial for trial in facts.counts.failures if trial.medicine}
    if counted_ones.keys() >= _NEAR_TWINS:
        yield Finding(
            "agents_counted_once", "note",
            f"{joined(sorted(_NEAR_TWINS)).capitalize()} are counted as two agents of one class; "
            "some reviewers count them once. Do not rest the count on both.",
            f"{counted_ones[min(_NEAR_TWINS)].pointer}/medication",
            "A count that shrinks under the reviewer’s eyes costs trust.", "medicines/_rules",
        )  # fmt: skip


def _stabilizer(facts: Facts) -> Iterator[Finding]:
    if facts.population.startswith("bipolar") and not mood_stabilizers_now(_given(facts)):
        yield Finding(
            "no_mood_stabilizer", "weakness",
            "No mood stabilizer is among what is taken now. The trials in bipolar depression gave "
            "ketamine to people on lithium or valproate only. Add it, or have the note say why not.",
            "/medical/medications",
            "Without one no trial stands behind the request, and a reviewer sees the risk of mania.",
            "evidence/zarate_2012_bipolar",
        )  # fmt: skip


def _given(facts: Facts) -> Given:
    return Given(facts.case, facts.knowledge, facts.today, facts.trials, facts.counts, facts.scores)


def _current(facts: Facts) -> Iterator[Finding]:
    if antidepressants_now(_given(facts)) or facts.get("/medical/current_antidepressant_reason"):
        return
    yield Finding(
        "no_current_antidepressant", "weakness",
        "No antidepressant is taken now, and the case does not say why.",
        "/medical/current_antidepressant_reason",
        "Reviewers ask for it, and some policies require one alongside.", "",
    )  # fmt: skip


def _gap(facts: Facts) -> Iterator[Finding]:
    spans = sorted(
        (trial.started.earliest, (trial.stopped.latest if trial.stopped else facts.today))
        for trial in facts.trials
        if trial.started and trial.in_episode is not False
    )
    if not spans:
        return
    covered = spans[0][1]
    for started, stopped in [*spans[1:], (facts.today, facts.today)]:
        if (started - covered).days > _GAP_DAYS and not _reason_given(facts, started):
            weeks = (started - covered).days // 7
            yield Finding(
                "gap_in_episode", "note",
                f"The record shows {weeks} weeks of this episode without a medicine. Say why.",
                "/medical/current_antidepressant_reason",
                "A gap that the letter does not name is found by the reviewer.", "",
            )  # fmt: skip
        covered = max(covered, stopped)


def _reason_given(facts: Facts, until: object) -> bool:
    return until == facts.today and bool(facts.get("/medical/current_antidepressant_reason"))


def _silent(facts: Facts) -> Iterator[Finding]:
    for kind in unaddressed(facts):
        yield Finding(
            f"not_addressed.{kind}", "weakness",
            f"The case is silent on {PROCEDURE[kind]}: tried with its result, or why not.",
            "/procedures",
            "Silence on an alternative loses.", "",
        )  # fmt: skip
    if not facts.case.get("psychotherapies"):
        yield Finding(
            "not_addressed.psychotherapy", "weakness",
            "The case is silent on psychotherapy: type, sessions, dates and result.",
            "/psychotherapies",
            "Many policies ask for it, and reviewers look for it.", "",
        )  # fmt: skip


def _same_reason(facts: Facts) -> Iterator[Finding]:
    for i, entry in enumerate(facts.case.get("procedures") or []):
        why = entry.get("why") or ""
        if entry.get("status") in ("declined", "not_tried") and _TRAVEL.search(why):
            known = "The plan for going home is in the case; check that it answers this."
            lacking = "Say how the same difficulty is met for the treatment asked for."
            yield Finding(
                "reason_would_also_forbid", "note",
                f"The reason against {PROCEDURE.get(entry['type'], entry['type'])} is about travel or "
                f"time. {known if facts.get('/request/discharge') else lacking}",
                f"/procedures/{i}/why",
                "A reviewer asks why the same reason does not forbid what is asked.", "",
            )  # fmt: skip


def _diagnoses(facts: Facts) -> Iterator[Finding]:
    primary = [i for i, each in enumerate(facts.case["diagnoses"]) if each.get("primary")]
    if len(primary) > 1:
        yield Finding(
            "two_primary_diagnoses", "weakness",
            "More than one diagnosis is marked primary; the first is argued. Mark one alone.",
            f"/diagnoses/{primary[1]}/primary",
            "The indication argued is the one whose criteria are asked for.", "",
        )  # fmt: skip
    yield from _no_study(facts)
    yield from _unknown_codes(facts, facts.case["diagnoses"])
    yield from _coded_ideation(facts)


def _no_study(facts: Facts) -> Iterator[Finding]:
    if not argued_claims(facts):
        yield Finding(
            "no_study_for_diagnosis", "weakness",
            f"No study of {facts.treatment.title} for the diagnosis {facts.diagnosis['icd10']} is "
            "held here, so the letter names none. Check which diagnosis is the one treated.",
            f"{facts.diagnosis_pointer}/icd10",
            "A use without a study is refused as unproven.", f"treatments/{facts.treatment.id}",
        )  # fmt: skip


def _unknown_codes(facts: Facts, diagnoses: Sequence[object]) -> Iterator[Finding]:
    for i, each in enumerate(diagnoses):
        code = each["icd10"]  # type: ignore[index]
        if code not in facts.knowledge.diagnosis_codes:
            yield Finding(
                "code_not_in_library", "note",
                f"The code {code} is not in our list; its title is printed as the case gives it.",
                f"/diagnoses/{i}/icd10",
                "Check that the code is valid on the date of service.", "",
            )  # fmt: skip


def _coded_ideation(facts: Facts) -> Iterator[Finding]:
    """A code of suicidal ideation beside a risk section that does not tell of any."""
    for i, each in enumerate(facts.case["diagnoses"]):
        row = facts.knowledge.diagnosis_codes.get(each["icd10"])
        if row is None or SUICIDAL not in row.populations or SUICIDAL in facts.populations:
            continue
        told = "says otherwise" if facts.get("/risk/ideation") else "holds no assessment"
        yield Finding(
            "ideation_only_coded", "weakness",
            f"The code {each['icd10']} names suicidal thoughts, and the risk section {told}. Nothing "
            "is argued from the code alone.",
            "/risk/ideation" if told.startswith("holds") else f"/diagnoses/{i}/icd10",
            "Risk is told as it was assessed, never from a billing code.", "codes/icd10cm",
        )  # fmt: skip
