"""A clinic changes its letter, and a paper edited in Word comes back, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES, Running
from tests.end_to_end.test_own_templates import changed
from tests.end_to_end.test_word_round_trip import edited

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

CASES = Path(__file__).parents[1] / "cases"
LETTER = "letter_of_medical_necessity"
PLACE = f"/staff/templates/of/{LETTER}"
SignedIn = Callable[..., Page]


def downloaded(page: Page, link: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    return Path(download.value.path()).read_bytes()


def upload(page: Page, docx: bytes, button: str) -> None:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    page.locator("#file").set_input_files({"name": "mine.docx", "mimeType": word, "buffer": docx})
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("Where it is").or_(page.get_by_text("What it is"))).to_be_visible()
    expect(page.locator("[data-reload]")).to_have_count(0, timeout=90_000)


def built_in(page: Page, running: Running) -> bytes:
    page.goto(f"{running.url}{PLACE}")
    return downloaded(page, "Built-in template (Word)")


def a_written_packet(page: Page, running: Running) -> str:
    """Post a case that lacks the member ID, see its letter written; return the packet's address."""
    key = (Path(running.environ["NECESSITY_DATA_DIR"]) / "dev-key").read_text().strip()
    case = json.loads((CASES / "depression_commercial.json").read_text())
    del case["insurance"]["member_id"]
    answer = page.request.post(
        f"{running.url}/v1/packets",
        data={"case": case, "documents": [LETTER], "options": {"letter_date": "2026-10-05"}},
        headers={"Authorization": f"Bearer {key}"},
    )
    address = f"{running.url}/staff/packets/{answer.json()['id']}"
    page.goto(address)
    expect(page.locator('#papers[data-open="no"]')).to_be_visible(timeout=60_000)
    return address


def rejected_version(page: Page, running: Running) -> str:
    ours = built_in(page, running)
    upload(
        page,
        changed(ours, "{{ titel }}", "{{ Date }}", "{{ fields.payer_name }}"),
        "Upload and check",
    )
    return page.url


def draft_version(page: Page, running: Running, greeting: str) -> str:
    upload(page, changed(built_in(page, running), greeting), "Upload and check")
    return page.url


def edited_version(page: Page, running: Running) -> str:
    a_written_packet(page, running)
    paper = downloaded(page, "Word file: Letter of medical necessity")
    page.get_by_role("link", name="Edited in Word").click()
    upload(page, edited(paper, gives_35_mg="gives 65 mg"), "Upload and compare")
    return page.url


def test_three_mistakes_are_read_with_their_places(signed_in: SignedIn, running: Running) -> None:
    page = signed_in()
    rejected_version(page, running)
    expect(page.get_by_text("It cannot be used and was not kept.")).to_be_visible()
    faults = page.locator(".findings > li")
    expect(faults).to_have_count(3)
    for place in ("{{ titel }}", "{{ Date }}", "{{ fields.payer_name }}"):
        fault = faults.filter(has=page.locator("q", has_text=place))
        expect(fault).to_have_count(1)
        expect(fault).to_contain_text("What would be right:")
    expect(page.get_by_role("button", name="Put into use")).to_have_count(0)


def test_a_version_is_previewed_put_into_use_and_taken_back(
    signed_in: SignedIn, running: Running
) -> None:
    page = signed_in()
    version = draft_version(page, running, "Greetings from {{ letterhead.name }}.")
    expect(page.get_by_text("The check found nothing wrong.")).to_be_visible()
    expect(page.locator("ins")).to_have_text("Greetings from {{ letterhead.name }}.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator('#papers[data-open="no"]')).to_be_visible(timeout=60_000)
    assert b"PK" in downloaded(page, "Word file: Letter of medical necessity")
    page.goto(version)
    page.get_by_role("button", name="Put into use").click()
    expect(page.get_by_role("status").first).to_contain_text("In use: papers written from now on")
    a_written_packet(page, running)
    expect(page.get_by_role("link", name="your own template")).to_have_attribute(
        "href", version.partition("?")[0].removeprefix(running.url)
    )
    page.goto(version)
    page.get_by_role("button", name="Roll back").click()
    expect(page.get_by_role("button", name="Put into use")).to_be_visible()
    a_written_packet(page, running)
    expect(page.get_by_text("Written from the built-in template")).to_be_visible()


def test_a_changed_dose_is_found_in_the_paper_given_back(
    signed_in: SignedIn, running: Running
) -> None:
    page = signed_in()
    edited_version(page, running)
    change = page.locator(".findings > li")
    expect(change).to_have_count(1)
    expect(change).to_contain_text("Dose: 35 mg → 65 mg")
    expect(change).to_contain_text("The case does not hold it")
    page.get_by_role("link", name="All versions of this paper").click()
    expect(page.get_by_text("1 fact changed")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_the_pages_pass_the_accessibility_checker_and_fit_their_screen(
    signed_in: SignedIn, running: Running, size: str, tmp_path: Path
) -> None:
    page = signed_in(size)
    edit = edited_version(page, running)
    addresses = {
        "rejected": rejected_version(page, running),
        "draft": draft_version(page, running, f"On the {size} of {{{{ letterhead.name }}}}."),
        "edit": edit,
        "edits": edit.rpartition("/")[0],
        "packet": edit.partition("/documents/")[0],
        "templates": f"{running.url}/staff/templates",
        "place": f"{running.url}{PLACE}",
        "fields": f"{running.url}{PLACE}/fields",
    }
    found = []
    for name, address in addresses.items():
        page.goto(address)
        page.screenshot(path=tmp_path / f"{name}.png", full_page=name != "fields")
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        found += [(name, "wider than the screen")] if wide else []
        found += [
            (name, each["id"], each["nodes"][0]["target"])
            for each in Axe().run(page).response["violations"]
        ]
    assert found == []
