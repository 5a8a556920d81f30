"""A knowledge file with a fault stops the start: the file, the key and the reason are named."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

import pytest

from casework.knowledge_base import BrokenKnowledge, load_knowledge
from casework.knowledge_base.load import BUILT_IN

FAULTS = {
    "a broken file": ("medicines/sertraline.toml", 'id = "sertraline"', 'id = "sertraline', "not readable as TOML"),
    "a typo in a key": ("medicines/sertraline.toml", "class =", "clas =", "unknown field `clas`"),
    "a missing key": ("scales/phq9.toml", "maximum = 27", "", "missing required field `maximum`"),
    "a word for a number": ("scales/phq9.toml", "maximum = 27", 'maximum = "27"', "maximum: Expected `int`"),
    "an id that is not the file's": ("policies/cigna_spravato.toml", 'id = "cigna_spravato"', 'id = "cigna"', "must be 'cigna_spravato'"),
    "an impossible day": ("medicines/sertraline.toml", 'checked = "2026-11-24"', 'checked = "2026-13-24"', "checked: Invalid"),
    "an unknown unit": ("medicines/lithium.toml", 'dose_unit = "mEq_per_L_level"', 'dose_unit = "mEq"', "dose_unit: must be one of"),
    "a stricter line below the line": ("medicines/cbt.toml", "stricter_minimum_sessions = 16", "stricter_minimum_sessions = 4", "stricter_minimum_sessions: is below minimum_sessions"),
    "a gap between bands": ("scales/phq9.toml", "low = 5", "low = 6", "band: 'mild' does not begin where"),
    "a claim that nobody makes": ("evidence/murrough_2013_rct.toml", '"efficacy"', '"eficacy"', "supports: 'eficacy' is not known"),
    "a population that no code has": ("evidence/murrough_2013_rct.toml", "population = [", 'population = ["depresion", ', "population: 'depresion' is not known"),
    "a study to cite without its sentence": ("evidence/murrough_2013_rct.toml", "say = ", "use = ", "cite_ready: needs verified, say and cite_as"),
    "a DOI with an address": ("evidence/murrough_2013_repeated.toml", "year = ", 'doi = "https://doi.org/10.1000/x"\nyear = ', "doi: is no DOI"),
    "a criterion of no kind": ("policies/cigna_spravato.toml", 'kind = "trials"', 'kind = "trial"', "criteria.two_agents: unknown kind"),
    "a criterion's parameter misspelled": ("policies/cigna_spravato.toml", "agents = 2", "agent = 2", "criteria.two_agents"),
    "a policy for no treatment": ("policies/cigna_spravato.toml", 'drug = "esketamine_nasal"', 'drug = "esketamine"', "drug: is no treatment"),
    "a reason answered by no block": ("denial_reasons/duplicate.toml", "answer = [", 'answer = ["apologize", ', "answer: 'apologize' is not known"),
    "a reason under no law": ("denial_reasons/duplicate.toml", "laws = [", 'laws = ["erissa", ', "laws: 'erissa' is not known"),
    "a pattern that cannot be read": ("denial_reasons/duplicate.toml", "patterns = [", 'patterns = ["(", ', "patterns: '(' cannot be read"),
    "a treatment under an unknown code": ("treatments/ketamine_iv.toml", '"J3490"', '"J349O"', "codes: J349O is unknown"),
}  # fmt: skip


def site_with(folder: Path, name: str, old: str, new: str) -> Path:
    """Return a site's folder with one changed copy of a built-in file."""
    text = (BUILT_IN / name).read_text(encoding="utf-8")
    assert old in text
    path = folder / name
    path.parent.mkdir(parents=True)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(("name", "old", "new", "reason"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_names_its_file_its_key_and_its_reason(
    tmp_path: Path, name: str, old: str, new: str, reason: str
) -> None:
    with pytest.raises(BrokenKnowledge) as caught:
        load_knowledge(site_with(tmp_path, name, old, new))
    told = [str(fault) for fault in caught.value.faults]
    assert any(line.startswith(f"{name}: ") and reason in line for line in told), told


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    site_with(tmp_path, "medicines/sertraline.toml", "class =", "clas =")
    site_with(tmp_path, "laws/aca_appeals.toml", "id = ", "idd = ")
    with pytest.raises(BrokenKnowledge) as caught:
        load_knowledge(tmp_path)
    named = {fault.path.name for fault in caught.value.faults}
    assert {"sertraline.toml", "aca_appeals.toml"} <= named


def test_two_texts_of_a_law_in_force_on_one_day_stop_the_start(tmp_path: Path) -> None:
    law = BUILT_IN / "laws" / "medicare_advantage.toml"
    text = law.read_text(encoding="utf-8")
    assert "effective_to = " in text
    path = tmp_path / "laws" / law.name
    path.parent.mkdir()
    lines = [line for line in text.splitlines() if not line.startswith("effective_to = ")]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BrokenKnowledge) as caught:
        load_knowledge(tmp_path)
    assert any("is in force on a day of" in str(fault) for fault in caught.value.faults)


def test_an_unchanged_copy_of_a_file_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "policies" / "cigna_spravato.toml"
    path.parent.mkdir()
    copyfile(BUILT_IN / "policies" / "cigna_spravato.toml", path)
    assert load_knowledge(tmp_path).policies == load_knowledge().policies
