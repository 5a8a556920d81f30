"""`necessity template`: what a clinic with templates in git calls, and the exit codes it relies on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from cli.main import main
from settings import read_settings
from storage.store import Store, open_store
from tests.programs import need
from tests.render.papers import body_text, header_text, with_body

ROOT = Path(__file__).parents[2]
KINDS = ROOT / "templates_docx"
CASES = ROOT / "tests" / "cases"
LETTER = "letter_of_medical_necessity"


@pytest.fixture(autouse=True)
def _environment(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("REDIS_URL", "DATABASE_URL", "STORE_URL", "PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    yield
    structlog.reset_defaults()


@pytest.fixture
def willow(environment: dict[str, str]) -> Store:
    store = open_store(read_settings(environment))
    store.keys.create("willow")
    return store


def template(folder: Path, text: str = "Our own words.") -> str:
    """Return the path of our letter with a paragraph put first."""
    paragraph = f"<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
    docx = (KINDS / LETTER / "template.docx").read_bytes()
    path = folder / "mine.docx"
    path.write_bytes(with_body(docx, "<w:body>", paragraph))
    return str(path)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """Run a template action with --json and return its code and tree."""
    capsys.readouterr()
    code = main(["template", *arguments, "--json"])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else None


def test_a_sound_template_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "check", template(tmp_path), "--kind", LETTER) == (0, [])


def test_a_fault_fails_and_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = template(tmp_path, "{{ titel }}")
    code, faults = told(capsys, "check", path, "--kind", LETTER)
    assert (code, [fault["code"] for fault in faults]) == (1, ["unknown_name"])
    assert main(["template", "check", path, "--kind", LETTER]) == 1
    assert "Did you mean “title”?" in capsys.readouterr().out


def test_a_folder_of_templates_is_checked_kind_by_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (LETTER, "coverage_inquiry/letter/es", "fax_cover"):
        (tmp_path / folder).mkdir(parents=True)
        shutil.copy(KINDS / folder / "template.docx", tmp_path / folder)
    assert told(capsys, "check", str(tmp_path)) == (0, [])
    shutil.copy(KINDS / "superbill" / "template.docx", tmp_path / "fax_cover")
    code, faults = told(capsys, "check", str(tmp_path))
    assert (code, [fault["code"] for fault in faults]) == (1, ["other_kind"])
    assert faults[0]["file"].endswith("fax_cover/template.docx")


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "nowhere.docx"),
        ("check", "README.md", "--kind", "nothing"),
        ("check", "README.md", "--kind", LETTER, "--variant", "none"),
        ("names", "nothing"),
        ("preview", "README.md", "--kind", "nothing"),
    ],
)
def test_what_cannot_be_used_fails_with_a_sentence(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["template", *arguments]) == 1
    assert capsys.readouterr().err.startswith("necessity: ")


def test_a_preview_shows_the_template_with_the_sample_case(tmp_path: Path) -> None:
    out = tmp_path / "shown.docx"
    path = template(tmp_path)
    assert main(["template", "preview", path, "--kind", LETTER, "--out", str(out)]) == 0
    assert body_text(out.read_bytes()).startswith("Our own words.")
    assert "SAMPLE" in header_text(out.read_bytes())


def test_a_preview_shows_a_case_of_one_s_own(tmp_path: Path) -> None:
    out, case = tmp_path / "shown.docx", CASES / "ptsd.json"
    name = json.loads(case.read_text(encoding="utf-8"))["patient"]["last_name"]
    with_case = ["--case", str(case), "--letter-date", "2026-10-05", "--out", str(out)]
    assert main(["template", "preview", template(tmp_path), "--kind", LETTER, *with_case]) == 0
    assert name in body_text(out.read_bytes())


def test_a_preview_of_a_broken_template_writes_nothing_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, path = tmp_path / "shown.docx", template(tmp_path, "{{ note.upper() }}")
    assert main(["template", "preview", path, "--kind", LETTER, "--out", str(out)]) == 1
    assert "Write {{ note|upper }}" in capsys.readouterr().out
    assert not out.exists()


@pytest.mark.pages
def test_a_preview_comes_as_pdf_too(tmp_path: Path) -> None:
    need(("soffice", "libreoffice-writer-nogui"))
    out = tmp_path / "shown.docx"
    main(["template", "preview", template(tmp_path), "--kind", LETTER, "--out", str(out), "--pdf"])
    assert out.with_suffix(".pdf").read_bytes().startswith(b"%PDF")


def test_a_template_goes_from_git_into_use_and_back(
    willow: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = template(tmp_path), ""
    code, (version,) = told(capsys, "upload", first, "--kind", LETTER)
    assert (code, version["status"], version["number"]) == (0, "draft", 1)
    assert told(capsys, "activate", version["id"])[1][0]["status"] == "active"
    second = template(tmp_path, "Other words.")
    _, (other,) = told(capsys, "upload", second, "--kind", LETTER, "--activate")
    assert (other["status"], other["number"]) == ("active", 2)
    assert [each["status"] for each in told(capsys, "list")[1]] == ["active", "retired"]
    assert told(capsys, "list", "--kind", "superbill") == (0, [])
    assert told(capsys, "roll-back", other["id"])[1][0]["id"] == version["id"]
    assert told(capsys, "roll-back", version["id"]) == (0, [])
    assert told(capsys, "roll-back", version["id"])[0] == 1


def test_an_upload_with_a_fault_is_not_kept(
    willow: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = template(tmp_path, "{{ titel }}")
    assert main(["template", "upload", path, "--kind", LETTER, "--activate"]) == 1
    assert told(capsys, "list") == (0, [])


def test_of_several_accounts_one_is_named(
    willow: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    willow.keys.create("cedar")
    assert main(["template", "list"]) == 2
    assert "--account: cedar, willow" in capsys.readouterr().err
    assert main(["template", "list", "--account", "oak"]) == 2
    assert told(capsys, "list", "--account", "cedar") == (0, [])


def test_an_unknown_version_is_told(willow: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["template", "activate", "tpl_unknown"]) == 1
    assert "there is no such template" in capsys.readouterr().err
