"""The built-in templates of all kinds, each compiled once per process."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from pathlib import Path

from casework.knowledge_base.kinds import Kind
from worker.render import Template
from worker.render.cache import TemplateCache

BUILT_IN = Path(__file__).resolve().parent.parent / "templates_docx"


class NoTemplate(Exception):
    """A kind has no template under the name asked for."""


class Templates:
    """Compiled templates by kind, variant and language, read from one folder a kind.

    A variant is a folder inside its kind, and so is a language other than English ("es"), in the
    kind's folder or the variant's; what such a folder lacks comes from the one around it. A layout
    is a folder inside the kind that several variants take their template from.
    """

    def __init__(self, folder: Path = BUILT_IN) -> None:
        self._folder = folder
        self._digests: dict[Path, str] = {}  # of the files as they were first read
        self._cache = TemplateCache()

    def get(self, kind: str, variant: str = "", language: str = "en", layout: str = "") -> Template:
        """Return the template, compiled at its first use.

        Raises:
            NoTemplate: the kind has no folder or no template.
            BrokenTemplate: it cannot be used.
        """
        path = self._path(kind, (variant, layout, ""), language)
        template = self._cache.known(self._digests.get(path, ""))
        if template is None:
            template = self._cache.compiled(path.read_bytes())
            self._digests[path] = template.sha256
        return template

    def load(self, kinds: Iterable[Kind]) -> None:
        """Compile the templates of these kinds in all variants and languages; raises as `get`."""
        for kind in kinds:
            variants = ("", *(each.id for each in kind.variants))
            for variant, language in product(variants, kind.languages):
                self.get(kind.id, variant, language, kind.of(variant).layout)

    def _path(self, kind: str, nearest_first: tuple[str, ...], language: str) -> Path:
        own = language if language != "en" else ""
        names = product(dict.fromkeys(nearest_first), dict.fromkeys((own, "")))
        for folder in (self._folder.joinpath(kind, *name) for name in names):
            if (folder / "template.docx").is_file():
                return folder / "template.docx"
        raise NoTemplate(f"there is no template.docx for {kind}")
