"""What is wrong with a knowledge file, said so that its author can mend it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """One fault: the file, the key in it (empty for the whole file) and the reason."""

    path: Path
    key: str
    reason: str

    def __str__(self) -> str:
        name = f"{self.path.parent.name}/{self.path.name}"
        return f"{name}: {self.key}: {self.reason}" if self.key else f"{name}: {self.reason}"


class BrokenKnowledge(Exception):
    """Knowledge that cannot be used; ``faults`` holds all that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))
