"""PDF beside Word: made from what is stored, and never at the cost of the Word file."""

from __future__ import annotations

import io
import os
import stat
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest

import worker.pdf
from storage.media import WORD
from storage.records import AskedDocument, Packet
from tests.end_to_end.written import LETTER_DATES, loaded
from worker.bench import Bench
from worker.jobs import write
from worker.pdf import NoPdf, count_pages, forget_leftovers, office, to_pdf

LETTER = "letter_of_medical_necessity"
NAME = "depression_commercial"


@pytest.fixture
def accepted(bench: Bench, accept: Callable[..., Packet]) -> Packet:
    """A packet of a letter and its PDF."""
    return accept(bench.store, LETTER, pdf=True)


def read(bench: Bench, packet: Packet) -> Packet:
    return bench.store.packets.find("willow", packet.id)


@pytest.mark.pages
def test_a_pdf_stands_beside_the_word_file_and_both_tell_their_pages(
    bench: Bench, accepted: Packet
) -> None:
    write(accepted.id, bench)
    ended = read(bench, accepted)
    assert ended.status == "ready"
    word, pdf = ended.documents
    file = bench.store.packets.read_document("willow", accepted.id, pdf.id, "test")
    shown = pypdf.PdfReader(io.BytesIO(file.content))
    assert word.pages == pdf.pages == len(shown.pages) > 1
    assert pdf.filename.endswith(".pdf")
    assert "Letter" in shown.pages[0].extract_text() or "Request" in shown.pages[0].extract_text()
    assert shown.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert file.provenance["made_from"] == word.id


def no_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def test_without_the_program_the_word_file_is_ready_all_the_same(
    bench: Bench, accepted: Packet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    no_program(monkeypatch, tmp_path)
    write(accepted.id, bench)
    word, pdf = read(bench, accepted).documents
    assert (word.status, word.media_type) == ("ready", WORD)
    assert (pdf.status, pdf.error.code) == ("failed", "program_missing")
    assert "soffice" in pdf.error.message
    assert bench.store.packets.read_document("willow", accepted.id, word.id, "test").content


def a_program(folder: Path, script: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_a_program_that_hangs_is_stopped_with_all_it_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    a_program(tmp_path / "bin", f"/bin/sleep 60 & echo $! > {pid}; wait")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    begun = time.monotonic()
    with pytest.raises(NoPdf, match="longer than 1 seconds") as slow:
        to_pdf(b"", seconds=1.0)
    assert slow.value.code == "too_slow"
    assert time.monotonic() - begun < 5
    assert ended(int(pid.read_text()))


def ended(pid: int) -> bool:
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split(")")[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_a_program_that_makes_nothing_is_told_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    a_program(tmp_path / "bin", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(NoPdf) as none:
        to_pdf(b"")
    assert none.value.code == "pdf_failed"


def test_the_program_sees_no_key_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    a_program(tmp_path / "bin", f"set > {seen}")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("NECESSITY_MASTER_KEY", "top-secret")
    with pytest.raises(NoPdf):
        to_pdf(b"")
    assert seen.read_text()
    assert "top-secret" not in seen.read_text()


def test_a_paper_in_clear_is_gone_with_its_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    a_program(tmp_path / "bin", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(worker.pdf, "_MEMORY", tmp_path)
    with pytest.raises(NoPdf):
        to_pdf(b"a paper")
    assert not list(tmp_path.glob("necessity-pdf-*"))


def test_folders_of_processes_that_were_killed_are_removed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(worker.pdf, "_MEMORY", tmp_path)
    old, fresh = tmp_path / "necessity-pdf-old", tmp_path / "necessity-pdf-fresh"
    for folder in (old, fresh):
        folder.mkdir()
        (folder / "paper.docx").write_bytes(b"a paper")
    os.utime(old, (0, 0))
    forget_leftovers()
    assert (old.exists(), fresh.exists()) == (False, True)


def test_a_pdf_waits_for_no_word_file_that_failed(
    bench: Bench, accepted: Packet, tmp_path: Path
) -> None:
    from worker.templates import Templates

    write(accepted.id, replace(bench, templates=Templates(tmp_path)))
    assert [each.error.code for each in read(bench, accepted).documents] == [
        "no_template",
        "word_missing",
    ]


@pytest.mark.pages
def test_the_notes_to_staff_in_a_draft_stay_out_of_its_pdf(bench: Bench, knowledge: Any) -> None:
    from worker.writing import open_case, write_document

    case = {**loaded(NAME)}
    case["insurance"] = {**case["insurance"], "member_id": None}
    draft = open_case(case, knowledge, LETTER_DATES[NAME], sample=False)
    written = write_document(draft, AskedDocument(LETTER, "", "en"), bench.templates)
    assert written.draft
    shown = pypdf.PdfReader(io.BytesIO(to_pdf(written.content)))
    assert "DRAFT" in shown.pages[0].extract_text()
    assert not any("/Annots" in page for page in shown.pages)


@pytest.mark.pages
def test_pages_are_counted_as_a_reader_counts_them(knowledge: Any, bench: Bench) -> None:
    from worker.writing import open_case, write_document

    draft = open_case(loaded(NAME), knowledge, LETTER_DATES[NAME], sample=False)
    docx = write_document(draft, AskedDocument(LETTER, "", "en"), bench.templates).content
    pdf = to_pdf(docx)
    assert count_pages(pdf) == len(pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert office()
