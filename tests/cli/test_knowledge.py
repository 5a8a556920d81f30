"""`necessity knowledge`: a site's folder is checked, and two versions are compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from casework.knowledge_base.load import BUILT_IN
from cli.main import main
from storage.records import Packet
from storage.store import Store

CASE = Path(__file__).parents[1] / "cases" / "depression_commercial_denied.json"


def site(folder: Path, name: str, old: str, new: str) -> Path:
    """Return a site's folder with one changed copy of a built-in file."""
    text = (BUILT_IN / name).read_text(encoding="utf-8")
    assert old in text
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace(old, new), encoding="utf-8")
    return folder


@pytest.fixture
def longer_appeal(tmp_path: Path) -> Path:
    """A site's folder whose ERISA appeal may be filed within 200 days."""
    name = "laws/erisa_claims_procedure.toml"
    return site(tmp_path / "site", name, "days = 180", "days = 200")


def test_the_built_in_knowledge_has_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "check", str(BUILT_IN)]) == 0
    assert "every worked example comes out" in capsys.readouterr().out


def test_a_failing_example_is_told_with_its_file(
    longer_appeal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["knowledge", "check", str(longer_appeal)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 1
    assert told[0].startswith("laws/erisa_claims_procedure.toml: example: erisa.appeal.file: gives")


def test_a_broken_file_is_told_with_file_and_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site(tmp_path, "medicines/sertraline.toml", "class =", "clas =")
    assert main(["knowledge", "check", str(tmp_path)]) == 1
    assert "medicines/sertraline.toml: " in capsys.readouterr().out


def test_a_folder_that_is_not_there_is_asked_for_wrongly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["knowledge", "check", str(tmp_path / "none")]) == 2
    assert "is no folder" in capsys.readouterr().err


def test_the_difference_names_entry_key_and_both_values(
    longer_appeal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["knowledge", "diff", str(BUILT_IN), str(longer_appeal)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "laws/erisa_claims_procedure: deadline.erisa.appeal.file.days: 180, now 200"
    ]


def test_a_new_file_is_told_as_added(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site(tmp_path, "scales/phq9.toml", 'id = "phq9"', 'id = "phq9_new"')
    (tmp_path / "scales" / "phq9.toml").rename(tmp_path / "scales" / "phq9_new.toml")
    assert main(["knowledge", "diff", str(BUILT_IN), str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() == ["scales/phq9_new: added"]


def test_the_same_knowledge_twice_has_no_difference(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "diff", str(BUILT_IN), str(BUILT_IN), "--case", str(CASE)]) == 0
    assert capsys.readouterr().out.splitlines() == ["Nothing changed.", "0 of 1 cases touched"]


def test_a_touched_case_tells_the_deadline_before_and_after(
    longer_appeal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["knowledge", "diff", str(BUILT_IN), str(longer_appeal), "--case", str(CASE), "--json"]
    assert main([*asked, "--letter-date", "2026-10-19"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["touched"][str(CASE)] == [
        {
            "what": "deadline",
            "id": "erisa.appeal.file",
            "before": "2027-04-13",
            "after": "2027-05-03",
        },
        # The notice names April 13: once the rule gives another day, both are told.
        {
            "what": "deadline",
            "id": "notice.stated",
            "before": "nothing",
            "after": "2027-04-13",
        },
    ]


def test_a_changed_policy_touches_the_criteria_of_the_case_that_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = json.loads(CASE.read_text(encoding="utf-8"))
    del case["insurance"]["criteria"]
    case["insurance"]["policy"] = "bcbsma_087_ketamine_iv"
    path = tmp_path / "case.json"
    path.write_text(json.dumps(case), encoding="utf-8")
    stricter = site(
        tmp_path / "site", "policies/bcbsma_087_ketamine_iv.toml", "agents = 4", "agents = 5"
    )
    assert main(["knowledge", "diff", str(BUILT_IN), str(stricter), "--case", str(path)]) == 0
    assert "  criterion four_agents: met, now not_met" in capsys.readouterr().out.splitlines()


def test_kept_packets_are_named_by_id_and_nothing_of_the_patient_is_told(
    accept: Callable[..., Packet],
    store: Store,
    environment: dict[str, str],
    longer_appeal: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    packet, erased = accept(store), accept(store)
    store.packets.erase(erased.account_id, erased.id, "key:abcdefghij")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main(["knowledge", "diff", str(BUILT_IN), str(longer_appeal), "--packets"]) == 0
    told = capsys.readouterr().out
    assert f"{packet.id}:\n  deadline erisa.appeal.file: 2027-04-13, now 2027-05-03" in told
    assert erased.id not in told
    case: dict[str, Any] = json.loads(CASE.read_text(encoding="utf-8"))
    assert case["patient"]["last_name"] not in told
