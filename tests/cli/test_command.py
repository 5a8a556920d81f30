"""The `necessity` command: what it says, and the exit codes that scripts rely on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import main
from settings import read_settings
from storage.store import open_store
from worker.tend import ALIVE

CASES = Path(__file__).parents[1] / "cases"

pytestmark = pytest.mark.usefixtures("commanded")


def test_it_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    for command in (
        "run",
        "serve",
        "work",
        "tend",
        "keys",
        "generate",
        "review",
        "template",
        "ready",
    ):
        assert f"    {command} " in told


def test_no_command_is_asked_for_wrongly(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    assert "COMMAND" in capsys.readouterr().err


def test_every_fault_of_the_settings_is_named_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NECESSITY_DEV", "0")
    monkeypatch.setenv("PORT", "http")
    assert main(["keys", "list"]) == 2
    told = capsys.readouterr().err
    for name in ("NECESSITY_MASTER_KEY:", "NECESSITY_LINK_KEY:", "PORT:"):
        assert name in told
    assert "Traceback" not in told


def test_a_key_is_shown_once_then_listed_without_its_secret(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["keys", "create", "main-street", "--label", "practice software"]) == 0
    key = capsys.readouterr().out.strip()
    prefix = key.split("_")[2]
    assert main(["keys", "list"]) == 0
    listed = capsys.readouterr().out
    assert prefix in listed
    assert "main-street" in listed
    assert key.split("_")[3] not in listed
    store = open_store(read_settings())
    assert store.keys.authenticate(key).account_id == "main-street"
    store.close()


def test_a_test_key_with_one_scope(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "create", "main-street", "--test", "--scope", "read"]) == 0
    assert capsys.readouterr().out.startswith("nk_test_")
    assert main(["keys", "list", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["test"], listed["scopes"]) == (True, ["read"])


def test_a_revoked_key_works_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    main(["keys", "create", "main-street"])
    key = capsys.readouterr().out.strip()
    assert main(["keys", "revoke", key.split("_")[2]]) == 0
    store = open_store(read_settings())
    assert store.keys.authenticate(key) is None
    store.close()


def test_a_prefix_that_no_key_has_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "revoke", "aaaaaaaaaa"]) == 1
    assert "no key has this prefix" in capsys.readouterr().err


def test_an_account_s_name_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "create", "Main Street"]) == 2
    assert "main-street" in capsys.readouterr().err


def test_a_worker_without_a_queue_says_what_it_lacks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["work"]) == 2
    assert "REDIS_URL" in capsys.readouterr().err


def test_what_does_not_answer_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ready"]) == 1
    told = capsys.readouterr().out
    assert "queue:" in told
    assert "workers:" in told


def test_tend_is_alive_while_its_passes_work(environment: dict[str, str]) -> None:
    assert main(["ready", "tend"]) == 1
    folder = Path(environment["NECESSITY_DATA_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ALIVE).touch()
    assert main(["ready", "tend"]) == 0


def test_a_pipe_that_closes_early_is_no_fault() -> None:
    ended = subprocess.run(
        f"{sys.executable} -m cli --help | head -c 1",
        shell=True,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Traceback" not in ended.stderr


@pytest.mark.pages
def test_the_papers_to_send_are_written_as_one_file_and_as_pdf(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = str(CASES / "depression_commercial.json")
    out = str(tmp_path)
    kinds = "letter_of_medical_necessity,prior_authorization_request"
    assert main(["generate", case, "--documents", kinds, "--packet", "--pdf", "--out", out]) == 0
    names = [*kinds.split(","), "packet"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f"{name}.{ending}" for name in names for ending in ("docx", "pdf")
    )
    assert "packet.docx" in capsys.readouterr().out


def test_a_pdf_without_its_program_is_refused_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    case = str(CASES / "depression_commercial.json")
    assert main(["generate", case, "--pdf", "--out", str(tmp_path / "out")]) == 1
    assert "soffice" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
