"""What the findings on law look at, derived once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.deadlines.model import Deadline, Role
from casework.deadlines.selecting import Standing
from casework.deadlines.starts import NOTICE
from casework.pointers import value_at
from casework.regime import Regime


@dataclass(frozen=True)
class Seen:
    """The case's standing, regime and deadlines on one day."""

    where: Standing
    regime: Regime
    deadlines: tuple[Deadline, ...]
    today: date

    @property
    def case(self) -> Mapping[str, Any]:
        """The case."""
        return self.where.case

    @property
    def denied(self) -> bool:
        """Whether the case holds a denial."""
        return bool(self.where.case.get("denial"))

    def get(self, pointer: str) -> Any:
        """Return what the case holds at `pointer`, or None."""
        return value_at(self.where.case, pointer)

    @property
    def filing(self) -> tuple[Deadline, ...]:
        """The filing deadlines of the step that comes now."""
        return self._ours("file")

    @property
    def replies(self) -> tuple[Deadline, ...]:
        """The times to send what the plan or the reviewer asked for at this step."""
        return self._ours("reply")

    @property
    def continuing(self) -> tuple[Deadline, ...]:
        """The times to ask that care under way goes on."""
        return self._ours("continue")

    @property
    def running(self) -> tuple[Deadline, ...]:
        """The filing deadlines of a later step whose time the notice at hand has started already."""
        return tuple(
            each
            for each in self.deadlines
            if each.role == "file" and each.step not in self._now and each.event_pointer == NOTICE
        )

    def _ours(self, role: Role) -> tuple[Deadline, ...]:
        return tuple(
            each for each in self.deadlines if each.role == role and each.step in self._now
        )

    @property
    def _now(self) -> tuple[str, ...]:
        return (self.regime.step, "appeal") if self.denied else ("request",)
