"""Values of storage as JSON, for a program that reads a command's output."""

from __future__ import annotations

import json
from datetime import datetime

from storage.records import ApiKey, AuditEntry, WebhookMessage
from storage.staff_records import Person

Shown = ApiKey | AuditEntry | Person | WebhookMessage


def as_json(values: tuple[Shown, ...]) -> str:
    """Return a list of objects, indented."""
    return json.dumps([_fields(each) for each in values], indent=2)


def as_json_line(value: Shown) -> str:
    """Return one object on one line."""
    return json.dumps(_fields(value))


def _fields(value: Shown) -> dict[str, object]:
    return {
        name: each.isoformat() if isinstance(each, datetime) else each
        for name, each in vars(value).items()
    }
