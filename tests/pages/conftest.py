"""People of a clinic at the staff pages of the real application."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from storage.staff_records import Role
from storage.store import Store
from tests.service.conftest import (  # noqa: F401 - fixtures
    a_case,
    app,
    calling_with,
    cedar,
    clock,
    log,
    rates,
    settings,
    shapes,
    store,
    willow,
    write,
)

_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]{64})"')


@pytest.fixture(autouse=True)
def cheap_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Access codes cost a quarter of a second each, which is their point and not that of tests."""
    monkeypatch.setattr("storage.staff._SCRYPT", {"n": 2, "r": 8, "p": 1})


class Visitor:
    """A browser without scripts: follows our forms with their token, as a person would."""

    def __init__(self, application: Flask) -> None:
        self.client = application.test_client()
        self.token = ""
        self.code = ""

    def get(self, path: str, **more: Any) -> TestResponse:
        return self._kept(self.client.get(path, **more))

    def post(self, path: str, **fields: Any) -> TestResponse:
        return self._kept(self.client.post(path, data={"form_token": self.token, **fields}))

    def sign_in(self, code: str) -> TestResponse:
        self.code = code
        self.get("/staff/sign-in")
        return self.post("/staff/sign-in", code=code)

    def _kept(self, answer: TestResponse) -> TestResponse:
        found = _TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        if found:
            self.token = found[1]
        return answer


def words(answer: TestResponse) -> str:
    """Return what a page says, without its tags, in one line."""
    text = re.sub(r"<(script|style).*?</\1>", " ", answer.text, flags=re.DOTALL)
    text = re.sub(r"</?(strong|code)[^>]*>", "", text)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


@pytest.fixture
def visitor(app: Flask) -> Visitor:  # noqa: F811
    """Somebody who is not signed in."""
    return Visitor(app)


@pytest.fixture
def person(app: Flask, store: Store) -> Callable[..., Visitor]:  # noqa: F811
    """Somebody of a clinic who has signed in."""

    def signed_in(role: Role = "editor", account: str = "willow", name: str = "Robin") -> Visitor:
        someone = Visitor(app)
        someone.sign_in(store.staff.add(account, name, role).code)
        someone.get("/staff/")
        return someone

    return signed_in
