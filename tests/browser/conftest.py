"""A real `necessity run` and a headless Chromium that looks at its staff pages."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.processes import ROOT, start, until

_PATIENCE_MS = 20_000
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}


@dataclass(frozen=True)
class Running:
    """A started service: where it answers, and its settings."""

    url: str
    environ: dict[str, str] = field(repr=False)

    def necessity(self, *words: str) -> str:
        """Run a command beside it and return what it prints."""
        environ = {**os.environ, **self.environ, "NECESSITY_DEV": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "cli", *words],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The whole service on this machine, started once."""
    folder = tmp_path_factory.mktemp("staff")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {
        "NECESSITY_DATA_DIR": str(folder / "var"),
        "PORT": str(port),
        "NECESSITY_WORKERS": "1",
    }
    output = folder / "output.txt"
    with output.open("w") as said:
        process = start("run", environ=environ, stdout=said, stderr=subprocess.STDOUT)
    until(lambda: "Ctrl-C" in output.read_text(), process)
    yield Running(f"http://127.0.0.1:{port}", environ)
    process.terminate()
    process.wait(60)


@pytest.fixture(scope="session")
def code(running: Running) -> str:
    """The access code of an administrator of the account that `run` makes."""
    return running.necessity("staff", "add", "development", "Robin", "--role", "administrator")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


def is_fault(line: ConsoleMessage) -> bool:
    """Return whether a line of the browser's console tells of a fault of ours."""
    # The browser calls these errors; to a form they are answers.
    answers = ("status of 401", "status of 403", "status of 409", "status of 422")
    return line.type == "error" and not any(each in line.text for each in answers)


@pytest.fixture
def a_page(chromium: Browser, running: Running, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Open pages that may ask nothing of the network but the service, and break no policy."""
    faults: list[str] = []
    contexts = []

    def opened(size: str = "desktop") -> Page:
        width, height = SIZES[size]
        context = chromium.new_context(viewport={"width": width, "height": height})
        context.set_default_timeout(_PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: is_fault(line) and faults.append(line.text))
        page.on(
            "request",
            lambda asked: asked.url.startswith(running.url) or faults.append(asked.url),
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def signed_in(a_page: Callable[..., Page], running: Running, code: str) -> Callable[..., Page]:
    """Open a page and sign in, with the keyboard alone."""

    def opened(size: str = "desktop") -> Page:
        page = a_page(size)
        page.goto(f"{running.url}/staff/")
        expect(page.locator("#code")).to_be_focused()
        page.keyboard.type(code)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Packets")
        return page

    return opened
