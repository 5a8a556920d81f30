"""The built-in templates of all kinds, each compiled once per process."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from casework.knowledge_base.model import Kind
from worker.render import Template, compile_template

BUILT_IN = Path(__file__).resolve().parent.parent / "templates_docx"


class NoTemplate(Exception):
    """A kind has no template under the name asked for."""


class Templates:
    """Compiled templates by kind and variant, read from one folder a kind.

    A variant is a folder inside its kind; what it lacks comes from the kind.
    """

    def __init__(self, folder: Path = BUILT_IN) -> None:
        self._folder = folder
        self._compiled: dict[Path, Template] = {}

    def get(self, kind: str, variant: str = "") -> Template:
        """Return the template, compiled at its first use.

        Raises:
            NoTemplate: the kind has no folder or no template.
            BrokenTemplate: it cannot be used.
        """
        path = self._path(kind, variant)
        if path not in self._compiled:
            self._compiled[path] = compile_template(path.read_bytes())
        return self._compiled[path]

    def load(self, kinds: Iterable[Kind]) -> None:
        """Compile the templates of these kinds and of all their variants; raises as `get`."""
        for kind in kinds:
            for variant in ("", *(each.id for each in kind.variants)):
                self.get(kind.id, variant)

    def _path(self, kind: str, variant: str) -> Path:
        own, shared = self._folder / kind / variant, self._folder / kind
        for folder in (own, shared):
            if (folder / "template.docx").is_file():
                return folder / "template.docx"
        raise NoTemplate(f"there is no template.docx for {kind}")
