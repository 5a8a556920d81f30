"""Compiled templates by the hash of their bytes: what was activated is used, whoever put it there."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256

from worker.render.template import Template, compile_template

MOST_HELD = (
    64 * 1024 * 1024
)  # bytes of the parts of all templates; the built-in ones have 6 million


class TemplateCache:
    """Compiles each template once, and forgets the one used longest ago when there are too many."""

    def __init__(self, most: int = MOST_HELD) -> None:
        self._most = most
        self._held: OrderedDict[str, Template] = OrderedDict()
        self._weight = 0

    def __len__(self) -> int:
        return len(self._held)

    def compiled(self, docx: bytes) -> Template:
        """Return the template of these bytes.

        Raises:
            BrokenTemplate: it cannot be used.
        """
        digest = sha256(docx).hexdigest()
        return self.known(digest) or self._keep(compile_template(docx))

    def known(self, digest: str) -> Template | None:
        """Return the template whose bytes have this SHA-256 hash, if it is held."""
        template = self._held.get(digest)
        if template is not None:
            self._held.move_to_end(digest)
        return template

    def _keep(self, template: Template) -> Template:
        self._held[template.sha256] = template
        self._weight += _weight(template)
        while self._weight > self._most and len(self._held) > 1:
            _, forgotten = self._held.popitem(last=False)
            self._weight -= _weight(forgotten)
        return template


def _weight(template: Template) -> int:
    return sum(map(len, template.parts.values()))
