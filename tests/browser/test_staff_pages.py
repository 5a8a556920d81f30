"""The road of a person of the clinic in a real browser, and pages that everyone can use."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from docx import Document
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES, Running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

CASES = Path(__file__).parents[1] / "cases"
SignedIn = Callable[..., Page]


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f'[name="/{name.replace("__", "/")}"]').fill(value)


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f'[name="{name}"]').select_option(value)


def go_on(page: Page, title: str) -> None:
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=2, name=title, exact=True)).to_be_visible()


def test_a_case_is_typed_reviewed_written_and_downloaded(
    signed_in: SignedIn, tmp_path: Path
) -> None:
    page = signed_in()
    page.get_by_role("link", name="New case").click()
    page.get_by_role("button", name="Begin a case").click()
    said = page.locator("#standing-said")
    expect(said).to_have_text("9 facts still needed before there is a review.")
    fill(page, patient__first_name="Dana", patient__last_name="Example")
    expect(said).to_have_text("7 facts still needed before there is a review.")
    fill(page, patient__date_of_birth="1984-02-03", patient__phone="12")
    expect(page.locator('[id="/patient/phone.problem"]')).to_contain_text("with area code")
    fill(page, patient__phone="555-010-0100")
    expect(page.locator('[id="/patient/phone.problem"]')).to_have_count(0)
    go_on(page, "Plan")
    fill(page, insurance__payer__name="Example Health Plan")
    choose(page, "/insurance/plan_type", "fully_insured_group")
    go_on(page, "Diagnosis")
    fill(page, diagnoses__0__icd10="f332")
    go_on(page, "What was tried")
    page.get_by_role("button", name="Add: medicine tried").click()
    fill(page, trials__0__medication="sertraline", trials__0__max_dose_mg_per_day="200")
    go_on(page, "Request")
    fill(page, prescriber__name="Alex Shortform", prescriber__npi="2000000150")
    choose(page, "/request/treatment", "ketamine_iv")
    expect(said).to_contain_text("adequate trials without lasting response")
    go_on(page, "Denial")
    page.get_by_role("link", name="Papers").click()
    page.locator("summary", has_text="Other papers").click()
    page.get_by_label("Letter of medical necessity").check()
    page.get_by_label("Reference").fill("browser-1")
    page.get_by_role("button", name="Write the papers").click()
    expect(page.get_by_role("status").first).to_have_text("Accepted. The papers are being written.")
    expect(page.locator('#papers[data-open="no"]')).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="Word file: Letter of medical necessity").click()
    paper = tmp_path / "letter.docx"
    download.value.save_as(paper)
    text = "\n".join(each.text for each in Document(str(paper)).paragraphs)
    assert "Dana Example" in text or any(
        "Dana Example" in cell.text
        for table in Document(str(paper)).tables
        for row in table.rows
        for cell in row.cells
    )
    page.get_by_role("link", name="Packets").click()
    needs = page.locator("section", has=page.get_by_role("heading", name="Needs facts"))
    expect(needs.get_by_role("link", name="browser-1")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_every_page_passes_the_accessibility_checker_and_fits_its_screen(
    signed_in: SignedIn, running: Running, size: str
) -> None:
    page = signed_in(size)
    found = []
    for address in (*pages_of_a_case(page, running), *pages_of_a_packet(page, running), *PAGES):
        answer = page.goto(f"{running.url}/staff/{address}")
        assert answer is not None
        assert answer.status == 200, address
        for details in page.locator("details").all():
            details.evaluate("each => { each.open = true; }")
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        found += [(address, "wider than the screen")] if wide else []
        found += [
            (address, each["id"], each["nodes"][0]["target"])
            for each in Axe().run(page).response["violations"]
        ]
    assert found == []


@pytest.mark.parametrize("size", SIZES)
def test_the_sign_in_and_a_refusal_pass_the_accessibility_checker_too(
    a_page: Callable[..., Page], running: Running, size: str
) -> None:
    page = a_page(size)
    page.goto(f"{running.url}/staff/")
    assert not Axe().run(page).response["violations"]
    page.locator("#code").fill("aaaa-bbbb-cccc-dddd-eeee-ffff")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert not Axe().run(page).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide


PAGES = (
    "",
    "cases",
    "calendar",
    "knowledge",
    "knowledge/policies",
    "knowledge/laws/erisa_claims_procedure",
    "trail",
)


def pages_of_a_case(page: Page, running: Running) -> list[str]:
    page.goto(f"{running.url}/staff/cases")
    case = (CASES / "depression_commercial_denied.json").read_text()
    page.locator("#json").fill(case)
    page.get_by_role("button", name="Begin with it").click()
    page.wait_for_selector("#case-form")
    start = page.url.rpartition("/")[0].partition("/staff/")[2]
    return [
        f"{start}/{each}"
        for each in ("patient", "plan", "diagnosis", "tried", "request", "denial", "enclosures")
    ] + [f"{start}/tried?add=/trials", f"{start}/write"]


def pages_of_a_packet(page: Page, running: Running) -> list[str]:
    key = (Path(running.environ["NECESSITY_DATA_DIR"]) / "dev-key").read_text().strip()
    case = json.loads((CASES / "medicare_advantage_denial.json").read_text())
    answer = page.request.post(
        f"{running.url}/v1/packets",
        data={"case": case, "documents": ["fax_cover", "appeal_letter"]},
        headers={"Authorization": f"Bearer {key}"},
    )
    packet = answer.json()["id"]
    return [f"packets/{packet}", f"packets/{packet}/erase"]


def test_the_keyboard_reaches_the_content_first_and_sees_where_it_is(
    signed_in: SignedIn, running: Running
) -> None:
    page = signed_in("phone")
    page.goto(f"{running.url}/staff/calendar")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    assert skip.evaluate("each => getComputedStyle(each).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_a_link_to_a_needed_field_opens_what_hides_it(
    signed_in: SignedIn, running: Running
) -> None:
    page = signed_in()
    page.goto(f"{running.url}/staff/cases")
    page.get_by_role("button", name="Begin a case").click()
    page.get_by_role("link", name="Prescriber’s NPI").click()
    expect(page.locator('[id="/prescriber/npi"]')).to_be_focused()


def test_a_dropped_file_stands_in_the_field(signed_in: SignedIn, running: Running) -> None:
    page = signed_in()
    page.goto(f"{running.url}/staff/cases")
    page.evaluate(
        """() => {
          const files = new DataTransfer();
          files.items.add(new File(['{"patient": {}}'], "case.json"));
          document.getElementById("json").dispatchEvent(
            new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator("#json")).to_have_value('{"patient": {}}')


def test_one_window_tells_the_other_that_it_saved(signed_in: SignedIn, running: Running) -> None:
    page = signed_in()
    page.goto(f"{running.url}/staff/cases")
    page.get_by_role("button", name="Begin a case").click()
    page.wait_for_selector("#case-form")
    other = page.context.new_page()
    other.goto(page.url)
    fill(other, patient__first_name="Dana")
    expect(other.locator("#saving")).to_have_text("Saved.")
    fill(page, patient__last_name="Example")
    expect(page.locator("#saving")).to_contain_text("Robin saved this case at")


def test_a_session_that_ended_while_typing_loses_nothing(
    signed_in: SignedIn, running: Running, code: str
) -> None:
    page = signed_in()
    page.goto(f"{running.url}/staff/cases")
    page.get_by_role("button", name="Begin a case").click()
    page.wait_for_selector("#case-form")
    other = page.context.new_page()
    other.goto(f"{running.url}/staff/")
    other.get_by_role("button", name="Sign out").click()
    fill(page, patient__first_name="Dana")
    expect(page.locator("#saving")).to_contain_text("You are signed out")
    other.locator("#code").fill(code)
    other.keyboard.press("Enter")
    expect(other.get_by_role("heading", level=1)).to_have_text("Packets")
    fill(page, patient__last_name="Example")
    expect(page.locator("#saving")).to_have_text("Saved.")
    page.reload()
    expect(page.locator('[name="/patient/first_name"]')).to_have_value("Dana")
