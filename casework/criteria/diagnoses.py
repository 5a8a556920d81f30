"""A criterion on the diagnosis: code, population, features, episodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Literal

from casework.criteria.result import Finding, Given, met, not_met, unknown
from casework.criteria.risks import acute_suicidality
from casework.criteria_kinds import Diagnosis, DiagnosisLimb
from casework.english import counted, lowered
from casework.knowledge_base.model import Code
from casework.partial_dates import PartialDate
from casework.populations import populations
from casework.trials import primary_diagnosis

Answer = Literal["yes", "no", "unknown"]

_WITHIN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "mood_disorder": frozenset({"mdd", "depression_other", "bipolar", "bipolar_depression"}),
        "bipolar": frozenset({"bipolar", "bipolar_depression"}),
        "mdd_trd": frozenset({"mdd"}),
        "pain": frozenset({"chronic_pain", "crps"}),
    }
)
# Chapters of ICD-10-CM: F is mental disorders, G43 migraine.
_BY_CHAPTER: Mapping[str, str] = MappingProxyType({"psychiatric": "F", "migraine": "G43"})
_DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Coded:
    """A diagnosis of the case with its row of the code files, where they hold it."""

    pointer: str
    entry: Mapping[str, Any]
    code: Code | None

    @property
    def words(self) -> str:
        """The title with the code: "major depressive disorder, … (F33.2)"."""
        title = self.code.title if self.code and self.code.verified else ""
        title = title or self.entry.get("description") or ""
        return f"{lowered(title)} ({self.entry['icd10']})" if title else str(self.entry["icd10"])


def coded(given: Given) -> tuple[Coded, ...]:
    """Return the diagnoses, the primary one first."""
    first, _ = primary_diagnosis(given.case)
    rows = [
        Coded(f"/diagnoses/{i}", entry, given.knowledge.diagnosis_codes.get(entry["icd10"]))
        for i, entry in enumerate(given.case["diagnoses"])
    ]
    return tuple(sorted(rows, key=lambda row: row.pointer != first))


def in_group(diagnosis: Coded, group: str) -> bool:
    """Whether the code belongs to a group of `criteria_kinds.Group`; resistance is not in codes."""
    chapter = _BY_CHAPTER.get(group)
    if chapter is not None:
        return str(diagnosis.entry["icd10"]).startswith(chapter)
    wanted = _WITHIN.get(group, frozenset({group}))
    return bool(diagnosis.code and wanted.intersection(diagnosis.code.populations))


def judge_diagnosis(parameters: Diagnosis, given: Given) -> Finding:
    """All of the criterion's own conditions and, where it has ways, one of them."""
    own = _limb(parameters, given)
    if own.status == "not_met":
        return own
    ways = [_limb(limb, given, parameters) for limb in parameters.any_of]
    order = ("met", "unknown", "not_met")
    best = min(ways, key=lambda way: order.index(way.status)) if ways else own
    if best.status == "not_met":
        return best
    for finding in (own, best):
        if finding.status == "unknown":
            return finding
    if parameters.interview is not None:
        return _established(parameters.interview, _together(own, best), coded(given)[0])
    return _together(own, best)


def _established(asked: str, found: Finding, primary: Coded) -> Finding:
    """A structured interview is clinical too; the reverse does not hold."""
    at = f"{primary.pointer}/interview"
    how = primary.entry.get("interview")
    if how is None:
        return unknown(f"{found.words} By what interview it was established is not told.", at)
    words = f"{found.words} It was established by a {how} interview."
    if asked == "structured" and how != "structured":
        return not_met(words, [*found.rests_on, at])
    return met(words, [*found.rests_on, at])


def _together(own: Finding, best: Finding) -> Finding:
    if own.words == best.words:
        return own
    sources = tuple(dict.fromkeys((*own.rests_on, *best.rests_on)))
    words = f"{own.words} {best.words}" if own.words not in best.words else best.words
    return Finding("met", words, sources)


def _limb(limb: DiagnosisLimb, given: Given, whole: DiagnosisLimb | None = None) -> Finding:
    """Judge one way to meet the criterion, on a diagnosis that fits the whole of it too."""
    rows = coded(given)
    fitting = [row for row in rows if _fits(row, limb) and (whole is None or _fits(row, whole))]
    if not fitting:
        return _no_fitting(rows[0])
    row = fitting[0]
    answers = list(_conditions(limb, row, given))
    rests = tuple(dict.fromkeys((row.pointer, *(answer[2] for answer in answers))))
    for status in ("no", "unknown"):
        failed = next((answer for answer in answers if answer[0] == status), None)
        if failed is not None:
            words = f"The diagnosis is {row.words}; {failed[1]}."
            return not_met(words, rests) if status == "no" else unknown(words, failed[2])
    told = "; ".join((f"The diagnosis is {row.words}", *(answer[1] for answer in answers)))
    return met(f"{told}.", rests)


def _fits(row: Coded, limb: DiagnosisLimb) -> bool:
    by_code = not limb.icd10 or row.entry["icd10"] in limb.icd10
    by_group = not limb.populations or any(in_group(row, group) for group in limb.populations)
    return by_code and by_group


def _no_fitting(primary: Coded) -> Finding:
    words = f"The diagnosis is {primary.words}."
    if primary.code is None:
        return unknown(f"{words} The code is not in our list.", f"{primary.pointer}/icd10")
    return not_met(words, [primary.pointer])


def _conditions(limb: DiagnosisLimb, row: Coded, given: Given) -> Iterator[tuple[Answer, str, str]]:
    """Yield (answer, words, source) for each further condition of the limb."""
    if "mdd_trd" in limb.populations and not _by_another_group(limb, row):
        yield _resistant(given)
    for feature in limb.with_:
        yield _feature(feature, row, given)
    for feature in limb.without:
        present, words, source = _feature(feature, row, given)
        turned: Mapping[Answer, Answer] = {"yes": "no", "no": "yes", "unknown": "unknown"}
        yield turned[present], words, source
    if limb.recurrent is not None:
        yield _recurrent(row, asked=limb.recurrent)
    if limb.single_episode_years_min is not None:
        yield _long_episode(row, limb.single_episode_years_min, given)


def _by_another_group(limb: DiagnosisLimb, row: Coded) -> bool:
    return any(in_group(row, group) for group in limb.populations if group != "mdd_trd")


def _resistant(given: Given) -> tuple[Answer, str, str]:
    many = counted(given.counts.agents, "adequate medicine")
    words = f"{many} of this episode without lasting response"
    if "mdd_trd" in populations(given.case, given.knowledge, given.counts):
        return "yes", words, "/trials"
    open_ones = [trial for trial in given.trials if _may_count(trial)]
    if not given.trials or open_ones:
        missing = f"{open_ones[0].pointer}/{open_ones[0].open_field}" if open_ones else "/trials"
        return "unknown", f"{words} are on record so far", missing
    return "no", words, "/trials"


def _may_count(trial: Any) -> bool:
    return bool(trial.role == "antidepressant" and trial.open_field)


def _feature(feature: str, row: Coded, given: Given) -> tuple[Answer, str, str]:
    if feature == "acute_suicidality":
        return _suicidality(given)
    if feature == "psychotic_features":
        return _psychotic(row, given)
    return _manic(row, given)


def _suicidality(given: Given) -> tuple[Answer, str, str]:
    answer, source = acute_suicidality(given.case, given.today)
    words = {
        "yes": "plan, intent or a recent attempt is on record",
        "no": "no active suicidal thoughts are on record",
        "unknown": "whether suicidality is acute is not settled by the record",
    }[answer]
    return answer, words, source


def _psychotic(row: Coded, given: Given) -> tuple[Answer, str, str]:
    told = " ".join([*(row.entry.get("features") or []), row.code.title if row.code else ""])
    told = told.lower()
    source = f"{row.pointer}/features"
    if (row.code and row.code.psychotic) or _says(told, "with psychotic"):
        return "yes", "with psychotic features", source
    mild = row.code is not None and row.code.severity in ("mild", "moderate")
    # ICD-10-CM gives psychotic features of depression a code of their own at severe only.
    if "without psychotic" in told or mild or _clear(given, "psychosis"):
        return "no", "without psychotic features", source
    return "unknown", "psychotic features are not told", source


def _says(text: str, words: str) -> bool:
    return f" {words}" in f" {text}"


def _manic(row: Coded, given: Given) -> tuple[Answer, str, str]:
    title = row.code.title.lower() if row.code and in_group(row, "mood_disorder") else ""
    if ("manic" in title or "mixed" in title) and "remission" not in title:
        return "yes", "with manic features", row.pointer
    if _clear(given, "mania"):
        return "no", "without manic features", "/medical/screened/mania"
    return "unknown", "manic features are not told", "/medical/screened/mania"


def _clear(given: Given, what: str) -> bool:
    found = ((given.case.get("medical") or {}).get("screened") or {}).get(what)
    return str(found or "").strip().lower().startswith(("none", "negative"))


def _recurrent(row: Coded, *, asked: bool) -> tuple[Answer, str, str]:
    group = row.code.group if row.code else ""
    if group not in ("mdd_single", "mdd_recurrent"):
        return "unknown", "the code does not say whether it is recurrent", f"{row.pointer}/icd10"
    recurrent = group == "mdd_recurrent"
    words = "a recurrent illness" if recurrent else "a single episode"
    return "yes" if recurrent is asked else "no", words, row.pointer


def _long_episode(row: Coded, years: int, given: Given) -> tuple[Answer, str, str]:
    source = f"{row.pointer}/episode_start"
    start = row.entry.get("episode_start")
    if not start:
        return "unknown", "the start of the episode is not told", source
    began = PartialDate.parse(start)
    line = given.today - timedelta(days=years * _DAYS_A_YEAR)
    words = f"the episode began {began.when}"
    if began.latest <= line:
        return "yes", words, source
    return ("no" if began.earliest > line else "unknown"), words, source
