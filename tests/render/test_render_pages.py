"""The pages as they leave the printer."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.render.papers import a_paper, said, trial

pytestmark = [
    pytest.mark.pages,
    pytest.mark.skipif(
        not (shutil.which("soffice") and shutil.which("pdftotext")),
        reason="needs LibreOffice Writer and poppler: apt-get install libreoffice-writer-nogui poppler-utils",
    ),
]


def pages(docx: bytes, folder: Path) -> list[str]:
    """Return the text of each page."""
    (folder / "paper.docx").write_bytes(docx)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder]
    subprocess.run([*convert, folder / "paper.docx"], check=True, capture_output=True)
    text = subprocess.run(
        ["pdftotext", "-layout", folder / "paper.pdf", "-"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return text.rstrip("\f").split("\f")


def test_a_long_letter_keeps_its_marks_on_every_page(tmp_path: Path) -> None:
    rows = [trial(f"medicine {i}") for i in range(70)]
    asked = [said(f"ask.{i}", "One sentence after another. " * 20) for i in range(3)]
    paper = a_paper(table={"trials": rows}, say={"ask": asked}, missing={"/a": "note"}, note="⟦/a⟧")
    found = pages(paper.docx, tmp_path)
    assert len(found) >= 3
    for number, page in enumerate(found, start=1):
        assert page.split()[0] == "DRAFT"
        assert "D.E. · EHP-000-1111" in page
        assert f"Page {number} of {len(found)}" in page
        assert ("12 Sample Street" in page) == (number == 1)
        assert ("Medicine" in page) == ("medicine" in page)  # the header row repeats
        assert not page.rstrip().endswith("What has been tried")
    assert "End of the letter." in found[-1]
