"""The built-in templates of all kinds, each compiled once per process."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Protocol

from casework.knowledge_base.kinds import Kind
from worker.render import Template
from worker.render.cache import TemplateCache

BUILT_IN = Path(__file__).resolve().parent.parent / "templates_docx"


class NoTemplate(Exception):
    """A kind has no template under the name asked for."""


@dataclass(frozen=True)
class ChosenTemplate:
    """The template that writes a paper. `version` names it in what is recorded of the paper.

    `number` is the version number of a clinic's own; ours have none.
    """

    template: Template
    version: str
    number: int | None = None


class TemplateSource(Protocol):
    """Where the template of a paper comes from."""

    def choose(self, kind: str, variant: str, language: str, layout: str) -> ChosenTemplate:
        """Return the template.

        Raises:
            NoTemplate: there is none.
            BrokenTemplate: it cannot be used.
        """


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

    def choose(self, kind: str, variant: str, language: str, layout: str) -> ChosenTemplate:
        """Return the built-in template, whose version is its hash; raises as `get`."""
        template = self.get(kind, variant, language, layout)
        return ChosenTemplate(template, template.sha256)

    def has(self, kind: str, folder: str, language: str) -> bool:
        """Say whether a template stands in this folder of the kind, in this language."""
        own = language if language != "en" else ""
        return (self._folder.joinpath(kind, folder, own) / "template.docx").is_file()

    def uploaded(self, sha256: str, read: Callable[[], bytes]) -> Template:
        """Return a clinic's template by the hash of its content, read where it is not held.

        Raises:
            BrokenTemplate: it cannot be used.
        """
        return self._cache.known(sha256) or self._cache.compiled(read())

    def load(self, kinds: Iterable[Kind]) -> None:
        """Compile the templates of these kinds in all variants and languages; raises as `get`."""
        for kind in kinds:
            variants = ("", *(each.id for each in kind.variants))
            for variant, language in product(variants, kind.languages):
                self.get(kind.id, variant, language, kind.of(variant).layout)

    def _path(self, kind: str, nearest_first: tuple[str, ...], language: str) -> Path:
        for folder, spoken in nearest(*nearest_first, language=language):
            if self.has(kind, folder, spoken):
                own = spoken if spoken != "en" else ""
                return self._folder.joinpath(kind, folder, own) / "template.docx"
        raise NoTemplate(f"there is no template.docx for {kind}")


def nearest(*folders: str, language: str) -> Iterable[tuple[str, str]]:
    """Return where a template is looked for, nearest first: a folder of the kind, and a language."""
    return product(dict.fromkeys(folders), dict.fromkeys((language, "en")))
