"""What a refusal must look like: docs/errors.md, to the letter, and nothing else in it."""

from __future__ import annotations

import re
from pathlib import Path

from werkzeug.test import TestResponse

from tests.service.conftest import CANARY

_PAGE = (Path(__file__).parents[3] / "docs" / "errors.md").read_text(encoding="utf-8")
PROBLEMS = {
    code: (int(status), title)
    for code, status, title in re.findall(r"^### (\w+)\n\n(\d{3}) · (.+?)\.?$", _PAGE, re.MULTILINE)
}
ENTRIES = frozenset(re.findall(r"^\| `(\w+)` \|", _PAGE, re.MULTILINE))
_MEMBERS = {"type", "title", "status", "code", "detail", "request_id", "errors"}
# A signed link may hold ".py" by chance, followed by further letters of its own.
_INSIDE = re.compile(r"Traceback|File \"|\.py(?![A-Za-z0-9_-])|sqlite|werkzeug|marshmallow|Python/")


class Refusals:
    """Holds answers to hostile requests against what is promised."""

    def hold(self, answer: TestResponse, code: str, entry: str = "", at: str = "") -> None:
        """Assert that this is the problem `code`, as documented, one of its errors being `entry`.

        `at` is the pointer of that error, or of one of them.
        """
        status, title = PROBLEMS[code]
        body = answer.json
        assert (answer.status_code, answer.mimetype, body["code"]) == (
            status,
            "application/problem+json",
            code,
        ), answer.text
        assert set(body) == _MEMBERS
        assert (body["status"], body["title"]) == (status, title)
        assert body["type"].endswith(f"/docs/errors#{code}")
        assert body["request_id"] == answer.headers["X-Request-ID"]
        self._hold_entries(body["errors"], entry, at)
        self.hold_silence(answer)

    def hold_silence(self, answer: TestResponse) -> None:
        """Assert that no value sent and nothing of our inside stands in the answer."""
        said = answer.text + "".join(f"{name}: {value}\n" for name, value in answer.headers)
        assert CANARY not in said
        assert _INSIDE.search(said) is None

    def _hold_entries(self, entries: list[dict[str, str]], entry: str, at: str) -> None:
        assert {each["code"] for each in entries} <= ENTRIES
        assert all({"pointer", "code", "message"} <= set(each) for each in entries)
        assert all(each["message"] for each in entries)
        if entry:
            assert entry in {each["code"] for each in entries if each["pointer"] == at}, entries
