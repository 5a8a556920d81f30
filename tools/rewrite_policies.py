"""Rewrite the policy facts to the closed list of criterion kinds; run once, kept for the record.

`python tools/rewrite_policies.py FACTS_POLICIES OUT`: every file of the first folder is written to
the second with the same comments and order. Only the lines `drug`, `kind` and `parameters` change,
and `effective_from`, `reviewed_on` and `applies_to` are added where the file's own words hold them.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Kinded = tuple[str, dict[str, Any]]

TREATMENTS = {"esketamine": "esketamine_nasal"}
GROUPS = {"depression": "mdd", "trd": "mdd_trd"}
CONCURRENT = {"ketamine": "ketamine_iv"}
MONTHS = {
    name: number
    for number, name in enumerate(
        ["january", "february", "march", "april", "may", "june", "july", "august", "september",
         "october", "november", "december"], start=1)
}  # fmt: skip


def rewritten(kind: str, given: Mapping[str, Any]) -> Kinded:
    """Return the kind and parameters of the closed list that say the same."""
    rewrite = {
        "rems": lambda: ("certification", dict(given)),
        "concurrent_med": lambda: ("concurrent_medicine", _concurrent(given)),
        "diagnosis": lambda: _diagnosis(given),
        "exclusion": lambda: ("exclusion", _exclusion(given)),
        "prescriber": lambda: _prescriber(given),
        "psychotherapy": lambda: ("psychotherapy", _psychotherapy(given)),
        "trials": lambda: _trials(given),
        "severity": lambda: (
            ("response", {}) if given.get("response") else ("severity", dict(given))
        ),
    }.get(kind)
    return rewrite() if rewrite else (kind, dict(given))


def _concurrent(given: Mapping[str, Any]) -> dict[str, Any]:
    wanted = given.get("oral_antidepressant")
    rest = {key: value for key, value in given.items() if key != "oral_antidepressant"}
    return {"antidepressant": "required" if wanted is True else wanted, **rest}


def _diagnosis(given: Mapping[str, Any]) -> Kinded:
    limbs = given.get("any_of", [])
    if any("agents" in limb for limb in limbs):
        return "any_of", {"any_of": [_road(limb) for limb in limbs]}
    return "diagnosis", _limb(given) | (
        {"any_of": [_limb(each) for each in limbs]} if limbs else {}
    )


def _road(limb: Mapping[str, Any]) -> dict[str, Any]:
    """A road that counts trials is a trials criterion: two adequate ones make resistance."""
    if "agents" in limb:
        return {"kind": "trials", "parameters": {"agents": limb["agents"]}}
    return {"kind": "diagnosis", "parameters": _limb(limb)}


def _limb(given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "diagnosis" in given:
        found["populations"] = [given["diagnosis"]]
    for key in ("with", "without"):
        if key in given:
            found[key] = [given[key]]
    kept = ("icd10", "interview", "recurrent", "single_episode_years_min")
    return found | {key: given[key] for key in kept if key in given}


def _exclusion(given: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        key: value
        for key, value in given.items()
        if key not in ("condition", "concurrent", "diagnoses")
    }
    if "condition" in given:
        found["conditions"] = [given["condition"]]
    if "concurrent" in given:
        found["concurrent_treatments"] = [
            CONCURRENT.get(each, each) for each in given["concurrent"]
        ]
    if "diagnoses" in given:
        found["diagnoses"] = [GROUPS.get(each, each) for each in given["diagnoses"]]
    return found


def _prescriber(given: Mapping[str, Any]) -> Kinded:
    if given.get("prior_authorization"):
        return "free_text", {}
    specialty = (
        "psychiatrist"
        if given.get("psychiatrist")
        else "specialist"
        if given.get("specialist")
        else None
    )
    found: dict[str, Any] = {"specialty": specialty} if specialty else {}
    return "prescriber", found | {
        key: given[key] for key in ("consultation_ok", "pdmp") if given.get(key)
    }


def _psychotherapy(given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key not in ("tried", "psychotherapy")}


def _trials(given: Mapping[str, Any]) -> Kinded:
    if given.get("neuromodulation_addressed"):
        return "procedure", {"all_of": ["ect", "tms"], "or_reason": True}
    if "any_of" in given:
        each = [
            rewritten("psychotherapy" if limb.get("psychotherapy") else "trials", limb)
            for limb in given["any_of"]
        ]
        return "any_of", {"any_of": [{"kind": kind, "parameters": found} for kind, found in each]}
    if "augmentation_trials" in given:
        rest = {key: value for key, value in given.items() if key != "augmentation_trials"}
        return "augmentation", {"trials": given["augmentation_trials"], **rest}
    return "trials", dict(given)


def inline(value: Any) -> str:
    """Return a value as inline TOML."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {inline(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def dates(effective: str) -> dict[str, str]:
    """Return effective_from and reviewed_on where the words of `effective` hold a date."""
    if re.search(r"draft|decision|replaced", effective):
        return {}
    updated = re.search(r"updated (\d{4}-\d{2}-\d{2})", effective)
    first = re.match(r"(\d{4}-\d{2}-\d{2})", effective)
    month = re.search(r"([A-Za-z]+) (\d{4})", effective)
    revised = re.search(r"(?:revised|reviewed|review) (?:(\d{4}-\d{2}-\d{2}))", effective)
    found = {}
    if first:
        found["effective_from"] = first.group(1)
    if updated or revised:
        found["reviewed_on"] = (updated or revised).group(1)  # type: ignore[union-attr]
    elif month and month.group(1).lower() in MONTHS and "review" in effective:
        found["reviewed_on"] = f"{month.group(2)}-{MONTHS[month.group(1).lower()]:02d}"
    return found


def rewrite_text(text: str) -> str:
    """Return a policy file's text, rewritten."""
    data = tomllib.loads(text)
    head, *blocks = re.split(r"(?m)^(?=\[\[criteria\]\]|\[example\])", text)
    if data["drug"] in TREATMENTS:
        head = re.sub(r"(?m)^drug = .*$", f'drug = "{TREATMENTS[data["drug"]]}"', head)
    for key, value in dates(data.get("effective", "")).items():
        head = re.sub(r"(?m)^(effective = .*)$", rf'\1\n{key} = "{value}"', head)
    criteria = iter(data.get("criteria", []))
    return head + "".join(
        _criterion(block, next(criteria)) if block.startswith("[[criteria]]") else block
        for block in blocks
    )


def _criterion(block: str, data: Mapping[str, Any]) -> str:
    kind, parameters = rewritten(data.get("kind", "free_text"), data.get("parameters", {}))
    start = re.search(r"(?m)^parameters = ", block)
    if start:
        # Inline tables may run over lines: the value ends where the next key begins.
        end = re.compile(r"(?m)^(?:[a-z_]+ = |\Z)").search(block, start.end())
        stop = end.start() if end else len(block)
        block = f"{block[: start.start()]}parameters = {inline(parameters)}\n{block[stop:]}"
        if end is None or stop == len(block):
            block = block.rstrip() + "\n\n"
    block = re.sub(r"(?m)^kind = .*$", f'kind = "{kind}"', block)
    if data["text"].startswith("Second road"):
        block = re.sub(r"(?m)^(kind = .*)$", r'\1\napplies_to = "acute_suicidality"', block)
    return block


def main(source: Path, out: Path) -> None:
    """Rewrite every file of `source` into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("*.toml")):
        (out / path.name).write_text(
            rewrite_text(path.read_text(encoding="utf-8")), encoding="utf-8"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
