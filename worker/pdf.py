"""PDF beside Word, through LibreOffice where it is installed.

Each conversion has a private folder of its own, in memory where the machine has one, that holds
the paper in clear and goes with it; LibreOffice never opens a file that we have not written.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

PROGRAMS = ("soffice", "libreoffice")
PACKAGE = "libreoffice-writer-nogui"
CAPABILITY = "pdf"
_SECONDS = 20.0  # a lease is 25 seconds, a letter takes two
_FOLDER = "necessity-pdf-"
_STALE_SECONDS = 600.0
_MEMORY = Path("/dev/shm")  # noqa: S108 - nothing is kept there: a folder of our own, owner only
# Tagged, so that a screen reader finds headings and tables; without the notes to staff that a draft
# holds as comments.
_FILTER = "pdf:writer_pdf_Export:" + json.dumps(
    {
        "UseTaggedPDF": {"type": "boolean", "value": "true"},
        "ExportNotes": {"type": "boolean", "value": "false"},
    }
)
_PAGES = re.compile(rb"/Type\s*/Page\b")


class NoPdf(Exception):
    """There is no PDF; `code` is stable, the text without patient data."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def office() -> str | None:
    """Return the path of LibreOffice, None where it is not installed."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


def to_pdf(docx: bytes, seconds: float = _SECONDS) -> bytes:
    """Return a Word file as PDF.

    Raises:
        NoPdf: LibreOffice is missing (`program_missing`), took too long (`too_slow`) or made
            nothing (`pdf_failed`).
    """
    program = office()
    if program is None:
        raise NoPdf("program_missing", missing_program())
    with TemporaryDirectory(prefix=_FOLDER, dir=_workplace(), ignore_cleanup_errors=True) as place:
        folder = Path(place)
        (folder / "paper.docx").write_bytes(docx)
        _convert(program, folder, seconds)
        made = folder / "paper.pdf"
        if not made.is_file():
            raise NoPdf("pdf_failed", "LibreOffice made no PDF of this document")
        return made.read_bytes()


def missing_program() -> str:
    """Say which program is missing and how to get it."""
    return (
        f"PDF needs LibreOffice Writer: the program {PROGRAMS[0]} is not installed where papers are "
        f"written. Install it (Debian: {PACKAGE}) or leave pdf out"
    )


def count_pages(pdf: bytes) -> int:
    """Return the pages of a PDF that LibreOffice wrote, whose page objects stand in clear."""
    return len(_PAGES.findall(pdf))


def forget_leftovers() -> None:
    """Remove folders that conversions left when their process was killed."""
    for path in _workplace().glob(f"{_FOLDER}*"):
        with suppress(OSError):
            status = path.lstat()
            if status.st_uid == os.getuid() and time.time() - status.st_mtime > _STALE_SECONDS:
                shutil.rmtree(path)


def _workplace() -> Path:
    return _MEMORY if os.access(_MEMORY, os.W_OK) else Path(gettempdir())


def _convert(program: str, folder: Path, seconds: float) -> None:
    command = [
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--convert-to",
        _FILTER,
        "--outdir",
        str(folder),
        str(folder / "paper.docx"),
    ]
    # Its own session: LibreOffice is a script that starts others, and all of them are stopped.
    running = subprocess.Popen(  # noqa: S603 - a program found on PATH, arguments of our own
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd=folder,
        # Nothing else of ours: the environment may hold keys.
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(folder),
            "TMPDIR": str(folder),
        },
    )
    try:
        running.wait(seconds)
    except subprocess.TimeoutExpired:
        raise NoPdf("too_slow", f"the PDF took longer than {seconds:g} seconds") from None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()
