"""What is wrong with a template, told for the person who can mend it in Word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class TemplateFault:
    """One fault: `page_text` is the paragraph it stands in, `suggestion` what would be right."""

    code: str
    message: str
    suggestion: str = ""
    part: str = ""
    page_text: str = ""
    tag: str = ""
    severity: str = ERROR

    def to_json(self) -> dict[str, str]:
        """Return the shape of `lint` in the HTTP contract."""
        return asdict(self)

    def __str__(self) -> str:
        where = f" in “{self.page_text}”" if self.page_text else ""
        cure = f" {self.suggestion}" if self.suggestion else ""
        return f"{self.message}{where}.{cure}"


class BrokenTemplate(Exception):
    """A template cannot be used; `faults` holds every fault found, warnings included.

    `sources` are the parts as they were read, where they could be: more may be said of them.
    """

    def __init__(
        self, faults: Iterable[TemplateFault], sources: Mapping[str, str] | None = None
    ) -> None:
        self.faults = tuple(faults)
        self.sources = dict(sources or {})
        super().__init__("\n".join(str(fault) for fault in self.faults))


class RenderFailed(Exception):
    """A template cannot be filled with this context; the text holds no value of the context."""
