"""The pages as a reader gets them: no paper of the reference case is longer than its reader has time for."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader

from casework.documents import PlannedDocument
from tests.end_to_end.kind_folders import own_docx
from tests.end_to_end.written import docx_of

pytestmark = pytest.mark.pages

REFERENCE = {
    "letter_of_medical_necessity": ("depression_commercial", 3),
    "prior_authorization_request": ("depression_commercial", 2),
    "appeal_letter": ("depression_commercial_denied", 4),
}
OWN = {
    "peer_to_peer_brief": 1,
    "peer_to_peer_request": 1,
    "claim_file_request": 1,
    "network_exception_request": 2,
    "patient_statement": 1,
    "exhibit_list": 1,
    "fax_cover": 1,
    "continuation_letter": 3,
    "records_checklist": 2,
    "superbill": 1,
    "financial_assistance_request": 1,
    "coverage_inquiry": 2,
    "next_steps_guide": 2,
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """The number of pages of each paper, all turned into PDF in one run."""
    folder = tmp_path_factory.mktemp("pages")
    for kind, (case, _) in REFERENCE.items():
        (folder / f"reference-{kind}.docx").write_bytes(docx_of(case, kind))
    for kind in OWN:
        (folder / f"own-{kind}.docx").write_bytes(own_docx(PlannedDocument(kind, "", "en")))
    profile = f"-env:UserInstallation=file://{folder}/profile"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder]
    subprocess.run([*convert, *folder.glob("*.docx")], check=True, capture_output=True)
    return {path.stem: len(PdfReader(path).pages) for path in Path(folder).glob("*.pdf")}


@pytest.mark.parametrize(("kind", "most"), [(kind, most) for kind, (_, most) in REFERENCE.items()])
def test_a_paper_of_the_reference_case_keeps_its_length(
    kind: str, most: int, pages: dict[str, int]
) -> None:
    assert pages[f"reference-{kind}"] <= most


@pytest.mark.parametrize(("kind", "most"), OWN.items())
def test_a_kind_s_own_sample_keeps_its_length(kind: str, most: int, pages: dict[str, int]) -> None:
    assert pages[f"own-{kind}"] <= most
