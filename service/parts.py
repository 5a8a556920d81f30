"""What the views work with, and who is asking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, g

from casework.knowledge_base.model import Knowledge
from service.samples import Sample
from settings import Settings
from storage.records import ApiKey
from storage.store import Store

EXTENSION = "necessity"


@dataclass(frozen=True)
class Parts:
    """The collaborators of one application; `clock` tells the time in UTC."""

    settings: Settings
    store: Store
    knowledge: Knowledge
    samples: Mapping[str, Sample]
    case_schema: Mapping[str, Any]
    clock: Callable[[], datetime]

    def now(self) -> datetime:
        """Return the time where the service's "today" is."""
        return self.clock().astimezone(self.settings.timezone)

    def today(self) -> date:
        """Return the day it is in `NECESSITY_TIMEZONE`."""
        return self.now().date()

    def address(self, path: str) -> str:
        """Return the absolute address of `path`, which begins with a slash."""
        return f"{self.settings.public_url}{path}"


def parts() -> Parts:
    """Return the collaborators of the application that answers now."""
    found: Parts = current_app.extensions[EXTENSION]
    return found


def caller() -> ApiKey:
    """Return the key that the request showed; only where a scope is asked for."""
    key: ApiKey = g.caller
    return key
