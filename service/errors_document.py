"""`docs/errors.md`, written from the tables that the service answers by.

`make docs` writes it anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from service.error_codes import item_codes
from service.problem_types import PROBLEM_TYPES, ProblemType

_OPENING = """\
# Errors and their cures

Made from the tables that the service reads: `make docs` writes it anew.

An error is `application/problem+json` (RFC 9457):

```json
{
  "type": "http://127.0.0.1:8000/docs/errors#invalid_request",
  "title": "The request cannot be right as it stands",
  "status": 422,
  "code": "invalid_request",
  "detail": "1 thing is to be corrected.",
  "request_id": "0c9a5d4b3a1f4f6e8d2b7c9e1a3f5b7d",
  "errors": [
    {
      "pointer": "/case/patient/date_of_brith",
      "code": "unknown_field",
      "message": "unknown field `date_of_brith`, did you mean `date_of_birth`?"
    }
  ]
}
```

`type` leads to the problem's cure, on the service itself. `code` of the problem is one of the first
list, `code` of an entry of `errors` one of the second; both are stable within v1. `pointer` is a JSON
Pointer (RFC 6901) into the body; a query parameter or header is named by `parameter` instead. No
text of an error repeats a value that was sent. `request_id` finds the request in the log.
"""


def errors_markdown() -> str:
    """Return the whole page."""
    return "\n".join((_OPENING, *_problems(), *_entries()))


def _problems() -> Iterator[str]:
    yield "## Problems\n"
    for row in PROBLEM_TYPES:
        yield _section(row)


def _section(row: ProblemType) -> str:
    return f"### {row.code}\n\n{row.status} · {row.title}.\n\n{row.cure}\n"


def _entries() -> Iterator[str]:
    yield "## Entries of `errors`\n"
    yield "| code | meaning | cure |\n|---|---|---|"
    for row in item_codes():
        yield f"| `{row.code}` | {_cell(row.meaning)} | {_cell(row.cure)} |"
    yield (
        "\nUnder a problem `blocked`, the code of an entry may also be the id of a finding of the\n"
        "severity `blocker`, as a review lists them.\n"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
